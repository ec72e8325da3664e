// The warm-up of a lane: a cap on what a site accepts from a new source in a day, which grows along a curve. Pure; warm-up-meter.ts counts.
//
// A step of the curve is a day. The lane goes to the next one at midnight (UTC, so no day has 23 or 25 hours) when the step was proven: at least
// half of its cap was accepted, at most 5 % of the tries were deferred for reputation, nothing was blocked. Otherwise it stays; a block takes it a step down at once.
// A day on which little was sent proves nothing, so a source that mails once a week does not grow out of its curve on the calendar alone.
// A lane that has not been mailed yet begins at the step of its source's calendar, which is what the operator says by `warmup`.
import type { ReplyClass } from "../replies/outcome.ts";

export interface WarmUpPlan {
	/** Accepted messages a day and site, day by day; after the last one the lane is warm. */
	readonly curve: readonly number[];
	/** When the ramp of the source began. */
	readonly since: number;
	/** Where that is written, in words. */
	readonly from: string;
}

export interface WarmUp {
	/** Index into the curve. */
	readonly step: number;
	/** Day (days since 1970, UTC) that the counts below are of. */
	readonly day: number;
	readonly accepted: number;
	/** Deferred for reputation. */
	readonly deferred: number;
	/** The site blocked us on that day. */
	readonly blocked: boolean;
}

const DAY_MS = 86_400_000;
/** More than this share deferred for reputation holds the step. */
const MOST_DEFERRED = 0.05;
const PROVEN = 0.5;

export function dayOf(at: number): number {
	return Math.floor(at / DAY_MS);
}

/** The first instant of the next day. */
export function nextDay(at: number): number {
	return (dayOf(at) + 1) * DAY_MS;
}

export function beginWarmUp(plan: WarmUpPlan, now: number): WarmUp {
	return { ...blank(dayOf(now)), step: Math.max(0, dayOf(now) - dayOf(plan.since)) };
}

/** Messages a day; null: the lane is warm. */
export function capOf(plan: WarmUpPlan, warmUp: WarmUp): number | null {
	return plan.curve[warmUp.step] ?? null;
}

/** The state on the day of `now`. Whatever the number of days that passed, it is one step at most. The same object on the same day, or an earlier one. */
export function turnDay(plan: WarmUpPlan, warmUp: WarmUp, now: number): WarmUp {
	const today = dayOf(now);
	if (today <= warmUp.day) return warmUp;
	return { ...blank(today), step: warmUp.step + (isProven(plan, warmUp) ? 1 : 0) };
}

/** Will the next midnight raise the cap, if the rest of the day is like what was? */
export function isProven(plan: WarmUpPlan, { step, accepted, deferred, blocked }: WarmUp): boolean {
	const cap = plan.curve[step];
	if (cap === undefined) return false;
	return !blocked && accepted >= cap * PROVEN && deferred <= (accepted + deferred) * MOST_DEFERRED;
}

export function countAccepted(warmUp: WarmUp, n: number): WarmUp {
	return { ...warmUp, accepted: warmUp.accepted + n };
}

/** Takes in a refusal of the day: deferred for reputation is counted, a block goes down a step, once a day. Other refusals change nothing. */
export function countRefusal(warmUp: WarmUp, replyClass: ReplyClass): WarmUp {
	switch (replyClass) {
		case "reputation-temporary":
		case "sender-rate":
			return { ...warmUp, deferred: warmUp.deferred + 1 };
		case "ip-blocked":
		case "dnsbl-listed":
			return warmUp.blocked ? warmUp : { ...warmUp, blocked: true, step: Math.max(0, warmUp.step - 1) };
		default:
			return warmUp;
	}
}

function blank(day: number): Omit<WarmUp, "step"> {
	return { day, accepted: 0, deferred: 0, blocked: false };
}
