// The header fields of a reader's message. Those that are the same for everybody are written and canonicalised once.
//
// No "Precedence: bulk": RFC 2076 discourages the field, Gmail's sender guidelines stopped asking for it, and some filters hold it
// against the sender. What it was for, silencing auto-replies, List-Id does for newsletters (RFC 5230 section 4.6 tells vacation
// replies to leave List-* mail alone) and Auto-Submitted for notices (RFC 3834 section 5).
import { canonicalHeader } from "./canonical.ts";
import { encodeMailbox, encodeUnstructured, foldParts } from "./encoded-word.ts";
import type { CampaignSettings } from "./settings.ts";

/** A field as it is sent ("value" may be folded) and in DKIM's relaxed form ("name:value"). */
export interface HeaderField {
	readonly name: string;
	readonly value: string;
	readonly canonical: string;
}

export function headerField(name: string, value: string): HeaderField {
	return { name, value, canonical: canonicalHeader(name, value) };
}

/** The header block as it is sent, without the empty line. */
export function writeHeaders(fields: readonly HeaderField[]): string {
	let text = "";
	for (const { name, value } of fields) text += `${name}: ${value}\r\n`;
	return text;
}

export const subjectField = (subject: string): HeaderField =>
	headerField("Subject", encodeUnstructured(subject, "Subject: ".length));
export const toField = (name: string | null, email: string): HeaderField =>
	headerField("To", encodeMailbox(name, email, "To: ".length));
export const messageIdField = (messageId: string): HeaderField => headerField("Message-ID", messageId);
export const dateField = (now: number): HeaderField => headerField("Date", formatDate(now));

/** What the unchanging fields are made from. */
export interface FixedHeaderInput {
	readonly settings: CampaignSettings;
	readonly identityName: string | null;
	readonly campaignId: number;
	/** The message's own Content-Type, folded. */
	readonly contentType: string;
}

/** The fields that are the same for every reader. */
export function fixedHeaders(input: FixedHeaderInput): { readonly from: HeaderField; readonly rest: readonly HeaderField[] } {
	const { settings, identityName, campaignId, contentType } = input;
	const rest: HeaderField[] = [];
	if (settings.replyTo !== null) rest.push(headerField("Reply-To", settings.replyTo));
	rest.push(headerField("MIME-Version", "1.0"), headerField("Content-Type", contentType));
	const listId = `<${settings.identity.replace("@", ".").replace(/[^A-Za-z0-9.-]/g, "-")}>`;
	switch (settings.kind) {
		case "marketing":
			rest.push(headerField("List-Id", listId));
			break;
		case "notice":
			rest.push(headerField("Auto-Submitted", "auto-generated"));
			break;
	}
	rest.push(headerField("Feedback-ID", feedbackId(settings, campaignId)));
	for (const { name, value } of settings.headers) rest.push(headerField(name, encodeUnstructured(value, name.length + 2)));
	return { from: headerField("From", encodeMailbox(identityName, settings.identity, "From: ".length)), rest };
}

/**
 * RFC 2369 and RFC 8058: one-click only where there is an https link, since the POST goes there. Google and Yahoo ask for both
 * fields of everybody who sends more than 5,000 messages a day.
 */
export function unsubscribeFields(url: string | null, mailto: string): readonly HeaderField[] {
	const links = url === null ? [`<mailto:${mailto}>`] : [`<${url}>`, `<mailto:${mailto}>`];
	const fields = [headerField("List-Unsubscribe", foldParts(links, ", ", "List-Unsubscribe: ".length))];
	if (url?.startsWith("https://")) fields.push(headerField("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
	return fields;
}

/**
 * Google's Feedback-ID, `a:b:c:SenderId`: up to three groups of our choice and a sender of 5 to 15 characters that stays the same for
 * all mail (https://support.google.com/mail/answer/6254652). A group may be shown in Postmaster Tools only if it is not unique a message.
 */
function feedbackId(settings: CampaignSettings, campaignId: number): string {
	const [local = "", domain = ""] = settings.identity.split("@");
	const sender = domain.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
	const senderId = sender.length > 15 ? sender.slice(0, 15) : sender.padEnd(5, "0");
	return `c${campaignId}:${local.replace(/[^A-Za-z0-9._-]/g, "-")}:${settings.kind}:${senderId}`;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** RFC 5322 section 3.3, in UTC. `now` in milliseconds since 1970. */
export function formatDate(now: number): string {
	const at = new Date(now);
	const two = (value: number) => String(value).padStart(2, "0");
	const day = `${DAYS[at.getUTCDay()]}, ${two(at.getUTCDate())} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
	return `${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}
