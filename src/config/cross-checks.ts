// What must fit together in wellsent.toml: names that are referred to, things that exist twice, limits, listeners. Pure.
// Gateways have their own table next door (check-gateways.ts), key files theirs (key-files.file.ts).
import { checkGateways, checkLocals, checkRequired } from "./check-gateways.ts";
import { suggestion } from "./nearest.ts";
import { type Mistake, tablesOf, textAt, textsAt, valueAt } from "./raw.ts";
import type { Path } from "./toml-lines.ts";
import { formatSize, parseDuration, parseSize } from "./units.ts";
import { isLoopback, isPrivate, type Listen, parseFrom, parseListen } from "./values.ts";
import { parseRoute } from "./values-gateway.ts";

export interface Checked {
	readonly mistakes: readonly Mistake[];
	/** Allowed, but hardly meant. */
	readonly warnings: readonly Mistake[];
}

/**
 * All cross checks. `raw`: the document with its variables filled in; `defaults`: written defaults by key ("web.listen").
 * `knownSites`: names of the sites there is data for; a name with a dot is the domain of somebody's MX hosts and always good.
 */
export function crossChecks(raw: unknown, defaults: ReadonlyMap<string, string>, knownSites: readonly string[] | null): Checked {
	const written = (section: string, key: string) => textAt(raw, [section, key]) ?? defaults.get(`${section}.${key}`) ?? "";
	return {
		mistakes: [
			...duplicates(raw, "source", "name", (name) => name, "a source"),
			...duplicates(raw, "source", "address", (address) => address.toLowerCase(), "a source with the address"),
			...duplicates(raw, "gateway", "name", (name) => name, "a gateway"),
			...duplicates(raw, "identity", "from", normalFrom, "an identity for"),
			...sharedNames(raw),
			...checkGateways(raw),
			...checkRequired(raw),
			...checkLocals(raw),
			...identities(raw),
			...lanes(raw, knownSites),
			...limits(raw, written),
			...curve(raw),
			...alerts(raw),
			...listeners(raw, written),
		],
		warnings: [...hiddenSources(raw), ...idleLanes(raw), ...unusedSources(raw)],
	};
}

const names = (raw: unknown, list: "source" | "gateway") =>
	tablesOf(raw, [list]).flatMap(({ path }) => textAt(raw, [...path, "name"]) ?? []);

function normalFrom(from: string): string {
	const parsed = parseFrom(from);
	return parsed.ok ? parsed.value : from.toLowerCase();
}

function duplicates(raw: unknown, list: string, key: string, normal: (text: string) => string, noun: string): readonly Mistake[] {
	const seen = new Set<string>();
	return tablesOf(raw, [list]).flatMap(({ path }) => {
		const text = textAt(raw, [...path, key]);
		if (text === null) return [];
		if (!seen.has(normal(text))) {
			seen.add(normal(text));
			return [];
		}
		return [{ path: [...path, key], what: `there is already ${noun} "${text}"`, fix: "keep one of the two, or change this one" }];
	});
}

/** A lane is (source or gateway) × site: one name for both would mix their limits. */
function sharedNames(raw: unknown): readonly Mistake[] {
	const sources = new Set(names(raw, "source"));
	return tablesOf(raw, ["gateway"]).flatMap(({ path }) => {
		const name = textAt(raw, [...path, "name"]);
		if (name === null || !sources.has(name)) return [];
		return [{ path: [...path, "name"], what: `"${name}" is already the name of a source`, fix: "give the gateway another name" }];
	});
}

