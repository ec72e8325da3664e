// Whatever happens on our side (arrivals, pauses, restarts, other limits, tickets given back or used late, steps of the clock), no sliding
// window that the receiver may look at holds more than the limit. Windows know no calendar: midnight and the days of 23 and 25 hours are passed like any hour.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Budget, type BudgetLimit } from "../../../src/throttle/budget.ts";
import { Steady } from "../../../src/throttle/steady.ts";
import { ManualClock } from "../../support/manual-clock.ts";

interface Sent {
	readonly at: number;
	readonly n: number;
}

/** The most events in any window [t, t + windowMs), found by beginning one at each event. */
function busiest(sent: readonly Sent[], windowMs: number): number {
	let most = 0;
	let inside = 0;
	let from = 0;
	for (const event of sent) {
		inside += event.n;
		for (let first = sent[from]!; first.at <= event.at - windowMs; first = sent[from]!) {
			inside -= first.n;
			from++;
		}
		most = Math.max(most, inside);
	}
	return most;
}

const SECOND = 1000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const limitOf = (limit: number, windowMs: number): BudgetLimit => ({
	limit,
	windowMs,
	text: `${limit} in ${windowMs}`,
	from: "test",
});

const windowMs = fc.constantFrom(SECOND, 10 * SECOND, 60 * SECOND, HOUR, DAY);
const limits = fc
	.uniqueArray(fc.record({ windowMs, limit: fc.integer({ min: 1, max: 700 }) }), {
		selector: (l) => l.windowMs,
		minLength: 1,
		maxLength: 3,
	})
	.map((list) => list.map((l) => limitOf(l.limit, l.windowMs)));

type Event =
	| { kind: "send"; want: number }
	| { kind: "busy"; grants: number }
	| { kind: "pause"; ms: number }
	| { kind: "give-back"; part: number }
	| { kind: "restart"; by: "snapshot" | "journal"; stepMs: number }
	| { kind: "limits"; factor: number }
	| { kind: "step"; ms: number };

const events: fc.Arbitrary<Event[]> = fc.array(
	fc.oneof(
		{ weight: 6, arbitrary: fc.record({ kind: fc.constant("send" as const), want: fc.integer({ min: 1, max: 900 }) }) },
		{ weight: 4, arbitrary: fc.record({ kind: fc.constant("busy" as const), grants: fc.integer({ min: 1, max: 80 }) }) },
		{
			weight: 4,
			arbitrary: fc.record({
				kind: fc.constant("pause" as const),
				ms: fc.oneof(fc.integer({ min: 0, max: 2 * HOUR }), fc.integer({ min: 20 * HOUR, max: 26 * HOUR })),
			}),
		},
		{ weight: 2, arbitrary: fc.record({ kind: fc.constant("give-back" as const), part: fc.integer({ min: 1, max: 20 }) }) },
		{
			weight: 1,
			arbitrary: fc.record({
				kind: fc.constant("restart" as const),
				by: fc.constantFrom("snapshot" as const, "journal" as const),
				// Between two runs only a step back can be told from time that passed.
				stepMs: fc.integer({ min: -HOUR, max: 0 }),
			}),
		},
		{ weight: 1, arbitrary: fc.record({ kind: fc.constant("limits" as const), factor: fc.constantFrom(0.3, 0.5, 1) }) },
		{
			weight: 1,
			arbitrary: fc.record({ kind: fc.constant("step" as const), ms: fc.integer({ min: -3 * HOUR, max: 3 * HOUR }) }),
		},
	),
	{ minLength: 5, maxLength: 60 },
);

/** Plays the events against a budget; what was truly sent comes back, by the true time. */
function play(first: BudgetLimit[], happening: readonly Event[]): Sent[] {
	const clock = new ManualClock();
	let steady = new Steady(clock, () => clock.elapsed());
	let budget = new Budget(steady.now(), first);
	const sent: Sent[] = [];
	const journal: { at: number; n: number }[] = [];
	let current = first;

	const send = (want: number): void => {
		const now = steady.now();
		const n = budget.room(now, want);
		if (n === 0) return;
		budget.take(now, n);
		sent.push({ at: clock.elapsed(), n });
		journal.push({ at: clock.now(), n });
	};

	for (const event of happening) {
		switch (event.kind) {
			case "send":
				send(event.want);
				break;
			case "busy":
				for (let i = 0; i < event.grants; i++) {
					send(1000);
					const wait = budget.next(steady.now()).at - steady.now();
					clock.advance(Math.ceil(Math.min(wait, HOUR)));
				}
				break;
			case "pause":
				clock.advance(event.ms);
				break;
			case "give-back": {
				const last = sent.pop();
				if (last === undefined) break;
				const back = Math.min(event.part, last.n);
				if (last.n > back) sent.push({ at: last.at, n: last.n - back });
				const age = clock.elapsed() - last.at;
				budget.giveBack(steady.now(), back, steady.now() - age);
				break;
			}
			case "restart": {
				const now = steady.now();
				const kept = JSON.stringify(budget.snapshot(now, steady.toWall(now) - now));
				clock.step(event.stepMs);
				steady = new Steady(clock, () => clock.elapsed());
				budget = new Budget(steady.now(), current);
				if (event.by === "snapshot") budget.restore(steady.now(), JSON.parse(kept), steady.fromWall(0));
				else for (const { at, n } of journal) budget.replay(steady.now(), steady.fromWall(at), n);
				break;
			}
			case "limits":
				// Never above the first ones, so that these must hold throughout.
				current = first.map((l) => limitOf(Math.max(1, Math.floor(l.limit * event.factor)), l.windowMs));
				budget.setLimits(steady.now(), current);
				break;
			case "step":
				// A journal kept in wall-clock time would lie after a step; the app's is as good as its clock.
				clock.step(event.ms);
				for (const entry of journal) (entry as { at: number }).at += event.ms;
				break;
		}
	}
	return sent;
}

