// ${NAME} inside the texts of wellsent.toml. Pure: the environment is an argument. Also turns TOML's dates into their text, so
// that `warmup = 2026-11-01` and `warmup = "2026-11-01"` mean the same.
import { type Path, pathKey } from "./toml-lines.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** What was wrong with a variable, and the key that asked for it. */
export interface EnvironmentMistake {
	readonly path: Path;
	readonly what: string;
	readonly fix: string;
}

export interface Filled {
	/** The document with every variable replaced; texts with a mistake keep what was written. */
	readonly value: unknown;
	/** Names of the variables in each text, by `pathKey`. */
	readonly used: ReadonlyMap<string, readonly string[]>;
	readonly mistakes: readonly EnvironmentMistake[];
}

/** Replaces `${NAME}` in every text; `$${` stands for a plain `${`. An empty variable counts as missing: it is always a mistake. */
export function fillIn(document: unknown, env: Environment): Filled {
	const used = new Map<string, readonly string[]>();
	const mistakes: EnvironmentMistake[] = [];
	const value = walk(document, [], (text, path) => {
		const names: string[] = [];
		let broken = false;
		const filled = text.replace(/\$\$\{|\$\{([^}]*)\}?/g, (whole, name: string | undefined) => {
			if (name === undefined) return "${";
			const found = variable(whole, name, env);
			if (found.value !== null) {
				names.push(name);
				return found.value;
			}
			broken = true;
			mistakes.push({ path, what: found.what, fix: found.fix });
			return whole;
		});
		if (names.length > 0) used.set(pathKey(path), names);
		return broken ? text : filled;
	});
	return { value, used, mistakes };
}

type Found = { readonly value: string } | { readonly value: null; readonly what: string; readonly fix: string };

function variable(whole: string, name: string, env: Environment): Found {
	if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || !whole.endsWith("}"))
		return {
			value: null,
			what: `${whole} is not the name of an environment variable`,
			fix: "write the name with letters, digits and _ in braces; a plain $ before { is written as $$",
		};
	const value = Object.hasOwn(env, name) ? env[name] : undefined;
	if (value === undefined)
		return {
			value: null,
			what: `the environment variable ${name} is not set`,
			fix: `set ${name} where Wellsent is started, or write the value here`,
		};
	if (value === "")
		return { value: null, what: `the environment variable ${name} is empty`, fix: `give ${name} a value, or leave this key out` };
	return { value };
}

function walk(value: unknown, path: Path, text: (text: string, path: Path) => string): unknown {
	if (typeof value === "string") return text(value, path);
	if (value instanceof Date) return value.toISOString();
	if (Array.isArray(value)) return value.map((item: unknown, index) => walk(item, [...path, index], text));
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item, [...path, key], text)]));
}
