// A notion of time for the windows that is safe against steps of the system's clock. It does not tell the time of day: instants for
// people go through toWall().
//
// What can go wrong with the plain wall clock:
// - A step BACK by an hour: everything taken lies an hour in the future, so a naive window stays full for an hour and the lane freezes;
//   a window that forgets "the future" grants its budget a second time.
// - A step FORWARD by an hour: every window looks empty, and the budget is granted a second time.
// Steady time starts at the wall clock and from then on moves only by the time that has passed: as the monotonic counter tells it
// (`elapsed`, e.g. performance.now), or, without one, by the wall clock's own advance, a step back counting as no time at all.
// Without `elapsed` a step forward cannot be told from a real pause and is believed; so the daemon gives it.
// Linux stops the monotonic counter while the machine is suspended. Then too little time has passed for us: slower, never faster.
import type { Clock } from "../clock.ts";

export class Steady {
	readonly #clock: Clock;
	readonly #elapsed: (() => number) | null;
	#wall: number;
	#counter: number;
	#now: number;

	/** `elapsed`: milliseconds from any fixed point, never going back (performance.now). Without it, see the top of this file. */
	constructor(clock: Clock, elapsed?: () => number) {
		this.#clock = clock;
		this.#elapsed = elapsed ?? null;
		this.#wall = clock.now();
		this.#counter = this.#elapsed?.() ?? this.#wall;
		this.#now = this.#wall;
	}

	/** Steady milliseconds: never less than at an earlier call. */
	now(): number {
		this.#wall = this.#clock.now();
		const counter = this.#elapsed?.() ?? this.#wall;
		this.#now += Math.max(0, counter - this.#counter);
		this.#counter = counter;
		return this.#now;
	}

	/** The instant on the wall clock, as it is set now, that belongs to a steady one. */
	toWall(steady: number): number {
		const now = this.now();
		return this.#wall + (steady - now);
	}

	/** The steady time of an instant on the wall clock, as it is set now. */
	fromWall(wall: number): number {
		const now = this.now();
		return now + (wall - this.#wall);
	}
}
