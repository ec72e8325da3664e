// The next runs of a series, compared with a search that looks at every minute of some days and knows nothing but what the clocks show.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextRuns, parseSeriesCron } from "../../../src/campaign/series-cron.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Zones, each with instants around which something happens to their clocks. */
const PLACES: readonly (readonly [string, readonly string[]])[] = [
	["Europe/Berlin", ["2026-03-29T01:00Z", "2026-10-25T01:00Z", "2027-12-31T23:00Z"]],
	["America/New_York", ["2026-03-08T07:00Z", "2026-11-01T06:00Z", "2028-02-29T05:00Z"]],
	["Australia/Lord_Howe", ["2026-04-04T15:00Z", "2026-10-03T15:30Z"]],
	["Africa/Casablanca", ["2027-02-07T02:00Z", "2027-03-14T02:00Z"]],
	["America/St_Johns", ["2026-03-08T05:30Z"]],
	["Asia/Seoul", ["2026-02-28T15:00Z"]],
	["Pacific/Apia", ["2011-12-30T10:00Z"]],
];

interface Shown {
	readonly minute: number;
	readonly hour: number;
	readonly day: number;
	readonly month: number;
	readonly year: number;
	readonly weekday: number;
}

function clock(zone: string): (at: number) => Shown {
	const format = new Intl.DateTimeFormat("en-GB", {
		timeZone: zone,
		hourCycle: "h23",
		year: "numeric",
		month: "numeric",
		day: "numeric",
		hour: "numeric",
		minute: "numeric",
	});
	return (at) => {
		const parts = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, Number(part.value)]));
		const [year = 0, month = 0, day = 0] = [parts["year"], parts["month"], parts["day"]];
		const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
		return { year, month, day, hour: parts["hour"] ?? 0, minute: parts["minute"] ?? 0, weekday };
	};
}

/** Each field by itself, written down as plainly as can be. */
function fits(value: number, field: string): boolean {
	return field.split(",").some((part) => {
		const [range = "", step = "1"] = part.split("/");
		// Only minutes are given a star with a step, and they count from 0.
		const [low = 0, high] = range === "*" ? [0, 99] : range.split("-").map(Number);
		const top = high ?? (part.includes("/") ? 99 : low);
		return value >= low && value <= top && (value - low) % Number(step) === 0;
	});
}

function shows(cron: readonly string[], now: Shown): boolean {
	const [minute = "", hour = "", day = "", month = "", weekday = ""] = cron;
	const byDay = fits(now.day, day);
	const byWeekday = fits(now.weekday, weekday) || (now.weekday === 0 && fits(7, weekday));
	const days = day.startsWith("*") || weekday.startsWith("*") ? byDay && byWeekday : byDay || byWeekday;
	return fits(now.minute, minute) && fits(now.hour, hour) && fits(now.month, month) && days;
}

/** All runs in ]after, until], minute by minute: each time that is shown, the first time it is; each time that is skipped, when the clocks go on. */
function search(cron: readonly string[], zone: string, after: number, until: number): number[] {
	const at = clock(zone);
	const seen = new Set<number>();
	const found: number[] = [];
	const key = (one: Shown) => Date.UTC(one.year, one.month - 1, one.day, one.hour, one.minute);
	let before: number | null = null;
	for (let t = Math.floor(after / MINUTE) * MINUTE - DAY; t <= until; t += MINUTE) {
		const now = at(t);
		let due = !seen.has(key(now)) && shows(cron, now);
		for (let skipped = (before ?? key(now)) + MINUTE; skipped < key(now); skipped += MINUTE) {
			const date = new Date(skipped);
			const missing = {
				year: date.getUTCFullYear(),
				month: date.getUTCMonth() + 1,
				day: date.getUTCDate(),
				hour: date.getUTCHours(),
				minute: date.getUTCMinutes(),
				weekday: date.getUTCDay(),
			};
			due ||= shows(cron, missing);
			seen.add(skipped);
		}
		seen.add(key(now));
		before = key(now);
		if (due && t > after) found.push(t);
	}
	return found;
}

const number = (low: number, high: number) => fc.integer({ min: low, max: high });
const field = (low: number, high: number) =>
	fc.oneof(
		{ weight: 2, arbitrary: fc.constant("*") },
		{ weight: 3, arbitrary: number(low, high).map(String) },
		{ weight: 2, arbitrary: fc.array(number(low, high), { minLength: 2, maxLength: 4 }).map((list) => list.join(",")) },
		{
			weight: 2,
			arbitrary: fc.tuple(number(low, high), number(low, high)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
		},
		{ weight: 1, arbitrary: fc.tuple(number(low, high), number(2, 9)).map(([a, step]) => `${a}/${step}`) },
	);
const place = fc.constantFrom(...PLACES).chain(([zone, moments]) =>
	fc.record({
		zone: fc.constant(zone),
		moment: fc.constantFrom(...moments),
		shift: number(-2 * 1440, 300),
		seconds: number(0, 59),
	}),
);

describe("the next runs of a series", () => {
	it("are those that a look at every minute finds, whatever the clocks do", () => {
		fc.assert(
			fc.property(
				fc.tuple(
					fc.oneof(field(0, 59), fc.constantFrom("*/15", "0", "30")),
					fc.oneof(field(0, 23), fc.constantFrom("1-3", "2", "*")),
					fc.oneof(fc.constant("*"), fc.constant("*"), field(1, 31)),
					fc.oneof(fc.constant("*"), fc.constant("*"), field(1, 12)),
					fc.oneof(fc.constant("*"), fc.constant("*"), field(0, 7)),
				),
				place,
				(cron, { zone, moment, shift, seconds }) => {
					const parsed = parseSeriesCron(cron.join(" "));
					fc.pre(parsed.ok);
					const after = Date.parse(moment) + shift * MINUTE + seconds * 1_000;
					const until = after + 2 * DAY;
					const expected = search(cron, zone, after, until).slice(0, 100);
					const found = nextRuns(parsed.value, zone, after, 100).filter((at) => at <= until);
					expect(found.slice(0, expected.length + 1)).toEqual(expected);
				},
			),
			{ numRuns: 40 },
		);
	});
});
