// The text of a CSV: cells, rows, header. Does not read the database or write files.

export interface CellOptions {
	/**
	 * Puts an apostrophe before cells that a spreadsheet would run as a formula (they begin with = + - @ or a tab). Off unless asked for,
	 * because it changes values: such a file is for looking at, not for importing again.
	 */
	readonly formulaSafe?: boolean;
}

/** One row with its line end (CRLF, RFC 4180). Cells with a comma, a quotation mark, a line break or spaces at an end are quoted. */
export function csvRow(cells: readonly string[], options: CellOptions = {}): string {
	return `${cells.map((cell) => csvCell(cell, options)).join(",")}\r\n`;
}

function csvCell(text: string, options: CellOptions): string {
	const safe = options.formulaSafe && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
	return /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Byte order mark: without it Excel in Korea reads UTF-8 as EUC-KR. */
export const BYTE_ORDER_MARK = "\ufeff";
