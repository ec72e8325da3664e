// Reads a CSV file of any size as records with line numbers: encoding checked, delimiter found, memory flat.
// Does not know what the columns mean, and does not write anything but a temporary copy of what cannot be read twice.

import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { Parser } from "csv-parse";
import { codeOf, fail, textOf, WellsentError } from "../errors.ts";
import { type Delimiter, detectDelimiter, firstRecord } from "./csv.ts";
import { decodeChunks, type Encoding } from "./decode.ts";

/** Where rows come from: a file by its path, or bytes from elsewhere (standard input, an HTTP body) with a name for messages. */
export type CsvSource = { readonly file: string } | { readonly stream: AsyncIterable<Uint8Array>; readonly name?: string };

export interface CsvRecord {
	/** Line on which the record begins; the first line is 1. */
	readonly line: number;
	readonly fields: readonly string[];
}

/** The records of one piece of the file, perhaps none. */
export interface CsvChunk {
	readonly delimiter: Delimiter;
	readonly records: readonly CsvRecord[];
}

/** Bytes read at once. A chunk becomes about a thousand records, which is what is held in memory. */
const CHUNK_BYTES = 64 * 1024;
/** A record above this is a quotation mark that was never closed; without the bound the rest of the file would be held in memory. Bytes. */
const RECORD_MAX = 1_000_000;

/** What messages call the source. */
export function nameOf(source: CsvSource): string {
	return "file" in source ? source.file : (source.name ?? "the input");
}

/**
 * Calls `work` with the path of a regular file that holds the source's bytes, and removes it afterwards if it was a copy.
 * An import reads twice (see import-csv.file.ts), which pipes and HTTP bodies do not allow: they are copied to a private temporary file first.
 * Throws csv-unreadable.
 */
export async function withRegularFile<T>(source: CsvSource, work: (file: string) => Promise<T>): Promise<T> {
	const name = nameOf(source);
	const unreadable = (error: unknown): never => fail("csv-unreadable", { file: name, detail: textOf(error) }, { cause: error });
	const regular = "file" in source && (await stat(source.file).catch(unreadable)).isFile() ? source.file : null;
	// mkdtemp makes a folder that only its owner may enter: lists are personal data.
	const folder = regular === null ? await mkdtemp(path.join(tmpdir(), "wellsent-import-")) : "";
	try {
		if (regular !== null) return await work(regular);
		const copy = path.join(folder, "input.csv");
		const bytes = "file" in source ? createReadStream(source.file) : source.stream;
		await pipeline(bytes, createWriteStream(copy, { mode: 0o600 })).catch(unreadable);
		return await work(copy);
	} catch (error) {
		// A read that fails (EACCES, EIO …) names its system call; the errors of a database have codes too, but none.
		if (error instanceof Error && !(error instanceof WellsentError) && "syscall" in error) return unreadable(error);
		throw error;
	} finally {
		if (folder !== "") await rm(folder, { recursive: true, force: true });
	}
}

/**
 * The records of the file, chunk by chunk, the header first; empty lines are passed over.
 * Throws csv-encoding, csv-quoting (with the line) and csv-unreadable; the records before the trouble were given out by then.
 */
export async function* readCsv(file: string, encoding: Encoding, name: string): AsyncGenerator<CsvChunk> {
	const bytes = decodeChunks(createReadStream(file, { highWaterMark: CHUNK_BYTES }), encoding, name);
	let parser: RecordParser | null = null;
	// What came before the header was complete. Latin-1: delimiters and quotation marks are ASCII, and half characters do no harm.
	let head = "";
	for await (const chunk of bytes) {
		if (parser !== null) {
			yield await parser.write(chunk);
			continue;
		}
		head += chunk.toString("latin1");
		const header = firstRecord(head.replace(/^[\r\n]+/, ""));
		if (header === null && head.length < RECORD_MAX) continue;
		parser = new RecordParser(detectDelimiter(header ?? head), name);
		yield await parser.write(Buffer.from(head, "latin1"));
	}
	if (parser === null) {
		// A header without a line break, or nothing at all.
		parser = new RecordParser(detectDelimiter(head), name);
		yield await parser.write(Buffer.from(head, "latin1"));
	}
	yield await parser.end();
}

