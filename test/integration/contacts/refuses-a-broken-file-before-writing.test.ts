import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { importContacts } from "../../../src/contacts/import-csv.file.ts";
import { tempDatabase } from "../../support/temp-db.ts";

const good = (rows: number) => Array.from({ length: rows }, (_, i) => `r${i}@example.test,x\n`).join("");

test.each<{ name: string; text: string | Uint8Array; code: string; what: RegExp; fix?: RegExp; encoding?: "euc-kr" }>([
	{ name: "no bytes", text: "", code: "csv-empty", what: /list\.csv is empty/ },
	{ name: "empty lines only", text: "\n\r\n\n", code: "csv-empty", what: /is empty/ },
	{ name: "a mark and no text", text: "\ufeff", code: "csv-empty", what: /is empty/ },
	{
		name: "no column of addresses",
		text: "name,mail address\nKim,kim@example.test\n",
		code: "csv-no-email",
		what: /: name, mail address$/,
	},
	{ name: "no header", text: "kim@example.test,Kim\n", code: "csv-no-email", what: /kim@example\.test, Kim/, fix: /이메일/ },
	{ name: "a column twice", text: "email,city,city\n", code: "csv-repeated-column", what: /column city twice/ },
	{
		name: "EUC-KR that nobody named, late in the file",
		text: Buffer.concat([
			Buffer.from(`email,name\n${good(9_000)}`),
			Buffer.from("6b696d406578616d706c652e746573742cb1e8b9cebcf60a", "hex"),
		]),
		code: "csv-encoding",
		what: /list\.csv is not UTF-8: line 9002 /,
		fix: /--encoding euc-kr.*Nothing was imported/,
	},
	{
		name: "UTF-8 named EUC-KR",
		text: "email,name\nkim@example.test,김민수\n",
		encoding: "euc-kr",
		code: "csv-encoding",
		what: /not EUC-KR: line 2 /,
	},
	{
		name: "a quotation mark never closed, late in the file",
		text: `email,name\n${good(3_000)}kim@example.test,"Kim\n${good(3_000)}`,
		code: "csv-quoting",
		what: /at line 3002: a quotation mark is opened and never closed/,
	},
	{
		name: "a quotation mark never closed in a file too large to hold",
		text: `email,name\n${good(10)}kim@example.test,"Kim\n${good(100_000)}`,
		code: "csv-quoting",
		what: /at line 12: the row is larger than 1 MB/,
	},
	{
		name: "text behind a quotation mark",
		text: `email,name\n${good(5)}kim@example.test,"Kim" Min\n`,
		code: "csv-quoting",
		what: /at line 7: a closing/,
	},
	{
		name: "a quotation mark inside a value",
		text: 'email,size\nkim@example.test,5" pipe\n',
		code: "csv-quoting",
		what: /at line 2: .*inside a value/,
	},
])("a file with $name is refused and leaves nothing behind", async ({ text, code, what, fix = /./, encoding }) => {
	const at = await tempDatabase();
	const file = path.join(at.folder, "list.csv");
	await writeFile(file, text);
	const importing = importContacts(at.db, { list: "news", file, clock: at.clock, ...(encoding ? { encoding } : {}) });
	await expect(importing).rejects.toMatchObject({ code, what: expect.stringMatching(what), fix: expect.stringMatching(fix) });
	expect([await at.db.list.count(), await at.db.contact.count()]).toEqual([0, 0]);
});

test.each([
	["that is not there", "missing.csv", /ENOENT/],
	["that is a folder", ".", /EISDIR/],
])("a file %s is named with the system's words", async (_what, name, detail) => {
	const at = await tempDatabase();
	await expect(importContacts(at.db, { list: "news", file: path.join(at.folder, name), clock: at.clock })).rejects.toMatchObject({
		code: "csv-unreadable",
		what: expect.stringMatching(detail),
	});
});

test.each(["", "  ", "a,b", "a\nb", "x".repeat(101)])("a list cannot be named %j", async (list) => {
	const at = await tempDatabase();
	const file = path.join(at.folder, "list.csv");
	await writeFile(file, "email\nkim@example.test\n");
	await expect(importContacts(at.db, { list, file, clock: at.clock })).rejects.toMatchObject({ code: "list-name", exit: 2 });
	expect(await at.db.contact.count()).toBe(0);
});

test.each([
	["imported", "email\nkim@example.test\n", null],
	["refused", "name\nKim\n", "csv-no-email"],
	["cut off", null, "csv-unreadable"],
])("no copy of a stream is left behind when it is %s", async (_what, text, code) => {
	const at = await tempDatabase();
	const temp = path.join(at.folder, "temp");
	await mkdir(temp);
	vi.stubEnv("TMPDIR", temp);
	onTestFinished(() => void vi.unstubAllEnvs());
	let copies: string[] = [];
	const bytes = async function* () {
		yield Buffer.from("");
		copies = await readdir(temp);
		if (text === null) throw new Error("the upload was cut off");
		yield Buffer.from(text);
	};
	const importing = importContacts(at.db, { list: "news", stream: bytes(), clock: at.clock });
	if (code === null) await importing;
	else await expect(importing).rejects.toMatchObject({ code, what: expect.stringContaining("the input") });
	expect([copies.length, await readdir(temp)]).toEqual([1, []]);
});
