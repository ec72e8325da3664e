import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import type { BadRow } from "../../../src/contacts/bad-rows.ts";
import { showList } from "../../../src/contacts/contacts.store.ts";
import { type ImportOptions, importContacts } from "../../../src/contacts/import-csv.file.ts";
import { START, type TempDatabase, tempDatabase } from "../../support/temp-db.ts";

async function importText(at: TempDatabase, text: string | Uint8Array, more: Partial<ImportOptions> = {}) {
	const file = path.join(at.folder, "list.csv");
	await writeFile(file, text);
	return await importContacts(at.db, { list: "news", file, clock: at.clock, ...more });
}

const readers = async (at: TempDatabase) =>
	(await showList(at.db, "news", { sample: 100 })).sample.map(({ email, name, attributes }) => ({ email, name, ...attributes }));

const euckr = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");

test.each<{ name: string; text: string | Uint8Array; more?: Partial<ImportOptions> }>([
	{ name: "plain", text: "email,name,city\nkim@example.test,김민수,서울\nlee@example.test,Lee,\n" },
	{ name: "CRLF without one at the end", text: "email,name,city\r\nkim@example.test,김민수,서울\r\nlee@example.test,Lee," },
	{ name: "line ends of old Macs", text: "email,name,city\rkim@example.test,김민수,서울\rlee@example.test,Lee," },
	{ name: "line ends of both kinds", text: "email,name,city\nkim@example.test,김민수,서울\r\nlee@example.test,Lee,\n" },
	{ name: "a byte order mark", text: "\ufeffemail,name,city\nkim@example.test,김민수,서울\nlee@example.test,Lee\n" },
	{ name: "semicolons", text: "email;name;city\nkim@example.test;김민수;서울\nlee@example.test;Lee;\n" },
	{ name: "tabs", text: "email\tname\tcity\nkim@example.test\t김민수\t서울\nlee@example.test\tLee\t\n" },
	{
		name: "quotation marks everywhere",
		text: '"email","name","city"\n"kim@example.test","김민수","서울"\n"lee@example.test","Lee",""\n',
	},
	{ name: "Korean titles in another order", text: "city,성명,메일\n서울,김민수,kim@example.test\n,Lee,lee@example.test\n" },
	{
		name: "empty lines before, between and after",
		text: "\n\nemail,name,city\n\nkim@example.test,김민수,서울\n\n\nlee@example.test,Lee,\n\n",
	},
	{ name: "spaces around everything", text: " Email , Name ,city\n kim@example.test , 김민수 , 서울\nlee@example.test,Lee,\n" },
	{
		name: "EUC-KR",
		// email,이름,city ⏎ kim@example.test,김민수,서울 ⏎ lee@example.test,Lee,
		text: euckr(
			"656d61696c2c c0cc b8a7 2c636974790a 6b696d406578616d706c652e746573742c b1e8 b9ce bcf6 2c bcad bfef 0a 6c6565406578616d706c652e746573742c4c65652c0a",
		),
		more: { encoding: "euc-kr" },
	},
])("a list saved with $name is imported", async ({ text, more }) => {
	const at = await tempDatabase();
	const report = await importText(at, text, more);
	expect(await readers(at)).toEqual([
		{ email: "kim@example.test", name: "김민수", city: "서울" },
		{ email: "lee@example.test", name: "Lee" },
	]);
	expect(report).toMatchObject({
		list: "news",
		listCreated: true,
		rows: 2,
		created: 2,
		merged: 0,
		duplicates: 0,
		added: 2,
		bad: { total: 0 },
	});
	const row = await at.db.contact.findFirstOrThrow();
	expect([row.domain, row.createdAt.getTime(), row.updatedAt.getTime()]).toEqual(["example.test", START, START]);
});

