// The roll-ups are the log, added up: whatever is in it, in whatever batches it came.
import fc from "fast-check";
import { expect, test } from "vitest";
import { normaliseReply } from "../../../src/log/normalise.ts";
import { rollUp } from "../../../src/log/roll-up.ts";
import { REPLY_CLASSES, STAGES } from "../../../src/replies/outcome.ts";
import { response } from "../../integration/api/rows.ts";

const rows = fc.array(
	fc
		.record({
			at: fc.integer({ min: 1_700_000_000_000, max: 1_700_400_000_000 }),
			campaign: fc.integer({ min: 1, max: 3 }),
			site: fc.constantFrom("one", "two"),
			mxHost: fc.constantFrom("", "mx1.one.test", "mx2.one.test"),
			class: fc.constantFrom(...REPLY_CLASSES),
			stage: fc.constantFrom(...STAGES),
			rule: fc.constantFrom("a", "b"),
			code: fc.constantFrom(0, 250, 450, 550),
			text: fc.string(),
		})
		.map((of) => response(of)),
	{ maxLength: 60 },
);
const sum = (list: readonly { readonly n: number }[]) => list.reduce((total, one) => total + one.n, 0);

test("every response of a host is in the ledger once, every failure in the failures once", () => {
	fc.assert(
		fc.property(rows, (list) => {
			const { hours, failures, unknown } = rollUp(list, []);
			expect(sum(hours)).toBe(list.filter((row) => row.mxHost !== "").length);
			expect(failures.reduce((total, one) => total + one.responses, 0)).toBe(
				list.filter((row) => row.class !== "accepted" && row.class !== "skipped").length,
			);
			expect(sum(unknown)).toBe(list.filter((row) => row.class.startsWith("unknown-") && row.code > 0).length);
			for (const one of hours) {
				expect(one.hour).toBeLessThanOrEqual(one.first);
				expect(one.last).toBeLessThan(one.hour + 3_600_000);
			}
		}),
	);
});

test("a normalised reply is short, stays what it is when normalised again, and holds no address", () => {
	fc.assert(
		fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), fc.emailAddress(), (text, address) => {
			const plain = normaliseReply(`${text} <${address}>`);
			expect(plain.length).toBeLessThanOrEqual(200);
			expect(plain).not.toContain(address);
		}),
	);
	expect(
		normaliseReply("user kim.j@x.co.kr at [203.0.113.9] unknown (q-12ab34cd) see https://x.test/a?b=1 mx1.x.test 42 times"),
	).toBe("user <address> at [<ip>] unknown (<id>) see <url> <host> <n> times");
});
