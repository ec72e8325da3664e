import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { showList } from "../../../src/contacts/contacts.store.ts";
import { importContacts } from "../../../src/contacts/import-csv.file.ts";
import { addSuppression, isSuppressed } from "../../../src/contacts/suppression.store.ts";
import { START, type TempDatabase, tempDatabase } from "../../support/temp-db.ts";

async function importText(at: TempDatabase, text: string, list = "news") {
	const file = path.join(at.folder, "list.csv");
	await writeFile(file, text);
	return await importContacts(at.db, { list, file, clock: at.clock });
}

const contact = async (at: TempDatabase, email: string) => {
	const row = await at.db.contact.findUniqueOrThrow({ where: { email } });
	return { name: row.name, attributes: JSON.parse(row.attributes), updated: row.updatedAt.getTime() - START };
};

test("duplicates in the file are one reader with the later values", async () => {
	const at = await tempDatabase();
	const report = await importText(
		at,
		"email,name,city,plan\nKim@example.test,Kim,Oslo,free\nlee@example.test,Lee,,\nkim@EXAMPLE.test,Kim Min,,paid\nKIM@example.test,,,\n",
	);
	expect(report).toMatchObject({ rows: 4, created: 2, merged: 0, duplicates: 2, added: 2, alreadyOnList: 0 });
	expect(await contact(at, "kim@example.test")).toMatchObject({ name: "Kim Min", attributes: { city: "Oslo", plan: "paid" } });
});

test("duplicates far apart in a file, in different transactions, are merged and counted alike", async () => {
	const at = await tempDatabase();
	const rows = Array.from({ length: 2_500 }, (_, i) => `r${i}@example.test,first\n`);
	const report = await importText(at, `email,note\n${rows.join("")}r0@example.test,second\nr2499@example.test,second\n`);
	expect(report).toMatchObject({ rows: 2_502, created: 2_500, merged: 0, duplicates: 2, added: 2_500, alreadyOnList: 0 });
	expect(await contact(at, "r0@example.test")).toMatchObject({ attributes: { note: "second" } });
	expect(await contact(at, "r2499@example.test")).toMatchObject({ attributes: { note: "second" } });
});

test("readers who are known are merged: new values win, empty ones erase nothing, other attributes stay", async () => {
	const at = await tempDatabase();
	await importText(at, "email,name,city,plan\nkim@example.test,Kim,Oslo,free\nlee@example.test,Lee,Bergen,free\n", "old");
	at.clock.advance(5_000);
	const report = await importText(
		at,
		"email,name,city,since\nkim@example.test,,Seoul,2026\nlee@example.test,Lee,,\npark@example.test,Park,,\n",
	);
	expect(report).toMatchObject({ created: 1, merged: 2, duplicates: 0, added: 3, listCreated: true });
	expect(await contact(at, "kim@example.test")).toEqual({
		name: "Kim",
		attributes: { city: "Seoul", plan: "free", since: "2026" },
		updated: 5_000,
	});
	expect((await contact(at, "lee@example.test")).updated, "nothing about Lee changed").toBe(0);
});

test("the same import again changes nothing", async () => {
	const at = await tempDatabase();
	const text = 'email,name,city\nkim@example.test,"김 ""Min"" \u2028",a\\b\nlee@example.test,Lee,"1 Road\nOslo"\n'.replace(
		" \u2028",
		"",
	);
	await importText(at, text);
	const before = await at.db.contact.findMany();
	at.clock.advance(1_000);
	expect(await importText(at, text)).toMatchObject({ listCreated: false, created: 0, merged: 2, added: 0, alreadyOnList: 2 });
	expect(await at.db.contact.findMany()).toEqual(before);
});

test("suppressed readers are put on the list, counted, and stay suppressed", async () => {
	const at = await tempDatabase();
	const suppress = (subject: string) => addSuppression(at.db, { subject, reason: "complaint", detail: "test", clock: at.clock });
	await suppress("kim@example.test");
	await suppress("@gone.test");
	const report = await importText(
		at,
		"email\nKim@example.test\nlee@example.test\na@gone.test\nb@sub.gone.test\nkim@example.test\n",
	);
	expect(report).toMatchObject({ created: 4, duplicates: 1, added: 4, suppressed: 2 });
	expect(await showList(at.db, "news")).toMatchObject({ members: 4, suppressed: 2, mailable: 2 });
	expect(await isSuppressed(at.db, "kim@example.test")).toBe(true);
});
