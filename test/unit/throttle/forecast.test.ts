import { describe, expect, it } from "vitest";
import type { RateLimit } from "../../../src/config/types.ts";
import { Budget } from "../../../src/throttle/budget.ts";
import { type ForecastLane, forecast } from "../../../src/throttle/forecast.ts";
import { LaneSet } from "../../../src/throttle/lane-set.ts";
import type { LaneLimits } from "../../../src/throttle/limits.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const T0 = Date.UTC(2026, 10, 21, 9);
const rate = (limit: number, windowMs: number, text: string): RateLimit => ({ limit, windowMs, text });
const lane = (of: Partial<ForecastLane>): ForecastLane => ({
	connections: 10,
	connectionsPerHour: null,
	messagesPerConnection: 100,
	rates: [],
	now: null,
	order: null,
	messageMs: 5,
	...of,
});

/** How long the budget itself needs. */
function truth(rates: readonly RateLimit[], messages: number): number {
	const budget = new Budget(
		T0,
		rates.map((one) => ({ ...one, from: "" })),
	);
	let now = T0;
	for (let left = messages; left > 0; ) {
		const n = budget.room(now, left);
		budget.take(now, n);
		left -= n;
		if (left > 0) now = Math.max(now + 1, budget.next(now).at);
	}
	return now - T0;
}

describe("the forecast", () => {
	it.each([
		{ name: "5/s", rates: [rate(5, SECOND, "5/s")], messages: 1000 },
		{ name: "600/h, less than an hour", rates: [rate(600, HOUR, "600/h")], messages: 400 },
		{ name: "600/h, many hours", rates: [rate(600, HOUR, "600/h")], messages: 10_000 },
		{ name: "20/s and 600/h", rates: [rate(20, SECOND, "20/s"), rate(600, HOUR, "600/h")], messages: 3000 },
		{ name: "all three", rates: [rate(5, SECOND, "5/s"), rate(600, HOUR, "600/h"), rate(5000, DAY, "5000/d")], messages: 12_000 },
		{ name: "a large one", rates: [rate(50, SECOND, "50/s"), rate(100_000, DAY, "100000/d")], messages: 150_000 },
	])("is within 5 % of what the windows need: $name", ({ rates, messages }) => {
		const told = forecast([lane({ rates })], messages, T0).ms;
		const needed = truth(rates, messages);
		expect(Math.abs(told - needed) / needed).toBeLessThan(0.05);
	});

	it("names the limit that decides", () => {
		expect(forecast([lane({ rates: [rate(20, SECOND, "20/s"), rate(600, HOUR, "600/h")] })], 3000, T0).limit).toBe("600/h");
		expect(forecast([lane({ connections: 2, messageMs: 500 })], 1000, T0)).toMatchObject({ limit: "2 connections" });
		expect(forecast([lane({ connectionsPerHour: 10, messagesPerConnection: 5 })], 500, T0).limit).toBe("10 connections an hour");
		expect(forecast([], 500, T0)).toEqual({ ms: 0, limit: "no way out" });
		expect(forecast([lane({})], 0, T0)).toEqual({ ms: 0, limit: "" });
	});

	it("lets the messages go to whichever lane is free, and adds up their speeds", () => {
		const slow = lane({ rates: [rate(1, SECOND, "1/s")] });
		const fast = lane({ rates: [rate(9, SECOND, "9/s")] });
		const alone = forecast([fast], 1000, T0).ms;
		expect(forecast([slow, fast], 1000, T0).ms / alone).toBeGreaterThan(0.85);
		expect(forecast([slow, fast], 1000, T0).ms / alone).toBeLessThan(0.95);
	});

	it("begins when a hold is over, counts what was used, and climbs the warm-up day by day", async () => {
		const clock = new ManualClock(T0);
		const limits: LaneLimits = {
			connections: 10,
			connectionsPerHour: null,
			messagesPerConnection: 100,
			rates: [rate(600, HOUR, "600/h")],
			tls: "opportunistic",
			origin: { connections: "", connectionsPerHour: "", messagesPerConnection: "", rates: "", tls: "" },
		};
		const set = new LaneSet({
			clock,
			elapsed: () => clock.elapsed(),
			limitsFor: (source) => (source === "new" ? { ...limits, rates: [] } : limits),
			warmUpFor: (source) => (source === "new" ? { curve: [50, 100, 200], since: T0, from: "test" } : null),
		});
		const used = set.lane("mta1", "naver");
		await used.takeMessages(60, new AbortController().signal);
		const after = lane({ rates: limits.rates, now: used.snapshot() });
		// The burst is spent: 60 more take six seconds each.
		expect(forecast([after], 60, T0).ms / (60 * 6 * SECOND)).toBeGreaterThan(0.9);
		used.hold(T0 + 2 * HOUR, "x", "y");
		expect(forecast([{ ...after, now: used.snapshot() }], 1, T0)).toEqual({ ms: 2 * HOUR + 5, limit: "on hold" });
		const order = { until: null, reason: "x", by: "kim" };
		expect(forecast([{ ...after, order }], 1, T0).limit).toBe("on hold until it is released");

		const cold = lane({ now: set.lane("new", "naver").snapshot() });
		expect(forecast([cold], 50, T0).ms).toBeLessThan(HOUR);
		const days = forecast([cold], 50 + 100 + 10, T0);
		expect(days.limit).toBe("the warm-up");
		expect(days.ms).toBeGreaterThan(15 * HOUR + DAY);
		expect(days.ms).toBeLessThan(15 * HOUR + 2 * DAY);
	});
});
