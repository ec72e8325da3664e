// Text from outside (replies of servers, CSV cells, names of files and hosts) made harmless to print. Pure.
//
// A mail server chooses the text of its replies, and a terminal obeys escape sequences: without this a reply could clear the screen, rename the window or
// write a command into the operator's next line. What is dangerous is shown as an escape, not dropped: the support desk must see what was said.

/** Controls (C0, DEL, C1), marks that turn or hide text (bidirectional, zero width, BOM, line separators) and broken surrogates. The joiner of emoji stays. */
const DANGEROUS = /[\x00-\x1f\x7f-\x9f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu;
/** A colour as picocolors writes it, and nothing else a terminal obeys. */
const COLOUR = /\x1b\[[0-9;]{1,12}m/;

/** One line that can be printed anywhere: "\n" and "\x1b" are seen as such. */
export function printable(text: string): string {
	return text.replace(DANGEROUS, escaped);
}

/** Several lines: line feeds and tabs stay, and with `colours` the sequences that only set colours; everything else as `printable`. */
export function printableLines(text: string, colours = false): string {
	const keep = colours ? new RegExp(`(${COLOUR.source}|[\\n\\t])`) : /([\n\t])/;
	return text
		.split(keep)
		.map((piece, index) => (index % 2 === 1 ? piece : printable(piece)))
		.join("");
}

/** A template whose values are made printable: `text`said ${reply}``. */
export function text(parts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
	return parts.map((part, index) => part + (index < values.length ? printable(String(values[index])) : "")).join("");
}

function escaped(char: string): string {
	const code = char.codePointAt(0) ?? 0;
	if (code === 10) return "\\n";
	if (code === 13) return "\\r";
	if (code === 9) return "\\t";
	return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
