// A world: zones, hosts with their manners, and the sources and blacklists an application in it is told of. Pure.
import { fail, textOf } from "../errors.ts";
import { type Manners, type MannersInput, manners } from "./manners.ts";
import { bare, type ParsedZones, parseZones } from "./zone.ts";

export interface WorldHost {
	/** Lower case. */
	readonly name: string;
	/** Loopback addresses it listens on. */
	readonly addresses: readonly string[];
	/** Hosts of one site count connections, rates and greylists together; null: alone. */
	readonly site: string | null;
	readonly manners: Manners;
}

/** A sending address of this world, as an application's [[source]]. */
export interface WorldSource {
	readonly name: string;
	readonly address: string;
	readonly ehlo: string;
}

/** A provider of this world, by the suffixes of its MX hosts. */
export interface WorldSite {
	readonly name: string;
	readonly suffixes: readonly string[];
}

export interface World {
	readonly zones: ParsedZones;
	readonly hosts: readonly WorldHost[];
	readonly sources: readonly WorldSource[];
	readonly sites: readonly WorldSite[];
	/** DNSBL zones of this world: of addresses and of domains. */
	readonly blacklists: { readonly ip: readonly string[]; readonly domain: readonly string[] };
	/** Domain whose identities may send here (it has SPF and DMARC records), or null. */
	readonly senderDomain: string | null;
}

export interface WorldInput {
	/** Zone text, see zone.ts. */
	readonly zones: string;
	/**
	 * Hosts by name. `addresses` defaults to the host's A records (and AAAA ::1); a host without any gets an address and an A record.
	 * A name that is an MX of the zones and has a loopback address, but is not listed, becomes a host with plain manners.
	 */
	readonly hosts?: Readonly<
		Record<string, { readonly addresses?: readonly string[]; readonly site?: string; readonly manners?: MannersInput }>
	>;
	readonly sources?: readonly WorldSource[];
	readonly sites?: readonly WorldSite[];
	readonly blacklists?: { readonly ip?: readonly string[]; readonly domain?: readonly string[] };
	readonly senderDomain?: string;
}

/** Completes and checks a world. Throws sandbox-zone-bad and sandbox-world-bad. */
export function defineWorld(input: WorldInput): World {
	const parsed = parseZones(input.zones);
	const records = [...parsed.records];
	const hosts: WorldHost[] = [];
	const taken = new Map<string, string>();
	const addressesOf = (name: string) =>
		records.filter(
			(record) => record.name === name && isLoopback(record.data) && (record.type === "A" || record.type === "AAAA"),
		);

	const listed = Object.entries(input.hosts ?? {}).map(([name, host]) => ({ name: bare(name), host }));
	const names = new Set(listed.map(({ name }) => name));
	for (const { name, host } of listed) {
		let addresses = host.addresses ?? addressesOf(name).map((record) => record.data);
		if (addresses.length === 0) addresses = [nextAddress(taken, records)];
		const known = addressesOf(name).map((record) => record.data);
		for (const address of addresses) {
			const other = taken.get(address);
			if (!isLoopback(address))
				fail("sandbox-world-bad", { detail: `host ${name} has the address ${address}, which is not loopback` });
			if (other !== undefined) fail("sandbox-world-bad", { detail: `hosts ${other} and ${name} share the address ${address}` });
			taken.set(address, name);
			if (!known.includes(address)) records.push({ name, type: address.includes(":") ? "AAAA" : "A", ttl: 300, data: address });
		}
		hosts.push({ name, addresses, site: host.site ?? null, manners: readManners(name, host.manners ?? {}) });
	}
	for (const record of parsed.records) {
		if (record.type !== "MX") continue;
		const name = record.data.slice(record.data.indexOf(" ") + 1);
		const free = addressesOf(name)
			.map((found) => found.data)
			.filter((address) => !taken.has(address));
		if (names.has(name) || free.length === 0) continue;
		names.add(name);
		for (const address of free) taken.set(address, name);
		hosts.push({ name, addresses: free, site: null, manners: manners() });
	}
	return {
		zones: { records, faults: parsed.faults },
		hosts,
		sources: input.sources ?? [],
		sites: input.sites ?? [],
		blacklists: { ip: input.blacklists?.ip ?? [], domain: input.blacklists?.domain ?? [] },
		senderDomain: input.senderDomain ?? null,
	};
}

function readManners(host: string, input: MannersInput): Manners {
	try {
		return manners(input);
	} catch (thrown) {
		return fail("sandbox-world-bad", { detail: `manners of ${host}: ${textOf(thrown)}` }, { cause: thrown });
	}
}

function isLoopback(address: string): boolean {
	return address.startsWith("127.") || address === "::1";
}

/** Addresses for hosts that name none: 127.77.0.1 and on, past those in use. */
function nextAddress(taken: ReadonlyMap<string, string>, records: readonly { readonly data: string }[]): string {
	for (let n = 1; ; n += 1) {
		const address = `127.77.${Math.floor(n / 250)}.${(n % 250) + 1}`;
		if (!taken.has(address) && !records.some((record) => record.data === address)) return address;
	}
}