function identities(raw: unknown): readonly Mistake[] {
	const sources = names(raw, "source");
	const gateways = names(raw, "gateway");
	return tablesOf(raw, ["identity"]).flatMap(({ path, table }) => {
		const found: Mistake[] = [];
		const parsed = parseRoute(valueAt(raw, [...path, "route"]) ?? "direct");
		const route = parsed.ok ? parsed.value.map(({ gateway }) => gateway) : [""];
		for (const name of route)
			if (name !== "" && !gateways.includes(name))
				found.push({
					path: [...path, "route"],
					what: `there is no gateway "${name}"`,
					fix: `${suggestion(name, ["direct", ...gateways], "route")} Routes are "direct" and the names of [[gateway]]`,
				});
		for (const [index, name] of textsAt(raw, [...path, "sources"]).entries())
			if (!sources.includes(name))
				found.push({
					path: [...path, "sources", index],
					what: `there is no source "${name}"`,
					fix: `${suggestion(name, sources, "source")} Sources are the names of [[source]]`,
				});
		if (route.length === 0 && tablesOf(raw, ["source"]).length === 0)
			found.push({
				path: "route" in table ? [...path, "route"] : path,
				what: "is sent directly, but there is no [[source]] to send from",
				fix: "add a [[source]] with name, address and ehlo, or name a gateway as the route",
			});
		const keys = new Set<string>();
		for (const key of tablesOf(raw, [...path, "dkim"])) {
			const id = `${textAt(raw, [...key.path, "selector"])} ${textAt(raw, [...key.path, "domain"])}`;
			if (keys.has(id))
				found.push({
					path: [...key.path, "selector"],
					what: "signs twice with the same selector",
					fix: "give each key a selector of its own",
				});
			keys.add(id);
		}
		return found;
	});
}

function lanes(raw: unknown, knownSites: readonly string[] | null): readonly Mistake[] {
	const sources = names(raw, "source");
	const seen = new Set<string>();
	return tablesOf(raw, ["lane"]).flatMap(({ path }) => {
		const found: Mistake[] = [];
		const site = textAt(raw, [...path, "site"]);
		const source = textAt(raw, [...path, "source"]);
		if (source !== null && !sources.includes(source))
			found.push({
				path: [...path, "source"],
				what: `there is no source "${source}"`,
				fix: `${suggestion(source, sources, "source")} Limits of a gateway are written at the [[gateway]]`,
			});
		if (site !== null && knownSites !== null && !site.includes(".") && !knownSites.includes(site))
			found.push({
				path: [...path, "site"],
				what: `there is no site "${site}"`,
				fix: `${suggestion(site, knownSites, "site")} Other providers go by the domain of their MX hosts, e.g. "example.com"`,
			});
		const id = `${site} ${source}`;
		if (site !== null && seen.has(id))
			found.push({
				path,
				what: `there is already a lane for "${site}"${source === null ? "" : ` from "${source}"`}`,
				fix: "put the limits of both into one",
			});
		seen.add(id);
		return found;
	});
}

function limits(raw: unknown, written: (section: string, key: string) => string): readonly Mistake[] {
	const found: Mistake[] = [];
	for (const [lower, upper] of [
		["html_warn", "html_max"],
		["message_warn", "message_max"],
	] as const) {
		const low = parseSize(written("limits", lower));
		const high = parseSize(written("limits", upper));
		if (!low.ok || !high.ok || low.value <= high.value) continue;
		const key = textAt(raw, ["limits", upper]) === null ? lower : upper;
		found.push({
			path: ["limits", key],
			what: `${lower} (${formatSize(low.value)}) is above ${upper} (${formatSize(high.value)}), so it would never warn`,
			fix: `make ${lower} the smaller one`,
		});
	}
	const waits = textsAt(raw, ["retry", "waits"]);
	const first = parseDuration(waits[0] ?? "");
	const giveUp = parseDuration(written("retry", "give_up"));
	if (first.ok && giveUp.ok && first.value >= giveUp.value)
		found.push({
			path: ["retry", "waits"],
			what: `the first wait (${waits[0]}) is not shorter than give_up (${written("retry", "give_up")}): nothing would be tried twice`,
			fix: "write a shorter first wait, or a longer give_up",
		});
	return found;
}

