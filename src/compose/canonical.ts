// DKIM's relaxed canonical forms (RFC 6376 sections 3.4.2 and 3.4.4). Values in, values out.

/** A header field as "name:value", unfolded, white space reduced, without the final CRLF. */
export function canonicalHeader(name: string, value: string): string {
	return `${name.toLowerCase().trim()}:${value
		.replace(/\r\n/g, "")
		.replace(/[ \t]+/g, " ")
		.trim()}`;
}

/**
 * A piece of a body. Only for pieces that were cut where no run of white space and no line end is split, and not for the end of the
 * body, whose empty lines `trimBodyEnd` takes away. Most pieces need no work, and one look with a regular expression says so.
 */
export function canonicalBody(piece: string): string {
	if (!/[ \t]{2}|\t|[ \t]\r\n/.test(piece)) return piece;
	return piece.replace(/[ \t]+\r\n/g, "\r\n").replace(/[ \t]+/g, " ");
}

/** The end of a body: no empty lines, exactly one CRLF. */
export function trimBodyEnd(body: string): string {
	const trimmed = body.replace(/(?:\r\n)+$/, "");
	return trimmed === "" ? "" : `${trimmed}\r\n`;
}
