// Connections at once that several lanes share: all that leave one source, or one gateway account. It counts who is open, and wakes one lane after
// another when a seat comes free, so that a lane with many waiters does not take every seat from one that has a single message.
import type { BudgetUse } from "./budget.ts";
import type { Meter, MeterWait } from "./meter.ts";

export class Seats implements Meter {
	/** Infinity: no ceiling. */
	#limit: number;
	readonly #text: string;
	#from: string;
	#open = 0;
	/** Lanes that wait for a seat, the one that waits longest first. */
	readonly #waiting = new Set<() => void>();

	/** `limit`: null is no ceiling. `of`: whose connections, e.g. "source mta1". */
	constructor(limit: number | null, of: string, from: string) {
		this.#limit = limit ?? Number.POSITIVE_INFINITY;
		this.#text = `connections of ${of} at once`;
		this.#from = from;
	}

	/** Another number from now on. Connections that are open stay open. */
	resize(limit: number | null, from: string): void {
		this.#limit = limit ?? Number.POSITIVE_INFINITY;
		this.#from = from;
		this.#wake();
	}

	get open(): number {
		return this.#open;
	}

	room(_now: number, want: number): number {
		return Math.max(0, Math.min(want, this.#limit - this.#open));
	}

	next(now: number): MeterWait {
		if (this.#open < this.#limit) return { at: now, because: null };
		return { at: Number.POSITIVE_INFINITY, because: { ...this.#use(), why: "busy" } };
	}

	take(_now: number, n: number): void {
		this.#open += n;
	}

	giveBack(_now: number, n: number): void {
		this.#open = Math.max(0, this.#open - n);
		this.#wake();
	}

	fits(_now: number, n: number): boolean {
		return this.#open + n <= this.#limit;
	}

	/** A connection of the past is closed: there is nothing to count. */
	replay(): void {
		return;
	}

	uses(): BudgetUse[] {
		return Number.isFinite(this.#limit) ? [this.#use()] : [];
	}

	/** Calls `wake` once when a seat is free. */
	await(wake: () => void): void {
		this.#waiting.add(wake);
	}

	/** Each may take one and stand in the line again. */
	#wake(): void {
		for (const wake of [...this.#waiting]) {
			if (this.#open >= this.#limit) return;
			this.#waiting.delete(wake);
			wake();
		}
	}

	#use(): BudgetUse {
		return { text: `${this.#limit} ${this.#text}`, used: this.#open, limit: this.#limit, windowMs: 0, from: this.#from };
	}
}
