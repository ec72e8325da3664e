// Whatever is planned, dropped and taken: a site comes when it is due, earliest first, once for each plan, and none is forgotten.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Agenda } from "../../../src/deliver/agenda.ts";

const site = fc.constantFrom("a", "b", "c", "d", "e", "f");
const at = fc.integer({ min: 0, max: 50 });
const step = fc.oneof(
	fc.record({ do: fc.constant("plan" as const), site, at }),
	fc.record({ do: fc.constant("at-latest" as const), site, at }),
	fc.record({ do: fc.constant("drop" as const), site, at }),
	fc.record({ do: fc.constant("take" as const), site, at }),
);

test("an agenda is a plain list of plans, only faster", () => {
	fc.assert(
		fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
			const agenda = new Agenda();
			const plain = new Map<string, number>();
			for (const one of steps) {
				const before = plain.get(one.site) ?? Number.POSITIVE_INFINITY;
				if (one.do === "plan" || (one.do === "at-latest" && one.at < before)) plain.set(one.site, one.at);
				if (one.do === "plan") agenda.plan(one.site, one.at);
				if (one.do === "at-latest") agenda.atLatest(one.site, one.at);
				if (one.do === "drop") {
					agenda.dropUnplanned(one.site);
					if (plain.get(one.site) === Number.POSITIVE_INFINITY) plain.delete(one.site);
				}
				if (one.do === "take") {
					const first = Math.min(Number.POSITIVE_INFINITY, ...plain.values());
					expect(agenda.nextAt()).toBe(first);
					const taken = agenda.next(one.at);
					if (first > one.at) expect(taken).toBeNull();
					else {
						expect(plain.get(taken ?? "")).toBe(first);
						plain.set(taken ?? "", Number.POSITIVE_INFINITY);
					}
				}
				expect(agenda.size).toBe(plain.size);
			}
		}),
		{ numRuns: 500 },
	);
});

test("a refill keeps what lanes said of their room, and those that were not looked at yet go first", () => {
	const agenda = new Agenda();
	const all = ["a", "b", "c", "d"].map((name) => ({ site: name, due: 0 }));
	agenda.refill(all, () => 0);
	const first = agenda.next(10) ?? "";
	agenda.waits(first, 500);
	const second = agenda.next(11) ?? "";
	agenda.waits(second, 12);
	agenda.refill(all, () => 0);
	const order = Array.from({ length: 4 }, () => agenda.next(20));
	expect(order.slice(2)).toEqual([second, null]);
	expect(order).not.toContain(first);
	agenda.refill(all, () => 0);
	agenda.atLatest(first, 15);
	expect(agenda.next(20)).toBe(first);
	agenda.waits(first, 900);
	agenda.forgetTurns();
	agenda.refill(all, () => 0);
	expect(Array.from({ length: 4 }, () => agenda.next(20)).toSorted()).toEqual(["a", "b", "c", "d"]);
});

test("with more sites than can be looked at between two refills every site has its turn", () => {
	const agenda = new Agenda();
	const all = Array.from({ length: 1_000 }, (_, i) => ({ site: `s${i}`, due: 0 }));
	const seen = new Set<string | null>();
	for (let round = 0; round < 12; round++) {
		agenda.refill(all, () => 0);
		for (let i = 0; i < 100; i++) {
			const site = agenda.next(1_000 + round);
			seen.add(site);
			agenda.atLatest(site ?? "", 1_000 + round);
		}
	}
	expect(seen.size).toBe(1_000);
});
