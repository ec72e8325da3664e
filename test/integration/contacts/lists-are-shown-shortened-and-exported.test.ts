import { createWriteStream } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { listLists, removeFromList, showList } from "../../../src/contacts/contacts.store.ts";
import { exportContacts } from "../../../src/contacts/export.file.ts";
import { importContacts } from "../../../src/contacts/import-csv.file.ts";
import { START, type TempDatabase, tempDatabase } from "../../support/temp-db.ts";

async function importText(at: TempDatabase, text: string, list = "news") {
	const file = path.join(at.folder, "list.csv");
	await writeFile(file, text);
	return await importContacts(at.db, { list, file, clock: at.clock });
}

class Collected extends Writable {
	text = "";
	override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
		this.text += chunk.toString("utf8");
		done();
	}
}

test("lists are shown with their sizes, domains and first readers", async () => {
	const at = await tempDatabase();
	await importText(at, "email,name\nkim@a.test,Kim\nlee@a.test,\npark@b.test,\n");
	await importText(at, "email\nkim@a.test\n", "a second list");
	expect(await listLists(at.db)).toEqual([
		{ id: 2, name: "a second list", createdAt: START, members: 1 },
		{ id: 1, name: "news", createdAt: START, members: 3 },
	]);
	expect(await showList(at.db, "news", { sample: 1 })).toEqual({
		id: 1,
		name: "news",
		createdAt: START,
		members: 3,
		suppressed: 0,
		mailable: 3,
		domains: [
			{ domain: "a.test", members: 2 },
			{ domain: "b.test", members: 1 },
		],
		sample: [{ id: 1, email: "kim@a.test", name: "Kim", attributes: {} }],
	});
	await expect(showList(at.db, "nwes")).rejects.toMatchObject({ code: "list-unknown", exit: 2 });
});

test("a reader taken off one list stays on the other", async () => {
	const at = await tempDatabase();
	await importText(at, "email\nkim@a.test\nlee@a.test\n");
	await importText(at, "email\nkim@a.test\n", "other");
	expect(await removeFromList(at.db, "news", ["kim@a.test", "kim@a.test", "nobody@a.test"])).toEqual({
		removed: 1,
		notOnList: 1,
	});
	expect((await listLists(at.db)).map(({ name, members }) => [name, members])).toEqual([
		["news", 1],
		["other", 1],
	]);
	expect(await at.db.contact.count()).toBe(2);
});

test("an export holds every value, and imported again changes nothing", async () => {
	const at = await tempDatabase();
	const rows = Array.from({ length: 4_500 }, (_, i) => `r${i}@a.test,"R, ""${i}""",${i % 3 ? "" : `city ${i}`},"1\n${i}"\n`);
	await importText(at, `email,name,City,address\n=sum@a.test,=1+1,-x,+1\n${rows.join("")}`);
	const before = await at.db.contact.findMany();
	const file = path.join(at.folder, "export.csv");
	const to = createWriteStream(file);
	expect(await exportContacts(at.db, { list: "news", to, bom: true })).toEqual({ rows: 4_501 });
	expect(to.writableEnded, "the stream is the caller's to end").toBe(false);
	await new Promise<void>((resolve) => to.end(() => resolve()));
	expect(
		(await readFile(file, "utf8")).startsWith(
			'\ufeffemail,name,City,address\r\n=sum@a.test,=1+1,-x,+1\r\nr0@a.test,"R, ""0""",city 0,"1\n0"\r\n',
		),
	).toBe(true);
	at.clock.advance(1_000);
	expect(await importContacts(at.db, { list: "news", file, clock: at.clock })).toMatchObject({
		created: 0,
		merged: 4_501,
		bad: { total: 0 },
	});
	expect(await at.db.contact.findMany()).toEqual(before);
});

test("an export for spreadsheets runs no formula", async () => {
	const at = await tempDatabase();
	await importText(at, "email,name,note\nkim@a.test,=1+1,@x\n");
	const to = new Collected();
	await exportContacts(at.db, { list: "news", to, formulaSafe: true });
	expect(to.text).toBe("email,name,note\r\nkim@a.test,'=1+1,'@x\r\n");
});