test("line breaks inside quotation marks belong to the value, and lines are still counted from the top of the file", async () => {
	const at = await tempDatabase();
	const report = await importText(
		at,
		'email,name,address\r\nkim@example.test,"Kim, ""Min""","1 Road\r\nSeoul"\r\nno-address,x,"a\r\nb"\r\n\r\nlee@example.test,"Lee\r\nBcc: all@example.test",\r\n',
	);
	expect(await readers(at)).toEqual([{ email: "kim@example.test", name: 'Kim, "Min"', address: "1 Road\nSeoul" }]);
	expect(report.bad.first).toMatchObject([
		{ line: 4, address: "no-address", problem: "no-at" },
		{ line: 7, address: "lee@example.test", problem: "line-break-in-name" },
	]);
});

test("bad rows are told one by one and do not hold up the others", async () => {
	const at = await tempDatabase();
	const told: BadRow[] = [];
	const text = "email,name\nkim@example.test,Kim\n,Nobody\nkim@home,x\nlee@example.test,Lee,extra\n,\npark@example.test,Park\n";
	const report = await importText(at, text, { onBadRow: (row) => void told.push(row) });
	expect((await readers(at)).map((reader) => reader.email)).toEqual(["kim@example.test", "park@example.test"]);
	expect(told.map((row) => [row.line, row.address, row.problem])).toEqual([
		[3, "", "empty"],
		[4, "kim@home", "no-dot-in-domain"],
		[5, "lee@example.test", "too-many-fields"],
	]);
	expect(report.bad).toEqual({ total: 3, byProblem: { empty: 1, "no-dot-in-domain": 1, "too-many-fields": 1 }, first: told });
	expect(report).toMatchObject({ rows: 6, created: 2, blank: 1 });
});

test("international domains and local parts are kept in the form that is sent", async () => {
	const at = await tempDatabase();
	const report = await importText(at, "email\nkim@한국.kr\nKIM@xn--3e0b707e.KR\n김@example.test\n");
	expect((await readers(at)).map((reader) => reader.email)).toEqual(["kim@xn--3e0b707e.kr", "김@example.test"]);
	expect(report).toMatchObject({ created: 2, duplicates: 1, needSmtpUtf8: 1 });
});

test("a value of a hundred kilobytes is a bad row, the rows around it are imported", async () => {
	const at = await tempDatabase();
	const report = await importText(at, `email,note\na@example.test,x\nb@example.test,${"y".repeat(100_000)}\nc@example.test,z\n`);
	expect(report).toMatchObject({ created: 2, bad: { total: 1, byProblem: { "value-too-long": 1 } } });
});

test("a header alone makes an empty list", async () => {
	const at = await tempDatabase();
	expect(await importText(at, "email,name")).toMatchObject({ rows: 0, created: 0, listCreated: true });
	expect(await readers(at)).toEqual([]);
});

test("columns without a title are left out and counted", async () => {
	const at = await tempDatabase();
	expect(await importText(at, "email,name,,\nkim@example.test,Kim,a,b\n")).toMatchObject({
		unnamedColumns: 2,
		attributes: [],
		created: 1,
	});
});

test("bytes from a stream are imported like a file", async () => {
	const at = await tempDatabase();
	const bytes = async function* () {
		for (const byte of Buffer.from("email,name\nkim@example.test,김민수\n")) yield Uint8Array.of(byte);
	};
	const report = await importContacts(at.db, { list: "news", stream: bytes(), name: "standard input", clock: at.clock });
	expect(report).toMatchObject({ file: "standard input", created: 1 });
	expect(await readers(at)).toEqual([{ email: "kim@example.test", name: "김민수" }]);
});

test("records across the pieces a file is read in arrive whole, each once", async () => {
	const at = await tempDatabase();
	const rows = Array.from(
		{ length: 5_000 },
		(_, i) => `r${i}@example.test,"Reader ""${i}"", 김${"민".repeat(i % 7)}\n","line ${i}\r\nmore"\r\n`,
	);
	await expect(importText(at, `email,city,note\r\n${rows.join("")}`)).resolves.toMatchObject({
		rows: 5_000,
		created: 5_000,
		bad: { total: 0 },
	});
	const page = (await showList(at.db, "news", { sample: 5_000 })).sample;
	expect(page.map((reader) => reader.attributes["note"])).toEqual(rows.map((_, i) => `line ${i}\nmore`));
	expect(page[6]?.attributes["city"]).toBe('Reader "6", 김민민민민민민');
});
