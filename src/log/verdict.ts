// What a reply says of the host that gave it: does it serve us, does it turn *us* away, or is it unwell? Pure; the judgement over many replies is detector.ts.
import type { ReplyClass, Stage } from "../replies/outcome.ts";

/** `ok`: it takes our mail; `suspect`: look at it; `refusing`: it turns us away; `idle`: it was not asked. */
export type HostVerdict = "ok" | "suspect" | "refusing" | "idle";

/** Refusals about the sender. Not the ones that only ask for patience on one connection, and not what goes wrong on our own machine. */
export const ABOUT_US: ReadonlySet<ReplyClass> = new Set([
	"ip-blocked",
	"dnsbl-listed",
	"ptr-missing",
	"ehlo-refused",
	"relay-denied",
	"receiver-misconfigured",
	"too-many-connections",
	"sender-rate",
	"reputation-temporary",
	"auth-failed",
	"dmarc-failed",
	"not-aligned",
	"sender-refused",
	"login-refused",
	"gateway-policy",
]);

/** Refusals that say outright that our address is not wanted. Rates and reputations come and go; these stay until somebody removes an entry. */
export const BLOCKED: ReadonlySet<LedgerClass> = new Set(["ip-blocked", "dnsbl-listed", "ptr-missing", "ehlo-refused"]);

/** The host's own trouble. */
export const TROUBLE: ReadonlySet<ReplyClass> = new Set([
	"connect-failed",
	"timeout",
	"tls-failed",
	"protocol-error",
	"server-busy",
	"lost-after-body",
]);

/** Answers about a reader or a message: whoever gives them has let us in. */
const SERVED: ReadonlySet<ReplyClass> = new Set([
	"accepted",
	"invalid-recipient",
	"inactive-mailbox",
	"mailbox-full",
	"recipient-rate",
	"recipient-policy",
	"content-refused",
	"link-listed",
	"too-big",
	"bad-format",
]);

/** `neutral`: greylisting, a connection that is full: says nothing for or against. `skipped`: it was not asked. */
export type Word = "served" | "about-us" | "trouble" | "neutral" | "skipped";

/** A class of outcome, or "connected": a connection on which nothing was asked. */
export type LedgerClass = ReplyClass | "connected";

/** What one answer counts as. Before MAIL even an unknown refusal can only be about us or the host. */
export function wordOf(replyClass: LedgerClass, stage: Stage): Word {
	if (replyClass === "skipped") return "skipped";
	if (replyClass === "connected") return "neutral";
	if (SERVED.has(replyClass)) return "served";
	if (ABOUT_US.has(replyClass)) return "about-us";
	// Busy at RCPT or after it may be one mailbox.
	if (replyClass === "server-busy" && (stage === "rcpt" || stage === "data" || stage === "body")) return "neutral";
	if (TROUBLE.has(replyClass)) return "trouble";
	const early = stage === "greeting" || stage === "ehlo";
	return early && (replyClass === "unknown-permanent" || replyClass === "unknown-temporary") ? "about-us" : "neutral";
}
