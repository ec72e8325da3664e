// A sliding window that is exact in the safe direction: in no stretch of `windowMs`, wherever it begins, are there more than `limit`
// events, as the receiver counts them. It knows nothing of pace (pace.ts), of clocks (steady.ts) or of who waits (lane.ts).
//
// Fixed windows let through twice the limit across their border (Bottleneck's reservoir: 40 starts in 225 ms at 20 per 2 s), and a
// token bucket lets through limit + burst. So every event is remembered until it is certainly out of every window.

/**
 * Remembered at most so many entries a window (twice that after a replay); 16 bytes each. A merged entry stays up to a grain too long, which
 * costs 1/256 of the limit. From a minute on the guard weighs less than 2 %, so there half of them will do, and an idle lane stays small.
 */
const SHORT_ENTRIES = 256;
const LONG_ENTRIES = 128;
const LONG_MS = 60_000;

/** `n` events that count at `at`, which is the time of the latest of them. */
export type Entry = readonly [at: number, n: number];

/**
 * How long an event is remembered: the window and a guard of 2 % of it, at least 1 ms and at most 1 s. The network may delay the first
 * of two events and not the second, so what is a window apart here arrives less than a window apart there.
 */
export function guarded(windowMs: number): number {
	return windowMs + Math.min(1000, Math.max(1, windowMs * 0.02));
}

export class SlidingWindow {
	readonly windowMs: number;
	/** The window with its guard, milliseconds. */
	readonly length: number;
	/** Events in a window at most. May be lowered and raised at any time: what was taken stays taken. */
	limit: number;
	// Two plain arrays of numbers, oldest first: a third of the memory of an array of objects.
	readonly #at: number[] = [];
	readonly #n: number[] = [];
	#sum = 0;
	readonly #most: number;

	/** `entries`: how finely events are remembered. */
	constructor(windowMs: number, limit: number, entries: number = windowMs < LONG_MS ? SHORT_ENTRIES : LONG_ENTRIES) {
		this.#most = entries;
		this.windowMs = windowMs;
		this.length = guarded(windowMs);
		this.limit = limit;
	}

	/** Events that count at `now`. Asking forgets nothing, so that one may ask about tomorrow and send today. */
	used(now: number): number {
		const gone = this.#expired(now);
		let used = this.#sum;
		for (let i = 0; i < gone; i++) used -= this.#n[i] ?? 0;
		return used;
	}

	/** Events that may still go now; 0 when the window is full or over-full (the limit was lowered). */
	room(now: number): number {
		return Math.max(0, this.limit - this.used(now));
	}

	/** The earliest instant at which `n` more may go: `now` or later, Infinity when n is more than the limit. */
	freeAt(now: number, n: number): number {
		if (n > this.limit) return Number.POSITIVE_INFINITY;
		let excess = this.used(now) + n - this.limit;
		for (let i = this.#expired(now); excess > 0; i++) {
			excess -= this.#n[i] ?? excess;
			if (excess <= 0) return Math.max(now, (this.#at[i] ?? now) + this.length);
		}
		return now;
	}

	/** Counts `n` events at `now`. That they may go was asked before; what happened in spite of it must count too. */
	take(now: number, n: number): void {
		if (n <= 0) return;
		this.forget(now);
		const last = this.#at.length - 1;
		const newest = this.#at[last];
		const at = newest === undefined ? now : Math.max(newest, now);
		if (newest !== undefined && this.#together(newest, at)) {
			// Merged at the later time: the earlier events are remembered a little too long (a grain), never too short.
			this.#at[last] = at;
			this.#n[last] = (this.#n[last] ?? 0) + n;
		} else {
			this.#at.push(at);
			this.#n.push(n);
		}
		this.#sum += n;
	}

	/**
	 * Undoes `n` events that were taken at `takenAt` and did not happen. Exact: the first entry not older than `takenAt` is the one that
	 * holds them. Nothing happens when they are out of the window already: then another's events would be struck out.
	 */
	giveBack(now: number, n: number, takenAt: number): void {
		this.forget(now);
		if (n <= 0 || takenAt + this.length <= now) return;
		const i = this.#at.findIndex((at) => at >= takenAt);
		const held = this.#n[i];
		if (held === undefined) return;
		const back = Math.min(n, held);
		this.#sum -= back;
		if (back < held) this.#n[i] = held - back;
		else this.#remove(i, 1);
	}

	/** Counts events of the past, from a journal, in any order. What lies after `now` counts at `now` (the clock was put back). */
	insert(now: number, at: number, n: number): void {
		const when = Math.min(at, now);
		if (n <= 0 || when + this.length <= now) return;
		const newest = this.#at.at(-1);
		if (newest === undefined || when >= newest) {
			this.take(when, n);
			return;
		}
		const i = this.#at.findIndex((known) => known >= when);
		const later = this.#at[i];
		if (later === when || this.#at.length >= this.#most) {
			this.#n[i] = (this.#n[i] ?? 0) + n;
		} else {
			this.#at.splice(i, 0, when);
			this.#n.splice(i, 0, n);
		}
		this.#sum += n;
	}

	/** What is remembered, oldest first. In whole milliseconds, the later one, which halves the text that is kept of it. */
	snapshot(now: number): Entry[] {
		this.forget(now);
		return this.#at.map((at, i) => [Math.ceil(at), this.#n[i] ?? 0]);
	}

	/** Adds a snapshot, of this window or of a longer one, to what is remembered. */
	restore(now: number, entries: readonly Entry[]): void {
		for (const [at, n] of entries) this.insert(now, at, n);
	}

	/** Few events are kept apart; many (or a long replay) share an entry when they fall into the same grain of the window. */
	#together(earlier: number, later: number): boolean {
		if (earlier === later) return true;
		if (this.limit <= this.#most && this.#at.length < this.#most) return false;
		const grain = this.length / this.#most;
		return Math.floor(earlier / grain) === Math.floor(later / grain);
	}

	/** Forgets what is out of the window, to save room; every take does so by itself. */
	forget(now: number): void {
		const gone = this.#expired(now);
		if (gone === 0) return;
		for (let i = 0; i < gone; i++) this.#sum -= this.#n[i] ?? 0;
		this.#remove(0, gone);
	}

	/** How many entries, from the oldest on, are out of the window at `now`. */
	#expired(now: number): number {
		const first = this.#at.findIndex((at) => at + this.length > now);
		return first < 0 ? this.#at.length : first;
	}

	#remove(from: number, count: number): void {
		this.#at.splice(from, count);
		this.#n.splice(from, count);
	}
}
