// A clock that stands still until the test moves it.
import type { Clock } from "../../src/clock.ts";

interface Alarm {
	readonly due: number;
	readonly action: () => void;
}

export class ManualClock implements Clock {
	#wall: number;
	/** What has truly passed, as a monotonic counter shows it. Timers run by it. */
	#elapsed = 0;
	readonly #alarms = new Set<Alarm>();

	constructor(startMs = Date.UTC(2026, 10, 21, 9)) {
		this.#wall = startMs;
	}

	now(): number {
		return this.#wall;
	}

	/** Milliseconds since the start, whatever was done to the wall clock. */
	elapsed(): number {
		return this.#elapsed;
	}

	after(delayMs: number, action: () => void): () => void {
		const alarm = { due: this.#elapsed + Math.max(0, delayMs), action };
		this.#alarms.add(alarm);
		return () => {
			this.#alarms.delete(alarm);
		};
	}

	/** Timers that wait. */
	get alarms(): number {
		return this.#alarms.size;
	}

	/** Lets time pass; timers that fall due run in their order, each at its own instant, also those set on the way. */
	advance(ms: number): void {
		const end = this.#elapsed + ms;
		for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
			this.#alarms.delete(next);
			this.#move(Math.max(0, next.due - this.#elapsed));
			next.action();
		}
		this.#move(end - this.#elapsed);
	}

	/** Somebody sets the clock: the time of day jumps, nothing has passed. */
	step(ms: number): void {
		this.#wall += ms;
	}

	#move(ms: number): void {
		this.#elapsed += ms;
		this.#wall += ms;
	}

	#next(end: number): Alarm | undefined {
		let first: Alarm | undefined;
		for (const alarm of this.#alarms) {
			if (alarm.due <= end && (first === undefined || alarm.due < first.due)) first = alarm;
		}
		return first;
	}
}
