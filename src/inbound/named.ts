// Whom a message is about. Only what we made ourselves counts: return paths and unsubscribe tokens, both under a key of ours. An address that stands in a
// report is a stranger's word, and would let anybody have anybody suppressed. Pure.
import { decodeToken, type LinkSubject } from "../address/token.ts";
import { decodeVerp } from "../address/verp.ts";
import type { Mail } from "./mail.ts";

export type Named =
	| { readonly by: "delivery"; readonly deliveryId: number }
	| { readonly by: "token"; readonly subject: LinkSubject };

const VERP = /b-[0-9a-z]{1,11}-[a-z2-7]{16}(?=@)/gi;
const TOKEN = /[0-9a-z]{1,11}-[0-9a-z]{1,11}-[a-z2-7]{26}(?![0-9a-z])/gi;
/** Each costs a hash. */
const TRIED = 40;

/** What an address of ours names. */
export type Recipient =
	/** A return path. */
	| { readonly kind: "return-path"; readonly deliveryId: number }
	/** The way out of a newsletter, by mail (RFC 2369; the token is all that is asked for). */
	| { readonly kind: "unsubscribe"; readonly token: string; readonly subject: LinkSubject }
	/** Where reports and letters come. */
	| { readonly kind: "reports" };

export interface Mailboxes {
	readonly secret: string;
	/** Domains whose postmaster@ and abuse@ are ours (RFC 2142, RFC 5321 section 4.5.1), lower case. */
	readonly domains: ReadonlySet<string>;
	/** Further addresses for reports, lower case. */
	readonly complaints: ReadonlySet<string>;
}

/**
 * What an address is to us, or null: not ours. For return paths and tokens the domain does not matter: their key proves that we made them, and the return
 * path may have moved to another domain since.
 */
export function recipientOf(address: string, boxes: Mailboxes): Recipient | null {
	const lower = address.trim().toLowerCase();
	const at = lower.lastIndexOf("@");
	const local = at < 0 ? lower : lower.slice(0, at);
	const verp = decodeVerp(local, boxes.secret);
	if (verp !== null) return { kind: "return-path", deliveryId: verp.deliveryId };
	if (local.startsWith("u-")) {
		const token = local.slice(2);
		const subject = decodeToken(token, boxes.secret);
		if (subject !== null) return { kind: "unsubscribe", token, subject };
	}
	if (boxes.complaints.has(lower)) return { kind: "reports" };
	const role = local === "postmaster" || local === "abuse";
	// "<postmaster>" without a domain must be taken, too.
	return role && (boxes.domains.has(lower.slice(at + 1)) || lower === "postmaster") ? { kind: "reports" } : null;
}

/** Whom a report names in its fields, in the returned headers, or in the text: the first that we made. Null: nobody. */
export function namedIn(mail: Mail, secret: string): Named | null {
	let tried = 0;
	for (const text of [...mail.parts.map((part) => part.text), mail.text]) {
		for (const [verp] of text.matchAll(VERP)) {
			if (++tried > TRIED) return null;
			const found = decodeVerp(verp, secret);
			if (found !== null) return { by: "delivery", deliveryId: found.deliveryId };
		}
		for (const [token] of text.matchAll(TOKEN)) {
			if (++tried > TRIED) return null;
			const subject = decodeToken(token, secret);
			if (subject !== null && subject.contactId > 0) return { by: "token", subject };
		}
	}
	return null;
}
