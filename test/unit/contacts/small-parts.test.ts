import { describe, expect, test } from "vitest";
import { type BadRow, BadRows } from "../../../src/contacts/bad-rows.ts";
import { decodeChunks, type Encoding } from "../../../src/contacts/decode.ts";
import { csvRow } from "../../../src/contacts/export-csv.ts";
import { Fingerprints } from "../../../src/contacts/fingerprints.ts";
import { isSuppressionReason, parseSubject } from "../../../src/contacts/suppression.ts";

test("fingerprints know every text again and take no other for it, past several enlargements", () => {
	const seen = new Fingerprints();
	const texts = Array.from({ length: 50_000 }, (_, i) => `reader${i}@example.test`);
	expect(texts.filter((text) => !seen.add(text))).toEqual([]);
	expect(texts.filter((text) => seen.add(text))).toEqual([]);
	expect(seen.add("")).toBe(true);
	expect(seen.add("")).toBe(false);
});

test("bad rows are all told and counted, the first thousand kept, long addresses cut", async () => {
	const told: BadRow[] = [];
	const bad = new BadRows((row) => {
		told.push(row);
	});
	for (let line = 2; line < 1_502; line++)
		await bad.add({ line, address: "x".repeat(line), problem: line % 2 ? "no-at" : "empty", reason: "…" });
	const report = bad.report();
	expect(report).toMatchObject({ total: 1_500, byProblem: { "no-at": 750, empty: 750 } });
	expect(report.first.map((row) => row.line)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 2));
	expect(told).toHaveLength(1_500);
	expect(told.at(-1)?.address).toHaveLength(321);
});

describe("a cell of an export", () => {
	test.each([
		[["a", "b"], "a,b\r\n"],
		[["a,b", 'say "hi"', "two\nlines", " edge", ""], '"a,b","say ""hi""","two\nlines"," edge",\r\n'],
		[["=1+1", "+82", "-1", "@home"], "=1+1,+82,-1,@home\r\n"],
	])("%j is written %j", (cells, text) => {
		expect(csvRow(cells)).toBe(text);
	});

	test("that a spreadsheet would run gets an apostrophe when asked for", () => {
		expect(csvRow(["=1+1", "+82", "-1", "@home", "\tx", "a=b", '=HYPERLINK("x","y")'], { formulaSafe: true })).toBe(
			`'=1+1,'+82,'-1,'@home,'\tx,a=b,"'=HYPERLINK(""x"",""y"")"\r\n`,
		);
	});
});

describe("the subject of a suppression", () => {
	test.each([
		["Kim@Example.TEST", "kim@example.test"],
		[" kim@example.test ", "kim@example.test"],
		["@Example.TEST", "@example.test"],
		["@한국.kr", "@xn--3e0b707e.kr"],
	])("%j is kept as %j", (text, subject) => {
		expect(parseSubject(text)).toEqual({ subject });
	});

	test.each(["", "@", "@localhost", "example.test", "kim@", "@[192.0.2.1]", "@example.test\nx"])(
		"%j is none, with a reason",
		(text) => {
			expect(parseSubject(text)).toMatchObject({ problem: expect.any(String), reason: expect.stringMatching(/ /) });
		},
	);

	test("has one of six reasons", () => {
		expect(["complaint", "unsubscribe", "spam", "toString", ""].map(isSuppressionReason)).toEqual([
			true,
			true,
			false,
			false,
			false,
		]);
	});
});

describe("the bytes of a file", () => {
	async function decoded(bytes: Uint8Array, encoding: Encoding, size: number): Promise<string> {
		const pieces = async function* () {
			for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
		};
		const out: Buffer[] = [];
		for await (const chunk of decodeChunks(pieces(), encoding, "list.csv")) out.push(chunk);
		return Buffer.concat(out).toString("utf8");
	}
	/** "이메일,이름\n김민수,똠방각하\n"; 똠 is in code page 949 only. */
	const korean = Buffer.from(
		"c0cc b8de c0cf 2c c0cc b8a7 0a b1e8 b9ce bcf6 2c 8c63 b9e6 b0a2 c7cf 0a".replaceAll(" ", ""),
		"hex",
	);

	test.each([1, 2, 3, 5, 1_000])("come out whole from pieces of %d bytes", async (size) => {
		expect(await decoded(korean, "euc-kr", size)).toBe("이메일,이름\n김민수,똠방각하\n");
		expect(await decoded(Buffer.from("\ufeff이메일,이름\n"), "utf-8", size)).toBe("이메일,이름\n");
		expect(await decoded(Buffer.from("a"), "utf-8", size)).toBe("a");
	});

	test.each<[string, Uint8Array, Encoding, number, RegExp]>([
		["EUC-KR read as UTF-8", korean, "utf-8", 1, /--encoding euc-kr/],
		["a wrong byte in line 3", Buffer.from("email\nkim@x.test\nl\xffe\nlast\n", "latin1"), "utf-8", 3, /--encoding euc-kr/],
		["half a character at the end", Buffer.from("email\n이").subarray(0, -1), "utf-8", 2, /--encoding euc-kr/],
		["UTF-16 of Excel", Buffer.from("\ufeffemail\n", "utf16le"), "utf-8", 1, /UTF-16/],
		["UTF-8 with its mark read as EUC-KR", Buffer.from("\ufeffemail\n"), "euc-kr", 1, /mark of UTF-8/],
		["UTF-8 read as EUC-KR", Buffer.from("email\n김민수\n"), "euc-kr", 2, /away/],
	])("%s are refused with the line", async (_what, bytes, encoding, line, fix) => {
		for (const size of [1, 4, 1_000]) {
			await expect(decoded(bytes, encoding, size)).rejects.toMatchObject({
				code: "csv-encoding",
				what: expect.stringContaining(`line ${line} `),
				fix: expect.stringMatching(fix),
			});
		}
	});
});
