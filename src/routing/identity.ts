// Which identity a From address belongs to. Pure.
import type { IdentityConfig } from "../config/types.ts";

/**
 * The identity that may send as `from` (lower case, domain in ASCII): the one of exactly that address, else that of its whole domain
 * ("@example.com"), else null. A domain does not speak for its subdomains: their SPF, DKIM and DMARC are their own.
 */
export function findIdentity(from: string, identities: readonly IdentityConfig[]): IdentityConfig | null {
	const at = from.lastIndexOf("@");
	if (at <= 0) return null;
	const domain = from.slice(at);
	return identities.find((identity) => identity.from === from) ?? identities.find((identity) => identity.from === domain) ?? null;
}
