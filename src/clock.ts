// Time as an argument. Nothing below the edges asks the system for the time or sleeps by itself: it is handed a Clock,
// so that a test can spend three days in a millisecond and a step of the system's clock can be rehearsed.

/** Where time comes from. All instants are milliseconds since 1970 (UTC), all durations milliseconds. */
export interface Clock {
	now(): number;
	/** Calls `action` once, at or after `delayMs` from now; the answer cancels it. Never keeps the process alive by itself. */
	after(delayMs: number, action: () => void): () => void;
}

/** Node turns a longer timer into an immediate one, with only a warning. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
	now: () => Date.now(),
	after(delayMs, action) {
		const timer = setTimeout(action, Math.min(Math.max(0, delayMs), LONGEST_TIMER_MS));
		timer.unref();
		return () => clearTimeout(timer);
	},
};

/** A promise that resolves after `delayMs`, or at once when `signal` is aborted: waiting is never an error. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal?.aborted) return resolve();
		const done = () => {
			cancel();
			signal?.removeEventListener("abort", done);
			resolve();
		};
		const cancel = clock.after(delayMs, done);
		signal?.addEventListener("abort", done, { once: true });
	});
}
