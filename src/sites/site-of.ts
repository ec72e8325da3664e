// Rolls MX hosts up to a site and hands out its facts. Pure: DNS was asked elsewhere, overrides are applied elsewhere (throttle).
import { registrableDomain } from "../address/registrable.ts";
import { ASIA } from "./data/asia.ts";
import { EUROPE } from "./data/europe.ts";
import { GATEWAYS } from "./data/gateways.ts";
import { GLOBAL } from "./data/global.ts";
import type { Site } from "./site.ts";
import { type SiteData, UNKNOWN } from "./site-data.ts";

/** All providers that we have facts about. */
export const SITES: readonly SiteData[] = [...GLOBAL, ...EUROPE, ...ASIA, ...GATEWAYS];

interface Index {
	readonly bySuffix: ReadonlyMap<string, SiteData>;
	readonly byName: ReadonlyMap<string, SiteData>;
}

const indexOf = (sites: readonly SiteData[]): Index => ({
	bySuffix: new Map(
		sites.flatMap((site) => site.suffixes.map((suffix) => [suffix.toLowerCase().replace(/^\./, ""), site] as const)),
	),
	byName: new Map(sites.map((site) => [site.name, site])),
});

const BUILT_IN = indexOf(SITES);
const NONE: Index = { bySuffix: new Map(), byName: new Map() };
/** The extra sites are one array for the life of the program: compiled once. */
const compiled = new WeakMap<readonly SiteData[], Index>();

const extraIndex = (extra: readonly SiteData[] | undefined): Index => {
	if (extra === undefined || extra.length === 0) return NONE;
	const known = compiled.get(extra);
	if (known !== undefined) return known;
	const made = indexOf(extra);
	compiled.set(extra, made);
	return made;
};

/** The site with the longest suffix of this host; an extra site wins over a built-in one at the same length. */
const siteOfHost = (host: string, extra: Index): SiteData | null => {
	let name = host.toLowerCase().replace(/\.$/, "");
	for (;;) {
		const site = extra.bySuffix.get(name) ?? BUILT_IN.bySuffix.get(name);
		if (site !== undefined) return site;
		const dot = name.indexOf(".");
		if (dot < 0) return null;
		name = name.slice(dot + 1);
	}
};

/** The most frequent one; among equals the first of the alphabet, since DNS shuffles hosts of equal preference. */
const mostFrequent = (names: readonly string[]): string | null => {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0] ?? null;
};

export interface SiteRef {
	/** "google"; or, for a provider without data, the registrable domain of its MX hosts. */
	readonly name: string;
	readonly known: boolean;
}

/**
 * The site that serves a domain, by its most preferred MX hosts: mail goes there first, and backup hosts are often somebody else's.
 *
 * 1. a provider's data, by the longest suffix; 2. the registrable domain of the hosts, so that 10,000 domains at one hosting company share one
 * lane; 3. the recipient domain's own registrable domain (hosts given as IP addresses, or none).
 *
 * @param mxHosts in any order; empty for the implicit MX (RFC 5321 section 5.1), where the domain is its own host.
 * @param extra sites beside the built-in ones; pass the same array each time, it is compiled once.
 */
export const siteOf = (
	mxHosts: readonly { readonly name: string; readonly preference: number }[],
	domain: string,
	extra?: readonly SiteData[],
): SiteRef => {
	const hosts = mxHosts.length === 0 ? [{ name: domain, preference: 0 }] : mxHosts;
	const best = hosts.reduce((least, host) => Math.min(least, host.preference), Number.POSITIVE_INFINITY);
	const names = hosts.filter((host) => host.preference === best).map((host) => host.name);
	const more = extraIndex(extra);

	const provider = mostFrequent(names.flatMap((name) => siteOfHost(name, more)?.name ?? []));
	if (provider !== null) return { name: provider, known: true };

	const owner = mostFrequent(names.flatMap((name) => registrableDomain(name) ?? []));
	return { name: owner ?? registrableDomain(domain) ?? domain.toLowerCase(), known: false };
};

/** The facts of a site by its name; the defaults for unknown sites under that name when there are none. */
export const siteFacts = (name: string, extra?: readonly SiteData[]): Site => {
	const data = extraIndex(extra).byName.get(name) ?? BUILT_IN.byName.get(name);
	if (data === undefined) return { name, title: name, known: false, ...UNKNOWN };
	const { connections, connectionsPerHour, messagesPerConnection, rates, tls, size, postmaster, title } = data;
	return { name, title, known: true, connections, connectionsPerHour, messagesPerConnection, rates, tls, size, postmaster };
};
