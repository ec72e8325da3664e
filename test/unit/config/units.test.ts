import { describe, expect, test } from "vitest";
import { formatDuration, formatSize, parseDuration, parseRate, parseSize } from "../../../src/config/units.ts";

describe("durations", () => {
	test.each([
		["500ms", 500],
		["30s", 30_000],
		["15m", 900_000],
		["2h", 7_200_000],
		["90d", 7_776_000_000],
		[" 5 m ", 300_000],
	])("%s is %i ms", (text, ms) => expect(parseDuration(text)).toEqual({ ok: true, value: ms }));

	test.each([
		["", "15m"],
		["30", "30m"],
		["1 hour", "1h"],
		["90 days", "90d"],
		["1.5h", "1h"],
		["-5m", "5m"],
		["3 weeks", "3m"],
	])("%j is refused, and %s proposed", (text, form) =>
		expect(parseDuration(text)).toMatchObject({ ok: false, fix: expect.stringContaining(`"${form}"`) }),
	);

	test("are written in the largest unit that leaves no rest", () => {
		expect([1, 1000, 90_000, 3_600_000, 86_400_000].map(formatDuration)).toEqual(["1ms", "1s", "90s", "1h", "1d"]);
	});
});

describe("sizes", () => {
	test.each([
		["90000B", 90_000],
		["102KB", 104_448],
		["25MB", 26_214_400],
		["1GB", 1_073_741_824],
	])("%s is %i bytes", (text, bytes) => expect(parseSize(text)).toEqual({ ok: true, value: bytes }));

	test.each([
		["102", "102B"],
		["102kb", "102KB"],
		["25 MiB", "25MB"],
		["10m", "10MB"],
		["a lot", "25MB"],
	])("%j is refused, and %s proposed", (text, form) =>
		expect(parseSize(text)).toMatchObject({ ok: false, fix: expect.stringContaining(`"${form}"`) }),
	);

	test("are written in the largest unit that leaves no rest", () =>
		expect([90_000, 104_448, 26_214_400].map(formatSize)).toEqual(["90000B", "102KB", "25MB"]));
});

describe("rates", () => {
	test.each([
		["5/s", 5, 1000, "5/s"],
		["30/min", 30, 60_000, "30/min"],
		["100/m", 100, 60_000, "100/min"],
		["600 / h", 600, 3_600_000, "600/h"],
		["5000/d", 5000, 86_400_000, "5000/d"],
	])("%s is at most %i in any %i ms", (text, limit, windowMs, written) =>
		expect(parseRate(text)).toEqual({ ok: true, value: { limit, windowMs, text: written } }),
	);

	test.each([
		["0/s", "1/s"],
		["5 per fortnight", "5/h"],
		["5 per second", "5/s"],
		["100 per minute", "100/min"],
		["2 a day", "2/d"],
		["fast", "5/h"],
	])("%j is refused, and %s proposed", (text, form) =>
		expect(parseRate(text)).toMatchObject({ ok: false, fix: expect.stringContaining(`"${form}"`) }),
	);
});
