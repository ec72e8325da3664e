// Who may send which way: what an identity's route, a gateway's `allow` and `required_for`, and the grants of the administrator say of one campaign.
// Pure. The rule that decides is named in every answer, because a person who is refused has to know whom to ask for what.
import type { GatewayConfig, GatewayShare, IdentityConfig } from "../config/types.ts";

/** Given by command, beside wellsent.toml. */
export interface PolicyGrant {
	readonly gateway: string;
	/** "news@partner.test", "@partner.test", "group:partners". */
	readonly subject: string;
}

/** What a campaign wants. */
export interface RouteAsk {
	/** Its From address, domain in ASCII. */
	readonly from: string;
	readonly group: string | null;
	/** "direct" or the name of a gateway, from campaign.toml; null: as the identity goes. */
	readonly route: string | null;
}

export type RouteVerdict =
	| {
			readonly kind: "allowed";
			/** Gateways in the order written; empty: direct. */
			readonly ways: readonly GatewayShare[];
			/** The rule that allows it. */
			readonly rule: string;
	  }
	| { readonly kind: "refused"; readonly rule: string; readonly what: string; readonly fix: string };

/** Does a rule's subject mean that sender? A domain does not speak for its subdomains. Addresses are compared without regard to case. */
export function meansSender(subject: string, ask: Pick<RouteAsk, "from" | "group">): boolean {
	if (subject.startsWith("group:")) return ask.group !== null && subject === `group:${ask.group}`;
	const from = ask.from.toLowerCase();
	return subject.startsWith("@") ? from.slice(from.lastIndexOf("@")) === subject : from === subject;
}

/** The ways a campaign may leave, or the rule that forbids it. */
export function judgeRoute(
	ask: RouteAsk,
	of: { readonly identity: IdentityConfig; readonly gateways: readonly GatewayConfig[]; readonly grants: readonly PolicyGrant[] },
): RouteVerdict {
	const { identity } = of;
	const chosen = choose(ask, of);
	if (chosen.kind === "refused") return chosen;
	const required = of.gateways.flatMap((gateway) =>
		gateway.requiredFor.filter((subject) => meansSender(subject, ask)).map((subject) => ({ gateway: gateway.name, subject })),
	);
	const [first] = required;
	if (first === undefined) return chosen;
	const allowed = new Set(required.map((one) => one.gateway));
	const around = chosen.ways.length === 0 ? "direct" : chosen.ways.find((way) => !allowed.has(way.gateway))?.gateway;
	if (around === undefined) return { ...chosen, rule: `[[gateway]] "${first.gateway}" is required_for "${first.subject}"` };
	const how =
		identity.route === first.gateway ? "leave route out of campaign.toml" : `write route = "${first.gateway}" into campaign.toml`;
	return {
		kind: "refused",
		rule: `[[gateway]] "${first.gateway}" is required_for "${first.subject}"`,
		what: `${ask.from} would leave by "${around}"`,
		fix: `${how[0]?.toUpperCase() ?? ""}${how.slice(1)}, or have the administrator change required_for.`,
	};
}

