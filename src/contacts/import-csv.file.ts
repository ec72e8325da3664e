// Imports a CSV of readers into a list: read twice, checked whole before anything is written, written in small transactions.
// Does not decide what a row means (csv.ts) or how it is stored (contacts.store.ts).
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../clock.ts";
import type { Db } from "../db/db.ts";
import { fail, textOf, WellsentError } from "../errors.ts";
import { BadRows, type BadRowsReport, type OnBadRow } from "./bad-rows.ts";
import { ensureList, type StoredRow, writeContacts } from "./contacts.store.ts";
import { type Columns, type Delimiter, mergeContacts, type NewContact, ROW_PROBLEMS, readHeader, readRow } from "./csv.ts";
import { type CsvRecord, type CsvSource, nameOf, readCsv, withRegularFile } from "./csv-reader.file.ts";
import type { Encoding } from "./decode.ts";
import { Fingerprints } from "./fingerprints.ts";

/**
 * Rows a transaction. At 500 the database is locked, and the event loop held, for some 30 to 40 ms at a time (p99, 100,000 rows); at 2,000 twice as long
 * for 15 % more speed. A checkpoint of a large database takes longer either way.
 */
const BATCH_ROWS = 500;

export type ImportOptions = CsvSource & {
	/** Name of the list; made when there is none. */
	readonly list: string;
	/** "utf-8" unless given. */
	readonly encoding?: Encoding;
	readonly clock: Clock;
	readonly onProgress?: (progress: ImportProgress) => void;
	/** Told of every bad row, in the file's order. */
	readonly onBadRow?: OnBadRow;
	/** Stops between two batches, with the error import-interrupted. */
	readonly signal?: AbortSignal;
};

export interface ImportProgress {
	/** "checking" is the first reading, which writes nothing. */
	readonly phase: "checking" | "importing";
	/** Rows done in this phase, without the header. */
	readonly rows: number;
	/** Rows of the file; null while it is not known (checking). */
	readonly total: number | null;
}

/** What an import did. `rows = created + merged + duplicates + blank + bad.total`, always. */
export interface ImportReport {
	readonly list: string;
	readonly listCreated: boolean;
	readonly file: string;
	readonly delimiter: Delimiter;
	/** Names of the columns that became attributes. */
	readonly attributes: readonly string[];
	/** Columns without a header, whose values were left out. */
	readonly unnamedColumns: number;
	/** Rows below the header, empty lines not counted. */
	readonly rows: number;
	/** Readers that were not known before. */
	readonly created: number;
	/** Readers that were known before the import: what the row has replaces what was stored, what it leaves empty stays. */
	readonly merged: number;
	/** Rows about a reader that an earlier row of the file named. Merged in the same way. */
	readonly duplicates: number;
	/** Rows in which every cell is empty. */
	readonly blank: number;
	/** Readers that are new on this list, and those that were on it. */
	readonly added: number;
	readonly alreadyOnList: number;
	/** Readers of the file who are suppressed, by address or domain: on the list, and never mailed. */
	readonly suppressed: number;
	/** Readers whose address only servers with SMTPUTF8 can take. */
	readonly needSmtpUtf8: number;
	readonly bad: BadRowsReport;
	readonly durationMs: number;
}

/**
 * Imports a CSV into a list.
 *
 * Everything that is wrong with the *file* (csv-unreadable, csv-encoding, csv-quoting, csv-empty, csv-no-email, csv-repeated-column) is thrown by the first
 * reading, before a row is written. Bad *rows* are counted and reported, and the others imported. What stops the second reading (full disk, a kill,
 * `signal`, a file changed meanwhile) leaves whole batches, and import-interrupted tells the last line that is in; the same import
 * again completes it, because every row is an upsert.
 *
 * Rejected: one transaction for the file. A million rows take about a minute, in which a running daemon could not record what it sends, and SQLite's
 * log would grow by the size of the import. The price: for the time of the import others see a part of the list.
 */
export async function importContacts(db: Db, options: ImportOptions): Promise<ImportReport> {
	const { clock, signal } = options;
	const encoding = options.encoding ?? "utf-8";
	const name = nameOf(options);
	const startedAt = clock.now();
	return await withRegularFile(options, async (file) => {
		const { columns, delimiter, total } = await survey(file, encoding, name, options);
		const list = await ensureList(db, options.list, clock);
		const writer = new Writer(db, list.id, columns, new BadRows(options.onBadRow));
		try {
			let header = true;
			for await (const { records } of readCsv(file, encoding, name)) {
				for (const record of header ? records.slice(1) : records) {
					await writer.take(record);
					if (writer.pending < BATCH_ROWS) continue;
					signal?.throwIfAborted();
					await writer.flush(clock.now());
					options.onProgress?.({ phase: "importing", rows: writer.rows, total });
					// The driver answers at once, so nothing else in the process would get its turn until the end of the chunk.
					await setImmediate();
				}
				if (records.length > 0) header = false;
			}
			signal?.throwIfAborted();
			await writer.flush(clock.now());
		} catch (error) {
			const detail = signal?.aborted ? "it was cancelled" : error instanceof WellsentError ? error.what : textOf(error);
			throw new WellsentError("import-interrupted", { file: name, line: writer.writtenTo, detail }, { cause: error });
		}
		options.onProgress?.({ phase: "importing", rows: writer.rows, total });
		return {
			list: list.name,
			listCreated: list.created,
			file: name,
			delimiter,
			attributes: columns.attributes.map((column) => column.name),
			unnamedColumns: columns.unnamed,
			...writer.counts(),
			durationMs: clock.now() - startedAt,
		};
	});
}

