// What a message that arrived is: a bounce, a complaint, an automatic answer, or a letter by a person. Pure; whom it is about is named.ts, what follows
// from it take-in.ts.
import { readFeedback } from "./arf.ts";
import type { Bounce } from "./bounce.ts";
import { readStatus } from "./dsn.ts";
import type { Mail } from "./mail.ts";
import { isFromSystem, readTextBounce } from "./text-bounce.ts";

export type Reading =
	| { readonly kind: "bounce"; readonly bounce: Bounce }
	| { readonly kind: "complaint"; readonly type: string; readonly by: string }
	| { readonly kind: "opt-out"; readonly by: string }
	/** Vacation, out of office: nothing follows from it (RFC 3834). */
	| { readonly kind: "auto-reply" }
	/** A report of a success, of a message that was no spam, or of a check that failed. */
	| { readonly kind: "nothing" }
	/** Something else: only a person can say. With an empty return path it is most often an automatic answer that does not say so. */
	| { readonly kind: "letter" };

const AUTO_SUBJECT =
	/^(?:auto(?:matic)?[- ]?(?:reply|response|answer)|out of (?:the )?office|i am (?:away|on)|vacation|abwesen|automatische antwort|réponse automatique|respuesta automática|자동 ?(?:응답|회신)|부재 ?중|自動(?:応答|返信)|自动(?:回复|答复)|不在)/i;

/** `nullSender`: the message came with an empty return path. */
export function read(mail: Mail, nullSender: boolean): Reading {
	const feedback = readFeedback(mail);
	if (feedback !== null) return feedback;
	const status = readStatus(mail);
	if (status !== null) return status === "nothing" ? { kind: "nothing" } : { kind: "bounce", bounce: status };
	const bounce = isAutoReply(mail) ? null : readTextBounce(mail, nullSender);
	if (bounce !== null) return { kind: "bounce", bounce };
	return isAutoReply(mail) ? { kind: "auto-reply" } : { kind: "letter" };
}

function isAutoReply(mail: Mail): boolean {
	const { headers, subject } = mail;
	// Exim calls its bounces auto-replied.
	if (headers.has("x-failed-recipients") || isFromSystem(mail)) return false;
	const auto = headers.get("auto-submitted")?.toLowerCase() ?? "";
	return (
		/^auto-(?:replied|notified)/.test(auto) ||
		headers.has("x-autoreply") ||
		headers.has("x-autorespond") ||
		headers.has("x-autoresponder") ||
		/auto[-_]?reply/i.test(headers.get("precedence") ?? "") ||
		AUTO_SUBJECT.test(subject.trim())
	);
}
