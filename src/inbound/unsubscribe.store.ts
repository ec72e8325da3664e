// Unsubscribes the reader that a link is about: a suppression with the reason "unsubscribe". Knows no HTTP and no SMTP.
import { decodeToken, PROBE_SUBJECT } from "../address/token.ts";
import type { Clock } from "../clock.ts";
import { addSuppression } from "../contacts/suppression.store.ts";
import type { Db } from "../db/db.ts";

export type Unsubscribed =
	/** `already`: the address was suppressed before, for whatever reason; nothing was changed. */
	| { readonly kind: "done" | "already"; readonly email: string }
	/** The link of a preflight: it is about nobody, and nothing was changed. */
	| { readonly kind: "probe" }
	/** Not one of our tokens, or the reader is not known any more. */
	| { readonly kind: "unknown" };

/**
 * Acts on a token of /u/TOKEN (address/token.ts). The whole sender is unsubscribed from and not one list: RFC 8058 section 3.1 wants the
 * button to end the mail that bears it, and a reader cannot know our lists. Asked again it changes nothing. `how` begins the words that are kept.
 */
export async function unsubscribe(
	db: Db,
	token: string,
	secret: string,
	clock: Clock,
	how = "by the link of",
): Promise<Unsubscribed> {
	if (decodeToken(token, secret)?.contactId === PROBE_SUBJECT.contactId) return { kind: "probe" };
	const reader = await readerOf(db, token, secret);
	if (reader === null) return { kind: "unknown" };
	const { email, campaignId } = reader;
	const answer = await addSuppression(db, {
		subject: email,
		reason: "unsubscribe",
		detail: `${how} campaign ${campaignId}`,
		campaignId,
		clock,
	});
	return { kind: answer === "added" ? "done" : "already", email };
}

/** Whom a token is about, or null; changes nothing. For the page that is shown before anything is done. */
export async function readerOf(
	db: Db,
	token: string,
	secret: string,
): Promise<{ readonly email: string; readonly campaignId: number } | null> {
	const subject = decodeToken(token, secret);
	if (subject === null) return null;
	const contact = await db.contact.findUnique({ where: { id: subject.contactId }, select: { email: true } });
	return contact === null ? null : { email: contact.email, campaignId: subject.campaignId };
}
