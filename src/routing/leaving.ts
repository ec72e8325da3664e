// What a message must look like for the way it leaves: through some gateways unsigned, or with one return path for all. Pure.
import type { GatewayConfig, IdentityConfig } from "../config/types.ts";

export interface Leaving {
	readonly sign: boolean;
	/** Domain in which each message gets a return path of its own; null: the identity's. */
	readonly verpDomain: string | null;
	/** The one return path of all; "from": the From address; null: each has its own. */
	readonly returnPath: string | null;
}

export const DIRECTLY: Leaving = { sign: true, verpDomain: null, returnPath: null };

export function leavingThrough(gateway: GatewayConfig): Leaving {
	const { sign, verp, returnPath } = gateway;
	return verp ? { sign, verpDomain: returnPath, returnPath: null } : { sign, verpDomain: null, returnPath: returnPath ?? "from" };
}

/** The return path for all, or the domain of those that are made: what the envelope and SPF will be about. */
export function envelopeOf(
	leaving: Leaving,
	identity: Pick<IdentityConfig, "returnPath">,
	from: string,
): { readonly address: string | null; readonly domain: string } {
	if (leaving.returnPath === null) return { address: null, domain: leaving.verpDomain ?? identity.returnPath };
	const address = leaving.returnPath === "from" ? from : leaving.returnPath;
	return { address, domain: address.slice(address.lastIndexOf("@") + 1) };
}
