// Which way a delivery leaves: from a source of ours to the MX hosts, through a gateway, or not now. Pure: config and holds in, a route out.
import { isIPv6 } from "node:net";
import type { GatewayConfig, IdentityConfig, SourceConfig } from "../config/types.ts";
import type { AddressAnswer } from "./mx.ts";
import { judgeRoute, type PolicyGrant, type RouteAsk } from "./policy.ts";

/** A hold in force or over, as it is recorded. Other kinds (host, campaign-site) do not decide about the route. */
export interface RouteHold {
	/** "lane", "identity", "host", "campaign-site" … */
	readonly kind: string;
	/** "mta1/google" or "partner/gateway:partner" for a lane, "news@example.com" or "@example.com" for an identity. */
	readonly subject: string;
	readonly reason: string;
	/** Null: until a person releases it. */
	readonly until: number | null;
}

export type Route =
	/** From any of these sources, the first is as good as the last; never empty. */
	| { readonly kind: "direct"; readonly sources: readonly SourceConfig[] }
	/** Through these gateways, by their weights; never empty. */
	| {
			readonly kind: "gateways";
			readonly ways: readonly { readonly gateway: GatewayConfig; readonly weight: number }[];
			/** Names of all that the policy gives it, those included that do not let this identity send now. */
			readonly among: readonly string[];
	  }
	/** Nothing may leave now. `until`: the earliest instant at which that may change; null: when a person acts. */
	| { readonly kind: "held"; readonly reason: string; readonly until: number | null }
	/** The policy forbids it. */
	| { readonly kind: "refused"; readonly rule: string; readonly what: string; readonly fix: string };

/**
 * The route for one identity and one site. A hold on the identity stops everything; one on a lane (source × site) takes that source away,
 * and only when none is left the delivery is held, until the first of them comes back. What the policy forbids, or the config names and does not have
 * (a gateway, a source), is refused or held with the name: mail must never leave by a way its identity was not given. Holds on the lanes of gateways are not looked at: which of
 * several is used is decided when their mail is claimed.
 */
export function chooseRoute(of: {
	identity: IdentityConfig;
	/** What the campaign asks for; absent: as the identity goes. */
	ask?: RouteAsk;
	grants?: readonly PolicyGrant[];
	site: string;
	sources: readonly SourceConfig[];
	gateways: readonly GatewayConfig[];
	holds: readonly RouteHold[];
	now: number;
}): Route {
	const { identity, site } = of;
	const inForce = of.holds.filter((hold) => hold.until === null || hold.until > of.now);
	const onIdentity = longest(inForce.filter((hold) => hold.kind === "identity" && hold.subject === identity.from));
	if (onIdentity !== null) return held(onIdentity);

	const ask = of.ask ?? { from: identity.from, group: null, route: null };
	const verdict = judgeRoute(ask, { identity, gateways: of.gateways, grants: of.grants ?? [] });
	if (verdict.kind === "refused") return verdict;
	if (verdict.ways.length > 0) {
		const ways = verdict.ways.flatMap(({ gateway: name, weight }) => {
			const gateway = of.gateways.find((known) => known.name === name);
			return gateway === undefined ? [] : [{ gateway, weight }];
		});
		const heldAt = (name: string) => longest(inForce.filter((hold) => hold.subject === heldVia(identity.from, name)));
		const free = ways.filter((way) => heldAt(way.gateway.name) === null);
		if (free.length > 0) return { kind: "gateways", ways: free, among: ways.map(({ gateway }) => gateway.name) };
		const [first] = ways.flatMap((way) => heldAt(way.gateway.name) ?? []);
		return first === undefined ? nothing(`identity ${identity.from} has no gateway to send through`) : held(first);
	}

	const onLane = (name: string) => longest(inForce.filter((hold) => hold.kind === "lane" && hold.subject === `${name}/${site}`));
	const mine = of.sources.filter((source) => identity.sources.length === 0 || identity.sources.includes(source.name));
	if (mine.length === 0) return nothing(`identity ${identity.from} has no source to send from`);
	const free = mine.filter((source) => onLane(source.name) === null);
	if (free.length > 0) return { kind: "direct", sources: free };
	const holds = mine.flatMap((source) => onLane(source.name) ?? []);
	const [first] = holds.sort((a, b) => (a.until ?? Number.POSITIVE_INFINITY) - (b.until ?? Number.POSITIVE_INFINITY));
	return first === undefined ? nothing(`identity ${identity.from} has no source to send from`) : held(first);
}

/** Subject of a hold (kind "identity") on an identity at one gateway, which does not let it send; its other ways stay open. */
export function heldVia(identity: string, gateway: string): string {
	return `${identity} via ${gateway}`;
}

/** Is that the subject of a hold on this identity: as a whole, or at one of its gateways? */
export function isHoldOf(subject: string, identity: string): boolean {
	return subject === identity || subject.startsWith(heldVia(identity, ""));
}

/** The addresses of a host that a source can reach: those of its own family. Empty: this source cannot, another one may. */
export function addressFor(source: SourceConfig, answer: AddressAnswer): readonly string[] {
	if (answer.kind !== "addresses") return [];
	return isIPv6(source.address) ? answer.v6 : answer.v4;
}

function held(hold: RouteHold): Route {
	return { kind: "held", reason: hold.reason, until: hold.until };
}

function nothing(reason: string): Route {
	return { kind: "held", reason, until: null };
}

/** Of several holds on the same thing the one that ends last. */
function longest(holds: readonly RouteHold[]): RouteHold | null {
	let last: RouteHold | null = null;
	for (const hold of holds) {
		if (last === null || hold.until === null || (last.until !== null && hold.until > last.until)) last = hold;
	}
	return last;
}