function choose(
	ask: RouteAsk,
	of: { readonly identity: IdentityConfig; readonly gateways: readonly GatewayConfig[]; readonly grants: readonly PolicyGrant[] },
): RouteVerdict {
	const { identity, gateways } = of;
	const shares = sharesOf(identity);
	const own = `[[identity]] ${identity.from} has the route ${routeText(identity)}`;
	if (ask.route === null) {
		const missing = shares.find((share) => !gateways.some((gateway) => gateway.name === share.gateway));
		if (missing === undefined) return { kind: "allowed", ways: shares, rule: own };
		return {
			kind: "refused",
			rule: own,
			what: `identity ${identity.from} is routed through gateway "${missing.gateway}", which is not configured`,
			fix: `Add [[gateway]] name = "${missing.gateway}", or change the route of the identity.`,
		};
	}
	if (ask.route === "direct") {
		if (shares.length === 0) return { kind: "allowed", ways: [], rule: own };
		return {
			kind: "refused",
			rule: own,
			what: `${ask.from} may not be sent directly`,
			fix: 'Take route = "direct" out of campaign.toml, or have the administrator change the route of the [[identity]].',
		};
	}
	const gateway = gateways.find((one) => one.name === ask.route);
	if (gateway === undefined)
		return {
			kind: "refused",
			rule: `campaign.toml has route = "${ask.route}"`,
			what: `there is no gateway "${ask.route}"`,
			fix: `Known: ${["direct", ...gateways.map((one) => one.name)].join(", ")}.`,
		};
	const ways = [{ gateway: gateway.name, weight: 1 }];
	if (shares.some((share) => share.gateway === gateway.name)) return { kind: "allowed", ways, rule: own };
	const allow = gateway.allow.find((subject) => meansSender(subject, ask));
	if (allow !== undefined) return { kind: "allowed", ways, rule: `[[gateway]] "${gateway.name}" allows "${allow}"` };
	const required = gateway.requiredFor.find((subject) => meansSender(subject, ask));
	if (required !== undefined)
		return { kind: "allowed", ways, rule: `[[gateway]] "${gateway.name}" is required_for "${required}"` };
	const grant = of.grants.find((one) => one.gateway === gateway.name && meansSender(one.subject, ask));
	if (grant !== undefined)
		return { kind: "allowed", ways, rule: `the administrator allowed "${grant.subject}" gateway ${gateway.name}` };
	return {
		kind: "refused",
		rule: `no rule lets ${ask.from}${ask.group === null ? "" : ` (group ${ask.group})`} use gateway "${gateway.name}"`,
		what: `${ask.from} may not leave through "${gateway.name}"`,
		fix: `An administrator allows it: \`wellsent gateways allow ${gateway.name} --identity ${ask.from} --reason "…"\`, or allow = ["${ask.from}"] of that [[gateway]]. Gateways are closed to everybody who is not named.`,
	};
}

/** Its gateways. Settings made by hand may name only `route`: that must never be read as "direct". */
function sharesOf({ gateways, route }: Pick<IdentityConfig, "gateways" | "route">): readonly GatewayShare[] {
	return gateways.length > 0 || route === "direct" ? gateways : [{ gateway: route, weight: 1 }];
}

/** The identity as a campaign leaves that asks for a gateway of its own (null: for none): what concerns its sources or its own route does not concern that. */
export function onItsWay(identity: IdentityConfig, route: string | null): IdentityConfig {
	if (route === null || route === "direct") return identity;
	return { ...identity, route, gateways: [{ gateway: route, weight: 1 }] };
}

/** As it is written: direct, "partner", "partner" then "backup", "partner" 3 : "second" 1. */
export function routeText(identity: Pick<IdentityConfig, "gateways" | "route">): string {
	const { gateways } = identity;
	if (gateways.length === 0) return "direct";
	const weights = gateways.filter((share) => share.weight > 0).length > 1;
	return gateways
		.map((share) => (weights ? `"${share.gateway}" ${share.weight}` : `"${share.gateway}"`))
		.join(weights ? " : " : ", then ");
}

/** What of the settings is policy, by its subject: compared with what was known last, a difference is a change to be kept. */
export function policyFacts(of: {
	readonly identities: readonly IdentityConfig[];
	readonly gateways: readonly GatewayConfig[];
}): ReadonlyMap<string, string> {
	const facts = new Map<string, string>();
	for (const identity of of.identities) facts.set(`identity ${identity.from}`, `route ${routeText(identity)}`);
	for (const gateway of of.gateways) {
		const words = [`${gateway.host}:${gateway.port} as ${gateway.user ?? "nobody"}`];
		if (gateway.allow.length > 0) words.push(`allow ${gateway.allow.join(", ")}`);
		if (gateway.requiredFor.length > 0) words.push(`required for ${gateway.requiredFor.join(", ")}`);
		facts.set(`gateway ${gateway.name}`, words.join("; "));
	}
	return facts;
}
