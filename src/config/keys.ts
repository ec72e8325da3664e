// Every key of wellsent.toml as a row of data, read off the schema: for unknown keys, `config print`, the starter file and
// docs/config.md. Pure. The schema is read through zod's own JSON Schema output, not through its internals.
import { z } from "zod";
import { configSchema } from "./schema.ts";

export interface KeyInfo {
	/** "smtp.timeout.connect", "source[].name". */
	readonly key: string;
	/** Parts of the path; "[]" stands for any index. */
	readonly path: readonly string[];
	/** What is written there: section [x], sections [[x]], an inline table, a list of inline tables, or a value. */
	readonly kind: "section" | "sections" | "table" | "tables" | "value";
	readonly required: boolean;
	/** As written in wellsent.toml; null: none. */
	readonly fallback: string | null;
	/** In words, for keys without a written default. */
	readonly otherwise: string | null;
	readonly description: string;
	readonly example: string;
	/** The allowed words; empty: not a choice. */
	readonly choices: readonly string[];
	readonly secret: "all" | "password" | "path" | null;
}

/** The part of JSON Schema that `z.toJSONSchema` writes for our schema, with our metadata in it. */
interface Node {
	readonly type?: string;
	readonly properties?: Readonly<Record<string, Node>>;
	readonly items?: Node;
	readonly required?: readonly string[];
	readonly default?: unknown;
	readonly enum?: readonly string[];
	readonly description?: string;
	readonly example?: string;
	readonly otherwise?: string;
	readonly secret?: "all" | "password" | "path";
}

let all: readonly KeyInfo[] | null = null;

/** All keys in the order of the schema, each section before its keys. */
export function configKeys(): readonly KeyInfo[] {
	all ??= collect(z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" }) as Node, []);
	return all;
}

/** The keys directly below a path ("[]" for any index): names only. */
export function keysBelow(path: readonly string[]): readonly string[] {
	return configKeys()
		.filter((info) => info.path.length === path.length + 1 && path.every((part, index) => info.path[index] === part))
		.map((info) => info.path.at(-1) ?? "");
}

/** A value as it is written in TOML, on one line. */
export function toToml(value: unknown): string {
	if (Array.isArray(value)) return `[${value.map(toToml).join(", ")}]`;
	if (typeof value === "object" && value !== null)
		return `{ ${Object.entries(value)
			.map(([key, item]) => `${key} = ${toToml(item)}`)
			.join(", ")} }`;
	return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function collect(node: Node, path: readonly string[]): readonly KeyInfo[] {
	return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
		const here = [...path, name];
		const inside = child.items?.properties ? child.items : child;
		const below = child.items?.properties ? [...here, "[]"] : here;
		const info = describe(child, inside, here, node.required?.includes(name) ?? false);
		return [info, ...collect(inside, below)];
	});
}

function describe(child: Node, inside: Node, path: readonly string[], required: boolean): KeyInfo {
	const isTable = inside.properties !== undefined;
	const several = inside !== child;
	const kind = !isTable ? "value" : path.length === 1 ? (several ? "sections" : "section") : several ? "tables" : "table";
	return {
		key: path.join(".").replaceAll(".[]", "[]"),
		path,
		kind,
		required,
		fallback: child.default === undefined || (isTable && !several) ? null : toToml(child.default),
		otherwise: child.otherwise ?? null,
		description: child.description ?? inside.description ?? "",
		example: child.example ?? inside.example ?? "",
		choices: child.enum ?? [],
		secret: child.secret ?? null,
	};
}

/** Written defaults of single texts by key, without their quotes: "web.listen" → "127.0.0.1:8420". */
export function writtenDefaults(): ReadonlyMap<string, string> {
	return new Map(
		configKeys().flatMap(({ key, fallback }) => (fallback?.startsWith('"') ? [[key, String(JSON.parse(fallback))]] : [])),
	);
}