describe("a budget", () => {
	it("never lets more than the limit into any sliding window, whatever happens", () => {
		fc.assert(
			fc.property(limits, events, (first, happening) => {
				const sent = play(first, happening);
				for (const limit of first) expect(busiest(sent, limit.windowMs)).toBeLessThanOrEqual(limit.limit);
			}),
			{ numRuns: 400 },
		);
	});

	it("holds the limit at a receiver whose network delays each message by up to the guard", () => {
		fc.assert(
			fc.property(
				limits,
				fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 7, maxLength: 31 }),
				(first, delays) => {
					const sent = play(first, [{ kind: "busy", grants: 1500 }]);
					for (const limit of first) {
						const guard = Math.min(1000, Math.max(1, limit.windowMs * 0.02));
						const arrived = sent
							.map(({ at, n }, i) => ({ at: at + guard * 0.999 * delays[i % delays.length]!, n }))
							.sort((a, b) => a.at - b.at);
						expect(busiest(arrived, limit.windowMs)).toBeLessThanOrEqual(limit.limit);
					}
				},
			),
			{ numRuns: 40 },
		);
	});

	it("remembers a bounded number of entries however much is sent", () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 100_000 }), windowMs, (limit, window) => {
				const budget = new Budget(0, [limitOf(limit, window)]);
				let now = 0;
				for (let i = 0; i < 3000; i++) {
					budget.take(now, budget.room(now, 1000));
					now = Math.max(now + 1, Math.ceil(budget.next(now).at));
				}
				const kept = budget.snapshot(now, 0);
				for (const { entries } of [...kept.windows, { entries: kept.history }]) expect(entries.length).toBeLessThanOrEqual(258);
			}),
			{ numRuns: 60 },
		);
	});

	it.each([
		{ limit: 1, windowMs: SECOND, forMs: 600 * SECOND },
		{ limit: 5, windowMs: SECOND, forMs: 600 * SECOND },
		{ limit: 50, windowMs: SECOND, forMs: 600 * SECOND },
		{ limit: 300, windowMs: SECOND, forMs: 120 * SECOND },
		{ limit: 1000, windowMs: SECOND, forMs: 60 * SECOND },
		{ limit: 100, windowMs: 60 * SECOND, forMs: 10 * HOUR },
		{ limit: 2000, windowMs: 60 * SECOND, forMs: HOUR },
		{ limit: 60, windowMs: HOUR, forMs: 100 * HOUR },
		{ limit: 600, windowMs: HOUR, forMs: 48 * HOUR },
		{ limit: 50, windowMs: 24 * HOUR, forMs: 60 * 24 * HOUR },
		{ limit: 5000, windowMs: 24 * HOUR, forMs: 10 * 24 * HOUR },
	])("uses at least 97 % of $limit in $windowMs ms when there is always work", ({ limit, windowMs: window, forMs }) => {
		const budget = new Budget(0, [limitOf(limit, window)]);
		const sent: Sent[] = [];
		for (let now = 0; now < forMs; ) {
			const n = budget.room(now, 1_000_000);
			budget.take(now, n);
			sent.push({ at: now, n });
			// Timers count in whole milliseconds and are late by some.
			now = Math.max(now + 1, Math.ceil(budget.next(now).at) + (sent.length % 3));
		}
		const total = sent.reduce((sum, { n }) => sum + n, 0);
		expect(busiest(sent, window)).toBeLessThanOrEqual(limit);
		expect(total / ((forMs / window) * limit)).toBeGreaterThanOrEqual(0.97);
	});

	it("spreads a day of 5/s, 600/h and 5000/d so that each holds and the tightest is used", () => {
		const all = [limitOf(5, SECOND), limitOf(600, HOUR), limitOf(5000, 24 * HOUR)];
		const budget = new Budget(0, all);
		const sent: Sent[] = [];
		for (let now = 0; now < 3 * 24 * HOUR; ) {
			const n = budget.room(now, 100);
			if (n > 0) sent.push({ at: now, n });
			budget.take(now, n);
			now = Math.max(now + 1, Math.ceil(budget.next(now).at));
		}
		for (const limit of all) expect(busiest(sent, limit.windowMs)).toBeLessThanOrEqual(limit.limit);
		expect(sent.reduce((sum, { n }) => sum + n, 0)).toBeGreaterThanOrEqual(0.97 * 15_000);
	});
});
