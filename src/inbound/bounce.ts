// A bounce, however it was written: what the server said, about whom, and whether it is final. Pure data and the search for a reply in a text.

import type { Reply, Stage } from "../replies/outcome.ts";
import { MAX_REPLY_TEXT, parseReply } from "../replies/reply.ts";

export interface Bounce {
	/** False: it is delayed and still being tried by whoever wrote this. */
	readonly failed: boolean;
	/** What the server said that would not have it. */
	readonly reply: Reply;
	/** Where in the conversation it said so; null: unknown. */
	readonly stage: Stage | null;
	/** The host whose words these are, in lower case; "" when nobody is named. */
	readonly host: string;
	/** The address that did not work, in lower case: another one than the reader's when he forwards his mail. Null: not named. */
	readonly recipient: string | null;
	/** The report says so in its own fields. False: it was read out of a text, and counts only when a rule knows the words. */
	readonly told: boolean;
}

/** Codes of RFC 5321, 4954 and 7372, and those that servers made up; not any three digits. */
const CODE = "(?:4(?:21|22|3[0-2]|4[1-9]|5\\d|7[1-2])|5(?:0[0-5]|1\\d|2[1-5]|3\\d|41|5\\d|7[0-2]|9[0-8]))";
const REPLY = new RegExp(`(?:^|[\\s:;,#(>"'])(${CODE})(?:[ -]|: )(?=\\S)`, "m");
const WITH_ENHANCED = new RegExp(`(?:^|[\\s:;,#(>"'])(${CODE})[ -]{1,2}#?[45]\\.\\d{1,3}\\.\\d{1,3}\\b`, "m");
const ENHANCED = /(?:^|[\s(#[:;])#?([45])\.(\d{1,3})\.(\d{1,3})(?![.\d])/m;

/**
 * The reply inside a text, from its code to the end of the paragraph; null when there is none. One with an enhanced code goes before one without, and both
 * before an enhanced code alone ("(#5.1.1)", as qmail writes it).
 */
export function findReply(text: string): Reply | null {
	const match = WITH_ENHANCED.exec(text) ?? REPLY.exec(text);
	if (match !== null) {
		const code = match[1] ?? "";
		const from = match.index + match[0].indexOf(code);
		return madeReply(text.slice(from, from + 3), text.slice(from + 3, from + MAX_REPLY_TEXT));
	}
	const alone = ENHANCED.exec(text);
	if (alone === null) return null;
	const [, first = "5", subject = "0", detail = "0"] = alone;
	return madeReply(`${first}50`, ` ${first}.${subject}.${detail} ${paragraphAt(text, alone.index)}`);
}

/** A reply from its code and what stood behind it: to the end of the paragraph, in one line, without the code said again at each of its lines. */
function madeReply(code: string, rest: string): Reply {
	const end = /\n[ \t]*\n/.exec(rest)?.index ?? rest.length;
	const line = rest
		.slice(0, end)
		.replace(/^[\s:-]+#?/, "")
		.replace(/\s+/g, " ");
	const again = new RegExp(`\\s${code}[ -](?:[45]\\.\\d{1,3}\\.\\d{1,3}\\s)?`, "g");
	return parseReply(`${code} ${line.replace(again, " ").trim()}`);
}

/** A reply made of a status (RFC 3463) and words, for reports that quote none. */
export function replyOfStatus(status: string, words: string): Reply {
	const first = status.startsWith("4") ? "4" : "5";
	return parseReply(`${first}50 ${/^[45]\./.test(status) ? `${status} ` : ""}${words.replace(/\s+/g, " ").trim()}`);
}

function paragraphAt(text: string, index: number): string {
	const before = text.slice(0, index);
	const start = Math.max(before.lastIndexOf("\n\n"), before.lastIndexOf("\r\n\r\n"), index - 500, 0);
	return text.slice(start, index + 300).trim();
}

const STAGES: readonly (readonly [RegExp, Stage])[] = [
	[
		/in reply to (?:the )?end of DATA|after (?:pipelined )?(?:end of data|sending data block)|in reply to message content/i,
		"body",
	],
	[/in reply to (?:the )?DATA|after (?:pipelined )?DATA\b|>>> DATA/i, "data"],
	[/in reply to (?:the )?RCPT TO|after (?:pipelined )?RCPT TO|>>> RCPT To/i, "rcpt"],
	[/in reply to (?:the )?MAIL FROM|after (?:pipelined )?MAIL FROM|>>> MAIL From/i, "mail"],
	[/refused to talk to me|after initial connection|in reply to (?:the )?connection/i, "greeting"],
];

/** Where in the conversation a text says that it was refused (Postfix, Exim and Sendmail say so); null: it does not say. */
export function stageIn(text: string): Stage | null {
	return STAGES.find(([words]) => words.test(text))?.[1] ?? null;
}

/** The host of "dns; mx.example.com (192.0.2.1)"; "" when there is none. */
export function hostIn(field: string | undefined): string {
	const name =
		(field ?? "")
			.replace(/^[\w-]{1,20}\s*;/, "")
			.trim()
			.split(/[\s([]/, 1)[0] ?? "";
	const host = name.replace(/\.$/, "").toLowerCase();
	return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)+$/.test(host) && host.length <= 253 ? host : "";
}

/** The address of "rfc822; <reader@example.com>"; null when there is none. */
export function addressIn(field: string | undefined): string | null {
	const address = (field ?? "")
		.replace(/^[\w-]{1,20}\s*;/, "")
		.replace(/[<>]/g, "")
		.trim()
		.toLowerCase();
	return /^[^\s@]{1,64}@[^\s@]{1,253}$/.test(address) ? address : null;
}

/** A reply as one line for people: "550 5.1.1 no such user". */
export function replyLine(reply: Reply): string {
	const text = reply.text.replace(/\s+/g, " ").trim();
	return `${reply.code > 0 ? `${reply.code} ` : ""}${reply.enhanced === null ? "" : `${reply.enhanced} `}${text}`.trim();
}
