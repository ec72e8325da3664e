// Small facts about text that several files of this folder need. Nothing here knows what mail is.

/** C0, DEL and C1 controls and the two Unicode line separators: none may reach a header (RFC 5322 section 2.2; header injection). */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

export function hasControl(value: string): boolean {
	return CONTROL.test(value);
}

/** Whether every character is printable ASCII or a space. */
export function isPlainAscii(value: string): boolean {
	return /^[\x20-\x7e]*$/.test(value);
}

/**
 * A reader's field as it may stand in a body: line ends as "\n", no other control characters than tab, and well formed (half a
 * surrogate pair becomes U+FFFD here, once, instead of differently in each encoder).
 */
export function cleanField(value: string): string {
	if (!/[\u0000-\u0008\u000b-\u001f\u007f]|\p{Surrogate}/u.test(value)) return value;
	return value
		.replace(/\r\n?/g, "\n")
		.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "")
		.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** Every line end as CRLF (RFC 5322 section 2.3: CR and LF never alone). */
export function toCrlf(value: string): string {
	return value.includes("\n") || value.includes("\r") ? value.replace(/\r\n|\r|\n/g, "\r\n") : value;
}

/** Line of an offset, counted from 1. */
export function lineAt(source: string, offset: number): number {
	let line = 1;
	for (let at = source.indexOf("\n"); at >= 0 && at < offset; at = source.indexOf("\n", at + 1)) line += 1;
	return line;
}

/** "31 KB", "1.4 MB", "812 B": a KB is 1024 bytes, as in wellsent.toml. */
export function formatBytes(bytes: number): string {
	if (bytes < 1024) return `${bytes} B`;
	if (bytes < 1024 ** 2) return `${Math.round(bytes / 1024)} KB`;
	return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}
