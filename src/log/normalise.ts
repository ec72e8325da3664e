// Makes replies that differ only in addresses, numbers and names equal, so that they can be counted together. Pure.

/** Characters kept: enough to recognise a sentence, and little enough that a table of them stays small. */
const KEPT = 200;

/** The order matters: what contains another (an address contains a host name) goes first. */
const PLACES: readonly (readonly [RegExp, string])[] = [
	[/https?:\/\/[^\s<>"')\]]{1,500}/gi, "<url>"],
	[/[^\s<>()[\]"',;:@]{1,64}@[^\s<>()[\]"',;:]{1,255}/g, "<address>"],
	[/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, "<ip>"],
	[/\b(?:[0-9a-f]{1,4}:){2,7}[0-9a-f:]{0,40}/gi, "<ip>"],
	[/\b(?:[a-z0-9-]{1,63}\.){1,8}(?:[a-z]{2,24})\b/gi, "<host>"],
	// Queue ids and the like: letters and digits mixed, or long hexadecimal numbers.
	[/\b(?=[\w-]{0,40}\d)(?=[\w-]{0,40}[a-z])[\w-]{6,80}\b/gi, "<id>"],
	[/\d+/g, "<n>"],
];

/** "550 user kim@x.test at 10.0.0.1 unknown (q-12ab34)" → "user <address> at <ip> unknown (<id>)". */
export function normaliseReply(text: string): string {
	let plain = text.slice(0, 1000).replace(/\s+/g, " ").trim();
	for (const [pattern, place] of PLACES) plain = plain.replace(pattern, place);
	return plain.slice(0, KEPT).trim();
}
