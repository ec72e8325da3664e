import { createColors } from "picocolors";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { type Column, pad, shorten, tableLines } from "../../../src/cli/table.ts";

interface Row {
	readonly name: string;
	readonly n: number;
}
const columns: readonly Column<Row>[] = [
	{ title: "name", value: (row) => row.name, shrinks: true },
	{ title: "n", value: (row) => row.n, align: "right" },
];
const colours = createColors(false);
const rows: readonly Row[] = [
	{ name: "웰센트 레터", n: 5 },
	{ name: "plain", n: 12_345 },
	{ name: "✉️ emoji", n: 1 },
];

test("Hangul and emoji take two columns, so that what follows them is aligned", () => {
	const lines = tableLines(columns, rows, { width: 60, colours });
	expect(lines).toHaveLength(4);
	expect(new Set(lines.map((line) => stringWidth(line)))).toEqual(new Set([stringWidth(lines[0] ?? "")]));
	expect(lines[1]).toBe("웰센트 레터      5");
});

test("without a terminal cells are divided by tabs and never shortened", () => {
	const long = [{ name: "x".repeat(300), n: 1 }];
	expect(tableLines(columns, long, { width: null, colours })).toEqual(["name\tn", `${"x".repeat(300)}\t1`]);
});

test("a cell cannot act on the terminal nor break the row", () => {
	const [, line] = tableLines(columns, [{ name: "a\tb\nc\x1b[2J", n: 1 }], { width: null, colours });
	expect(line).toBe("a\\tb\\nc\\x1b[2J\t1");
});

test("a table that is too wide is fitted by shortening what may be shortened", () => {
	const lines = tableLines(columns, [{ name: "가".repeat(60), n: 7 }], { width: 40, colours });
	for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(40);
	expect(lines[1]).toMatch(/^가+… +7$/);
});

test("two long columns share the room there is", () => {
	const two: readonly Column<Row>[] = [
		{ title: "a", value: (row) => row.name, shrinks: true },
		{ title: "b", value: (row) => row.name, shrinks: true },
	];
	const [, line] = tableLines(two, [{ name: "z".repeat(100), n: 0 }], { width: 50, colours });
	const [first = "", second = ""] = (line ?? "").split(/\s+/);
	expect(Math.abs(first.length - second.length)).toBeLessThanOrEqual(1);
	expect(stringWidth(line ?? "")).toBeLessThanOrEqual(50);
});

test.each([
	["short", 10, "short"],
	["exactly ten", 11, "exactly ten"],
	["too long for it", 8, "too lon…"],
	["웰센트레터", 6, "웰센…"],
	["👩‍💻👩‍💻👩‍💻", 5, "👩‍💻👩‍💻…"],
])("%s in %i columns is %s", (given, width, shown) => {
	expect(shorten(given, width)).toBe(shown);
	expect(stringWidth(shorten(given, width))).toBeLessThanOrEqual(width);
});

test("padding counts columns and not characters", () => {
	expect(pad("한글", 6)).toBe("한글  ");
	expect(pad("7", 3, "right")).toBe("  7");
});