/** The first reading: encoding, quotation marks and header of the whole file, and how many rows there are. */
async function survey(
	file: string,
	encoding: Encoding,
	name: string,
	options: ImportOptions,
): Promise<{ columns: Columns; delimiter: Delimiter; total: number }> {
	let columns: Columns | null = null;
	let delimiter: Delimiter = ",";
	let total = 0;
	for await (const chunk of readCsv(file, encoding, name)) {
		if (options.signal?.aborted) fail("import-interrupted", { file: name, line: 0, detail: "it was cancelled" });
		const [first] = chunk.records;
		if (first === undefined) continue;
		if (columns === null) {
			columns = headerOf(first, name);
			delimiter = chunk.delimiter;
			total = -1;
		}
		total += chunk.records.length;
		options.onProgress?.({ phase: "checking", rows: total, total: null });
	}
	return columns === null ? fail("csv-empty", { file: name }) : { columns, delimiter, total };
}

function headerOf(record: CsvRecord, file: string): Columns {
	const found = readHeader(record.fields);
	if (!("problem" in found)) return found;
	switch (found.problem) {
		case "no-email": {
			const header = record.fields.join(", ").replace(/\p{Cc}/gu, " ");
			return fail("csv-no-email", { file, header: header.length > 200 ? `${header.slice(0, 200)}…` : header });
		}
		case "repeated":
			return fail("csv-repeated-column", { file, column: found.column });
	}
}

/** The second reading: rows gathered to batches, duplicates within one merged, counts kept. */
class Writer {
	readonly #db: Db;
	readonly #listId: number;
	readonly #columns: Columns;
	readonly #bad: BadRows;
	readonly #seen = new Fingerprints();
	#batch = new Map<string, StoredRow>();
	/** Line of the last row looked at, and of the last one that is safely in. */
	#line = 0;
	#written = 0;
	#rows = 0;
	#blank = 0;
	#duplicates = 0;
	#created = 0;
	#merged = 0;
	#added = 0;
	#suppressed = 0;
	#smtpUtf8 = 0;

	constructor(db: Db, listId: number, columns: Columns, bad: BadRows) {
		this.#db = db;
		this.#listId = listId;
		this.#columns = columns;
		this.#bad = bad;
	}

	get pending(): number {
		return this.#batch.size;
	}

	get rows(): number {
		return this.#rows;
	}

	get writtenTo(): number {
		return this.#written;
	}

	async take(record: CsvRecord): Promise<void> {
		const row = readRow(record.fields, this.#columns);
		this.#rows++;
		switch (row.kind) {
			case "blank":
				this.#blank++;
				break;
			case "bad":
				await this.#bad.add({ line: record.line, address: row.address, problem: row.problem, reason: ROW_PROBLEMS[row.problem] });
				break;
			case "contact":
				this.#add(row.contact);
				break;
		}
		this.#line = record.line;
	}

	#add(contact: NewContact): void {
		const first = this.#seen.add(contact.email);
		if (!first) this.#duplicates++;
		else if (contact.needsSmtpUtf8) this.#smtpUtf8++;
		const before = this.#batch.get(contact.email);
		this.#batch.set(contact.email, {
			contact: before === undefined ? contact : mergeContacts(before.contact, contact),
			first: before === undefined ? first : before.first,
		});
	}

	/** Writes the batch in one transaction. `now` in milliseconds. */
	async flush(now: number): Promise<void> {
		const rows = [...this.#batch.values()];
		if (rows.length > 0) {
			const done = await writeContacts(this.#db, this.#listId, rows, now);
			const first = rows.filter((row) => row.first).length;
			this.#merged += done.known;
			this.#created += first - done.known;
			this.#added += done.added;
			this.#suppressed += done.suppressed;
			this.#batch = new Map();
		}
		this.#written = this.#line;
	}

	counts() {
		return {
			rows: this.#rows,
			created: this.#created,
			merged: this.#merged,
			duplicates: this.#duplicates,
			blank: this.#blank,
			added: this.#added,
			alreadyOnList: this.#created + this.#merged - this.#added,
			suppressed: this.#suppressed,
			needSmtpUtf8: this.#smtpUtf8,
			bad: this.#bad.report(),
		};
	}
}
