import { describe, expect, test } from "vitest";
import {
	type Columns,
	detectDelimiter,
	firstRecord,
	mergeContacts,
	NAME_MAX,
	type NewContact,
	ROW_PROBLEMS,
	readHeader,
	readRow,
	VALUE_MAX,
} from "../../../src/contacts/csv.ts";

test.each([
	["email,name", ","],
	["email;name;city", ";"],
	["email\tname", "\t"],
	["email", ","],
	["", ","],
	['"a;b;c",email', ","],
	['email;"city, country"', ";"],
	["email,name;city", ","],
	["이메일;이름", ";"],
])("the delimiter of %j is %j", (header, delimiter) => {
	expect(detectDelimiter(header)).toBe(delimiter);
});

test.each([
	["email,name\nkim", "email,name"],
	["email\r\nkim", "email"],
	["email\rkim", "email"],
	['"two\nlines",email\nkim', '"two\nlines",email'],
	["email", null],
	['"email\n', null],
	["\nemail", ""],
])("the first record of %j is %j", (text, record) => {
	expect(firstRecord(text)).toBe(record);
});

describe("a header", () => {
	test.each(["email", "EMAIL", "E-Mail", "이메일", "메일", " email ", "email\0", "이메일".normalize("NFD")])(
		"takes %j for the address",
		(title) => {
			expect(readHeader(["city", title])).toEqual({
				email: 1,
				name: -1,
				attributes: [{ index: 0, name: "city" }],
				unnamed: 0,
				width: 2,
			});
		},
	);

	test.each(["name", "Name", "이름", "성명"])("takes %j for the name", (title) => {
		expect(readHeader([title, "email"])).toMatchObject({ email: 1, name: 0, attributes: [] });
	});

	test("makes the other columns attributes, trimmed, in their own case, and counts those without a title", () => {
		expect(readHeader(["email", " City ", "", "Join Date", " "])).toEqual({
			email: 0,
			name: -1,
			attributes: [
				{ index: 1, name: "City" },
				{ index: 3, name: "Join Date" },
			],
			unnamed: 2,
			width: 5,
		});
	});

	test.each([
		["without an address", ["name", "mail address"], { problem: "no-email" }],
		["with two addresses", ["email", "이메일"], { problem: "repeated", column: "이메일" }],
		["with two names", ["email", "name", "이름"], { problem: "repeated", column: "이름" }],
		["with an attribute twice", ["email", "city", "city "], { problem: "repeated", column: "city" }],
	])("%s is refused", (_what, fields, problem) => {
		expect(readHeader(fields)).toEqual(problem);
	});
});

const columns: Columns = {
	email: 0,
	name: 1,
	attributes: [
		{ index: 2, name: "city" },
		{ index: 3, name: "__proto__" },
	],
	unnamed: 0,
	width: 4,
};

describe("a row", () => {
	test("is a contact with its values trimmed and empty ones left out", () => {
		expect(readRow([" Kim@Example.TEST ", " Kim  Min ", " 서울 ", " "], columns)).toEqual({
			kind: "contact",
			contact: {
				email: "kim@example.test",
				domain: "example.test",
				name: "Kim  Min",
				attributes: { city: "서울" },
				needsSmtpUtf8: false,
			},
		});
	});

	test("may end early", () => {
		expect(readRow(["kim@example.test"], columns)).toMatchObject({ kind: "contact", contact: { name: null, attributes: {} } });
	});

	test("may go on with nothing", () => {
		expect(readRow(["kim@example.test", "", "", "", "", " "], columns)).toMatchObject({ kind: "contact" });
	});

	test.each([[[""]], [["", " ", "\t", ""]], [[]]])("of empty cells %j is blank", (fields) => {
		expect(readRow(fields, columns)).toEqual({ kind: "blank" });
	});

	test.each([
		["empty", ["", "Kim"]],
		["no-at", ["kim", "Kim"]],
		["control-character", ["kim@example.test\nBcc: x@example.test"]],
		["too-many-fields", ["kim@example.test", "Kim", "Oslo", "x", "Norway"]],
		["line-break-in-name", ["kim@example.test", "Kim\r\nBcc: x@example.test"]],
		["line-break-in-name", ["kim@example.test", "Kim\rX"]],
		["line-break-in-name", ["kim@example.test", "Kim\u2028X"]],
		["name-too-long", ["kim@example.test", "k".repeat(NAME_MAX + 1)]],
		["value-too-long", ["kim@example.test", "Kim", "c".repeat(VALUE_MAX + 1)]],
	])("is refused as %s: %j", (problem, fields) => {
		expect(readRow(fields, columns)).toEqual({ kind: "bad", problem, address: fields[0] });
		expect(Object.keys(ROW_PROBLEMS)).toContain(problem);
	});

	test("loses control characters, keeps line breaks of attributes as line feeds", () => {
		expect(readRow(["kim@example.test", "K\0im\tMin\x9b", "1 Road\r\nSeoul\r\x07"], columns)).toMatchObject({
			contact: { name: "Kim Min", attributes: { city: "1 Road\nSeoul" } },
		});
	});

	test("keeps the values of columns named like parts of JavaScript", () => {
		const row = readRow(["kim@example.test", "", "", "polluted"], columns);
		expect(JSON.stringify(row)).toContain('"__proto__":"polluted"');
		expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
	});
});

test("of two rows about one reader the later values win and empty ones erase nothing", () => {
	const base: NewContact = {
		email: "kim@example.test",
		domain: "example.test",
		name: "Kim",
		attributes: { city: "Oslo", plan: "free" },
		needsSmtpUtf8: false,
	};
	expect(mergeContacts(base, { ...base, name: null, attributes: { plan: "paid" } })).toMatchObject({
		name: "Kim",
		attributes: { city: "Oslo", plan: "paid" },
	});
	expect(mergeContacts(base, { ...base, name: "Kim Min", attributes: {} })).toMatchObject({
		name: "Kim Min",
		attributes: base.attributes,
	});
});
