// Imports suppressions: a plain list of addresses and @domains, or a CSV, e.g. the export of another program.
// Like the import of contacts it reads twice and writes in batches; see import-csv.file.ts for why.
import type { Clock } from "../clock.ts";
import type { Db } from "../db/db.ts";
import { fail, textOf, WellsentError } from "../errors.ts";
import { BadRows, type BadRowsReport, type OnBadRow } from "./bad-rows.ts";
import { readHeader } from "./csv.ts";
import { type CsvSource, nameOf, readCsv, withRegularFile } from "./csv-reader.file.ts";
import type { Encoding } from "./decode.ts";
import { addSuppressions, type NewSuppression } from "./suppression.store.ts";
import { isSuppressionReason, parseSubject, type SuppressionReason } from "./suppression.ts";

const BATCH_ROWS = 1_000;

export type SuppressionImportOptions = CsvSource & {
	readonly encoding?: Encoding;
	/** For rows that name none of their own; "import" unless given. */
	readonly reason?: SuppressionReason;
	readonly clock: Clock;
	readonly onBadRow?: OnBadRow;
	readonly signal?: AbortSignal;
};

/** `rows = added + already + bad.total`. */
export interface SuppressionImportReport {
	readonly file: string;
	readonly rows: number;
	readonly added: number;
	/** Suppressed before, or named twice in the file: first reason and date stay. */
	readonly already: number;
	readonly bad: BadRowsReport;
}

/** Where the cells are; -1: there is no such column. */
interface Layout {
	readonly subject: number;
	readonly reason: number;
	readonly detail: number;
	readonly hasHeader: boolean;
}

/**
 * Suppresses every address and @domain of a file. A first row that holds one is data: the file is a list, its first column counts. Otherwise the
 * first row is a header with a column `subject` (as `exportSuppressions` writes) or `email`, and perhaps `reason` and `detail`.
 * Errors as in `importContacts`.
 */
export async function importSuppressions(db: Db, options: SuppressionImportOptions): Promise<SuppressionImportReport> {
	const encoding = options.encoding ?? "utf-8";
	const name = nameOf(options);
	return await withRegularFile(options, async (file) => {
		let layout: Layout | null = null;
		for await (const { records } of readCsv(file, encoding, name)) {
			if (layout === null && records[0] !== undefined) layout = layoutOf(records[0].fields, name);
		}
		if (layout === null) return fail("csv-empty", { file: name });
		const { subject, reason, detail, hasHeader } = layout;
		const bad = new BadRows(options.onBadRow);
		let rows = 0;
		let added = 0;
		let line = 0;
		let written = 0;
		let batch: NewSuppression[] = [];
		const flush = async () => {
			options.signal?.throwIfAborted();
			added += await addSuppressions(db, batch, options.clock.now());
			batch = [];
			written = line;
		};
		try {
			let first = hasHeader;
			for await (const { records } of readCsv(file, encoding, name)) {
				for (const { line: at, fields } of first ? records.slice(1) : records) {
					if (fields.every((field) => field.trim() === "")) continue;
					rows++;
					const address = (fields[subject] ?? "").trim();
					const found = parseSubject(address);
					if ("problem" in found) await bad.add({ line: at, address, ...found });
					else {
						const why = (fields[reason] ?? "").trim();
						const words = (fields[detail] ?? "").trim();
						batch.push({
							subject: found.subject,
							reason: isSuppressionReason(why) ? why : (options.reason ?? "import"),
							detail: words === "" ? `from ${name}` : words,
						});
					}
					line = at;
					if (batch.length >= BATCH_ROWS) await flush();
				}
				if (records.length > 0) first = false;
			}
			await flush();
		} catch (error) {
			const what = options.signal?.aborted ? "it was cancelled" : error instanceof WellsentError ? error.what : textOf(error);
			throw new WellsentError("import-interrupted", { file: name, line: written, detail: what }, { cause: error });
		}
		const report = bad.report();
		return { file: name, rows, added, already: rows - added - report.total, bad: report };
	});
}

function layoutOf(fields: readonly string[], file: string): Layout {
	const titles = fields.map((field) => field.trim().toLowerCase());
	if (!("problem" in parseSubject(titles[0] ?? ""))) return { subject: 0, reason: -1, detail: -1, hasHeader: false };
	const header = readHeader(fields);
	const email = "problem" in header ? -1 : header.email;
	const subject = titles.includes("subject") ? titles.indexOf("subject") : email;
	if (subject < 0)
		return fail("csv-no-email", {
			file,
			header: fields
				.join(", ")
				.replace(/\p{Cc}/gu, " ")
				.slice(0, 200),
		});
	return { subject, reason: titles.indexOf("reason"), detail: titles.indexOf("detail"), hasHeader: true };
}
