// Durations, sizes and rates as people write them in wellsent.toml, and back again. Pure. It knows no defaults and no keys.
//
// A mistake is an answer here, not an exception: the loader collects all of them before it complains.
import type { RateLimit } from "./types.ts";

/** A value, or what is wrong with the text and the nearest right form of it. */
export type Parsed<T> =
	| { readonly ok: true; readonly value: T }
	| { readonly ok: false; readonly what: string; readonly fix: string };

export const right = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const wrong = (what: string, fix: string): { ok: false; what: string; fix: string } => ({ ok: false, what, fix });

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Largest first, so that formatting takes the largest unit that divides. */
const DURATIONS: readonly (readonly [string, number])[] = [
	["d", DAY],
	["h", HOUR],
	["m", MINUTE],
	["s", SECOND],
	["ms", 1],
];
/** KB is 1024 bytes: the clip at Gmail is spoken of as 102 KB and seen at 104,448 bytes. */
const SIZES: readonly (readonly [string, number])[] = [
	["GB", 1024 ** 3],
	["MB", 1024 ** 2],
	["KB", 1024],
	["B", 1],
];
/** "m" and "min" are both minutes; no rate is per month, so there is no doubt. */
const WINDOWS: readonly (readonly [string, number])[] = [
	["s", SECOND],
	["min", MINUTE],
	["m", MINUTE],
	["h", HOUR],
	["d", DAY],
];
/** What people write instead; only used to propose the right form. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
	ms: ["ms", "msec", "millisecond"],
	s: ["s", "sec", "second"],
	m: ["m", "min", "minute"],
	h: ["h", "hr", "hour", "hourly"],
	d: ["d", "day", "daily"],
	B: ["b", "byte", ""],
	KB: ["k", "kb", "kib", "kilobyte"],
	MB: ["mb", "mib", "megabyte"],
	GB: ["g", "gb", "gib", "gigabyte"],
};

/** "15m", "90d", "30s", "500ms", "2h" → milliseconds. */
export function parseDuration(text: string): Parsed<number> {
	const value = amount(text, DURATIONS);
	if (value === null)
		return wrong(`"${text}" is not a duration`, `write a whole number and ms, s, m, h or d, e.g. "${nearest(text, "duration")}"`);
	if (value === 0) return wrong(`"${text}" is no time at all`, 'write a duration above zero, e.g. "30s"');
	if (!Number.isSafeInteger(value)) return wrong(`"${text}" is too long`, 'write a shorter duration, e.g. "90d"');
	return right(value);
}

/** Milliseconds (a whole number above zero) → "15m"; the largest unit that leaves no rest. */
export function formatDuration(ms: number): string {
	return inUnits(ms, DURATIONS);
}

/** "102KB" (104,448), "90000B", "25MB" (26,214,400) → bytes. */
export function parseSize(text: string): Parsed<number> {
	const value = amount(text, SIZES);
	if (value === null)
		return wrong(`"${text}" is not a size`, `write a whole number and B, KB, MB or GB, e.g. "${nearest(text, "size")}"`);
	if (value === 0) return wrong(`"${text}" lets nothing through`, 'write a size above zero, e.g. "25MB"');
	if (!Number.isSafeInteger(value)) return wrong(`"${text}" is too large`, 'write a smaller size, e.g. "25MB"');
	return right(value);
}

/** Bytes (a whole number above zero) → "102KB"; the largest unit that leaves no rest. */
export function formatSize(bytes: number): string {
	return inUnits(bytes, SIZES);
}

/** "5/s", "30/min" (also "30/m"), "600/h", "5000/d" → at most that many in any window of that length. */
export function parseRate(text: string): Parsed<RateLimit> {
	const found = /^(\d+)\s*\/\s*([a-z]+)$/.exec(text.trim());
	const windowMs = WINDOWS.find(([unit]) => unit === found?.[2])?.[1];
	if (!found || windowMs === undefined)
		return wrong(`"${text}" is not a rate`, `write a whole number and /s, /min, /h or /d, e.g. "${nearest(text, "rate")}"`);
	const limit = Number(found[1]);
	if (limit === 0)
		return wrong(
			`"${text}" would never send anything`,
			`write at least "1/${found[2]}"; to stop a lane use \`wellsent lanes hold\``,
		);
	if (!Number.isSafeInteger(limit)) return wrong(`"${text}" is too fast to mean anything`, 'write a smaller number, e.g. "5/s"');
	return right({ limit, windowMs, text: formatRate(limit, windowMs) });
}

/** { 600, 3600000 } → "600/h". A window that has no unit of its own is told in milliseconds: "3/1500ms" (for people only). */
export function formatRate(limit: number, windowMs: number): string {
	const unit = WINDOWS.find(([, length]) => length === windowMs)?.[0];
	return unit === undefined ? `${limit}/${formatDuration(windowMs)}` : `${limit}/${unit}`;
}

function amount(text: string, units: readonly (readonly [string, number])[]): number | null {
	const found = /^(\d+)\s*([A-Za-z]+)$/.exec(text.trim());
	const unit = units.find(([name]) => name === found?.[2]);
	return found && unit ? Number(found[1]) * unit[1] : null;
}

function inUnits(value: number, units: readonly (readonly [string, number])[]): string {
	const [name, size] = units.find(([, length]) => value >= length && value % length === 0) ?? ["", 1];
	return `${value / size}${name}`;
}

/** The right form that is nearest to what was written: "1 hour" → "1h", "5 per second" → "5/s", "10 mb" → "10MB". */
function nearest(text: string, kind: "duration" | "size" | "rate"): string {
	const digits = /\d+/.exec(text)?.[0];
	// A number beyond a million is no slip of the unit, and could be too large for the one proposed.
	const number = digits !== undefined && Number(digits) > 0 && Number(digits) <= 1_000_000 ? String(Number(digits)) : null;
	const word = (/[a-z]+$/i.exec(text.trim())?.[0] ?? "").toLowerCase();
	const unit = Object.keys(WORDS).find((name) => WORDS[name]?.some((known) => word === known || word === `${known}s`)) ?? "";
	switch (kind) {
		case "duration":
			return `${number ?? "15"}${["ms", "s", "m", "h", "d"].includes(unit) ? unit : "m"}`;
		case "size":
			return `${number ?? "25"}${["B", "KB", "GB"].includes(unit) ? unit : "MB"}`;
		case "rate":
			return `${number ?? "5"}/${unit === "m" ? "min" : ["s", "d"].includes(unit) ? unit : "h"}`;
	}
}