/** csv-parse fed by hand: a chunk in, its records out. One await a chunk, where iterating over the parser costs one a record. */
class RecordParser {
	readonly #parser: Parser;
	readonly #name: string;
	readonly #delimiter: Delimiter;
	#records: CsvRecord[] = [];
	/** Last line of the last record. */
	#lastLine = 0;
	/** CRLFs inside quotation marks so far: with the delimiters above csv-parse counts each as two lines. */
	#pairs = 0;

	constructor(delimiter: Delimiter, name: string) {
		this.#name = name;
		this.#delimiter = delimiter;
		this.#parser = new Parser({
			delimiter,
			// Given, not detected: files put together from several have more than one kind of line end.
			record_delimiter: ["\r\n", "\n", "\r"],
			relax_column_count: true,
			skip_empty_lines: true,
			max_record_size: RECORD_MAX,
			on_record: (fields: string[], context) => {
				const { breaks, pairs } = lineBreaksIn(fields);
				this.#pairs += pairs;
				this.#lastLine = context.lines - this.#pairs;
				this.#records.push({ line: this.#lastLine - breaks, fields });
				return null;
			},
		});
		this.#parser.resume();
	}

	write(bytes: Buffer): Promise<CsvChunk> {
		return this.#step((done) => this.#parser.write(bytes, done));
	}

	end(): Promise<CsvChunk> {
		return this.#step((done) => {
			this.#parser.once("end", () => done(null));
			this.#parser.end();
		});
	}

	#step(act: (done: (error?: Error | null) => void) => void): Promise<CsvChunk> {
		return new Promise((resolve, reject) => {
			const onError = (error: Error) => reject(this.#explain(error));
			this.#parser.once("error", onError);
			act((error) => {
				// The event says it with the same error; a listener that went too early would leave it to crash the process.
				if (error) return;
				this.#parser.off("error", onError);
				resolve({ delimiter: this.#delimiter, records: this.#records });
				this.#records = [];
			});
		});
	}

	#explain(error: Error): WellsentError {
		const known = WORDS.get(codeOf(error));
		const at = "lines" in error && typeof error.lines === "number" ? error.lines - this.#pairs : null;
		const line = known?.atRowStart || at === null ? this.#lastLine + 1 : at;
		return new WellsentError("csv-quoting", { file: this.#name, line, detail: known?.detail ?? error.message }, { cause: error });
	}
}

/** csv-parse's errors in words, with the line to look at. For a mark that is never closed that is where its row began, not the end of the file. */
const WORDS: ReadonlyMap<string, { readonly atRowStart: boolean; readonly detail: string }> = new Map([
	["CSV_QUOTE_NOT_CLOSED", { atRowStart: true, detail: "a quotation mark is opened and never closed" }],
	["CSV_MAX_RECORD_SIZE", { atRowStart: true, detail: "the row is larger than 1 MB, as if a quotation mark were never closed" }],
	["CSV_INVALID_CLOSING_QUOTE", { atRowStart: false, detail: "a closing quotation mark is followed by more text" }],
	["INVALID_OPENING_QUOTE", { atRowStart: false, detail: "a quotation mark stands inside a value that does not begin with one" }],
]);

/** csv-parse counts to the end of a record; its beginning is what people look for, so the breaks inside it are taken off. */
function lineBreaksIn(fields: readonly string[]): { breaks: number; pairs: number } {
	let breaks = 0;
	let pairs = 0;
	for (const field of fields) {
		if (!field.includes("\n") && !field.includes("\r")) continue;
		breaks += field.match(/\r\n|\n|\r/g)?.length ?? 0;
		pairs += field.match(/\r\n/g)?.length ?? 0;
	}
	return { breaks, pairs };
}
