import { describe, expect, it } from "vitest";
import { Budget, type BudgetLimit } from "../../../src/throttle/budget.ts";

const SECOND = 1000;
const HOUR = 3_600_000;
const limit = (n: number, windowMs: number, text: string): BudgetLimit => ({ limit: n, windowMs, text, from: "test" });
const perSecond = limit(5, SECOND, "5/s");
const perHour = limit(600, HOUR, "600/h");

describe("a budget", () => {
	it("without limits lets everything go", () => {
		const budget = new Budget(0, []);
		expect(budget.room(0, 12_345)).toBe(12_345);
		expect(budget.next(0)).toEqual({ at: 0, because: null });
	});

	it("names the one limit that decides, and whether it is full or spread", () => {
		const budget = new Budget(0, [perSecond, limit(3, HOUR, "3/h")]);
		budget.take(0, 2);
		expect(budget.next(0).because).toMatchObject({ text: "3/h", used: 2, limit: 3, why: "spread", from: "test" });
		budget.take(HOUR / 2, 1);
		expect(budget.next(HOUR / 2)).toMatchObject({ at: HOUR + 1000, because: { text: "3/h", used: 3, why: "full" } });
	});

	it("lets nothing go at a limit of 0, and knows no time at which it will", () => {
		const budget = new Budget(0, [limit(0, HOUR, "0/h")]);
		expect(budget.room(0, 5)).toBe(0);
		expect(budget.next(0).at).toBe(Number.POSITIVE_INFINITY);
	});

	it("sends a newsletter to 40 readers at 600/h at once, and 60 at most", () => {
		expect(new Budget(0, [perHour]).room(0, 40)).toBe(40);
		expect(new Budget(0, [perHour]).room(0, 600)).toBe(60);
	});

	it("holds the lower of two limits over the same time", () => {
		const budget = new Budget(0, [perHour, limit(10, HOUR, "10/h"), limit(20, HOUR, "20/h")]);
		expect(budget.uses(0).map((use) => use.text)).toEqual(["10/h"]);
	});

	it("begins a limit that comes later with what was sent before it came", () => {
		const budget = new Budget(0, [perSecond]);
		for (let at = 0; at < 300 * SECOND; at += SECOND) budget.take(at, 1);
		budget.setLimits(300 * SECOND, [perSecond, perHour]);
		expect(budget.uses(300 * SECOND).find((use) => use.text === "600/h")?.used).toBe(300);
	});

	it("keeps what was used when a limit changes or goes and comes back", () => {
		const budget = new Budget(0, [perHour]);
		budget.take(0, 60);
		budget.setLimits(1, [limit(50, HOUR, "50/h")]);
		expect(budget.room(1, 5)).toBe(0);
		budget.setLimits(2, []);
		expect(budget.room(2, 5)).toBe(5);
		budget.setLimits(3, [limit(60, HOUR, "60/h")]);
		expect(budget.room(3, 5)).toBe(0);
	});

	it("does not hold what was given back against a limit that comes later", () => {
		const budget = new Budget(0, [perSecond]);
		budget.take(0, 2);
		budget.giveBack(10, 1, 0);
		budget.setLimits(20, [perHour]);
		expect(budget.uses(20)[0]?.used).toBe(1);
	});

	it("restores a snapshot made under other limits from its history", () => {
		const before = new Budget(0, [perSecond]);
		before.take(0, 5);
		before.take(2 * SECOND, 5);
		const after = new Budget(3 * SECOND, [limit(12, HOUR, "12/h")]);
		after.restore(3 * SECOND, before.snapshot(3 * SECOND, 0), 0);
		expect(after.uses(3 * SECOND)[0]?.used).toBe(10);
	});

	it("is empty a day after the last event and not before", () => {
		const budget = new Budget(0, [perSecond]);
		budget.take(0, 1);
		expect(budget.rest(HOUR)).toBe(false);
		expect(budget.rest(25 * HOUR)).toBe(true);
	});
});
