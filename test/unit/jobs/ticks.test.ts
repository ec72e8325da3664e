import { parse } from "node-cron";
import { describe, expect, it } from "vitest";
import { lastTick, nextTick } from "../../../jobs/ticks.ts";

const at = (text: string) => Date.parse(text);

describe("the moments of a cron expression", () => {
	it.each([
		["17 3 * * *", "2026-11-21T03:17:00Z", "2026-11-21T03:17:00Z", "2026-11-22T03:17:00Z"],
		["17 3 * * *", "2026-11-21T03:16:59.999Z", "2026-11-20T03:17:00Z", "2026-11-21T03:17:00Z"],
		["*/30 * * * *", "2026-12-31T23:59:00Z", "2026-12-31T23:30:00Z", "2027-01-01T00:00:00Z"],
		["*/10 * * * * *", "2026-11-21T10:00:59.500Z", "2026-11-21T10:00:50Z", "2026-11-21T10:01:00Z"],
		["0 9 * * 1", "2026-11-21T12:00:00Z", "2026-11-16T09:00:00Z", "2026-11-23T09:00:00Z"],
		["0 9 * * sun", "2026-11-21T12:00:00Z", "2026-11-15T09:00:00Z", "2026-11-22T09:00:00Z"],
		["0 9 * * 7", "2026-11-21T12:00:00Z", "2026-11-15T09:00:00Z", "2026-11-22T09:00:00Z"],
		["0 0 29 2 *", "2026-11-21T12:00:00Z", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"],
		["0 0 L * *", "2026-11-21T12:00:00Z", "2026-10-31T00:00:00Z", "2026-11-30T00:00:00Z"],
	])("%s seen from %s", (expression, now, last, next) => {
		const fields = parse(expression);
		expect(new Date(lastTick(fields, at(now)) ?? 0).toISOString()).toBe(new Date(last).toISOString());
		expect(new Date(nextTick(fields, at(now)) ?? 0).toISOString()).toBe(new Date(next).toISOString());
	});

	it("a day that never comes has no moments", () => {
		const fields = { ...parse("0 0 30 * *"), month: [2] };
		expect(lastTick(fields, at("2026-11-21T12:00:00Z"))).toBeNull();
		expect(nextTick(fields, at("2026-11-21T12:00:00Z"))).toBeNull();
	});
});
