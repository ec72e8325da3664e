// Campaigns as an iCalendar feed (RFC 5545), for calendar programs: what goes out when, and what the series will bring. Pure.

export interface CalendarEntry {
	/** Stays the same for ever: calendar programs replace the entry by it. */
	readonly uid: string;
	/** Instants, milliseconds. */
	readonly start: number;
	readonly end: number;
	readonly title: string;
	/** Several lines. */
	readonly text: string;
	readonly status: "TENTATIVE" | "CONFIRMED" | "CANCELLED";
}

/** The whole feed. `name`: what a calendar program shows it as. Lines end in CR LF and are folded at 75 bytes (RFC 5545 section 3.1). */
export function iCalendar(entries: readonly CalendarEntry[], of: { readonly name: string; readonly now: number }): string {
	const lines = [
		"BEGIN:VCALENDAR",
		"VERSION:2.0",
		"PRODID:-//Wellsent//Wellsent//EN",
		"CALSCALE:GREGORIAN",
		"METHOD:PUBLISH",
		`X-WR-CALNAME:${escaped(of.name)}`,
		// How often it should be fetched (RFC 7986 section 5.7).
		"REFRESH-INTERVAL;VALUE=DURATION:PT15M",
		...entries.flatMap((entry) => [
			"BEGIN:VEVENT",
			`UID:${escaped(entry.uid)}`,
			`DTSTAMP:${utc(of.now)}`,
			// In UTC: an instant needs no VTIMEZONE, and every program shows it in its own zone.
			`DTSTART:${utc(entry.start)}`,
			`DTEND:${utc(Math.max(entry.end, entry.start + 60_000))}`,
			`SUMMARY:${escaped(entry.title)}`,
			`DESCRIPTION:${escaped(entry.text)}`,
			`STATUS:${entry.status}`,
			"TRANSP:TRANSPARENT",
			"END:VEVENT",
		]),
		"END:VCALENDAR",
	];
	return `${lines.map(folded).join("\r\n")}\r\n`;
}

/** "20261201T000000Z" */
function utc(at: number): string {
	return `${new Date(at).toISOString().replace(/[-:]/g, "").slice(0, 15)}Z`;
}

/** RFC 5545 section 3.3.11. Control characters have no escape: they go. */
function escaped(text: string): string {
	return text
		.replace(/\r\n?/g, "\n")
		.replace(/[\u0000-\u0009\u000b-\u001f\u007f]/g, " ")
		.replace(/[\\;,]/g, "\\$&")
		.replaceAll("\n", "\\n");
}

/** At most 75 bytes a line, never within a letter. */
function folded(line: string): string {
	const parts: string[] = [];
	let part = "";
	let bytes = 0;
	for (const letter of line) {
		const size = Buffer.byteLength(letter);
		// A line that goes on begins with a space, which counts.
		if (bytes + size > (parts.length === 0 ? 75 : 74)) {
			parts.push(part);
			part = "";
			bytes = 0;
		}
		part += letter;
		bytes += size;
	}
	return [...parts, part].join("\r\n ");
}
