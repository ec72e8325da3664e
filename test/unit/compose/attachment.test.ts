// What may be attached, by name and by content.
import { describe, expect, test } from "vitest";
import { judgeAttachment } from "../../../src/compose/attachment.ts";
import { zipNames } from "../../../src/compose/zip-names.ts";

/** A ZIP file with empty entries of these names. */
function zip(names: readonly string[], flags = 0): Buffer {
	const entries = names.map((name) => {
		const bytes = Buffer.from(name);
		const local = Buffer.alloc(30);
		local.writeUInt32LE(0x04034b50, 0);
		local.writeUInt16LE(flags, 6);
		local.writeUInt16LE(bytes.length, 26);
		const central = Buffer.alloc(46);
		central.writeUInt32LE(0x02014b50, 0);
		central.writeUInt16LE(flags, 8);
		central.writeUInt16LE(bytes.length, 28);
		return { local: Buffer.concat([local, bytes]), central: Buffer.concat([central, bytes]) };
	});
	const locals = Buffer.concat(entries.map(({ local }) => local));
	const centrals = Buffer.concat(entries.map(({ central }) => central));
	const end = Buffer.alloc(22);
	end.writeUInt32LE(0x06054b50, 0);
	end.writeUInt16LE(names.length, 10);
	end.writeUInt32LE(locals.length, 16);
	return Buffer.concat([locals, centrals, end]);
}

const png = Buffer.from("\x89PNG\r\n\x1a\nand more", "latin1");

describe("taken, with the type it has", () => {
	test.each([
		["report.pdf", Buffer.from("%PDF-1.7"), "application/pdf"],
		["보고서.PDF", Buffer.from("%PDF-1.7"), "application/pdf"],
		["example.com.pdf", Buffer.from("%PDF-1.7"), "application/pdf"],
		["table.xlsx", zip(["xl/workbook.xml"]), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
		["files.zip", zip(["a.txt", "b/보고서.pdf"], 0x800), "application/zip"],
		["invitation.ics", Buffer.from("BEGIN:VCALENDAR"), "text/calendar"],
		["picture", png, "image/png"],
		["data.unknown", Buffer.from("x"), "application/octet-stream"],
	])("%s", (name, content, type) => expect(judgeAttachment(name, content)).toEqual({ type }));
});

describe("refused, with the reason", () => {
	test.each([
		["setup.exe", Buffer.from("x"), /\.exe files are refused/],
		["SETUP.EXE. ", Buffer.from("x"), /\.exe files are refused/],
		["macro.js", Buffer.from("x"), /\.js files are refused/],
		["disk.img", Buffer.from("x"), /\.img files are refused/],
		["invoice.exe.pdf", Buffer.from("%PDF-1.7"), /hides \.exe/],
		["invoice\u202efdp.txt", Buffer.from("x"), /direction of text/],
		["holiday.pdf", Buffer.from("MZ\x90\0", "latin1"), /a program \(Windows\)/],
		["tool", Buffer.from("\x7fELF", "latin1"), /a program \(Linux\)/],
		["report.pdf", png, /its name says \.pdf, its content is image\/png/],
		["empty.pdf", Buffer.alloc(0), /empty/],
		["files.zip", zip(["readme.txt", "bin/Setup.EXE"]), /holds bin\/Setup\.EXE/],
		["locked.zip", zip(["inner.zip"], 1), /locked and holds the archive inner\.zip/],
	])("%s", (name, content, what) => {
		const judged = judgeAttachment(name, content);
		expect("what" in judged ? judged.what : "taken").toMatch(what);
	});
});

test("a ZIP file that is broken anywhere gives the names it can and never throws", () => {
	const whole = zip(["a.txt", "b.txt"]);
	for (let length = 0; length <= whole.length; length += 1)
		expect(zipNames(whole.subarray(0, length)).length).toBeLessThanOrEqual(2);
	for (let at = 0; at < whole.length; at += 1) {
		const damaged = Buffer.from(whole);
		damaged[at] = 0xff;
		expect(zipNames(damaged).length).toBeLessThanOrEqual(2);
	}
	expect(zipNames(whole).map(({ name }) => name)).toEqual(["a.txt", "b.txt"]);
});
