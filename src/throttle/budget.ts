// The limits of one kind of event (messages, or connections opened) that hold together: a window and a pace for each of them.
// This is the exact part of a lane, pure and without waiting: the property tests drive it through years of traffic. A budget belongs
// to one lane or is shared by several (a gateway's account, a source's own ceiling). All times are steady (steady.ts).
import type { RateLimit } from "../config/types.ts";
import { burstOf, Pace } from "./pace.ts";
import { type Entry, SlidingWindow } from "./window.ts";

const DAY_MS = 86_400_000;
/** The history may be coarse (22 minutes): it counts a little too much, and only when limits are changed. */
const HISTORY_ENTRIES = 64;

/** A rate and where it comes from, in words. */
export interface BudgetLimit extends RateLimit {
	readonly from: string;
	/** Events that may go at once on a quiet lane; absent: what pace.ts allows for such a window. */
	readonly burst?: number;
}

/** How much of one limit is used. */
export interface BudgetUse {
	readonly text: string;
	readonly used: number;
	readonly limit: number;
	readonly windowMs: number;
	readonly from: string;
}

/** When the next event may go, and the one limit that makes it wait (null: none, it may go now). */
export interface BudgetWait {
	readonly at: number;
	readonly because: (BudgetUse & { readonly why: "full" | "spread" }) | null;
}

/** JSON; times are whatever the caller's `shift` made of them. */
export interface BudgetSnapshot {
	/** Everything of the last day, for limits that did not exist when the snapshot was made. */
	readonly history: readonly Entry[];
	readonly windows: readonly { readonly windowMs: number; readonly due: number; readonly entries: readonly Entry[] }[];
}

interface Meter {
	limit: BudgetLimit;
	readonly window: SlidingWindow;
	readonly pace: Pace;
}

export class Budget {
	#meters: Meter[] = [];
	/** What happened in the last day, never a limit itself: a limit that comes later begins with the truth and not with nothing. */
	readonly #history = new SlidingWindow(DAY_MS, Number.POSITIVE_INFINITY, HISTORY_ENTRIES);

	constructor(now: number, limits: readonly BudgetLimit[]) {
		this.setLimits(now, limits);
	}

	/**
	 * Other limits from now on. A limit over the same time keeps its window, a new one starts from the history: changing limits never grants
	 * a budget twice. Of two limits over the same time the lower one holds.
	 */
	setLimits(now: number, limits: readonly BudgetLimit[]): void {
		const lowest = new Map<number, BudgetLimit>();
		for (const limit of limits) {
			const other = lowest.get(limit.windowMs);
			if (other === undefined || limit.limit < other.limit) lowest.set(limit.windowMs, limit);
		}
		const before = this.#meters;
		this.#meters = [...lowest.values()].map((limit) => {
			const burst = limit.burst ?? burstOf(limit.limit, limit.windowMs);
			const kept = before.find((meter) => meter.limit.windowMs === limit.windowMs);
			if (kept !== undefined) {
				kept.limit = limit;
				kept.window.limit = limit.limit;
				kept.pace.change(now, limit.limit, kept.window.length, burst);
				return kept;
			}
			const window = new SlidingWindow(limit.windowMs, limit.limit);
			window.restore(now, this.#history.snapshot(now));
			return { limit, window, pace: new Pace(limit.limit, window.length, burst) };
		});
	}

	/** Events that may go now by all limits, `want` at most. */
	room(now: number, want: number): number {
		let room = want;
		for (const { window, pace } of this.#meters) room = Math.min(room, window.room(now), pace.room(now, window.used(now)));
		return room;
	}

	/** When one more may go, and which limit decides. Takes nothing. */
	next(now: number): BudgetWait {
		let wait: BudgetWait = { at: now, because: null };
		for (const meter of this.#meters) {
			const full = meter.window.freeAt(now, 1);
			const spread = meter.pace.freeAt(now, meter.window.used(now));
			const at = Math.max(full, spread);
			if (at > wait.at) wait = { at, because: { ...use(now, meter), why: full >= spread ? "full" : "spread" } };
		}
		return wait;
	}

	/** Counts `n` events now. */
	take(now: number, n: number): void {
		for (const { window, pace } of this.#meters) {
			pace.take(now, n, window.used(now));
			window.take(now, n);
		}
		this.#history.take(now, n);
	}

	/** Undoes `n` events taken at `takenAt` that did not happen. */
	giveBack(now: number, n: number, takenAt: number): void {
		for (const { window, pace } of this.#meters) {
			pace.giveBack(n);
			window.giveBack(now, n, takenAt);
		}
		this.#history.giveBack(now, n, takenAt);
	}

	/**
	 * An event taken at `takenAt` was under way for longer than usual and may have arrived as late as `arrivedBy`. The guard of each window covers
	 * some of that already; what is beyond it is added.
	 */
	redate(now: number, takenAt: number, arrivedBy: number): void {
		for (const { window } of this.#meters) {
			const at = arrivedBy - (window.length - window.windowMs);
			if (at <= takenAt) continue;
			window.giveBack(now, 1, takenAt);
			window.insert(now, at, 1);
		}
	}

	/** Whether `n` events may go by the windows alone, the pace left aside. */
	fits(now: number, n: number): boolean {
		return this.#meters.every(({ window }) => window.freeAt(now, n) <= now);
	}

	/** Counts events of the past, from a journal. */
	replay(now: number, at: number, n: number): void {
		for (const { window } of this.#meters) window.insert(now, at, n);
		this.#history.insert(now, at, n);
	}

	/** How much of each limit is used. */
	uses(now: number): BudgetUse[] {
		return this.#meters.map((meter) => use(now, meter));
	}

	/** Forgets what is over. True when nothing is left, so that the budget may be thrown away and made again. */
	rest(now: number): boolean {
		const all = [this.#history, ...this.#meters.map(({ window }) => window)];
		for (const window of all) window.forget(now);
		return all.every((window) => window.used(now) === 0);
	}

	/** `shift` is added to all times: a snapshot that is kept carries wall-clock time. */
	snapshot(now: number, shift: number): BudgetSnapshot {
		const moved = (window: SlidingWindow): Entry[] => window.snapshot(now).map(([at, n]) => [Math.ceil(at + shift), n]);
		return {
			history: moved(this.#history),
			windows: this.#meters.map(({ window, pace }) => ({
				windowMs: window.windowMs,
				due: Math.ceil(pace.due() + shift),
				entries: moved(window),
			})),
		};
	}

	/** Adds a snapshot to what is remembered. A limit it does not know is filled from its history. */
	restore(now: number, snapshot: BudgetSnapshot, shift: number): void {
		for (const { window, pace } of this.#meters) {
			const known = snapshot.windows.find((saved) => saved.windowMs === window.windowMs);
			for (const [at, n] of known?.entries ?? snapshot.history) window.insert(now, at + shift, n);
			if (known !== undefined) pace.restore(now, known.due + shift);
		}
		for (const [at, n] of snapshot.history) this.#history.insert(now, at + shift, n);
	}
}

function use(now: number, { limit, window }: Meter): BudgetUse {
	return { text: limit.text, used: window.used(now), limit: limit.limit, windowMs: limit.windowMs, from: limit.from };
}