/** A ramp that falls would make the source look as if it had been throttled, and the day it falls on is hardly meant. */
function curve(raw: unknown): readonly Mistake[] {
	const steps = valueAt(raw, ["warmup", "curve"]);
	if (!Array.isArray(steps)) return [];
	const index = steps.findIndex((step, i) => typeof step === "number" && i > 0 && step < Number(steps[i - 1]));
	if (index < 0) return [];
	return [
		{
			path: ["warmup", "curve", index],
			what: `day ${index + 1} of the curve (${steps[index]}) is below day ${index} (${steps[index - 1]})`,
			fix: `write the days in rising order, e.g. ${JSON.stringify(steps.toSorted((a, b) => Number(a) - Number(b)).slice(0, 8)).replaceAll(",", ", ")}`,
		},
	];
}

function alerts(raw: unknown): readonly Mistake[] {
	const gateway = textAt(raw, ["alerts", "mail", "gateway"]);
	const gateways = names(raw, "gateway");
	if (gateway === null || gateways.includes(gateway)) return [];
	return [
		{
			path: ["alerts", "mail", "gateway"],
			what: `there is no gateway "${gateway}"`,
			fix: `${suggestion(gateway, gateways, "gateway")} Gateways are the names of [[gateway]]`,
		},
	];
}

function listeners(raw: unknown, written: (section: string, key: string) => string): readonly Mistake[] {
	const web = parseListen(written("web", "listen"));
	const inbound = parseListen(written("inbound", "listen"));
	const found: Mistake[] = [];
	if (web.ok && !isLoopback(web.value.host) && valueAt(raw, ["web", "token"]) === undefined)
		found.push({
			path: ["web", "listen"],
			what: `${written("web", "listen")} can be reached from other machines, but there is no token`,
			fix:
				'write token = "$' + '{WELLSENT_TOKEN}" and set the variable (`openssl rand -hex 24` makes one), or listen on 127.0.0.1',
		});
	if (web.ok && inbound.ok && collide(web.value, inbound.value))
		found.push({
			path: ["inbound", "listen"],
			what: `port ${inbound.value.port} is already taken by [web] listen`,
			fix: "use another port; MX hosts deliver to 25 only",
		});
	return found;
}

/** Two listeners cannot share a port of one address; a wildcard has all addresses (of both families, as Node listens). */
function collide(a: Listen, b: Listen): boolean {
	const any = (host: string) => host === "0.0.0.0" || host === "::";
	const name = (host: string) => (host === "localhost" ? "127.0.0.1" : host);
	return a.port !== 0 && a.port === b.port && (any(a.host) || any(b.host) || name(a.host) === name(b.host));
}

function hiddenSources(raw: unknown): readonly Mistake[] {
	return tablesOf(raw, ["source"]).flatMap(({ path }) => {
		const key = textAt(raw, [...path, "public_address"]) === null ? "address" : "public_address";
		const address = textAt(raw, [...path, key]) ?? "";
		if (!isPrivate(address)) return [];
		return [
			{
				path: [...path, key],
				what: `${address} is private, so blacklists know nothing of it`,
				fix: "write the address that the world sees as public_address",
			},
		];
	});
}

function idleLanes(raw: unknown): readonly Mistake[] {
	return tablesOf(raw, ["lane"]).flatMap(({ path, table }): readonly { path: Path; what: string; fix: string }[] => {
		if (Object.keys(table).some((key) => key !== "site" && key !== "source")) return [];
		return [{ path, what: "changes nothing", fix: "write a limit into it, e.g. connections = 2, or remove it" }];
	});
}

function unusedSources(raw: unknown): readonly Mistake[] {
	return tablesOf(raw, ["identity"]).flatMap(({ path }) => {
		const route = parseRoute(valueAt(raw, [...path, "route"]) ?? "direct");
		const first = route.ok ? route.value[0] : undefined;
		if (first === undefined || textsAt(raw, [...path, "sources"]).length === 0) return [];
		return [
			{ path: [...path, "sources"], what: `are not used: the route is the gateway "${first.gateway}"`, fix: "remove them" },
		];
	});
}
