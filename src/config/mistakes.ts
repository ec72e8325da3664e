// From zod's issues to words: what is wrong at which key, and what to write instead. Pure.
import type { z } from "zod";
import { configKeys, type KeyInfo, keysBelow } from "./keys.ts";
import { nearest } from "./nearest.ts";
import { isTable, kindOf, type Mistake, textAt, valueAt } from "./raw.ts";
import { type Path, pathKey } from "./toml-lines.ts";

/** One mistake per issue (per key for unknown keys), in the order of the schema. */
export function schemaMistakes(error: z.ZodError, raw: unknown): readonly Mistake[] {
	return error.issues.flatMap((issue): readonly Mistake[] => {
		const path = issue.path.filter((part): part is string | number => typeof part !== "symbol");
		if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey([...path, key]));
		return [{ path, ...words(issue, path, valueAt(raw, path), raw) }];
	});
}

/** "source[mta1].ehlo": tables of a list are named by what names them, not by their number. */
export function keyName(path: Path, raw: unknown): string {
	let name = "";
	for (const [index, part] of path.entries()) {
		if (typeof part === "string") name += name === "" ? part : `.${part}`;
		else if (Array.isArray(valueAt(raw, path.slice(0, index)))) name += `[${label(path.slice(0, index + 1), raw)}]`;
	}
	return name;
}

/** What is known of the key at a path, or null. */
export function keyInfo(path: Path): KeyInfo | null {
	const wanted = pathKey(path.map((part) => (typeof part === "number" ? "[]" : part)));
	return configKeys().find((info) => pathKey(info.path) === wanted) ?? null;
}

function label(path: Path, raw: unknown): string {
	const texts = (...keys: string[]) =>
		keys.map((key) => textAt(raw, [...path, key])).filter((text) => text !== null && /^[\x21-\x7e]+$/.test(text));
	const index = String(Number(path.at(-1)) + 1);
	if (path.length > 2) return texts("selector")[0] ?? index;
	switch (path[0]) {
		case "source":
		case "gateway":
			return texts("name")[0] ?? index;
		case "identity":
			return texts("from")[0] ?? index;
		case "lane":
			return texts("site", "source").join(" × ") || index;
		default:
			return index;
	}
}

type Words = Pick<Mistake, "what" | "fix">;

function words(issue: z.core.$ZodIssue, path: Path, value: unknown, raw: unknown): Words {
	const info = keyInfo(path) ?? keyInfo(path.slice(0, -1));
	const name = String(path.findLast((part) => typeof part === "string") ?? "");
	const example = `write e.g. ${name} = ${info?.example ?? '"…"'}`;
	switch (issue.code) {
		case "custom":
			return { what: issue.message, fix: typeof issue.params?.["fix"] === "string" ? issue.params["fix"] : example };
		case "invalid_type":
			return value === undefined ? missing(path, info, raw) : wrongKind(path, issue.expected, value, info, example);
		case "too_small":
			if (issue.origin === "array") return { what: "is an empty list", fix: example };
			return { what: `is ${String(value)}, but must be at least ${issue.minimum}`, fix: limitFix(name, Number(value), example) };
		case "too_big":
			return { what: `is ${String(value)}, but must be at most ${issue.maximum}`, fix: example };
		case "invalid_value":
			return choice(name, value, issue.values.map(String));
		default:
			return { what: issue.message, fix: example };
	}
}

function limitFix(name: string, value: number, example: string): string {
	if (value !== 0 || name === "port") return example;
	return `${example}; leave the key out for the default, and stop a lane with \`wellsent lanes hold\``;
}

function missing(path: Path, info: KeyInfo | null, raw: unknown): Words {
	const key = path.at(-1);
	const owner = keyName(path.slice(0, -1), raw);
	return { what: `is missing: ${owner} needs it`, fix: `write ${String(key)} = ${info?.example ?? '"…"'}` };
}

function wrongKind(path: Path, expected: string, value: unknown, info: KeyInfo | null, example: string): Words {
	const name = String(path.at(-1));
	if (path.length === 1 && info?.kind === "sections" && isTable(value))
		return { what: "is one table, but there can be several of it", fix: `write [[${name}]] with double brackets` };
	if (path.length === 1 && info?.kind === "section" && Array.isArray(value))
		return { what: "is a list of tables, but there is only one of it", fix: `write [${name}] with single brackets` };
	if (path.length === 1)
		return {
			what: `is ${kindOf(value)}, but must be a section`,
			fix: `write ${info?.kind === "sections" ? `[[${name}]]` : `[${name}]`} on a line of its own, and the keys below it`,
		};
	if ((expected === "int" || expected === "number") && typeof value === "string" && /^\d+$/.test(value))
		return { what: "is a text, but must be a number", fix: `write it without quotes: ${name} = ${Number(value)}` };
	const wanted: Readonly<Record<string, string>> = {
		string: "a text in quotes",
		int: "a whole number",
		number: "a whole number",
		array: "a list in [ ]",
		object: "a table in { }",
	};
	return { what: `is ${kindOf(value)}, but must be ${wanted[expected] ?? expected}`, fix: example };
}

function choice(name: string, value: unknown, values: readonly string[]): Words {
	if (name === "security" && value === "none")
		return { what: '"none" would send password and mail unencrypted', fix: 'write "starttls" (port 587) or "tls" (port 465)' };
	const near = typeof value === "string" ? nearest(value, values) : null;
	const all = values.map((one) => `"${one}"`).join(", ");
	const what = typeof value === "string" ? `"${value}" is not one of ${all}` : `is ${kindOf(value)}, but must be one of ${all}`;
	return { what, fix: near === null ? `write ${name} = "${values[0] ?? ""}" or another of them` : `did you mean "${near}"?` };
}

function unknownKey(path: Path): Mistake {
	const name = String(path.at(-1));
	const parent = path.slice(0, -1).map((part) => (typeof part === "number" ? "[]" : part));
	const siblings = keysBelow(parent);
	const near = nearest(name, siblings);
	const what = parent.length === 0 ? `there is no section [${name}]` : "there is no such key";
	if (near !== null) return { path, what, fix: `did you mean "${near}"?` };
	const homes = configKeys().filter((info) => info.path.at(-1) === name && info.kind === "value");
	// Two homes are no hint: "port" in [web] is neither that of [smtp] nor that of a gateway.
	const elsewhere = homes.length === 1 ? homes[0] : undefined;
	const home = elsewhere?.path
		.filter((part) => part !== "[]")
		.slice(0, -1)
		.join(".");
	if (elsewhere && home !== undefined)
		return { path, what, fix: `"${name}" belongs in ${elsewhere.path.includes("[]") ? `[[${home}]]` : `[${home}]`}` };
	return { path, what, fix: `known here: ${siblings.join(", ")}` };
}
