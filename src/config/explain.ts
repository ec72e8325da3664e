// The settings in force, one row a key, with where each comes from: `wellsent config print`. Secrets are masked here, so that
// no caller can forget it. Pure.
import { gatewayPreset } from "./gateway-presets.ts";
import { configKeys, type KeyInfo, toToml } from "./keys.ts";
import type { LoadedConfig, Origins } from "./loaded.ts";
import { keyName } from "./mistakes.ts";
import { textAt, valueAt } from "./raw.ts";
import { MASK } from "./secrets.ts";
import { lineOf, type Path, pathKey } from "./toml-lines.ts";
import { withoutPassword } from "./values.ts";

export interface Setting {
	/** "source[mta1].ehlo", as in the messages about mistakes. */
	readonly key: string;
	/** As written in wellsent.toml, texts without their quotes, secrets masked; null: not set. */
	readonly value: string | null;
	/** "wellsent.toml line 12", "default", "environment PARTNER_PASSWORD", "service gmail". */
	readonly from: string;
	/** What happens when it is not set; null when it is set. */
	readonly otherwise: string | null;
}

/** Every key in the order of the schema; lists of tables once an entry, an empty list as one row. */
export function explainConfig(loaded: LoadedConfig): readonly Setting[] {
	return configKeys().flatMap((info) => {
		if (info.kind === "section") return [];
		return places(info.path, loaded.origins.raw).flatMap((path) => row(info, path, loaded));
	});
}

/** The rows as text, the keys in one column and the origins in another. */
export function explainText(settings: readonly Setting[]): string {
	const keys = Math.max(0, ...settings.map(({ key }) => key.length));
	const shown = settings.map(({ value, otherwise }) => value ?? `– (${otherwise ?? "not set"})`);
	const values = Math.min(48, Math.max(0, ...shown.map((value) => value.length)));
	return settings
		.map(({ key, from }, index) => `${key.padEnd(keys)}  ${(shown[index] ?? "").padEnd(values)}  ${from}`)
		.join("\n");
}

/** The paths that "[]" stands for in this document. */
function places(path: readonly string[], raw: unknown): readonly Path[] {
	let found: readonly Path[] = [[]];
	for (const part of path)
		found = found.flatMap((before) => {
			if (part !== "[]") return [[...before, part]];
			const list = valueAt(raw, before);
			return Array.isArray(list) ? list.map((_, index) => [...before, index]) : [];
		});
	return found;
}

function row(info: KeyInfo, path: Path, loaded: LoadedConfig): readonly Setting[] {
	const { raw } = loaded.origins;
	const key = keyName(path, raw);
	const written = valueAt(raw, path);
	if (info.kind !== "value") return withoutEntries(info, key, written);
	if (written !== undefined) return [{ key, value: masked(written, info), from: origin(path, loaded.origins), otherwise: null }];
	if (info.fallback !== null) return [{ key, value: masked(JSON.parse(info.fallback), info), from: "default", otherwise: null }];
	const computed = computedValue(info.key, path, loaded);
	if (computed !== null) return [{ key, ...computed, otherwise: null }];
	// Keys of an optional table that was left out are told by the row of the table.
	const above =
		info.path.length > 2 &&
		info.path.at(-2) !== "[]" &&
		info.path.at(-2) !== "limits" &&
		valueAt(raw, path.slice(0, -1)) === undefined;
	return above ? [] : [{ key, value: null, from: "default", otherwise: info.otherwise }];
}

/** Tables are told by their keys; only one that is not there, or a list without entries, gets a row itself. */
function withoutEntries(info: KeyInfo, key: string, written: unknown): readonly Setting[] {
	if (info.kind === "sections" || info.kind === "tables") {
		const empty = written === undefined || (Array.isArray(written) && written.length === 0);
		return empty ? [{ key, value: null, from: "default", otherwise: "none" }] : [];
	}
	return written === undefined && info.otherwise !== null
		? [{ key, value: null, from: "default", otherwise: info.otherwise }]
		: [];
}

function origin(path: Path, origins: Origins): string {
	const names = [...origins.used].filter(([key]) => key === pathKey(path) || key.startsWith(`${pathKey(path).slice(0, -1)},`));
	if (names.length > 0) return `environment ${[...new Set(names.flatMap(([, list]) => list))].join(", ")}`;
	const line = lineOf(origins.lines, path);
	return line === null ? (origins.shown ?? "default") : `${origins.shown} line ${line}`;
}

/** Defaults that follow from other keys. */
function computedValue(key: string, path: Path, loaded: LoadedConfig): Pick<Setting, "value" | "from"> | null {
	const index = Number(path[1]);
	const { raw } = loaded.origins;
	const source = loaded.config.sources[index];
	const gateway = loaded.config.gateways[index];
	const identity = loaded.config.identities[index];
	const service = textAt(raw, ["gateway", index, "service"]);
	const from = gatewayPreset(service ?? "") ? `service ${service}` : "default";
	const given = (value: string | number | null | undefined, where: string) =>
		value === null || value === undefined || value === "" ? null : { value: String(value), from: where };
	switch (key) {
		case "source[].public_address":
			return given(source?.publicAddress, "default");
		case "gateway[].host":
			return given(gateway?.host, from);
		case "gateway[].port":
			return given(gateway?.port, from);
		case "gateway[].security":
			return given(gateway?.security, from);
		case "gateway[].limits.rate":
			return gateway && gateway.rates.length > 0 ? { value: toToml(gateway.rates.map(({ text }) => text)), from } : null;
		case "gateway[].limits.connections":
			return given(gateway?.connections, from);
		case "identity[].return_path":
			return given(identity?.returnPath, "default");
		case "identity[].dkim[].domain":
			return given(identity?.dkim[Number(path[3])]?.domain, "default");
		default:
			return null;
	}
}

function masked(value: unknown, info: KeyInfo): string {
	const text = typeof value === "string" ? value : toToml(value);
	switch (info.secret) {
		case "all":
			return MASK;
		case "path":
			// Many services put the secret into the path; user and password go with it.
			return URL.canParse(text) ? `${new URL(text).origin}/${MASK}` : MASK;
		case "password":
		case null:
			return withoutPassword(text);
	}
}
