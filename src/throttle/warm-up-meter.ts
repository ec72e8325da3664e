// Counts a lane's warm-up: accepted messages of the last 24 hours, and those on their way whose answer is not known yet, against the cap of the step.
// The cap holds in every sliding day, not only by the calendar; only the steps follow the calendar.
import { z } from "zod";
import type { ReplyClass } from "../replies/outcome.ts";
import type { BudgetUse } from "./budget.ts";
import type { Meter, MeterWait } from "./meter.ts";
import type { Steady } from "./steady.ts";
import {
	beginWarmUp,
	capOf,
	countAccepted,
	countRefusal,
	isProven,
	nextDay,
	turnDay,
	type WarmUp,
	type WarmUpPlan,
} from "./warm-up.ts";
import { type Entry, SlidingWindow } from "./window.ts";

const DAY_MS = 86_400_000;
/** A message whose answer did not come in so long is counted as accepted: it may have been. */
const LOST_MS = 600_000;
/** When all that is left of the cap is on its way, it is looked at again so soon. */
const LOOK_MS = 1000;

/** JSON; times on the wall clock. */
export const warmUpSnapshot = z.object({
	plan: z.object({ curve: z.array(z.number()), since: z.number(), from: z.string() }),
	state: z.object({ step: z.number(), day: z.number(), accepted: z.number(), deferred: z.number(), blocked: z.boolean() }),
	entries: z.array(z.tuple([z.number(), z.number().nonnegative()])),
});
export interface WarmUpSnapshot {
	readonly plan: WarmUpPlan;
	readonly state: WarmUp;
	readonly entries: readonly Entry[];
}

/** For display. */
export interface WarmUpView {
	/** Day of the curve, 1 the first. */
	readonly day: number;
	readonly days: number;
	/** Accepted messages a day. */
	readonly cap: number;
	/** Accepted in the last 24 hours, and on their way. */
	readonly used: number;
	/** Whether the next midnight raises the cap, as things are. */
	readonly rises: boolean;
	readonly from: string;
}

export class WarmUpMeter implements Meter {
	#plan: WarmUpPlan;
	#state: WarmUp;
	readonly #steady: Steady;
	readonly #window = new SlidingWindow(DAY_MS, Number.POSITIVE_INFINITY);
	/** Went out, answer not known. Oldest first. */
	readonly #flying: { readonly at: number; n: number }[] = [];

	constructor(steady: Steady, plan: WarmUpPlan) {
		this.#steady = steady;
		this.#plan = plan;
		this.#state = beginWarmUp(plan, steady.toWall(steady.now()));
	}

