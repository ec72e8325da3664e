// What a lane learns from refusals and unlearns from success. Pure: a state and an event in, the next state out. Which refusal does what is data
// (adapt-rules.ts); what the state makes of the limits is curbs.ts.
//
// A curb is a limit of ours below the configured one. Refusals lower it at once; success raises it, one step at a time and not before its time,
// until it meets the configured limit and is gone. So a lane ends up just below what the provider bears and feels for more now and then.
// The rejected alternative, to configure the lower limit for a fixed time and then go back at once (KumoMTA), runs into the same wall every hour.
//
// Times are wall-clock instants. More or earlier refusals never make a lane faster: test/property/throttle/adapt.test.ts.
import type { ReplyClass } from "../replies/outcome.ts";
import { type AdaptStep, adaptRuleFor } from "./adapt-rules.ts";

export const CURBED = ["rate", "connections", "connectionsPerHour", "messagesPerConnection"] as const;
export type Curbed = (typeof CURBED)[number];

export interface Curb {
	/** Messages a minute for `rate`, the number itself for the others. Not rounded. */
	readonly value: number;
	/** When a refusal spoke of it last. */
	readonly since: number;
	/** When it was lowered by a share, for the breath; 0: to a number of the table. */
	readonly dividedAt: number;
	/** From then on success raises it. */
	readonly raiseAt: number;
	/** From one raise to the next, milliseconds. */
	readonly stepMs: number;
	/** The reply rule that decided. */
	readonly because: string;
}

export interface Learned {
	readonly curbs: Readonly<Partial<Record<Curbed, Curb>>>;
	/** Refusals of the last hour by the name of their adaptation rule, oldest first. */
	readonly refusals: readonly { readonly at: number; readonly name: string }[];
	/** After how many messages connections were closed in the last hour. */
	readonly closings: readonly { readonly at: number; readonly messages: number }[];
}

export const NOTHING_LEARNED: Learned = { curbs: {}, refusals: [], closings: [] };

/** The configured limits, as far as they are learned about. */
export interface Speeds {
	/** Messages a minute of the tightest rate; Infinity without one. */
	readonly rate: number;
	readonly connections: number;
	/** Infinity without such a limit. */
	readonly connectionsPerHour: number;
	readonly messagesPerConnection: number;
}

export interface Refusal {
	readonly at: number;
	readonly class: ReplyClass;
	/** Id of the reply rule that matched. */
	readonly rule: string;
	/** Connections of the lane that were open, the refused one among them. */
	readonly open: number;
	/** Messages accepted on this connection before. */
	readonly acceptedBefore: number;
}

export interface Lesson {
	readonly learned: Learned;
	/** Nothing may go until then; null: it may. */
	readonly holdUntil: number | null;
}

/** Refusals closer together than this are one: several connections meet the same wall at the same moment. */
const BREATH_MS = 10_000;
const HOUR_MS = 3_600_000;
/** More are not needed to know that it is many. */
const MOST_REMEMBERED = 64;
/** Success raises a limit at most so often. */
const STEP_MS = 5 * 60_000;
const GROWTH = 1.5;
/** What is taken for the configured rate when there is none and "half" of it is asked for. */
const UNLIMITED_PER_MINUTE = 600;
/** One an hour, in messages a minute: a lane is slowed, never stopped for good. */
const SLOWEST: Readonly<Record<Curbed, number>> = {
	rate: 1 / 60,
	connections: 1,
	connectionsPerHour: 1,
	messagesPerConnection: 1,
};

/**
 * Takes in a refusal. `longestMs` bounds how long the lane is held, so that whoever was deferred for it can go when its turn comes; lowered limits last
 * as long as the table says. What is no complaint about limits changes nothing.
 */
export function refused(learned: Learned, refusal: Refusal, configured: Speeds, longestMs: number): Lesson {
	const rule = adaptRuleFor(refusal.rule, refusal.class);
	if (rule === null) return { learned, holdUntil: null };
	const { at } = refusal;
	const closings = recent(learned.closings, at);
	const tells = refusal.acceptedBefore > 0 && rule.steps.some((step) => step.messagesPerConnection !== undefined);
	let next: Learned = {
		curbs: learned.curbs,
		refusals: [...recent(learned.refusals, at), { at, name: rule.name }].slice(-MOST_REMEMBERED),
		closings: tells ? [...closings, { at, messages: refusal.acceptedBefore }].slice(-MOST_REMEMBERED) : closings,
	};
	let holdMs = 0;
	for (const step of rule.steps) {
		if (breaths(next.refusals, rule.name, at - step.withinMs) < step.times) continue;
		holdMs = Math.max(holdMs, step.holdMs ?? 0);
		for (const limit of CURBED) {
			const value = target(limit, step, next, refusal, configured);
			if (value === null) continue;
			const before = inForce(limit, next, configured);
			if (before <= SLOWEST[limit] || value < SLOWEST[limit]) holdMs = Math.max(holdMs, step.elseHoldMs ?? 0);
			next = {
				...next,
				curbs: { ...next.curbs, [limit]: lowered(limit, { curb: next.curbs[limit], value, refusal, step }) },
			};
		}
	}
	return { learned: next, holdUntil: holdMs === 0 ? null : at + Math.min(holdMs, longestMs) };
}

