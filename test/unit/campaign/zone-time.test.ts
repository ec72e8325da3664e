// Local times and instants: the ordinary, the missing and the doubled.
import { describe, expect, it } from "vitest";
import { gapAt, instantsOf, inZone, localAt, offsetAt, withOffset } from "../../../src/campaign/zone-time.ts";
import { zoneNamed } from "../../../src/config/zone-name.ts";

const local = (text: string) => {
	const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
	return { year, month, day, hour, minute, second };
};
const utc = (at: number) => new Date(at).toISOString().slice(0, 16);

describe("local time in a zone", () => {
	it.each([
		["Asia/Seoul", "2026-12-01 09:00", ["2026-12-01T00:00"]],
		["Europe/Berlin", "2026-07-01 09:00", ["2026-07-01T07:00"]],
		["America/St_Johns", "2026-12-01 09:00", ["2026-12-01T12:30"]],
		["Pacific/Kiritimati", "2026-12-01 09:00", ["2026-11-30T19:00"]],
		// Set back: twice.
		["Europe/Berlin", "2026-10-25 02:30", ["2026-10-25T00:30", "2026-10-25T01:30"]],
		["America/New_York", "2026-11-01 01:30", ["2026-11-01T05:30", "2026-11-01T06:30"]],
		["Australia/Lord_Howe", "2026-04-05 01:45", ["2026-04-04T14:45", "2026-04-04T15:15"]],
		// Set forward: never.
		["Europe/Berlin", "2026-03-29 02:30", []],
		["Pacific/Apia", "2011-12-30 12:00", []],
		["Europe/Berlin", "2026-03-29 03:00", ["2026-03-29T01:00"]],
	])("%s %s is %j", (zone, text, expected) => {
		expect(instantsOf(zone, local(text)).map(utc)).toEqual(expected);
	});

	it.each([
		["Europe/Berlin", "2026-03-29 02:30", "2026-03-29 03:00", "2026-03-29 01:30", "2026-03-29 03:30"],
		["Australia/Lord_Howe", "2026-10-04 02:10", "2026-10-04 02:30", "2026-10-04 01:40", "2026-10-04 02:40"],
		["Pacific/Apia", "2011-12-30 12:00", "2011-12-31 00:00", "2011-12-29 12:00", "2011-12-31 12:00"],
	])("in %s, what was missing at %s ends at %s", (zone, text, end, earlier, later) => {
		const gap = gapAt(zone, local(text));
		expect([gap.end, gap.earlier, gap.later].map((at) => inZone(at, zone))).toEqual(
			[end, earlier, later].map((one) => `${one} ${zone}`),
		);
	});

	it("an instant goes to local time and back, seconds included", () => {
		const at = Date.UTC(2026, 6, 1, 12, 34, 56);
		for (const zone of ["UTC", "Asia/Kathmandu", "America/Sao_Paulo"]) expect(instantsOf(zone, localAt(zone, at))).toEqual([at]);
		expect(offsetAt("Asia/Kathmandu", at)).toBe(345 * 60_000);
		expect(withOffset(at, "Asia/Kathmandu")).toBe("2026-07-01 18:19:56+05:45");
	});

	it.each([
		["Asia/Seoul", { zone: "Asia/Seoul" }],
		["asia/seoul", { zone: "Asia/Seoul" }],
		["utc", { zone: "UTC" }],
		["Europe/Kyiv", { zone: "Europe/Kyiv" }],
		["America/New York", { zone: "America/New_York" }],
		["Seoul", { near: ["Asia/Seoul"] }],
		["KST", { near: ["Asia/Seoul"] }],
		["EST", { near: ["America/New_York"] }],
		["Asia/Soul", { near: ["Asia/Seoul"] }],
		["Europe/Seoul", { near: ["Asia/Seoul"] }],
		["+09:00", { near: [] }],
		["nonsense-that-is-nowhere", { near: [] }],
	])("the zone %j is %j", (typed, expected) => {
		expect(zoneNamed(typed)).toEqual(expected);
	});
});
