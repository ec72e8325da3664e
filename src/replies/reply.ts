// Makes one Reply of the bytes a server sent: joined, bounded and harmless to print. It judges nothing: see classify.ts.
import type { Reply } from "./outcome.ts";

/** Most characters of text that are kept: RFC 5321 section 4.5.3.1.5 allows 512 octets a line, and no server known needs 2,000 in all. */
export const MAX_REPLY_TEXT = 2000;

/** No more of the input is looked at: a hostile server may send megabytes. */
const MAX_INPUT = 16_384;

const LINE = /^([2-5]\d\d)(?:[ -](.*))?$/s;
/** At the start of a line, as RFC 2034 says, also as "#5.1.0" (IronPort) and "[5.1.1]". */
const ENHANCED_AT_START = /^\s*[#[(<]{0,2}([245]\.\d{1,3}\.\d{1,3})[\])>]{0,2}(?![.\d])[:;,-]?\s*/;
/** At the end, as qmail writes it: "sorry, no mailbox here by that name. (#5.1.1)". */
const ENHANCED_QMAIL = /\(#([245]\.\d{1,3}\.\d{1,3})\)/;

const TERMINAL_SEQUENCES = /\x1b(?:\[[0-9;?]{0,40}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,400}(?:\x07|\x1b\\)?|.)?/gs;
/** Controls, and the invisible characters that reorder or hide text on a screen (bidirectional marks, zero width, BOM). */
const INVISIBLE = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Text of the bytes of a reply. RFC 5321 promises ASCII; Korean and Chinese servers send EUC-KR and GBK, French and German ones Latin-1.
 *
 * Both double-byte codes share their byte ranges, so the decoded text decides: Korean replies hold Hangul and practically no Hanja.
 * A high byte that stands alone is Latin-1.
 */
const decode = (raw: Buffer): string => {
	const bytes = raw.subarray(0, MAX_INPUT);
	try {
		return strictUtf8.decode(bytes);
	} catch {
		// Perhaps only the last character was cut by our own bound, or a server mixes codes: go on.
	}
	const latin = bytes.toString("latin1");
	const runs = latin.match(/[\x80-\xff]+/g) ?? [];
	if (runs.every((run) => run.length % 2 === 0 && /^[\xa1-\xfe]+$/.test(run))) {
		const korean = new TextDecoder("euc-kr").decode(bytes);
		const hangul = korean.match(/[\uac00-\ud7a3]/g)?.length ?? 0;
		const hanja = korean.match(/[\u3400-\u9fff\uf900-\ufaff\ufffd]/g)?.length ?? 0;
		return hangul > 9 * hanja ? korean : new TextDecoder("gb18030").decode(bytes);
	}
	const utf8 = bytes.toString("utf8");
	const broken = utf8.match(/\ufffd/g)?.length ?? 0;
	// Mostly good UTF-8 with a broken spot reads better as UTF-8; nothing but broken spots is Latin-1.
	return broken * 2 < (utf8.match(/[^\x00-\x7f]/g)?.length ?? 0) ? utf8 : latin;
};

const clean = (line: string): string => line.replace(TERMINAL_SEQUENCES, "").replaceAll("\t", " ").replace(INVISIBLE, "").trim();

const bounded = (text: string): string => {
	if (text.length <= MAX_REPLY_TEXT) return text;
	const cut = text.slice(0, MAX_REPLY_TEXT);
	return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
};

/**
 * Parses one whole reply, all its lines, with or without the last line's end.
 *
 * Never throws. Something that is not a reply (no code, or a code outside 200 to 599 such as "999") gets code 0 and its whole text, so that
 * a person can read what was said. The code of the first line counts (RFC 5321 section 4.2.1 wants all of them equal).
 *
 * @returns text without the codes, lines joined by "\n", without control characters, at most MAX_REPLY_TEXT characters.
 */
export const parseReply = (raw: string | Buffer): Reply => {
	const whole = typeof raw === "string" ? raw.slice(0, MAX_INPUT) : decode(raw);
	const lines = whole.split(/\r\n|\n|\r/).map(clean);
	while (lines.length > 1 && lines.at(-1) === "") lines.pop();

	const first = LINE.exec(lines[0] ?? "");
	if (first === null) return { code: 0, enhanced: null, text: bounded(lines.join("\n").trim()) };

	let enhanced: string | null = null;
	const texts = lines.map((line) => {
		const said = LINE.exec(line);
		const text = said === null ? line : (said[2] ?? "");
		const found = ENHANCED_AT_START.exec(text);
		if (found === null) return text.trim();
		enhanced ??= found[1] ?? null;
		return text.slice(found[0].length).trim();
	});
	const text = bounded(texts.join("\n").trim());
	return { code: Number(first[1]), enhanced: enhanced ?? ENHANCED_QMAIL.exec(text)?.[1] ?? null, text };
};
