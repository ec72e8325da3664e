// How a reply is written on the wire: "550 5.1.1 words" to bytes, well or badly. Pure.
import type { MannerStage, Manners } from "./manners.ts";

/** What {placeholders} in a reply stand for. */
export interface Blanks {
	readonly host: string;
	readonly ip: string;
	readonly from: string;
	readonly to: string;
	readonly domain: string;
}

/** A reply ready to be sent: `bytewise` asks for one packet a byte. */
export interface Written {
	readonly text: string;
	/** Latin-1 text (one character, one byte) instead of UTF-8. */
	readonly latin1: boolean;
	readonly bytewise: boolean;
}

/** Fills {host} {ip} {from} {to} {domain}. */
export function fillBlanks(reply: string, blanks: Blanks): string {
	if (!reply.includes("{")) return reply;
	return reply.replace(/\{(host|ip|from|to|domain)\}/g, (_whole, name: keyof Blanks) => blanks[name]);
}

/** Bytes of "안녕" in EUC-KR, as Korean servers still say things: not UTF-8. */
const EUC_KR_WORDS = "\xbe\xc8\xb3\xe7";

/** Writes a reply ("code words", several lines with "\n") in the host's style. */
export function writeReply(reply: string, stage: MannerStage, manners: Manners): Written {
	const styled = manners.style !== "plain" && (manners.styleAt === null || manners.styleAt.includes(stage));
	if (!styled) return { text: reply.includes("\n") ? lines(reply, "\r\n") : `${reply}\r\n`, latin1: false, bytewise: false };
	const code = reply.slice(0, 3);
	const words = reply.slice(4);
	switch (manners.style) {
		case "split":
			return { text: lines(reply, "\r\n"), latin1: false, bytewise: true };
		case "multi-line":
			return { text: lines(`${code} first of several lines\n\n${words}\nlast line`, "\r\n"), latin1: false, bytewise: false };
		case "no-code":
			return { text: `${words}\r\n`, latin1: false, bytewise: false };
		case "lf-only":
			return { text: lines(reply, "\n"), latin1: false, bytewise: false };
		case "four-digits":
			return { text: `${code}0 ${words}\r\n`, latin1: false, bytewise: false };
		case "eight-bit":
			return { text: lines(`${reply} ${EUC_KR_WORDS}`, "\r\n"), latin1: true, bytewise: false };
	}
}

/** RFC 5321 section 4.2.1: every line but the last has a dash after the code. An enhanced code is repeated on each line. */
function lines(reply: string, end: string): string {
	const code = reply.slice(0, 3);
	const [first = "", ...others] = reply.slice(4).split("\n");
	const enhanced = /^([245]\.\d{1,3}\.\d{1,3}) /.exec(first)?.[1];
	const all = [first, ...others.map((line) => (enhanced === undefined || line === "" ? line : `${enhanced} ${line}`))];
	return all.map((line, index) => `${code}${index === all.length - 1 ? " " : "-"}${line}${end}`).join("");
}
