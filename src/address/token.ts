// The token of an unsubscribe link, /u/TOKEN: who, and from which campaign. It needs no row in the database and never expires,
// since a link in an old mail must go on working. Does not unsubscribe anybody.
import { fail } from "../errors.ts";
import { macOf, numberFromBase36, sameMac } from "./mac.ts";

/** 130 bits: a token gives the right to act on somebody's behalf, and may be tried over HTTP without limit. */
const MAC_LETTERS = 26;
const PURPOSE = "unsubscribe";
const FORM = /^([0-9a-z]{1,11})-([0-9a-z]{1,11})-([a-z2-7]{26})$/;

/** Whom a link is about. Both are whole numbers ≥ 0. */
export interface LinkSubject {
	readonly contactId: number;
	readonly campaignId: number;
}

/** Nobody and no campaign (ids begin at 1): the link that a preflight posts to. It is answered as if somebody had been unsubscribed, and nothing is done. */
export const PROBE_SUBJECT: LinkSubject = { contactId: 0, campaignId: 0 };

/**
 * `<contact>-<campaign>-<mac>`, only [a-z0-9-], at most 50 characters: safe in a URL, unhurt by quoted-printable (no "=" or ".")
 * and by programs that fold case. Numbers that are not whole and ≥ 0 are an `internal` error.
 */
export function encodeToken(subject: LinkSubject, secret: string): string {
	const { contactId, campaignId } = subject;
	for (const id of [contactId, campaignId]) {
		if (!Number.isSafeInteger(id) || id < 0)
			fail("internal", { detail: `link for contact ${contactId} of campaign ${campaignId}` });
	}
	const value = `${contactId.toString(36)}-${campaignId.toString(36)}`;
	return `${value}-${macOf(PURPOSE, value, secret, MAC_LETTERS)}`;
}

/** Whom the token is about, or null when we did not make it. Compared in constant time; case does not matter. */
export function decodeToken(token: string, secret: string): LinkSubject | null {
	const match = FORM.exec(token.toLowerCase());
	const contact = match?.[1];
	const campaign = match?.[2];
	const mac = match?.[3];
	if (contact === undefined || campaign === undefined || mac === undefined) return null;
	const contactId = numberFromBase36(contact);
	const campaignId = numberFromBase36(campaign);
	if (contactId === null || campaignId === null) return null;
	return sameMac(mac, macOf(PURPOSE, `${contact}-${campaign}`, secret, MAC_LETTERS)) ? { contactId, campaignId } : null;
}
