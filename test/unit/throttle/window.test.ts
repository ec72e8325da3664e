import { describe, expect, it } from "vitest";
import { guarded, SlidingWindow } from "../../../src/throttle/window.ts";

const SECOND = 1000;
const HOUR = 3_600_000;

describe("a sliding window", () => {
	it.each([
		{ windowMs: 10, length: 11 },
		{ windowMs: SECOND, length: 1020 },
		{ windowMs: 60 * SECOND, length: 61_000 },
		{ windowMs: 24 * HOUR, length: 24 * HOUR + 1000 },
	])("of $windowMs ms remembers for $length ms: 2 % more, at least 1 ms and at most 1 s", ({ windowMs, length }) => {
		expect(guarded(windowMs)).toBe(length);
	});

	it("tells when the next may go, and when several", () => {
		const window = new SlidingWindow(SECOND, 3);
		window.take(0, 1);
		window.take(100, 1);
		window.take(200, 1);
		expect(window.freeAt(300, 1)).toBe(1020);
		expect(window.freeAt(300, 2)).toBe(1120);
		expect(window.freeAt(300, 3)).toBe(1220);
		expect(window.freeAt(300, 4)).toBe(Number.POSITIVE_INFINITY);
		expect(window.freeAt(5000, 3)).toBe(5000);
	});

	it("frees an event exactly at the end of its time and not before", () => {
		const window = new SlidingWindow(SECOND, 1);
		window.take(0, 1);
		expect(window.room(1019.999)).toBe(0);
		expect(window.room(1020)).toBe(1);
	});

	it("forgets nothing by being asked about the future", () => {
		const window = new SlidingWindow(HOUR, 5);
		window.take(0, 5);
		expect(window.used(2 * HOUR)).toBe(0);
		expect(window.freeAt(2 * HOUR, 5)).toBe(2 * HOUR);
		expect(window.used(1)).toBe(5);
	});

	it("counts merged events at the time of the latest", () => {
		const window = new SlidingWindow(HOUR, 1000);
		const grain = window.length / 128;
		window.take(0, 1);
		window.take(grain - 1, 1);
		window.take(grain + 1, 1);
		expect(window.snapshot(grain + 1)).toEqual([
			[Math.ceil(grain - 1), 2],
			[Math.ceil(grain + 1), 1],
		]);
	});

	it("keeps few events apart, to the millisecond", () => {
		const window = new SlidingWindow(HOUR, 128);
		for (let at = 0; at < 128; at++) window.take(at, 1);
		expect(window.snapshot(128)).toHaveLength(128);
	});

	it("waits for old events when the limit was lowered below what is used", () => {
		const window = new SlidingWindow(SECOND, 10);
		window.take(0, 4);
		window.take(500, 4);
		window.limit = 5;
		expect(window.room(600)).toBe(0);
		expect(window.freeAt(600, 1)).toBe(1020);
		expect(window.freeAt(600, 2)).toBe(1520);
	});

	describe("given events back", () => {
		it("strikes out exactly the entry that held them", () => {
			const window = new SlidingWindow(SECOND, 10);
			window.take(0, 3);
			window.take(10, 3);
			window.giveBack(20, 2, 10);
			expect(window.snapshot(20)).toEqual([
				[0, 3],
				[10, 1],
			]);
		});

		it("does nothing when they are out of the window: another's would be struck out", () => {
			const window = new SlidingWindow(SECOND, 10);
			window.take(0, 3);
			window.take(1000, 3);
			window.giveBack(1020, 3, 0);
			expect(window.used(1020)).toBe(3);
		});

		it("never gives more than the entry held", () => {
			const window = new SlidingWindow(SECOND, 10);
			window.take(0, 3);
			window.take(10, 3);
			window.giveBack(20, 9, 0);
			expect(window.snapshot(20)).toEqual([[10, 3]]);
		});
	});

	describe("told of the past", () => {
		it("puts events in their order, whatever the order of the journal", () => {
			const window = new SlidingWindow(HOUR, 10);
			for (const at of [300, 100, 200, 200]) window.insert(1000, at, 1);
			expect(window.snapshot(1000)).toEqual([
				[100, 1],
				[200, 2],
				[300, 1],
			]);
		});

		it("counts what lies in the future as happening now: the clock was put back", () => {
			const window = new SlidingWindow(HOUR, 10);
			window.insert(1000, 999_999_999, 4);
			expect(window.snapshot(1000)).toEqual([[1000, 4]]);
		});

		it("leaves out what is over", () => {
			const window = new SlidingWindow(SECOND, 10);
			window.insert(5000, 3980, 1);
			expect(window.used(5000)).toBe(0);
		});

		it("stays bounded, merging at the later time, when the journal is longer than its memory", () => {
			const window = new SlidingWindow(HOUR, 10);
			for (let i = 0; i < 5000; i++) window.insert(HOUR, i * 700, 1);
			expect(window.used(HOUR)).toBe(5000);
			expect(window.snapshot(HOUR).length).toBeLessThanOrEqual(257);
			// The first to leave must not leave before the first event does.
			expect(window.used(window.length)).toBeGreaterThanOrEqual(4999);
		});
	});
});
