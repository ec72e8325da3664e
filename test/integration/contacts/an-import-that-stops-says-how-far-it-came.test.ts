import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { showList } from "../../../src/contacts/contacts.store.ts";
import { importContacts } from "../../../src/contacts/import-csv.file.ts";
import { type TempDatabase, tempDatabase } from "../../support/temp-db.ts";

const ROWS = 3_000;

async function listFile(at: TempDatabase): Promise<string> {
	const file = path.join(at.folder, "list.csv");
	await writeFile(file, `email\n${Array.from({ length: ROWS }, (_, i) => `r${i}@example.test\n`).join("")}`);
	return file;
}

/** The state after a stop must be exactly the rows up to the line that the error names. */
async function expectCompleteUpTo(at: TempDatabase, thrown: unknown): Promise<number> {
	const line = Number(/up to line (\d+)/.exec(String(thrown))?.[1]);
	const { members } = await showList(at.db, "news");
	// Line 1 is the header, so line n is reader n - 2.
	expect(members).toBe(line - 1);
	expect(await at.db.contact.count()).toBe(members);
	expect(await at.db.contact.count({ where: { email: `r${line - 2}@example.test` } })).toBe(1);
	return members;
}

async function expectAgainCompletes(at: TempDatabase, file: string, before: number): Promise<void> {
	const report = await importContacts(at.db, { list: "news", file, clock: at.clock });
	expect(report).toMatchObject({ rows: ROWS, merged: before, created: ROWS - before, added: ROWS - before });
	expect((await showList(at.db, "news")).members).toBe(ROWS);
}

test("cancelled half-way it leaves whole batches, and the same import again completes it", async () => {
	const at = await tempDatabase();
	const file = await listFile(at);
	const stop = new AbortController();
	const importing = importContacts(at.db, {
		list: "news",
		file,
		clock: at.clock,
		signal: stop.signal,
		onProgress: ({ phase, rows, total }) => {
			if (phase !== "importing") return;
			expect(total).toBe(ROWS);
			if (rows >= 1_000) stop.abort();
		},
	});
	const thrown: unknown = await importing.catch((error: unknown) => error);
	expect(thrown).toMatchObject({ code: "import-interrupted", what: expect.stringContaining("it was cancelled") });
	const members = await expectCompleteUpTo(at, thrown);
	expect(members).toBe(1_000);
	await expectAgainCompletes(at, file, members);
});

test("cancelled while the file is checked it leaves nothing", async () => {
	const at = await tempDatabase();
	const file = await listFile(at);
	const importing = importContacts(at.db, { list: "news", file, clock: at.clock, signal: AbortSignal.abort() });
	await expect(importing).rejects.toMatchObject({ code: "import-interrupted" });
	expect([await at.db.list.count(), await at.db.contact.count()]).toEqual([0, 0]);
});

test("a full disk half-way leaves whole batches, and the same import again completes it", async () => {
	const at = await tempDatabase();
	const file = await listFile(at);
	// SQLite's own limit of pages says what a full disk says: SQLITE_FULL.
	const [{ page_count }] = (await at.db.$queryRawUnsafe("PRAGMA page_count")) as [{ page_count: number | bigint }];
	await at.db.$queryRawUnsafe(`PRAGMA max_page_count = ${Number(page_count) + 50}`);
	const thrown: unknown = await importContacts(at.db, { list: "news", file, clock: at.clock }).catch((error: unknown) => error);
	expect(thrown).toMatchObject({ code: "import-interrupted", what: expect.stringMatching(/full/i) });
	const members = await expectCompleteUpTo(at, thrown);
	expect(members).toBeGreaterThan(0);
	expect(members).toBeLessThan(ROWS);
	await at.db.$queryRawUnsafe("PRAGMA max_page_count = 1000000");
	await expectAgainCompletes(at, file, members);
});

test("a trouble while a bad row is told stops it with its words", async () => {
	const at = await tempDatabase();
	const file = path.join(at.folder, "list.csv");
	await writeFile(file, "email\nkim@example.test\nbad\n");
	const onBadRow = () => Promise.reject(new Error("the report cannot be written"));
	await expect(importContacts(at.db, { list: "news", file, clock: at.clock, onBadRow })).rejects.toMatchObject({
		code: "import-interrupted",
		what: expect.stringMatching(/the report cannot be written\. Its rows up to line 0 /),
	});
});
