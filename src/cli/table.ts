// Tables: aligned and fitted to the width on a terminal, tab-separated lines elsewhere. Pure: rows in, lines out.
import Table from "cli-table3";
import stringWidth from "string-width";
import type { Colours } from "./output.ts";
import { printable } from "./printable.ts";

export interface Column<Row> {
	readonly title: string;
	readonly value: (row: Row) => string | number | null;
	readonly align?: "right";
	/** May be shortened when the terminal is too narrow; the widest of them first. */
	readonly shrinks?: boolean;
	readonly style?: (text: string, row: Row, colours: Colours) => string;
}

const NO_FRAME = {
	top: "",
	"top-mid": "",
	"top-left": "",
	"top-right": "",
	bottom: "",
	"bottom-mid": "",
	"bottom-left": "",
	"bottom-right": "",
	left: "",
	"left-mid": "",
	mid: "",
	"mid-mid": "",
	right: "",
	"right-mid": "",
	middle: "",
} as const;
const GAP = 2;
/** A column is not made narrower than this. */
const NARROWEST = 10;

/**
 * The lines of a table, its head first. All cells are made printable. On a terminal of `width` columns; `null`: no terminal, then cells are divided by tabs, for
 * `cut` and `awk`, and nothing is shortened.
 */
export function tableLines<Row>(
	columns: readonly Column<Row>[],
	rows: readonly Row[],
	of: { readonly width: number | null; readonly colours: Colours },
): string[] {
	const cells = rows.map((row) => columns.map((column) => cellText(column.value(row))));
	if (of.width === null) return [columns.map(({ title }) => title), ...cells].map((line) => line.join("\t"));
	const widths = fitted(columns, cells, of.width);
	const table = new Table({
		chars: NO_FRAME,
		style: { head: [], border: [], "padding-left": 0, "padding-right": GAP, compact: true },
		head: columns.map(({ title }) => of.colours.dim(title)),
		colAligns: columns.map(({ align }) => align ?? "left"),
		colWidths: widths.map((width) => width + GAP),
	});
	rows.forEach((row, index) => {
		table.push(
			columns.map((column, at) => {
				const shown = shorten(cells[index]?.[at] ?? "", widths[at] ?? 0);
				return column.style === undefined ? shown : column.style(shown, row, of.colours);
			}),
		);
	});
	return table
		.toString()
		.split("\n")
		.map((line) => line.trimEnd());
}

/** `text` in at most `width` columns of a terminal, "…" at its end when something is missing. A Hangul syllable takes two columns. */
export function shorten(text: string, width: number): string {
	if (stringWidth(text) <= width) return text;
	let kept = "";
	let used = 0;
	for (const { segment } of new Intl.Segmenter().segment(text)) {
		const wide = stringWidth(segment);
		if (used + wide > width - 1) break;
		kept += segment;
		used += wide;
	}
	return `${kept}…`;
}

/** `text` filled up with spaces to that many columns of a terminal. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
	const rest = " ".repeat(Math.max(0, width - stringWidth(text)));
	return align === "left" ? text + rest : rest + text;
}

function cellText(value: string | number | null): string {
	return value === null ? "" : printable(String(value));
}

function fitted<Row>(columns: readonly Column<Row>[], cells: readonly (readonly string[])[], width: number): number[] {
	const widths = columns.map(({ title }, at) =>
		Math.max(stringWidth(title), ...cells.map((line) => stringWidth(line[at] ?? "")), 1),
	);
	for (;;) {
		const over = widths.reduce((sum, one) => sum + one + GAP, -GAP) - width;
		if (over <= 0) return widths;
		const [widest] = columns
			.map((column, at) => ({ at, width: widths[at] ?? 0, shrinks: column.shrinks === true }))
			.filter((one) => one.shrinks && one.width > NARROWEST)
			.sort((a, b) => b.width - a.width);
		if (widest === undefined) return widths;
		const second = Math.max(
			NARROWEST,
			...columns.flatMap((column, at) => (column.shrinks === true && at !== widest.at ? [widths[at] ?? 0] : [])),
		);
		// Down to the next widest at most, so that two long columns share what there is.
		widths[widest.at] = Math.max(NARROWEST, widest.width - over, Math.min(second, widest.width - 1));
	}
}
