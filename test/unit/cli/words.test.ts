import { expect, test } from "vitest";
import { bytes, count, iso, localTime, parseWhen, several } from "../../../src/cli/words.ts";

const NOW = Date.UTC(2026, 10, 2, 12);

test.each([
	["2h", NOW - 2 * 3_600_000],
	["90d", NOW - 90 * 86_400_000],
	["2026-12-01T09:00:00Z", Date.UTC(2026, 11, 1, 9)],
	["2026-12-01 09:00+09:00", Date.UTC(2026, 11, 1, 0)],
	["2026-12-01T09:00:05.250+0900", Date.UTC(2026, 11, 1, 0, 0, 5)],
	["2026-12-01 09:00", new Date(2026, 11, 1, 9).getTime()],
	["2026-12-01", new Date(2026, 11, 1).getTime()],
])("%s is read as a time", (typed, at) => {
	expect(parseWhen(typed, NOW)).toBe(at);
});

test.each(["", "yesterday", "0h", "2026-13-01", "2026-02-31", "12:00", "2026-12-01 25:00", "1764550800"])(
	"%j is no time",
	(typed) => {
		expect(parseWhen(typed, NOW)).toBeNull();
	},
);

test("amounts are told as people write them", () => {
	expect(count(1_234_567)).toBe("1,234,567");
	expect(several(1, "reader")).toBe("1 reader");
	expect(several(0, "delivery", "deliveries")).toBe("0 deliveries");
	expect([bytes(900), bytes(104_448), bytes(26_214_400)]).toEqual(["900 bytes", "102 KB", "25 MB"]);
});

test("instants for people are local, for scripts ISO in UTC", () => {
	expect(localTime(new Date(2026, 0, 2, 3, 4, 5).getTime())).toBe("2026-01-02 03:04:05");
	expect(iso(NOW)).toBe("2026-11-02T12:00:00.000Z");
	expect(iso(null)).toBeNull();
});
