// When a series runs: expressions, words, days as crontab users count them, changes of clocks.
import { describe, expect, it } from "vitest";
import { nextRuns, parseSeriesCron } from "../../../src/campaign/series-cron.ts";
import { inZone } from "../../../src/campaign/zone-time.ts";

function runs(text: string, zone: string, after: string, n = 4): string[] {
	const parsed = parseSeriesCron(text);
	if (!parsed.ok) throw new Error(`${parsed.what}; ${parsed.fix}`);
	return nextRuns(parsed.value, zone, Date.parse(`${after}:00Z`), n).map((at) => inZone(at, zone).slice(0, 16));
}

describe("the runs of a series", () => {
	it.each([
		["0 9 * * 1", ["2026-11-02 09:00", "2026-11-09 09:00", "2026-11-16 09:00", "2026-11-23 09:00"]],
		["0 9 1 * *", ["2026-12-01 09:00", "2027-01-01 09:00", "2027-02-01 09:00", "2027-03-01 09:00"]],
		["0 9 * * MON#1", ["2026-11-02 09:00", "2026-12-07 09:00", "2027-01-04 09:00", "2027-02-01 09:00"]],
		["first monday 09:00", ["2026-11-02 09:00", "2026-12-07 09:00", "2027-01-04 09:00", "2027-02-01 09:00"]],
		["the last friday of the month, at 17:30", ["2026-11-27 17:30", "2026-12-25 17:30", "2027-01-29 17:30", "2027-02-26 17:30"]],
		["30 17 * * 5L", ["2026-11-27 17:30", "2026-12-25 17:30", "2027-01-29 17:30", "2027-02-26 17:30"]],
		["0 8 L * *", ["2026-11-30 08:00", "2026-12-31 08:00", "2027-01-31 08:00", "2027-02-28 08:00"]],
		["weekdays 07:15", ["2026-11-03 07:15", "2026-11-04 07:15", "2026-11-05 07:15", "2026-11-06 07:15"]],
		["0 9 * * FRI,7", ["2026-11-06 09:00", "2026-11-08 09:00", "2026-11-13 09:00", "2026-11-15 09:00"]],
		// Both restricted: either is enough, as in crontab.
		["0 9 13 * FRI", ["2026-11-06 09:00", "2026-11-13 09:00", "2026-11-20 09:00", "2026-11-27 09:00"]],
		// A star with a step restricts nothing by itself: both must fit.
		["0 9 */2 * FRI", ["2026-11-13 09:00", "2026-11-27 09:00", "2026-12-11 09:00", "2026-12-25 09:00"]],
		["0 0 29 2 *", ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00", "2040-02-29 00:00"]],
		["@monthly", ["2026-12-01 00:00", "2027-01-01 00:00", "2027-02-01 00:00", "2027-03-01 00:00"]],
		["monday and thursday 12:00", ["2026-11-02 12:00", "2026-11-05 12:00", "2026-11-09 12:00", "2026-11-12 12:00"]],
	])("%s", (text, expected) => {
		expect(runs(text, "Asia/Seoul", "2026-11-01T23:00")).toEqual(expected);
	});

	it("a run that the clocks skip happens once, when they go forward", () => {
		expect(runs("30 2 * * *", "Europe/Berlin", "2026-03-28T00:00", 3)).toEqual([
			"2026-03-28 02:30",
			"2026-03-29 03:00",
			"2026-03-30 02:30",
		]);
		expect(runs("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:00", 4)).toEqual([
			"2026-03-29 01:30",
			"2026-03-29 03:00",
			"2026-03-29 03:30",
			"2026-03-29 04:00",
		]);
	});

	it("a run whose time comes twice happens the first time", () => {
		expect(runs("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", 2)).toEqual(["2026-10-25 02:30", "2026-10-26 02:30"]);
		const parsed = parseSeriesCron("30 2 25 10 *");
		expect(parsed.ok && nextRuns(parsed.value, "Europe/Berlin", Date.UTC(2026, 9, 24), 1)).toEqual([
			Date.UTC(2026, 9, 25, 0, 30),
		]);
	});

	it.each([
		["0 9 * *", "is not a cron expression"],
		["0 0 9 * * 1", "six fields"],
		["60 9 * * 1", "does not fit as minute"],
		["0 9 * * MON#6", "does not fit as day of the week"],
		["0 9 31 2 *", "never comes"],
		["0 9 L,31 2 MON#1", null],
		["0 9 * FOO *", "does not fit as month"],
		["now and then 09:00", "is not a cron expression"],
	])("%s is judged", (text, trouble) => {
		const parsed = parseSeriesCron(text);
		if (trouble === null) expect(parsed.ok).toBe(true);
		else expect(parsed.ok ? "understood" : parsed.what).toContain(trouble);
	});
});
