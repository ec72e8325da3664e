// What a mail server's reply means: the closed unions that the whole program switches on.

/** The stages of one conversation, in their order. `body` is the reply after the final dot. */
export const STAGES = ["dns", "connect", "tls", "greeting", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "body"] as const;
export type Stage = (typeof STAGES)[number];

/** Whom an outcome is about. */
export type Scope = "recipient" | "message" | "host" | "lane" | "identity";

/** One reply of one server, bounded and cleaned of control characters. */
export interface Reply {
	/** Three digits, or 0 when the server said something that is not a reply. */
	readonly code: number;
	/** RFC 3463, e.g. "5.7.1", or null. */
	readonly enhanced: string | null;
	/** The text without the codes, lines joined by "\n", at most 2,000 characters. */
	readonly text: string;
}

/** Trouble of the network: what happened instead of a reply. */
export type Trouble =
	| "no-such-domain" // NXDOMAIN
	| "null-mx" // RFC 7505
	| "dns-failed" // SERVFAIL, REFUSED, time-out of the resolver
	| "no-address" // the MX host has neither A nor AAAA of our family
	| "connect-refused"
	| "connect-failed" // unreachable, reset, no route
	| "source-missing" // this machine does not have the source's address
	| "tls-failed" // handshake or certificate
	| "tls-not-offered" // TLS is required here and the server has none
	| "timeout"
	| "closed" // the connection ended before a reply
	| "bad-reply" // something that is not SMTP
	| "message-too-big" // larger than the SIZE the host announced: never handed over
	| "login-impossible" // the gateway offers no way to log in that we know, or the access token was refused
	| "smtputf8-missing"; // the address needs SMTPUTF8 and the host does not offer it

/** What happened at one stage with one MX host: exactly what classification may look at. */
export interface Happening {
	readonly stage: Stage;
	/** Null when no reply came: then `trouble` says why. */
	readonly reply: Reply | null;
	readonly trouble: Trouble | null;
	/** Words for the log when there is no reply, e.g. "read ECONNRESET". */
	readonly detail: string;
	/** True when the final dot was sent, or may have been, and no reply to it came. */
	readonly inDoubt: boolean;
	/** Messages accepted on this connection before this one. */
	readonly acceptedBefore: number;
	/** Name of the answering MX host, "" when none was reached. */
	readonly mxHost: string;
	/** Name of the site, e.g. "google". */
	readonly site: string;
}

export const REPLY_CLASSES = [
	"accepted",
	"invalid-recipient",
	"inactive-mailbox",
	"mailbox-full",
	"recipient-rate",
	"recipient-policy",
	"greylisted",
	"server-busy",
	"too-many-connections",
	"messages-per-connection",
	"sender-rate",
	"reputation-temporary",
	"ip-blocked",
	"dnsbl-listed",
	"ptr-missing",
	"ehlo-refused",
	"relay-denied",
	"auth-failed",
	"dmarc-failed",
	"not-aligned",
	"sender-refused",
	"tls-required",
	"content-refused",
	"link-listed",
	"too-big",
	"bad-format",
	"receiver-misconfigured",
	"no-such-domain",
	"null-mx",
	"dns-failed",
	"connect-failed",
	"timeout",
	"tls-failed",
	"protocol-error",
	"login-refused",
	"gateway-policy",
	"connection-expired",
	"silent-close",
	"lost-after-body",
	"source-missing",
	"skipped",
	"unknown-temporary",
	"unknown-permanent",
] as const;
export type ReplyClass = (typeof REPLY_CLASSES)[number];

/** What to do with the delivery. What an outcome does to lane, host and identity follows from its class (classes.ts). */
export type Action =
	| "done" // accepted
	| "suppress" // end, and never mail this reader again
	| "end" // end this delivery, keep the reader
	| "retry" // later, on the schedule; burns an attempt
	| "retry-soon" // greylisting: minutes; burns an attempt
	| "retry-long" // full mailbox: a day; burns an attempt
	| "wait-recipient" // an hour for this reader; burns an attempt
	| "again" // at once, on a new connection; burns nothing
	| "sibling" // another MX host of the site now, else as `retry`
	| "requeue" // it is about us: later, burns nothing
	| "hold" // it is about the identity or the message: wait for a person; burns nothing
	| "doubt"; // may have been delivered: `uncertain`, never sent again silently

export interface Outcome {
	readonly class: ReplyClass;
	readonly scope: Scope;
	readonly action: Action;
	/** Which rule decided: "google-4.7.28-rate", "enhanced-5.1.1", "digit-4" … */
	readonly rule: string;
}
