// Looking into settings that may still be wrong: cross checks run on what was written, so that one bad value does not hide
// the mistakes around it. Pure. Nothing here complains; a value of the wrong kind is simply not there.
import type { Path } from "./toml-lines.ts";

export type Table = Readonly<Record<string, unknown>>;

/** Something wrong at one key. */
export interface Mistake {
	readonly path: Path;
	readonly what: string;
	readonly fix: string;
}

export function isTable(value: unknown): value is Table {
	return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The value at a path, or undefined. */
export function valueAt(raw: unknown, path: Path): unknown {
	let here = raw;
	for (const part of path) {
		if (Array.isArray(here) && typeof part === "number") here = here[part];
		else if (isTable(here) && Object.hasOwn(here, part)) here = here[part];
		else return undefined;
	}
	return here;
}

/** The tables of [[name]] with their paths. */
export function tablesOf(raw: unknown, path: Path): readonly { readonly path: Path; readonly table: Table }[] {
	const list = valueAt(raw, path);
	if (!Array.isArray(list)) return [];
	return list.flatMap((table: unknown, index) => (isTable(table) ? [{ path: [...path, index], table }] : []));
}

export function textAt(raw: unknown, path: Path): string | null {
	const value = valueAt(raw, path);
	return typeof value === "string" ? value : null;
}

export function textsAt(raw: unknown, path: Path): readonly string[] {
	const value = valueAt(raw, path);
	return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** What kind of TOML value it is, with its article. */
export function kindOf(value: unknown): string {
	if (typeof value === "string") return "a text";
	if (typeof value === "number") return Number.isInteger(value) ? "a whole number" : "a number with a fraction";
	if (typeof value === "boolean") return "true or false";
	if (Array.isArray(value)) return "a list";
	return "a table";
}
