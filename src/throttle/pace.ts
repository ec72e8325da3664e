// How the events of a window are spread over it, so that "600/h" is one every six seconds and not 600 at the stroke of the hour.
// It makes no promise about the limit itself: that is the window's (window.ts), which is asked beside it.
//
// A generic cell rate algorithm (GCRA, ITU-T I.371): one number, the theoretical arrival time of the next event. An event may come
// earlier than that by the tolerance, which makes good the lateness of timers: 50 ms, one interval, or half a percent of the window (half a second
// at most), whichever is most. Lateness beyond it is lost for ever: with 50 ms alone a machine with twice the work it can do used 95 % of 1500/min, not 98.
//
// Windows of an hour and longer also have a burst: while no more than a tenth of the limit is used, events go at once. A lane that was
// quiet owes the provider no slowness: without it a newsletter to 40 readers at 600/h would take four minutes and a test send to the
// second reader six seconds; with it, both are gone at once and the hour still sees 600 at most. Seconds and minutes have no burst,
// they are what providers measure bursts with. The rejected alternative, a token bucket of a tenth, holds the limit only when its
// refill is a tenth lower, which wastes a tenth of the allowance for ever; here the price is paid once: a lane that begins with a
// burst and never stops reaches its limit a tenth of the window early and rests until the burst leaves the window.
// The burst depends on what the window holds and not on idle time, so it does not come again while a lane is busy.

const HOUR_MS = 3_600_000;
const TOLERANCE_MS = 50;
const TOLERANCE_SHARE = 0.005;
const MOST_TOLERANCE_MS = 500;
/** Keeps an event that is due exactly now from being late by a rounding error. */
const ROUNDING = 1e-9;

/** Events that may go at once on a lane that was quiet. */
export function burstOf(limit: number, windowMs: number): number {
	return windowMs >= HOUR_MS ? Math.floor(limit / 10) : 0;
}

function toleranceOf(lengthMs: number, interval: number): number {
	return Math.max(TOLERANCE_MS, interval, Math.min(MOST_TOLERANCE_MS, lengthMs * TOLERANCE_SHARE));
}

export class Pace {
	/** Milliseconds between two events. */
	#interval: number;
	#tolerance: number;
	#burst: number;
	/** Theoretical arrival time of the next event. */
	#due = 0;

	/** `lengthMs`: the window with its guard. `burst`: see burstOf. A limit of 0 is refused by the window, not here. */
	constructor(limit: number, lengthMs: number, burst: number) {
		this.#interval = lengthMs / Math.max(1, limit);
		this.#tolerance = toleranceOf(lengthMs, this.#interval);
		this.#burst = burst;
	}

	/** Events that may go now, when the window holds `used`. */
	room(now: number, used: number): number {
		const base = Math.max(this.#due, now);
		const even = Math.floor((now + this.#tolerance - base) / this.#interval + ROUNDING) + 1;
		return Math.max(0, even, this.#burst - used);
	}

	/** The earliest instant at which one more may go. */
	freeAt(now: number, used: number): number {
		return this.room(now, used) > 0 ? now : Math.max(now, this.#due - this.#tolerance);
	}

	/** `n` events go now; `used` is what the window held before them. Those of the burst leave no debt, else it would be none. */
	take(now: number, n: number, used: number): void {
		const burst = Math.min(n, Math.max(0, this.#burst - used));
		if (burst > 0) this.#due = Math.max(this.#due, now + this.#interval);
		if (n > burst) this.#due = Math.max(this.#due, now) + (n - burst) * this.#interval;
	}

	/** `n` events did not happen after all. */
	giveBack(n: number): void {
		this.#due -= n * this.#interval;
	}

	/** Another limit from now on. A wait that belongs to a slower pace is not kept longer than one step of the new one. */
	change(now: number, limit: number, lengthMs: number, burst: number): void {
		this.#interval = lengthMs / Math.max(1, limit);
		this.#tolerance = toleranceOf(lengthMs, this.#interval);
		this.#burst = burst;
		this.#due = Math.min(this.#due, now + this.#tolerance + this.#interval);
	}

	/** The arrival time that is due next, for a snapshot. */
	due(): number {
		return this.#due;
	}

	/** Takes the arrival time from a snapshot, not further ahead than it can honestly be. */
	restore(now: number, due: number): void {
		this.#due = Math.max(this.#due, Math.min(due, now + this.#tolerance + this.#interval));
	}
}
