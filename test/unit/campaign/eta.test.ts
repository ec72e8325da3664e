import { describe, expect, test } from "vitest";
import { type LaneSpeed, laneTime, siteTimes, spell } from "../../../src/campaign/eta.ts";
import { per } from "../../../src/sites/site-data.ts";

const lane = (more: Partial<LaneSpeed> = {}): LaneSpeed => ({
	connections: 10,
	connectionsPerHour: null,
	messagesPerConnection: 100,
	rates: [],
	...more,
});
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

describe("the time a lane needs is that of its tightest limit", () => {
	test.each<[string, LaneSpeed, number, { ms: number; limit: string }]>([
		["nothing to do", lane(), 0, { ms: 0, limit: "" }],
		["one message", lane(), 1, { ms: 500, limit: "10 connections" }],
		["connections decide", lane({ connections: 1 }), 100, { ms: 50 * SECOND, limit: "1 connection" }],
		["a rate a second decides", lane({ rates: [per(2, "s")] }), 101, { ms: 50 * SECOND, limit: "2/s" }],
		["a rate an hour after its burst of a tenth", lane({ rates: [per(600, "h")] }), 660, { ms: HOUR, limit: "600/h" }],
		["no more than the burst", lane({ rates: [per(600, "h")] }), 60, { ms: 3_000, limit: "10 connections" }],
		["the tighter of two", lane({ rates: [per(10, "s"), per(600, "h")] }), 660, { ms: HOUR, limit: "600/h" }],
		[
			"connections an hour",
			lane({ connectionsPerHour: 60, messagesPerConnection: 1 }),
			66,
			{ ms: HOUR, limit: "60 connections an hour" },
		],
	])("%s", (_, given, n, expected) => {
		expect(laneTime(given, n)).toEqual(expected);
	});
});

test("lanes share a site's messages, and the site that takes longest comes first", () => {
	const slow = lane({ rates: [per(1, "s")] });
	const times = siteTimes([
		{ site: "quick.test", messages: 10, lanes: [lane()] },
		{ site: "slow.test", messages: 200, lanes: [slow, slow] },
		{ site: "nowhere.test", messages: 5, lanes: [] },
	]);
	expect(times.map(({ site, limit }) => [site, limit])).toEqual([
		["slow.test", "1/s"],
		["quick.test", "10 connections"],
		["nowhere.test", "no way out"],
	]);
	// Two lanes with a hundred each; a window is watched for 2 % longer than it is.
	expect(times[0]?.ms).toBeCloseTo(99 * 1.02 * SECOND + 500, -3);
	expect(times[1]?.ms).toBeCloseTo(950, -2);
});

test.each([
	[0, "less than a second"],
	[45_000, "45 s"],
	[60_000, "1 min"],
	[6 * HOUR + 20 * 60_000 + 5_000, "6 h 20 min"],
	[26 * HOUR, "1 d 2 h"],
	[59_600, "1 min"],
])("%i ms is spelled %s", (ms, words) => {
	expect(spell(ms)).toBe(words);
});
