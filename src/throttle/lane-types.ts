// The values that go in and out of a lane (lane.ts).
import { z } from "zod";
import type { ReplyClass } from "../replies/outcome.ts";
import { type Curbed, type Learned, NOTHING_LEARNED } from "./adapt.ts";
import type { BudgetSnapshot, BudgetUse } from "./budget.ts";
import type { LearnedLimit } from "./curbs.ts";
import { type WarmUpSnapshot, type WarmUpView, warmUpSnapshot } from "./warm-up-meter.ts";

export type EventKind = "connection" | "message";

/** Called for every take, in the tick in which it happens. `at` is wall-clock time. */
export type OnTake = (kind: EventKind, lane: string, at: number, n: number) => void;

/** What a refusal tells the lane. */
export interface HeardRefusal {
	readonly class: ReplyClass;
	/** Id of the reply rule that matched. */
	readonly rule: string;
	/** Messages accepted on that connection before. */
	readonly acceptedBefore: number;
	/** A message of `takeMessages` went out for it. */
	readonly spent: boolean;
	/** Host and words, for the reason of a hold. */
	readonly words: string;
}

/** Why a lane waits: the one rule that decides. */
export type Because =
	/** It does not wait. */
	| { readonly rule: "free" }
	| { readonly rule: "hold"; readonly text: string; readonly by: string; readonly until: number | null }
	/** As many connections are open as may be. */
	| { readonly rule: "connections"; readonly text: string; readonly used: number; readonly limit: number; readonly from: string }
	/** `full`: the window is used up; `spread`: there is room, but the events are spread over the window. */
	| {
			readonly rule: "rate" | "connections-per-hour";
			readonly why: "full" | "spread";
			readonly text: string;
			readonly used: number;
			readonly limit: number;
			readonly from: string;
			/** The lane's key, or the name of what shares the limit. */
			readonly of: string;
	  };

/** The earliest instant (wall clock) at which the next one may go; null: nobody knows yet (a hold without end, all connections busy). */
export interface Next {
	readonly at: number | null;
	readonly because: Because;
}

export interface LaneHold {
	/** Wall clock; null: until it is released. */
	readonly until: number | null;
	readonly reason: string;
	/** Who holds it: "blacklist", a person's name … */
	readonly by: string;
}

/** One open connection of a lane. */
export interface Slot {
	/** When it was granted, wall clock. */
	readonly at: number;
	/** To be called when the connection is closed. More calls than one do nothing. */
	release(): void;
}

/** For display. */
export interface LaneState {
	readonly key: string;
	readonly connections: { readonly open: number; readonly limit: number; readonly from: string };
	readonly uses: readonly (BudgetUse & { readonly kind: EventKind; readonly of: string })[];
	readonly waiting: { readonly connections: number; readonly messages: number };
	readonly hold: LaneHold | null;
	/** Limits that replies have lowered for now. */
	readonly learned: readonly LearnedLimit[];
	/** Null: the lane is warm. */
	readonly warmUp: WarmUpView | null;
	readonly nextMessage: Next;
	readonly nextConnection: Next;
}

/** What is kept of a lane over a restart. JSON; all times on the wall clock. */
export interface LaneSnapshot {
	readonly version: 2;
	/** When it was made: events of a journal that are later must be replayed on top. */
	readonly at: number;
	readonly connections: BudgetSnapshot;
	readonly messages: BudgetSnapshot;
	readonly hold: LaneHold | null;
	readonly learned: Learned;
	readonly warmUp: WarmUpSnapshot | null;
}

const entries = z.array(z.tuple([z.number(), z.number().nonnegative()]));
const budget = z.object({
	history: entries,
	windows: z.array(z.object({ windowMs: z.number().positive(), due: z.number(), entries })),
});
const hold = z.object({ until: z.number().nullable(), reason: z.string(), by: z.string() });
const curb = z.object({
	value: z.number().positive(),
	since: z.number(),
	dividedAt: z.number(),
	raiseAt: z.number(),
	stepMs: z.number().nonnegative(),
	because: z.string(),
});
const learned = z.object({
	// Spelled out, so that a damaged text cannot bring in a limit nobody knows.
	curbs: z
		.object({ rate: curb, connections: curb, connectionsPerHour: curb, messagesPerConnection: curb } satisfies Record<
			Curbed,
			unknown
		>)
		.partial()
		.transform(
			(curbs) => Object.fromEntries(Object.entries(curbs).filter(([, value]) => value !== undefined)) as Learned["curbs"],
		),
	refusals: z.array(z.object({ at: z.number(), name: z.string() })),
	closings: z.array(z.object({ at: z.number(), messages: z.number() })),
});
const first = z.object({ version: z.literal(1), at: z.number(), connections: budget, messages: budget, hold: hold.nullable() });
const second = first.extend({ version: z.literal(2), learned, warmUp: warmUpSnapshot.nullable() });
/** Version 1 knew of no learning and no warm-up. */
const snapshot = z.union([
	second,
	first.transform((old) => ({ ...old, version: 2 as const, learned: NOTHING_LEARNED, warmUp: null })),
]);

/** Reads a snapshot from the text it was kept as; null when it is damaged or of a later version: then the journal must be replayed. */
export function readLaneSnapshot(text: string): LaneSnapshot | null {
	return read(text, snapshot);
}

/** The same for a budget that several lanes share. */
export function readBudgetSnapshot(text: string): BudgetSnapshot | null {
	return read(text, budget);
}

function read<T>(text: string, shape: z.ZodType<T>): T | null {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return null;
	}
	const parsed = shape.safeParse(value);
	return parsed.success ? parsed.data : null;
}