/** Takes in that a message was accepted. The same object comes back when nothing changes. */
export function accepted(learned: Learned, at: number, configured: Speeds): Learned {
	const due = CURBED.filter((limit) => (learned.curbs[limit]?.raiseAt ?? Number.POSITIVE_INFINITY) <= at);
	if (due.length === 0) return learned;
	const curbs: Partial<Record<Curbed, Curb>> = { ...learned.curbs };
	for (const limit of due) {
		const curb = curbs[limit];
		if (curb === undefined) continue;
		const value = raised(limit, curb.value);
		if (value >= configuredOf(limit, configured)) delete curbs[limit];
		else curbs[limit] = { ...curb, value, raiseAt: at + curb.stepMs };
	}
	return { ...learned, curbs };
}

/** Nothing is left to remember. */
export function isBlank(learned: Learned, at: number): boolean {
	return (
		Object.keys(learned.curbs).length === 0 &&
		recent(learned.refusals, at).length === 0 &&
		recent(learned.closings, at).length === 0
	);
}

/** What a step wants of one limit; null: nothing. */
function target(limit: Curbed, step: AdaptStep, learned: Learned, refusal: Refusal, configured: Speeds): number | null {
	const now = inForce(limit, learned, configured);
	switch (limit) {
		case "rate": {
			if (step.rate === undefined) return null;
			// A rate from the table may be no slower than what is configured, and then it would teach nothing.
			return step.rate === "half" ? now / 2 : Math.min(step.rate, configuredOf(limit, configured) / 2);
		}
		case "connections":
			if (step.connections === undefined) return null;
			return step.connections === "fewer" ? Math.min(now, Math.max(refusal.open, 1)) - 1 : step.connections;
		case "connectionsPerHour":
			return step.connectionsPerHour === undefined || !Number.isFinite(now) ? null : now / 2;
		case "messagesPerConnection": {
			if (step.messagesPerConnection === undefined) return null;
			if (step.messagesPerConnection === "twice-seen") return twiceSeen(learned);
			const seen = refusal.acceptedBefore > 0 ? refusal.acceptedBefore : null;
			if (step.messagesPerConnection === "seen") return seen ?? 1;
			return Math.min(step.messagesPerConnection, seen ?? Number.POSITIVE_INFINITY);
		}
	}
}

function configuredOf(limit: Curbed, configured: Speeds): number {
	return limit === "rate" && !Number.isFinite(configured.rate) ? UNLIMITED_PER_MINUTE : configured[limit];
}

function inForce(limit: Curbed, learned: Learned, configured: Speeds): number {
	return Math.min(learned.curbs[limit]?.value ?? Number.POSITIVE_INFINITY, configuredOf(limit, configured));
}

/** The number of messages at which, or before which, two connections were closed: one alone may have been the network. */
function twiceSeen(learned: Learned): number | null {
	return learned.closings.map((closing) => closing.messages).sort((a, b) => a - b)[1] ?? null;
}

function lowered(limit: Curbed, of: { curb: Curb | undefined; value: number; refusal: Refusal; step: AdaptStep }): Curb {
	const { curb, refusal, step } = of;
	const { at } = refusal;
	const { forMs } = step;
	const raiseAt = Math.max(curb?.raiseAt ?? 0, at + forMs);
	const stepMs = Math.max(curb?.stepMs ?? 0, Math.min(forMs, STEP_MS));
	const value = Math.min(curb?.value ?? Number.POSITIVE_INFINITY, Math.max(of.value, SLOWEST[limit]));
	// Within the same breath it is the same complaint: it lasts longer for it, but "half" of the half it has just become is not meant.
	const relative = isRelative(limit, step);
	if (curb !== undefined && relative && at < curb.dividedAt + BREATH_MS) return { ...curb, raiseAt, stepMs };
	return { value, since: at, dividedAt: relative ? at : 0, raiseAt, stepMs, because: refusal.rule };
}

function isRelative(limit: Curbed, step: AdaptStep): boolean {
	// "Fewer" is not meant: each connection that is refused is one too many by itself.
	return (limit === "rate" || limit === "connectionsPerHour") && step[limit] === "half";
}

function raised(limit: Curbed, value: number): number {
	switch (limit) {
		case "connections":
			// One at a time, as Gmail asks for.
			return value + 1;
		case "messagesPerConnection":
			return Math.ceil(value * GROWTH);
		case "rate":
		case "connectionsPerHour":
			return value * GROWTH;
	}
}

/** Refusals of that name after `from`, those of one breath taken together. */
function breaths(refusals: Learned["refusals"], name: string, from: number): number {
	let count = 0;
	let last = Number.NEGATIVE_INFINITY;
	for (const refusal of refusals) {
		if (refusal.name !== name || refusal.at <= from || refusal.at < last + BREATH_MS) continue;
		last = refusal.at;
		count++;
	}
	return count;
}

function recent<T extends { readonly at: number }>(list: readonly T[], at: number): readonly T[] {
	const first = list.findIndex((one) => one.at > at - HOUR_MS);
	return first < 0 ? [] : first === 0 ? list : list.slice(first);
}
