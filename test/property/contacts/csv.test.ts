// What an export writes, any text in it, the import reads back; and the line of every row is where it begins.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CsvRecord, readCsv } from "../../../src/contacts/csv-reader.file.ts";
import { csvRow } from "../../../src/contacts/export-csv.ts";

/** Texts with what breaks readers of CSV, often. */
const cell = fc
	.array(
		fc.oneof(
			fc.constantFrom('"', ",", ";", "\t", "\n", "\r\n", "\r", " ", "김", "a"),
			fc.string({ unit: "grapheme", maxLength: 3 }),
		),
		{
			maxLength: 8,
		},
	)
	.map((parts) => parts.join(""));

test("rows written as CSV are read back cell by cell, each with the line it begins on", async () => {
	const folder = await mkdtemp(path.join(tmpdir(), "wellsent-test-"));
	const file = path.join(folder, "list.csv");
	await fc.assert(
		fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 12 }), async (rows) => {
			const all: string[][] = [["email", "note"], ...rows.map((row) => [...row])];
			const texts = all.map((row) => csvRow(row));
			await writeFile(file, texts.join(""));
			const records: CsvRecord[] = [];
			for await (const chunk of readCsv(file, "utf-8", file)) records.push(...chunk.records);
			let line = 1;
			const expected = all.map((fields, i) => {
				const begins = line;
				line += texts[i]?.match(/\r\n|\n|\r/g)?.length ?? 0;
				return { line: begins, fields };
			});
			expect(records).toEqual(expected);
		}),
		{ numRuns: 500 },
	);
	await rm(folder, { recursive: true });
});
