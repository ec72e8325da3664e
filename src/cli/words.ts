// Numbers, instants and amounts as people read them, and instants as people type them. Pure.
import { parseDuration } from "../config/units.ts";

/** "1,234" */
export function count(n: number): string {
	return n.toLocaleString("en-US");
}

/** "1 reader", "1,234 readers" */
export function several(n: number, one: string, many = `${one}s`): string {
	return `${count(n)} ${n === 1 ? one : many}`;
}

/** "102 KB", "1.4 MB", "900 bytes"; KB is 1024 bytes. */
export function bytes(n: number): string {
	if (n < 1024) return several(n, "byte");
	if (n < 1024 * 1024) return `${count(Math.round(n / 102.4) / 10)} KB`;
	return `${count(Math.round(n / 104_857.6) / 10)} MB`;
}

/** "2026-12-01 09:00:05" where the program runs. */
export function localTime(at: number): string {
	const date = new Date(at);
	const two = (n: number) => String(n).padStart(2, "0");
	return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockTime(at)}`;
}

/** "09:00:05" where the program runs. */
export function clockTime(at: number): string {
	const date = new Date(at);
	return [date.getHours(), date.getMinutes(), date.getSeconds()].map((n) => String(n).padStart(2, "0")).join(":");
}

/** An instant for scripts: ISO 8601 in UTC; null stays null. */
export function iso(at: number | null): string | null {
	return at === null ? null : new Date(at).toISOString();
}

/**
 * An instant as typed for --since and --until: "2h" (so long ago), "2026-12-01", "2026-12-01 09:00" (where the program runs), or ISO 8601 with a zone.
 * Null when it is none of them.
 */
export function parseWhen(typed: string, now: number): number | null {
	const text = typed.trim();
	const ago = parseDuration(text);
	if (ago.ok) return now - ago.value;
	const found = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?)?(Z|[+-]\d\d:?\d\d)?$/.exec(text);
	if (found === null) return null;
	const [, year, month, day, hour = "00", minute = "00", second = "00", zone] = found;
	const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone ?? ""}`);
	if (Number.isNaN(at)) return null;
	// Date.parse takes 2026-02-31 for 3 March.
	const stated = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
	return stated.getUTCDate() === Number(day) ? at : null;
}
