import { describe, expect, it } from "vitest";
import { burstOf, Pace } from "../../../src/throttle/pace.ts";

const HOUR = 3_600_000;

describe("the burst of a quiet lane", () => {
	it.each([
		{ limit: 50, windowMs: 1000, burst: 0 },
		{ limit: 50, windowMs: 60_000, burst: 0 },
		{ limit: 600, windowMs: HOUR, burst: 60 },
		{ limit: 9, windowMs: HOUR, burst: 0 },
		{ limit: 5000, windowMs: 24 * HOUR, burst: 500 },
	])("is $burst at $limit in $windowMs ms", ({ limit, windowMs, burst }) => {
		expect(burstOf(limit, windowMs)).toBe(burst);
	});
});

describe("the pace", () => {
	it("is even, one event early at most, when the interval is long", () => {
		const pace = new Pace(10, 10_000, 0);
		expect(pace.room(0, 0)).toBe(2);
		pace.take(0, 2, 0);
		expect(pace.room(0, 2)).toBe(0);
		expect(pace.freeAt(0, 2)).toBe(1000);
		expect(pace.room(999, 2)).toBe(0);
		expect(pace.room(1000, 2)).toBe(1);
	});

	it("allows 50 ms of events at once when the interval is short", () => {
		const pace = new Pace(1000, 1000, 0);
		expect(pace.room(0, 0)).toBe(51);
	});

	it("makes good what a late timer lost, up to the tolerance", () => {
		const pace = new Pace(100, 1000, 0);
		pace.take(0, pace.room(0, 0), 0);
		expect(pace.freeAt(0, 6)).toBe(10);
		expect(pace.room(40, 6)).toBe(4);
	});

	it("lets a tenth of an hour's limit go at once and then goes on at the even pace, without a debt", () => {
		const pace = new Pace(600, HOUR, 60);
		expect(pace.room(0, 0)).toBe(60);
		pace.take(0, 60, 0);
		expect(pace.freeAt(0, 60)).toBe(0);
		pace.take(0, 1, 60);
		expect(pace.freeAt(0, 61)).toBe(6000);
	});

	it("gives no second burst while the window holds the first one", () => {
		const pace = new Pace(600, HOUR, 60);
		pace.take(0, 60, 0);
		expect(pace.room(1_800_000, 360)).toBe(2);
	});

	it("does not let a wait of a slower pace outlive the change to a faster one", () => {
		const pace = new Pace(1, HOUR, 0);
		pace.take(0, 2, 0);
		expect(pace.freeAt(0, 2)).toBe(HOUR);
		pace.change(0, 3600, HOUR, 0);
		expect(pace.freeAt(0, 2)).toBeLessThanOrEqual(1000);
	});

	it("takes back what did not happen", () => {
		const pace = new Pace(10, 10_000, 0);
		pace.take(0, 2, 0);
		pace.giveBack(1);
		expect(pace.room(0, 1)).toBe(1);
	});
});
