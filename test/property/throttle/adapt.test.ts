// Learning is safe whatever comes: never above what is configured, back to it when all is well, and no faster for being refused more.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
	accepted,
	CURBED,
	type Curbed,
	type Learned,
	NOTHING_LEARNED,
	type Refusal,
	refused,
	type Speeds,
} from "../../../src/throttle/adapt.ts";
import { ADAPT_RULES } from "../../../src/throttle/adapt-rules.ts";
import { curbed, speedsOf } from "../../../src/throttle/curbs.ts";
import type { LaneLimits } from "../../../src/throttle/limits.ts";

const SECOND = 1000;
const HOUR = 3_600_000;
const LONGEST = 8 * HOUR;
const origin = { connections: "x", connectionsPerHour: "x", messagesPerConnection: "x", rates: "x", tls: "x" };

const limits: fc.Arbitrary<LaneLimits> = fc.record({
	connections: fc.integer({ min: 1, max: 50 }),
	connectionsPerHour: fc.option(fc.integer({ min: 1, max: 5000 })),
	messagesPerConnection: fc.integer({ min: 1, max: 500 }),
	rates: fc.subarray([
		{ limit: 20, windowMs: SECOND, text: "20/s" },
		{ limit: 600, windowMs: HOUR, text: "600/h" },
		{ limit: 7, windowMs: HOUR, text: "7/h" },
		{ limit: 5000, windowMs: 24 * HOUR, text: "5000/d" },
	]),
	tls: fc.constant("opportunistic" as const),
	origin: fc.constant(origin),
});

type Event = { readonly at: number } & (
	| { readonly kind: "accepted" }
	| { readonly kind: "refused"; readonly refusal: Omit<Refusal, "at"> }
);

const refusal = fc.record({
	class: fc.constantFrom(
		...(["sender-rate", "too-many-connections", "messages-per-connection", "silent-close", "reputation-temporary"] as const),
		...(["recipient-rate", "greylisted", "connection-expired"] as const),
	),
	rule: fc.constantFrom("", ...ADAPT_RULES.flatMap((rule) => (typeof rule.replies === "string" ? [] : rule.replies))),
	open: fc.integer({ min: 1, max: 20 }),
	acceptedBefore: fc.integer({ min: 0, max: 60 }),
});

/** Events on whole seconds, in their order. */
const events: fc.Arbitrary<Event[]> = fc
	.array(
		fc.record({
			gap: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 2000 })),
			what: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: refusal }),
		}),
		{ maxLength: 80 },
	)
	.map((list) => {
		let at = Date.UTC(2026, 10, 21);
		return list.map(({ gap, what }): Event => {
			at += gap * SECOND;
			return what === null ? { at, kind: "accepted" } : { at, kind: "refused", refusal: what };
		});
	});

function play(
	happening: readonly Event[],
	speeds: Speeds,
	each: (learned: Learned, hold: number, event: Event) => void = () => {},
) {
	let learned = NOTHING_LEARNED;
	let hold = 0;
	for (const event of happening) {
		if (event.kind === "accepted") learned = accepted(learned, event.at, speeds);
		else {
			const lesson = refused(learned, { ...event.refusal, at: event.at }, speeds, LONGEST);
			learned = lesson.learned;
			hold = Math.max(hold, lesson.holdUntil ?? 0);
		}
		each(learned, hold, event);
	}
	return learned;
}

const inForce = (learned: Learned, speeds: Speeds, limit: Curbed) =>
	Math.min(learned.curbs[limit]?.value ?? Infinity, speeds[limit]);

describe("what a lane learns", () => {
	it("never raises a limit above the configured one, nor to nothing", () => {
		fc.assert(
			fc.property(limits, events, (configured, happening) => {
				play(happening, speedsOf(configured), (learned) => {
					const now = curbed(configured, learned);
					for (const limit of ["connections", "messagesPerConnection"] as const) {
						expect(now[limit]).toBeLessThanOrEqual(configured[limit]);
						expect(now[limit]).toBeGreaterThanOrEqual(1);
					}
					expect(now.connectionsPerHour ?? Infinity).toBeLessThanOrEqual(configured.connectionsPerHour ?? Infinity);
					expect(now.rates.slice(0, configured.rates.length)).toEqual(configured.rates);
					for (const rate of now.rates) expect(rate.limit).toBeGreaterThanOrEqual(1);
				});
			}),
			{ numRuns: 300 },
		);
	});

	it("is unlearned when only successes come: within two days every limit is the configured one again", () => {
		fc.assert(
			fc.property(limits, events, (configured, happening) => {
				const speeds = speedsOf(configured);
				let learned = play(happening, speeds);
				let at = happening.at(-1)?.at ?? 0;
				for (let i = 0; i < 2 * 24 * 60; i++) {
					at += 60 * SECOND;
					learned = accepted(learned, at, speeds);
				}
				expect(learned.curbs).toEqual({});
				expect(curbed(configured, learned)).toBe(configured);
			}),
			{ numRuns: 150 },
		);
	});

	it("is never faster, and holds never end sooner, for one more refusal", () => {
		fc.assert(
			fc.property(limits, events, fc.nat(), refusal, (configured, happening, where, extra) => {
				const speeds = speedsOf(configured);
				const place = happening.length === 0 ? 0 : where % happening.length;
				const at = (happening[place]?.at ?? 0) - SECOND / 2;
				const more: Event[] = [...happening.slice(0, place), { at, kind: "refused", refusal: extra }, ...happening.slice(place)];
				const without = new Map<Event, { learned: Learned; hold: number }>();
				play(happening, speeds, (learned, hold, event) => without.set(event, { learned, hold }));
				play(more, speeds, (learned, hold, event) => {
					const other = without.get(event);
					if (other === undefined) return;
					expect(hold).toBeGreaterThanOrEqual(other.hold);
					for (const limit of CURBED)
						expect(inForce(learned, speeds, limit)).toBeLessThanOrEqual(inForce(other.learned, speeds, limit) * (1 + 1e-9));
				});
			}),
			{ numRuns: 600 },
		);
	});
});
