import { describe, expect, it } from "vitest";
import { DOUBT_WINDOW_MS, Doubt } from "../../../src/inbound/doubt.ts";

const BY = { site: "corp.test", source: "mta1", mxHost: "mx1.corp.test" };
const tell = (doubt: Doubt, n: number, taken: Readonly<Record<string, number>>, mxHost = BY.mxHost, at = 0) =>
	Array.from({ length: n }, (_, i) => doubt.told({ ...BY, mxHost }, `r${i}@corp.test`, new Map(Object.entries(taken)), at)).at(
		-1,
	);

describe("a host whose mail comes back as unknown", () => {
	it.each([
		{ name: "nine are believed", n: 9, taken: { "mx1.corp.test": 9, "mx2.corp.test": 90 }, doubted: false },
		{
			name: "ten of ten beside a sibling whose mail stays are a burst",
			n: 10,
			taken: { "mx1.corp.test": 10, "mx2.corp.test": 90 },
			doubted: true,
		},
		{
			name: "ten of a thousand are a list with old addresses",
			n: 10,
			taken: { "mx1.corp.test": 1_000, "mx2.corp.test": 1_000 },
			doubted: false,
		},
		{ name: "without a sibling nobody can compare", n: 30, taken: { "mx1.corp.test": 30 }, doubted: false },
	])("$name", ({ n, taken, doubted }) => {
		const last = tell(new Doubt(), n, taken);
		expect(typeof last === "object" || last === "doubted").toBe(doubted);
	});

	it("names those before it once, when the burst begins", () => {
		const doubt = new Doubt();
		const taken = { "mx1.corp.test": 12, "mx2.corp.test": 90 };
		expect(tell(doubt, 10, taken)).toMatchObject({ before: expect.arrayContaining(["r0@corp.test", "r8@corp.test"]) });
		expect(tell(doubt, 1, taken)).toBe("doubted");
	});

	it("is believed when both hosts return as much", () => {
		const doubt = new Doubt();
		const taken = { "mx1.corp.test": 40, "mx2.corp.test": 40 };
		tell(doubt, 30, taken, "mx2.corp.test");
		expect(tell(doubt, 30, taken)).toBe("believed");
	});

	it("is believed again when hours have passed", () => {
		const doubt = new Doubt();
		const taken = { "mx1.corp.test": 12, "mx2.corp.test": 90 };
		tell(doubt, 12, taken);
		expect(tell(doubt, 1, taken, BY.mxHost, DOUBT_WINDOW_MS)).toBe("believed");
	});
});
