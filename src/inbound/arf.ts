// Complaints: readers who pressed "this is spam", as their providers report them (RFC 5965, and Microsoft's JMRP, which writes no report). Pure.
import { hostIn } from "./bounce.ts";
import { fieldBlocks, type Mail } from "./mail.ts";

export type Feedback =
	/** `type`: "abuse", "fraud" … as it was given. */
	| { readonly kind: "complaint"; readonly type: string; readonly by: string }
	/** The reader wants no more, and does not call it spam (type opt-out). */
	| { readonly kind: "opt-out"; readonly by: string }
	/** Not about a complaint: not-spam, or a failure of DKIM or DMARC (RFC 6591). */
	| { readonly kind: "nothing" };

/** RFC 5965 section 7.3 and what providers add. "other" is kept: whoever reports a message at all did not like it. */
const COMPLAINTS: ReadonlySet<string> = new Set(["abuse", "fraud", "virus", "miscategorized", "other", "complaint"]);

/** What a feedback report says; null when the message is none. */
export function readFeedback(mail: Mail): Feedback | null {
	const part = mail.parts.find(({ type }) => type === "message/feedback-report");
	if (part === undefined) return readJmrp(mail);
	const [fields] = fieldBlocks(part.text);
	const type = (fields?.get("feedback-type") ?? "").toLowerCase().replace(/[\s;].*$/, "");
	const by = hostIn(fields?.get("reporting-mta")) || domainOf(mail.from);
	if (type === "opt-out" || type === "opt-out-list") return { kind: "opt-out", by };
	return COMPLAINTS.has(type) ? { kind: "complaint", type, by } : { kind: "nothing" };
}

/** Microsoft's Junk Mail Reporting Program returns the message itself, with a field of its own in front of it. */
function readJmrp(mail: Mail): Feedback | null {
	const returned = mail.parts.find(({ type }) => type === "message/rfc822");
	if (returned === undefined) return null;
	const named = fieldBlocks(returned.text, 2)[0]?.has("x-hmxmroriginalrecipient") ?? false;
	const written = /^staff@(?:hotmail|outlook|live)\.com$/.test(mail.from) && /complaint about message/i.test(mail.subject);
	return named || written ? { kind: "complaint", type: "abuse", by: domainOf(mail.from) } : null;
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1);
