import { appendFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Journal, type JournalRecord, readJournal } from "../../../src/deliver/journal.file.ts";

const folderOf = async () => {
	const folder = await mkdtemp(path.join(tmpdir(), "wellsent-journal-"));
	onTestFinished(() => rm(folder, { recursive: true, force: true }));
	return folder;
};
const body = (d: number): JournalRecord => ({ k: "B", d, n: 1, t: 5 });
const all = async (folder: string) => {
	const records: JournalRecord[] = [];
	for await (const record of readJournal(folder)) records.push(record);
	return records;
};

test("records are read back in their order, whether they were synced or not", async () => {
	const folder = await folderOf();
	const journal = await Journal.open(folder);
	await Promise.all([1, 2, 3, 4].map((d) => (d % 2 === 0 ? journal.write(body(d)) : journal.writeDurably(body(d)))));
	expect(await all(folder)).toEqual([1, 2, 3, 4].map(body));
	await journal.close();
	await expect(journal.write(body(5))).rejects.toThrow("closed");
});

test("a torn last line and lines that are no records are passed over", async () => {
	const folder = await folderOf();
	const journal = await Journal.open(folder);
	await journal.write(body(1));
	await journal.close();
	const [name] = await readdir(folder);
	await appendFile(path.join(folder, name ?? ""), `null\n"x"\n{"k":"B","d":2,"n`);
	expect(await all(folder)).toEqual([body(1)]);
});

test("nothing written while a new file is begun is lost, and the old files go only when they are told to", async () => {
	const folder = await folderOf();
	const journal = await Journal.open(folder);
	const writes: Promise<void>[] = [];
	for (let d = 1; d <= 50; d++) writes.push(journal.writeDurably(body(d)));
	const rotating = journal.rotate();
	for (let d = 51; d <= 100; d++) writes.push(journal.writeDurably(body(d)));
	const purge = await rotating;
	for (let d = 101; d <= 150; d++) writes.push(journal.write(body(d)));
	await Promise.all(writes);
	expect((await all(folder)).map((record) => (record.k === "B" ? record.d : 0))).toEqual(
		Array.from({ length: 150 }, (_, n) => n + 1),
	);
	expect(await readdir(folder)).toHaveLength(2);
	await purge();
	const left = (await all(folder)).map((record) => (record.k === "B" ? record.d : 0));
	expect(left).toEqual(Array.from({ length: left.length }, (_, n) => 150 - left.length + 1 + n));
	expect(left.length).toBeLessThanOrEqual(100);
	expect(await readdir(folder)).toHaveLength(1);
	await journal.close();
});

test("a journal opened in a folder with others begins behind them", async () => {
	const folder = await folderOf();
	const first = await Journal.open(folder);
	await first.write(body(1));
	await first.close();
	const second = await Journal.open(folder);
	await second.write(body(2));
	await second.close();
	expect(await all(folder)).toEqual([body(1), body(2)]);
});
