// Values that only identities and gateways have: whom a gateway is for, a return path, a route. Pure, like values.ts.
import type { GatewayShare } from "./types.ts";
import { type Parsed, right, wrong } from "./units.ts";
import { parseFrom, parseHostName, parseMailbox, parseName } from "./values.ts";

/** Whom a gateway is for: an address, "@domain", or "group:name" of campaigns. */
export function parsePolicySubject(text: string): Parsed<string> {
	if (!text.startsWith("group:")) {
		const from = parseFrom(text);
		return from.ok ? from : wrong(from.what, 'write "news@example.com", "@example.com" or "group:partners"');
	}
	const name = parseName(text.slice("group:".length));
	return name.ok ? right(`group:${name.value}`) : wrong(name.what, 'write "group:partners"');
}

/** A return path: a whole address, or a domain in which addresses are made. */
export function parseReturnPath(text: string): Parsed<string> {
	return text.includes("@") ? parseMailbox(text) : parseHostName(text);
}

const ROUTE_FIX =
	'write "direct", the name of a gateway, ["partner", "backup"] or [{ gateway = "partner", weight = 3 }, { gateway = "second", weight = 1 }]';

/**
 * The gateways of a route as written: none for "direct", a name, names in the order of preference (the next while those before it cannot be used),
 * or names with weights. Names are not looked up here.
 */
export function parseRoute(written: unknown): Parsed<readonly GatewayShare[]> {
	if (typeof written === "string") {
		if (written.trim() === "") return wrong("is empty", ROUTE_FIX);
		return right(written === "direct" ? [] : [{ gateway: written, weight: 1 }]);
	}
	if (!Array.isArray(written) || written.length === 0) return wrong("is not a route", ROUTE_FIX);
	const shares: GatewayShare[] = [];
	for (const [index, one] of (written as readonly unknown[]).entries()) {
		const share = typeof one === "string" ? { gateway: one, weight: index === 0 ? 1 : 0 } : weighted(one);
		if (share === null) return wrong(`item ${index + 1} is neither a name nor { gateway = "…", weight = 1 }`, ROUTE_FIX);
		if (share.gateway === "direct") return wrong('"direct" cannot be one of several', "name gateways only, or only direct");
		if (shares.some((other) => other.gateway === share.gateway))
			return wrong(`names "${share.gateway}" twice`, "keep one of the two");
		shares.push(share);
	}
	if (shares.every((share) => share.weight === 0)) return wrong("gives every gateway the weight 0", "give one of them a weight");
	return right(shares);
}

function weighted(one: unknown): GatewayShare | null {
	if (typeof one !== "object" || one === null || Object.keys(one).some((key) => key !== "gateway" && key !== "weight"))
		return null;
	const { gateway, weight = 1 } = one as { gateway?: unknown; weight?: unknown };
	if (typeof gateway !== "string" || typeof weight !== "number") return null;
	return Number.isInteger(weight) && weight >= 0 && weight <= 1000 ? { gateway, weight } : null;
}
