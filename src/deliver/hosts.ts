// The hosts that a delivery may be handed to, in the order in which they are asked.
import { isIP } from "node:net";
import { registrableDomain } from "../address/registrable.ts";
import type { MxAnswer, MxHost } from "../routing/mx.ts";
import { orderHosts } from "../routing/order.ts";
import { addressFor } from "../routing/route.ts";
import type { Desk, Exit } from "./engine.ts";
import type { HostMark } from "./host-memory.ts";
import type { ClaimedDelivery } from "./settlement.ts";

/** No try speaks to more hosts than this: it bounds the time of a try, and keeps a domain with fifty MX records from using us as a hammer. */
const MOST_HOSTS = 5;

export interface PlannedHost {
	readonly name: string;
	readonly preference: number;
	/** Why it was put behind its siblings, if it was. */
	readonly mark: HostMark | null;
	/** It refused us before; this one message shall see whether it still does. */
	readonly probe?: true;
}

export type Place =
	| {
			readonly kind: "hosts";
			readonly site: string;
			readonly hosts: readonly PlannedHost[];
			/** The marked hosts that would have been asked before the first one. */
			readonly skipped: readonly PlannedHost[];
	  }
	| { readonly kind: "nowhere"; readonly answer: Exclude<MxAnswer, { kind: "hosts" }> };

/** Name of the site under which a gateway's mail is filed. */
export function gatewaySite(name: string): string {
	return `gateway:${name}`;
}

/** Name under which the deliveries wait that any of these gateways may take. */
export function gatewayPool(names: readonly string[]): string {
	return gatewaySite(names.toSorted().join("+"));
}

/** The site of what leaves by that exit, in its lane and in the log: a pool is only a waiting room. */
export function siteThrough(exit: Exit, site: string): string {
	return exit.kind === "gateway" ? gatewaySite(exit.gateway.name) : site;
}

/** Asks DNS where the delivery goes (cached for the records' life) and orders the hosts: preference, equal ones shuffled, those that refuse us last. */
export async function findHosts(delivery: ClaimedDelivery, desk: Desk): Promise<Place> {
	const { engine, exit } = desk;
	if (exit.kind === "gateway") {
		return {
			kind: "hosts",
			site: exit.pool,
			hosts: [{ name: exit.gateway.host, preference: 0, mark: null }],
			skipped: [],
		};
	}
	const answer = await engine.resolver.mx(delivery.domain);
	if (answer.kind !== "hosts") return { kind: "nowhere", answer };
	const source = exit.source.name;
	const ordered = orderHosts(answer.hosts, engine.random);
	const planned = ordered.map((host): PlannedHost => ({ ...host, mark: engine.hosts.mark(source, host.name) }));
	const isHealthy = (host: PlannedHost) => host.mark === null && !engine.hosts.refusesUs(source, host.name);
	const first = planned.find(isHealthy);
	// Healthy hosts first. A host that refused us gets one message now and then, if it stands no further back than they do; its refusal costs that
	// message nothing but a sibling.
	const probed = planned.find(
		(host) => host.preference <= (first ?? host).preference && engine.hosts.takeProbe(source, host.name),
	);
	const probe: PlannedHost[] = probed === undefined ? [] : [{ ...probed, mark: null, probe: true }];
	const others = planned.filter((host) => host !== probed);
	const healthy = others.filter(isHealthy);
	const marked = others.filter((host) => !isHealthy(host));
	const firstHealthy = others.findIndex(isHealthy);
	return {
		kind: "hosts",
		site: engine.siteOf(answer.hosts, delivery.domain),
		hosts: [...probe, ...healthy, ...marked].slice(0, MOST_HOSTS),
		skipped: firstHealthy > 0 ? others.slice(0, firstHealthy) : [],
	};
}

/** One address of one host, or why it has none that we can reach. */
export interface Target {
	readonly host: string;
	readonly address: string | null;
	/** Set when there is no address. */
	readonly trouble: "no-address" | "dns-failed";
	readonly detail: string;
}

/** The hosts with their addresses, in order. A host that is connected already goes first where its preference is as good as the first one's. */
export async function targetsOf(hosts: readonly PlannedHost[], desk: Desk, connected: string | null): Promise<Target[]> {
	const best = hosts[0]?.preference;
	const probing = hosts[0]?.probe === true;
	const held = hosts.find((host) => !probing && host.name === connected && host.mark === null && host.preference === best);
	const order = held === undefined ? hosts : [held, ...hosts.filter((host) => host !== held)];
	const found = await Promise.all(order.map((host) => addressesOf(host.name, desk)));
	const reachable = found.flat().filter((target) => target.address !== null);
	// Hosts without an address are only worth a word when there is no other.
	return reachable.length > 0 ? reachable.slice(0, MOST_HOSTS) : found.flat().slice(0, 1);
}

async function addressesOf(host: string, desk: Desk): Promise<Target[]> {
	if (isIP(host) !== 0) return [{ host, address: host, trouble: "no-address", detail: "" }];
	const answer = await desk.engine.resolver.addresses(host);
	if (answer.kind === "failed")
		return [{ host, address: null, trouble: "dns-failed", detail: `looking up the address of ${host}: ${answer.detail}` }];
	const addresses =
		answer.kind === "none"
			? []
			: desk.exit.kind === "direct"
				? addressFor(desk.exit.source, answer)
				: [...answer.v4, ...answer.v6];
	if (addresses.length === 0)
		return [{ host, address: null, trouble: "no-address", detail: `${host} has no address that this source can reach` }];
	return addresses.map((address) => ({ host, address, trouble: "no-address", detail: "" }));
}

/** Site of a domain whose MX hosts are not known (no DNS answer): a lane of its own, so that it holds up nobody. */
export function siteOfUnknown(domain: string): string {
	return registrableDomain(domain) ?? domain;
}

export interface SiteLookUp {
	/** Every domain has a site: where DNS had no answer, one of its own. */
	readonly sites: ReadonlyMap<string, string>;
	/** Domains for which DNS gave no answer (not: "there is no such domain"). */
	readonly failed: readonly { readonly domain: string; readonly detail: string }[];
}

/** The site of each domain, by DNS. */
export async function lookUpSites(
	domains: readonly string[],
	resolver: { mx(domain: string): Promise<MxAnswer> },
	siteOf: (hosts: readonly MxHost[], domain: string) => string,
): Promise<SiteLookUp> {
	const failed: { domain: string; detail: string }[] = [];
	const found = await Promise.all(
		domains.map(async (domain): Promise<[string, string]> => {
			const answer = await resolver.mx(domain);
			if (answer.kind === "failed") failed.push({ domain, detail: answer.detail });
			return [domain, answer.kind === "hosts" ? siteOf(answer.hosts, domain) : siteOfUnknown(domain)];
		}),
	);
	return { sites: new Map(found), failed };
}
