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
