// What an enhanced code (RFC 3463, 4954, 7372, 7505) or a bare three-digit code means when no text was recognised. Pure tables.
import type { Action, ReplyClass, Stage } from "./outcome.ts";

/** A class, perhaps with an action of its own. */
export interface Meaning {
	readonly class: ReplyClass;
	readonly action?: Action;
}

const of = (name: ReplyClass, action?: Action): Meaning => (action === undefined ? { class: name } : { class: name, action });

/** Before the envelope a policy refusal can only be about our address or name; at RCPT it is most often the reader's; afterwards the message's. */
const policy = (stage: Stage): Meaning | null => {
	switch (stage) {
		case "rcpt":
			return of("recipient-policy");
		case "body":
			return of("content-refused");
		case "mail":
		case "data":
			// Our address, the sender's, or the message: nobody can tell, so the first digit decides and a person may add a rule.
			return null;
		default:
			return of("ip-blocked");
	}
};

/** Subject.detail of RFC 3463 and its registry (RFC 5248) → meaning, for both 4.x.x and 5.x.x. */
const BY_DETAIL: Readonly<Record<string, Meaning>> = {
	"1.1": of("invalid-recipient"),
	"1.2": of("no-such-domain"),
	"1.3": of("invalid-recipient"),
	"1.4": of("recipient-policy"),
	"1.6": of("inactive-mailbox"),
	"1.7": of("sender-refused"),
	"1.8": of("sender-refused"),
	"1.10": of("null-mx"), // RFC 7505
	"2.1": of("inactive-mailbox"),
	"2.2": of("mailbox-full"),
	"2.3": of("too-big"),
	"2.4": of("recipient-policy"),
	"3.1": of("server-busy"),
	"3.2": of("server-busy"),
	"3.3": of("bad-format"),
	"3.4": of("too-big"),
	"3.5": of("receiver-misconfigured"),
	"4.1": of("receiver-misconfigured"),
	"4.2": of("timeout"),
	"4.3": of("receiver-misconfigured"),
	"4.4": of("receiver-misconfigured"),
	"4.5": of("server-busy"),
	"4.6": of("receiver-misconfigured"),
	"5.0": of("protocol-error"),
	"5.1": of("protocol-error"),
	"5.2": of("protocol-error"),
	"5.3": of("messages-per-connection"), // too many recipients: one RCPT a message, so it counts those of the connection
	"5.4": of("protocol-error"),
	"5.5": of("protocol-error"),
	"5.6": of("bad-format"), // the exchange of the authentication is too long, or bad syntax of the content
	"6.0": of("bad-format"),
	"6.1": of("bad-format"),
	"6.2": of("bad-format"),
	"6.3": of("bad-format"),
	"6.5": of("bad-format"),
	"6.6": of("bad-format"),
	"6.7": of("recipient-policy"), // RFC 6531: the address needs SMTPUTF8
	"7.2": of("recipient-policy"),
	"7.8": of("login-refused"), // RFC 4954
	"7.9": of("login-refused"),
	"7.10": of("tls-required"),
	"7.11": of("login-refused"),
	"7.13": of("login-refused"),
	"7.14": of("login-refused"),
	"7.17": of("inactive-mailbox"), // RFC 7293: the mailbox has another owner now
	"7.18": of("inactive-mailbox"),
	"7.20": of("auth-failed"), // RFC 7372: no passing DKIM signature
	"7.21": of("auth-failed"),
	"7.22": of("not-aligned"),
	"7.23": of("auth-failed"),
	"7.24": of("auth-failed"),
	"7.25": of("ptr-missing"),
	"7.26": of("auth-failed"),
	"7.27": of("sender-refused"), // RFC 7505: the sender's domain has a null MX
	"7.28": of("sender-rate"), // registered for mail floods
	"7.29": of("auth-failed"), // RFC 8617
	"7.30": of("tls-required"), // RFC 8689
};

/** The meaning of an enhanced code at this stage; null when it says nothing (X.0.0, X.1.0, X.2.0 …). */
export const enhancedMeaning = (enhanced: string, code: number, stage: Stage): Meaning | null => {
	const detail = enhanced.slice(2);
	if (detail === "7.0" || detail === "7.1") return code >= 500 ? policy(stage) : null;
	if (detail === "3.0" || detail === "4.0" || detail === "4.7") return code < 500 ? of("server-busy") : null;
	return BY_DETAIL[detail] ?? null;
};

/** Bare codes that say more than their first digit (RFC 5321 section 4.2.3, RFC 1870, 4954, 7504). */
export const codeMeaning = (code: number, stage: Stage): Meaning | null => {
	switch (code) {
		case 421:
			return of("server-busy");
		case 452:
			return stage === "rcpt" || stage === "body" ? null : of("server-busy");
		case 454:
			return stage === "starttls" ? of("tls-failed") : null;
		case 500:
		case 501:
		case 502:
		case 503:
		case 504:
			return stage === "ehlo" || stage === "starttls" || stage === "mail" || stage === "data" ? of("protocol-error") : null;
		case 521:
			return stage === "greeting" ? of("receiver-misconfigured") : null;
		case 523:
			return of("too-big");
		case 530:
		case 534:
		case 535:
		case 538:
			return of("login-refused");
		case 552:
			if (stage === "mail") return of("too-big");
			return stage === "rcpt" ? of("mailbox-full") : null;
		case 556:
			return stage === "rcpt" ? of("null-mx") : null;
		default:
			return null;
	}
};
