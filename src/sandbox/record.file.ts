// The record of arrivals as JSON lines in a file, for a reader in another process or after a kill.
// A line is handed to the system before the reply leaves, so what a sender was told is never missing from it.
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { fail, textOf } from "../errors.ts";
import type { ArrivalRow, ConnectionRow } from "./arrivals.ts";

/** An arrival as it stands in the file: the message itself is left out. */
export type RecordedRow = Omit<ArrivalRow, "raw"> | ConnectionRow;

export interface RecordFile {
	write(row: ArrivalRow | ConnectionRow): void;
	close(): void;
}

/** Opens (appends to) the file. A connection is written when it closes, an arrival when it is decided. Throws sandbox-record. */
export function openRecordFile(path: string): RecordFile {
	try {
		mkdirSync(dirname(path), { recursive: true });
		const file = openSync(path, "a");
		let open = true;
		return {
			write(row) {
				if (open) writeSync(file, `${JSON.stringify(row.kind === "arrival" ? { ...row, raw: undefined } : row)}\n`);
			},
			close() {
				if (open) closeSync(file);
				open = false;
			},
		};
	} catch (thrown) {
		return fail("sandbox-record", { path, detail: textOf(thrown) }, { cause: thrown });
	}
}

/** Reads a record back; a last line that was cut off by a kill is left out. */
export function readRecordFile(path: string): RecordedRow[] {
	const lines = readFileSync(path, "utf8").split("\n");
	lines.pop();
	return lines.map((line): RecordedRow => JSON.parse(line));
}

/** A function that writes each message as `<id>.eml` into the folder, before its reply leaves. Throws sandbox-record. */
export function messageFolder(folder: string): (row: ArrivalRow) => void {
	try {
		mkdirSync(folder, { recursive: true });
	} catch (thrown) {
		return fail("sandbox-record", { path: folder, detail: textOf(thrown) }, { cause: thrown });
	}
	return (row) => {
		if (row.raw !== null) writeFileSync(join(folder, `${row.id}.eml`), row.raw);
	};
}
