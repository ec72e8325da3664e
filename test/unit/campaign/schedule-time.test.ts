// What a person may type for --at, and what is answered to the rest.
import { describe, expect, it } from "vitest";
import { readTime } from "../../../src/campaign/schedule-time.ts";

const NOW = Date.UTC(2026, 0, 15, 12);
const read = (typed: string, zone = "Europe/Berlin", more: { which?: "first" | "second"; zoneGiven?: boolean } = {}) => {
	const answer = readTime(typed, { zone, zoneGiven: true, now: NOW, ...more });
	return answer.kind === "time" ? new Date(answer.time.at).toISOString() : answer;
};

describe("the time of a schedule", () => {
	it.each([
		["2026-12-01 09:00", "2026-12-01T08:00:00.000Z"],
		["2026-12-01T09:00", "2026-12-01T08:00:00.000Z"],
		["2026-12-01 9:00", "2026-12-01T08:00:00.000Z"],
		["2026-12-01 09:00:30", "2026-12-01T08:00:30.000Z"],
		["2026-12-01T09:00:30.000+01:00", "2026-12-01T08:00:30.000Z"],
		["2026-12-01 09:00+01", "2026-12-01T08:00:00.000Z"],
		["2026-12-01T08:00:00Z", "2026-12-01T08:00:00.000Z"],
		["2026-10-25 02:30+02:00", "2026-10-25T00:30:00.000Z"],
		["2026-10-25 02:30+0100", "2026-10-25T01:30:00.000Z"],
		// The current minute.
		["2026-01-15 13:00", "2026-01-15T12:00:00.000Z"],
	])("%s is understood", (typed, expected) => {
		expect(read(typed)).toBe(expected);
	});

	it.each(["tomorrow", "2026-13-01 09:00", "2026-02-30 09:00", "2026-12-01", "2026-12-01 24:00", "", "1.12.2026 09:00"])(
		"%j is not understood",
		(typed) => {
			expect(read(typed)).toEqual({ kind: "unreadable" });
		},
	);

	it("a time that the clocks skip is refused, with what may have been meant", () => {
		expect(read("2026-03-29 02:30")).toEqual({ kind: "missing", choices: ["2026-03-29 01:30+01:00", "2026-03-29 03:30+02:00"] });
	});

	it("a time that comes twice is asked about, and chosen in words or by its offset", () => {
		const choices = ["2026-10-25 02:30+02:00", "2026-10-25 02:30+01:00"];
		expect(read("2026-10-25 02:30")).toEqual({ kind: "twice", choices });
		expect(read("2026-10-25 02:30", "Europe/Berlin", { which: "first" })).toBe("2026-10-25T00:30:00.000Z");
		expect(read("2026-10-25 02:30", "Europe/Berlin", { which: "second" })).toBe("2026-10-25T01:30:00.000Z");
		expect(choices.map((choice) => read(choice))).toEqual(["2026-10-25T00:30:00.000Z", "2026-10-25T01:30:00.000Z"]);
	});

	it("an offset that contradicts the zone that was named is a mistake; beside the system's zone it is not", () => {
		expect(read("2026-12-01 09:00+09:00")).toEqual({ kind: "wrong-offset", offset: "+09:00", right: ["2026-12-01 09:00+01:00"] });
		expect(read("2026-12-01 09:00+09:00", "Europe/Berlin", { zoneGiven: false })).toBe("2026-12-01T00:00:00.000Z");
	});

	it("what is past is refused, and an unknown zone is told with its neighbours", () => {
		expect(read("2026-01-15 12:58")).toEqual({ kind: "past" });
		expect(read("2026-12-01 09:00", "Seoul")).toEqual({ kind: "unknown-zone", near: ["Asia/Seoul"] });
	});
});
