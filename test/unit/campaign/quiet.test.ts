// Quiet hours: by day and over midnight, in their zone, on days on which the clocks change.
import { describe, expect, it } from "vitest";
import { quietUntil, withQuiet } from "../../../src/campaign/quiet.ts";
import { inZone } from "../../../src/campaign/zone-time.ts";
import { parseQuietHours } from "../../../src/config/schema-schedule.ts";

function until(hours: string, at: string): string | null {
	const parsed = parseQuietHours(hours);
	if (!parsed.ok) throw new Error(parsed.what);
	const end = quietUntil(parsed.value, Date.parse(at));
	return end === null ? null : inZone(end, parsed.value.zone);
}

describe("quiet hours", () => {
	it.each([
		["22:00-07:00 Asia/Seoul", "2026-11-02T12:59:59Z", null],
		["22:00-07:00 Asia/Seoul", "2026-11-02T13:00:00Z", "2026-11-03 07:00 Asia/Seoul"],
		["22:00-07:00 Asia/Seoul", "2026-11-02T21:59:59Z", "2026-11-03 07:00 Asia/Seoul"],
		["22:00-07:00 Asia/Seoul", "2026-11-02T22:00:00Z", null],
		["12:00-13:30 UTC", "2026-11-02T13:29:00Z", "2026-11-02 13:30 UTC"],
		["12:00-13:30 UTC", "2026-11-02T13:30:00Z", null],
		["18:00-24:00 UTC", "2026-12-31T23:00:00Z", "2027-01-01 00:00 UTC"],
		// The clocks are set forward past the end, and set back over it.
		["22:00-02:30 Europe/Berlin", "2026-03-29T00:30:00Z", "2026-03-29 03:00 Europe/Berlin"],
		["22:00-07:00 Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25 07:00 Europe/Berlin"],
		["22:00-02:30 Europe/Berlin", "2026-10-25T01:10:00Z", "2026-10-25 02:30 Europe/Berlin"],
	])("%s at %s end at %s", (hours, at, end) => {
		expect(until(hours, at)).toBe(end);
	});

	it.each([
		// Hours of work, from when, and how many hours pass.
		["22:00-07:00 UTC", 3, "2026-11-02T10:00:00Z", 3],
		["22:00-07:00 UTC", 12, "2026-11-02T10:00:00Z", 12],
		["22:00-07:00 UTC", 13, "2026-11-02T10:00:00Z", 22],
		["22:00-07:00 UTC", 1, "2026-11-02T23:00:00Z", 9],
		["22:00-07:00 UTC", 40, "2026-11-02T07:00:00Z", 58],
		["12:00-13:00 UTC", 1, "2026-11-02T11:30:00Z", 2],
		// That night is an hour longer.
		["22:00-07:00 Europe/Berlin", 2, "2026-10-24T19:00:00Z", 12],
		// A year and more of it ends, too.
		["22:00-07:00 UTC", 15 * 500, "2026-11-02T07:00:00Z", 15 * 500 + 9 * 399],
	])("%s: %i h of work from %s take %i h", (hours, work, from, takes) => {
		const parsed = parseQuietHours(hours);
		expect(parsed.ok ? withQuiet(parsed.value, Date.parse(from), work * 3_600_000) / 3_600_000 : parsed.what).toBe(takes);
	});

	it("work without hours, and no work, take no longer", () => {
		expect(withQuiet(null, 0, 5_000)).toBe(5_000);
		const parsed = parseQuietHours("22:00-07:00 UTC");
		expect(parsed.ok ? withQuiet(parsed.value, Date.parse("2026-11-02T23:00:00Z"), 0) : parsed.what).toBe(0);
		// To the last digit: whether hours lie in between is told by comparing.
		expect(parsed.ok ? withQuiet(parsed.value, Date.parse("2026-11-02T12:00:00Z"), 0.1 + 0.2) : parsed.what).toBe(0.1 + 0.2);
	});

	it("no hours are never quiet", () => {
		expect(quietUntil(null, 0)).toBe(null);
	});

	it.each([
		["22:00-07:00", "does not say in which zone"],
		["22:00-07:00 Seoul", 'no time zone "Seoul"'],
		["25:00-07:00 UTC", "are no hours"],
		["22-07 UTC", "are no hours"],
		["07:00-07:00 UTC", "begin and end at the same time"],
	])("%s is refused: %s", (hours, why) => {
		const parsed = parseQuietHours(hours);
		expect(parsed.ok ? "understood" : parsed.what).toContain(why);
	});
});
