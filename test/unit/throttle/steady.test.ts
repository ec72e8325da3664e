import { describe, expect, it } from "vitest";
import { Steady } from "../../../src/throttle/steady.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const HOUR = 3_600_000;

describe("steady time", () => {
	it("goes with the wall clock as long as nobody sets that", () => {
		const clock = new ManualClock();
		const steady = new Steady(clock, () => clock.elapsed());
		clock.advance(12_345);
		expect(steady.now()).toBe(clock.now());
	});

	it.each([-HOUR, HOUR])("moves only by what has passed when the clock is stepped by %d ms", (step) => {
		const clock = new ManualClock();
		const steady = new Steady(clock, () => clock.elapsed());
		const before = steady.now();
		clock.advance(10);
		clock.step(step);
		clock.advance(20);
		expect(steady.now() - before).toBe(30);
	});

	it("without a counter takes a step back for no time at all, and goes on from there", () => {
		const clock = new ManualClock();
		const steady = new Steady(clock);
		const before = steady.now();
		clock.step(-HOUR);
		expect(steady.now()).toBe(before);
		clock.advance(500);
		expect(steady.now() - before).toBe(500);
	});

	it("translates instants to the wall clock as it is set now, and back", () => {
		const clock = new ManualClock();
		const steady = new Steady(clock, () => clock.elapsed());
		clock.step(HOUR);
		const soon = steady.now() + 1000;
		expect(steady.toWall(soon)).toBe(clock.now() + 1000);
		expect(steady.fromWall(clock.now() + 1000)).toBe(soon);
	});
});
