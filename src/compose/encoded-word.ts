// Header values: RFC 2047 encoded words, phrases, and folding (RFC 5322 section 2.2.3). Does not check for injection: headers.ts
// refuses control characters before a value comes here.
import { isPlainAscii } from "./text.ts";

/** RFC 2047 section 2: a line that holds an encoded word is at most 76 characters, an encoded word at most 75. */
const LINE = 76;
const WORD = 75;
const OVERHEAD = "=?UTF-8?B?".length + "?=".length;
/** A longer run without a space is encoded, since there is no other place to fold it. */
const LONGEST_PLAIN_WORD = 66;
/** What may stand for itself in the Q encoding everywhere, also inside a phrase (RFC 2047 section 5 (3)). */
const Q_PLAIN = /[A-Za-z0-9!*+/-]/;
const ATOMS = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/**
 * An unstructured value (a subject), encoded where needed and folded. `column` is how much of the first line is taken ("Subject: ").
 * Plain words before and after the foreign part stay readable; everything between is one run, because spaces between two encoded
 * words vanish when they are read (RFC 2047 section 6.2).
 */
export function encodeUnstructured(value: string, column: number): string {
	const words = value.trim().split(" ");
	const foreign = (word: string) => word === "" || !isPlainAscii(word) || word.includes("=?") || word.length > LONGEST_PLAIN_WORD;
	let first = words.findIndex(foreign);
	if (first < 0 || value.trim() === "") return fold(words, column).text;
	let last = words.findLastIndex(foreign);
	// Double spaces at the edge of the run: it begins and ends with a word, since an encoded word may not be empty (RFC 2047 section 2).
	while (first > 0 && words[first] === "") first -= 1;
	while (last < words.length - 1 && words[last] === "") last += 1;
	const head = fold(words.slice(0, first), column);
	const run = encodeRun(words.slice(first, last + 1).join(" "), head.column + (first > 0 ? 1 : 0), first > 0);
	const tail = fold(["", ...words.slice(last + 1)], run.column);
	return head.text + (first > 0 && !run.text.startsWith("\r\n") ? " " : "") + run.text + tail.text;
}

/** A display name in front of an address (RFC 5322 phrase): atoms, a quoted string, or encoded words. */
export function encodePhrase(name: string, column: number): { readonly text: string; readonly column: number } {
	const value = name.trim();
	if (isPlainAscii(value) && !value.includes("=?") && value.length <= LONGEST_PLAIN_WORD) {
		const text = ATOMS.test(value) ? value : `"${value.replace(/["\\]/g, "\\$&")}"`;
		return { text, column: column + text.length };
	}
	return encodeRun(value, column, true);
}

/** `Name <address>`, folded before the address when the line is full. An absent or empty name gives the bare address. */
export function encodeMailbox(name: string | null, address: string, column: number): string {
	if (name === null || name.trim() === "") return address;
	const phrase = encodePhrase(name, column);
	const fits = phrase.column + address.length + 3 <= LINE;
	return `${phrase.text}${fits ? " " : "\r\n "}<${address}>`;
}

/** Joins parts with `separator`, starting a new line before a part that would pass 76 characters. Parts are never cut. */
export function foldParts(parts: readonly string[], separator: string, column: number): string {
	let at = column;
	let text = "";
	for (const [index, part] of parts.entries()) {
		const piece = index < parts.length - 1 ? part + separator : part;
		if (index > 0 && at + piece.length + 1 > LINE) {
			text = `${text.trimEnd()}\r\n ${piece}`;
			at = 1 + piece.length;
		} else {
			text += piece;
			at += piece.length;
		}
	}
	return text;
}

function fold(words: readonly string[], column: number): { readonly text: string; readonly column: number } {
	let text = "";
	let at = column;
	for (const [index, word] of words.entries()) {
		if (index === 0) {
			text = word;
			at += word.length;
		} else if (at + 1 + word.length > LINE) {
			text += `\r\n ${word}`;
			at = 1 + word.length;
		} else {
			text += ` ${word}`;
			at += 1 + word.length;
		}
	}
	return { text, column: at };
}

/** One stretch of text as encoded words, cut between code points: a word that ends inside one shows as garbage in some readers. */
function encodeRun(value: string, column: number, mayFold: boolean): { readonly text: string; readonly column: number } {
	const useQ = qLength(value) <= Math.ceil(Buffer.byteLength(value) / 3) * 4;
	const words: string[] = [];
	let room = Math.min(WORD, LINE - column) - OVERHEAD;
	const foldFirst = mayFold && room < 16;
	if (foldFirst || room < 16) room = WORD - OVERHEAD;
	let piece = "";
	let cost = 0;
	const close = () => {
		words.push(useQ ? `=?UTF-8?Q?${qEncode(piece)}?=` : `=?UTF-8?B?${Buffer.from(piece).toString("base64")}?=`);
		room = Math.min(WORD, LINE - 1) - OVERHEAD;
		piece = "";
		cost = 0;
	};
	for (const character of value) {
		const more = useQ ? qLength(character) : Buffer.byteLength(character);
		const full = useQ ? cost + more > room : Math.ceil((cost + more) / 3) * 4 > room;
		if (full && piece !== "") close();
		piece += character;
		cost += more;
	}
	close();
	const text = (foldFirst ? "\r\n " : "") + words.join("\r\n ");
	const lastLine = text.slice(text.lastIndexOf("\n") + 1);
	return { text, column: text.includes("\n") ? lastLine.length : column + lastLine.length };
}

function qLength(value: string): number {
	let length = 0;
	for (const character of value) length += character === " " || Q_PLAIN.test(character) ? 1 : 3 * Buffer.byteLength(character);
	return length;
}

function qEncode(value: string): string {
	let text = "";
	for (const character of value) {
		if (character === " ") text += "_";
		else if (Q_PLAIN.test(character)) text += character;
		else for (const byte of Buffer.from(character)) text += `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
	}
	return text;
}
