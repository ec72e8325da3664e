// The calendar feed: escaped, folded, in UTC.
import { describe, expect, it } from "vitest";
import { iCalendar } from "../../../src/campaign/calendar.ts";

const NOW = Date.UTC(2026, 10, 21, 9);
const entry = {
	uid: "campaign-1@wellsent",
	start: Date.UTC(2026, 11, 1, 0, 0, 5),
	end: Date.UTC(2026, 11, 1, 2),
	title: "December",
	text: "one\ntwo",
	status: "CONFIRMED",
} as const;
const linesOf = (title: string) => iCalendar([{ ...entry, title }], { name: "Wellsent", now: NOW }).split("\r\n");

describe("the calendar feed", () => {
	it("is one VCALENDAR with a VEVENT an entry, its instants in UTC, every line ended by CR LF", () => {
		const text = iCalendar([entry, { ...entry, uid: "b", end: entry.start }], { name: "Wellsent", now: NOW });
		expect(text).toMatch(/^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n[\s\S]*\r\nEND:VCALENDAR\r\n$/);
		expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(2);
		expect(text).toContain("DTSTART:20261201T000005Z\r\nDTEND:20261201T020000Z\r\n");
		// An entry without a length has a minute: programs hide empty ones.
		expect(text).toContain("DTEND:20261201T000105Z\r\n");
		expect(text).toContain("DESCRIPTION:one\\ntwo\r\n");
		expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
	});

	it("escapes what has a meaning, and drops what could begin a line of its own", () => {
		expect(linesOf("a, b; c\\d\r\nATTACH:x\u0007")).toContain("SUMMARY:a\\, b\\; c\\\\d\\nATTACH:x ");
	});

	it.each(["가".repeat(60), "😀".repeat(40), "x".repeat(300)])(
		"folds long lines at 75 bytes, never within a letter: %s",
		(title) => {
			const lines = linesOf(title);
			for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
			expect(lines.join("\r\n").replaceAll("\r\n ", "")).toContain(`SUMMARY:${title}\r\n`);
			expect(lines.join("")).not.toContain("\uFFFD");
		},
	);
});
