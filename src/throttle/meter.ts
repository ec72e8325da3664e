// What a lane asks before anything goes: a budget (budget.ts), the warm-up (warm-up-meter.ts), connections that several lanes share (seats.ts).
// All times are steady.
import type { BudgetUse } from "./budget.ts";

/** Why a meter lets nothing through now. */
export interface MeterReason extends BudgetUse {
	/** `full`: used up; `spread`: there is room, but the events are spread; `busy`: it depends on when others finish. */
	readonly why: "full" | "spread" | "busy";
}

export interface MeterWait {
	/** When the next event may go; Infinity: nobody knows. */
	readonly at: number;
	/** What makes it wait; null: nothing. */
	readonly because: MeterReason | null;
}

export interface Meter {
	/** Events that may go now, `want` at most. */
	room(now: number, want: number): number;
	/** When one more may go. Takes nothing. */
	next(now: number): MeterWait;
	/** Counts `n` events now. */
	take(now: number, n: number): void;
	/** Undoes `n` events taken at `takenAt` that did not happen. */
	giveBack(now: number, n: number, takenAt: number): void;
	/** An event taken at `takenAt` may have arrived as late as `arrivedBy`: it counts then. Absent: the time of the take is good enough. */
	redate?(now: number, takenAt: number, arrivedBy: number): void;
	/** Whether `n` events may go but for their spreading. */
	fits(now: number, n: number): boolean;
	/** Counts events of the past, from a journal. */
	replay(now: number, at: number, n: number): void;
	uses(now: number): BudgetUse[];
}