	/** Another curve or day from now on; what was accepted stays counted, the step stays where it is unless the ramp began on another day. */
	setPlan(plan: WarmUpPlan): void {
		if (plan.since !== this.#plan.since) this.#state = beginWarmUp(plan, this.#steady.toWall(this.#steady.now()));
		this.#plan = plan;
	}

	room(now: number, want: number): number {
		const cap = this.#cap(now);
		return cap === null ? want : Math.max(0, Math.min(want, cap - this.#used(now)));
	}

	next(now: number): MeterWait {
		const cap = this.#cap(now);
		const used = this.#used(now);
		if (cap === null || used < cap) return { at: now, because: null };
		const because = { ...this.#use(now, cap), why: "full" as const };
		if (this.#window.used(now) < cap) return { at: now + LOOK_MS, because };
		this.#window.limit = cap;
		const free = this.#window.freeAt(now, 1);
		const midnight = this.#steady.fromWall(nextDay(this.#steady.toWall(now)));
		return { at: isProven(this.#plan, this.#state) ? Math.min(free, midnight) : free, because };
	}

	take(now: number, n: number): void {
		const last = this.#flying.at(-1);
		if (last !== undefined && last.at === now) last.n += n;
		else this.#flying.push({ at: now, n });
	}

	/** Those that come back are the ones that have been on their way longest, whatever the time they are said to be of. */
	giveBack(now: number, n: number): void {
		this.#land(now, n);
	}

	fits(now: number, n: number): boolean {
		return this.room(now, n) >= n;
	}

	/** A journal tells what went, not what was accepted: all of it is counted, the safe direction. */
	replay(now: number, at: number, n: number): void {
		this.#window.insert(now, at, n);
	}

	/** Messages of earlier takes were accepted. */
	accepted(n: number): void {
		const now = this.#steady.now();
		this.#land(now, n);
		this.#window.take(now, n);
		this.#state = countAccepted(this.#today(now), n);
	}

	/** A refusal. `spent`: a message of an earlier take went out for it. True when it changed the cap. */
	refused(replyClass: ReplyClass, spent: boolean): boolean {
		const now = this.#steady.now();
		if (spent) this.#land(now, 1);
		const { step } = this.#today(now);
		this.#state = countRefusal(this.#state, replyClass);
		return this.#state.step !== step;
	}

	uses(now: number): BudgetUse[] {
		const cap = this.#cap(now);
		return cap === null ? [] : [this.#use(now, cap)];
	}

	/** Null: the lane is warm. */
	view(): WarmUpView | null {
		const now = this.#steady.now();
		const cap = this.#cap(now);
		if (cap === null) return null;
		return {
			day: this.#state.step + 1,
			days: this.#plan.curve.length,
			cap,
			used: this.#used(now),
			rises: isProven(this.#plan, this.#state),
			from: this.#plan.from,
		};
	}

	/** Caps of the coming days, today's first, if all goes well; for forecasts. */
	caps(): readonly number[] {
		this.#today(this.#steady.now());
		return this.#plan.curve.slice(this.#state.step);
	}

	snapshot(now: number, shift: number): WarmUpSnapshot {
		const kept = this.#window.snapshot(now).map(([at, n]): Entry => [Math.ceil(at + shift), n]);
		// What is on its way counts after a restart, since nobody will tell how it ended.
		const flying = this.#flying.reduce((sum, one) => sum + one.n, 0);
		const entries: Entry[] = flying === 0 ? kept : [...kept, [Math.ceil(now + shift), flying]];
		return { plan: this.#plan, state: this.#today(now), entries };
	}

	/** Adds what is known from a snapshot. The step is taken over when the ramp is the same one. */
	restore(now: number, snapshot: WarmUpSnapshot, shift: number): void {
		this.#window.restore(
			now,
			snapshot.entries.map(([at, n]): Entry => [at + shift, n]),
		);
		if (snapshot.plan.since === this.#plan.since) this.#state = snapshot.state;
	}

	/** The cap has a say, or must be remembered. */
	get isWarm(): boolean {
		return this.#cap(this.#steady.now()) === null;
	}

	#today(now: number): WarmUp {
		this.#state = turnDay(this.#plan, this.#state, this.#steady.toWall(now));
		return this.#state;
	}

	#cap(now: number): number | null {
		return capOf(this.#plan, this.#today(now));
	}

	#used(now: number): number {
		while (this.#flying[0] !== undefined && this.#flying[0].at + LOST_MS <= now) {
			this.#window.insert(now, now, this.#flying.shift()?.n ?? 0);
		}
		return this.#window.used(now) + this.#flying.reduce((sum, one) => sum + one.n, 0);
	}

	#land(now: number, n: number): void {
		this.#used(now);
		for (let left = n; left > 0 && this.#flying[0] !== undefined; ) {
			const part = Math.min(left, this.#flying[0].n);
			left -= part;
			this.#flying[0].n -= part;
			if (this.#flying[0].n === 0) this.#flying.shift();
		}
	}

	#use(now: number, cap: number): BudgetUse {
		const day = this.#state.step + 1;
		return { text: `warm-up day ${day}: ${cap}/d`, used: this.#used(now), limit: cap, windowMs: DAY_MS, from: this.#plan.from };
	}
}
