// Reads wellsent.toml: file → TOML → environment → schema → cross checks → `Config`, with every mistake told at once and with
// its line. It reads files and nothing else: no DNS, no ports; those are the preflight's work.
import { readFile } from "node:fs/promises";
import { basename, dirname, relative, resolve } from "node:path";
import { parse, TomlError } from "smol-toml";
import { codeOf, type Finding, fail, textOf } from "../errors.ts";
import { buildConfig } from "./build.ts";
import { crossChecks } from "./cross-checks.ts";
import { type Environment, fillIn } from "./environment.ts";
import { readGatewayFiles } from "./gateway-files.file.ts";
import { checkKeyFiles } from "./key-files.file.ts";
import { writtenDefaults } from "./keys.ts";
import type { LoadedConfig, Origins } from "./loaded.ts";
import { keyName, schemaMistakes } from "./mistakes.ts";
import type { Mistake } from "./raw.ts";
import { configSchema } from "./schema.ts";
import { MASK } from "./secrets.ts";
import { lineOf, type Path, tomlLines } from "./toml-lines.ts";
import type { Config } from "./types.ts";
import { withoutPassword } from "./values.ts";

export interface LoadOptions {
	/** As given with --config: it must exist. Absent: wellsent.toml in `cwd`, if there is one. */
	readonly file?: string;
	/** Absolute folder that `file` and the default are relative to; the root of relative paths when there is no file. */
	readonly cwd: string;
	readonly env: Environment;
	/** Names of the sites there is data for; absent: site names are not checked. */
	readonly knownSites?: readonly string[];
}

/** The settings. Throws config-missing, config-unreadable, config-syntax, or config-invalid with one finding a mistake. */
export async function loadConfig(options: LoadOptions): Promise<Config> {
	return (await readConfig(options)).config;
}

/** As `loadConfig`, with the warnings and where each setting comes from. */
export async function readConfig(options: LoadOptions): Promise<LoadedConfig> {
	const file = resolve(options.cwd, options.file ?? "wellsent.toml");
	const shown = shownName(file, options.cwd);
	const text = await read(file, shown, options.file !== undefined);
	const root = text === null ? resolve(options.cwd) : dirname(file);
	const filled = fillIn(text === null ? {} : document(text, shown), options.env);
	const lines = tomlLines(text ?? "");
	const origins: Origins = { shown: text === null ? null : basename(file), raw: filled.value, lines, used: filled.used };

	const parsed = configSchema.safeParse(filled.value);
	const cross = crossChecks(filled.value, writtenDefaults(), options.knownSites ?? null);
	const keys = await checkKeyFiles(filled.value, root);
	const files = await readGatewayFiles(filled.value, root, { file: text === null ? null : file, used: filled.used });
	const mistakes = firstOfEach([
		...filled.mistakes,
		...(parsed.success ? [] : schemaMistakes(parsed.error, filled.value)),
		...cross.mistakes,
		...keys.mistakes,
		...files.mistakes,
	]);
	if (mistakes.length > 0 || !parsed.success)
		fail(
			"config-invalid",
			{ file: shown, count: mistakes.length === 1 ? "1 mistake" : `${mistakes.length} mistakes` },
			{ findings: findings(mistakes, origins) },
		);
	return {
		config: files.fill(buildConfig(parsed.data, text === null ? null : file, root)),
		warnings: findings([...cross.warnings, ...keys.warnings, ...files.warnings], origins),
		origins,
	};
}

async function read(file: string, shown: string, required: boolean): Promise<string | null> {
	try {
		const bytes = await readFile(file);
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch (error) {
		const code = codeOf(error);
		if (code === "ENOENT" && !required) return null;
		if (code === "ENOENT") fail("config-missing", { file: shown }, { cause: error });
		if (code === "EISDIR") fail("config-unreadable", { file: shown, detail: "it is a folder" }, { cause: error });
		if (code === "ERR_ENCODING_INVALID_ENCODED_DATA")
			fail("config-unreadable", { file: shown, detail: "it is not UTF-8 text" }, { cause: error });
		fail("config-unreadable", { file: shown, detail: code === "EACCES" ? "permission denied" : textOf(error) }, { cause: error });
	}
}

function document(text: string, shown: string): unknown {
	try {
		// "throw": a key named __proto__ is nobody's setting.
		return parse(text, { unsafeKeyBehaviour: "throw" });
	} catch (error) {
		if (!(error instanceof TomlError)) throw error;
		const line = withoutSecret(text.split(/\r?\n/)[error.line - 1] ?? "");
		// "line 3: " + the line, and the mark under its place; tabs are kept so that the mark stands right.
		const number = `  ${error.line}: `;
		const mark = `${" ".repeat(number.length)}${line.slice(0, error.column - 1).replace(/[^\t]/g, " ")}^`;
		fail(
			"config-syntax",
			{
				file: shown,
				line: error.line,
				column: error.column,
				detail: error.message.split("\n")[0]?.replace(/^Invalid TOML document: /, "") ?? "",
				excerpt: line.trim() === "" ? "" : `\n${number}${line}\n${mark}`,
			},
			{ cause: error },
		);
	}
}

/** A line as it may be shown: what stands behind the name of a secret is left out, whatever is wrong with it. */
function withoutSecret(line: string): string {
	const secret = /(?:password|secret|token|dqs_key)["']?\s*=/i.exec(line);
	return secret === null ? withoutPassword(line) : `${line.slice(0, secret.index + secret[0].length)} ${MASK}`;
}

/** What was said first about a key is what is told: a missing variable is not also "not a password". */
function firstOfEach(mistakes: readonly Mistake[]): readonly Mistake[] {
	const kept: Mistake[] = [];
	for (const mistake of mistakes) if (!kept.some((one) => covers(one.path, mistake.path))) kept.push(mistake);
	return kept;
}

/** Same key, or the mistake of a whole value above its parts' (never that of a section above its keys). */
function covers(earlier: Path, later: Path): boolean {
	const same = later.length >= earlier.length && earlier.every((part, index) => later[index] === part);
	return same && (later.length === earlier.length || typeof earlier.at(-1) === "string");
}

function findings(mistakes: readonly Mistake[], origins: Origins): readonly Finding[] {
	return mistakes
		.map((mistake) => ({ ...mistake, line: lineOf(origins.lines, mistake.path) }))
		.sort((a, b) => (a.line ?? 0) - (b.line ?? 0))
		.map(({ path, line, what, fix }) => {
			const place = line === null ? (origins.shown ?? "") : `${origins.shown} line ${line}`;
			return { where: `${place}, ${keyName(path, origins.raw)}`, what, fix };
		});
}

/** Relative to where the user is, unless that is farther than the absolute path. */
function shownName(file: string, cwd: string): string {
	const near = relative(cwd, file);
	return near === "" || near.startsWith("..") ? file : near;
}
