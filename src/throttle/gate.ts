// The gate of a lane: lets at most `width` jobs run at once, first come first served, on Bottleneck's local store. It knows no rate and
// holds no mail. What it avoids of Bottleneck 2.19.5, each found to lose jobs or to break a limit when it was tried:
// - reservoirRefresh*: fixed windows (40 starts in 225 ms at 20 per 2 s), a 250 ms timer a limiter, dead after updateSettings (#185);
// - Group clean-up: deletes limiters that still have jobs, and the next one begins with a full reservoir;
// - strategy LEAK with highWater: jobs that never settle (#152, #189); expiration: frees the slot while the task goes on;
// - minTime above 2^31 ms without maxConcurrent: fires at once.
// So there is only maxConcurrent and weight 1; how often something may start is decided inside the job, by our own windows.
import Bottleneck from "bottleneck";
import { fail } from "../errors.ts";

const KNOWN_VERSION = "2.19.5";

/**
 * Bottleneck wraps every step in setTimeout(0), three or more in series a job, which caps a limiter at 240 to 345 jobs a second. With
 * setImmediate it passes 1,450 to 7,870. It is private, so the version is asserted: a newer one must be looked at again.
 */
function quicken(limiter: Bottleneck): void {
	const { version } = Bottleneck as unknown as { version: unknown };
	if (version !== KNOWN_VERSION) {
		fail("internal", { detail: `src/throttle/gate.ts is written for bottleneck ${KNOWN_VERSION}, not ${String(version)}` });
	}
	const { _store: store } = limiter as unknown as { _store: { yieldLoop: () => Promise<void> } };
	store.yieldLoop = yieldSoon;
}

function yieldSoon(): Promise<void> {
	return new Promise((resolve) => {
		setImmediate(resolve);
	});
}

export class Gate {
	#width: number;
	#limiter: Bottleneck | null = null;
	#jobs = 0;
	#started = 0;

	/** `width`: jobs at once, at least 1 (Bottleneck would refuse every job at 0; a lane that must stand still has a hold). */
	constructor(width: number) {
		this.#width = Math.max(1, width);
	}

	/** Jobs that were entered and have not begun. */
	get queued(): number {
		return this.#jobs - this.#started;
	}

	/** Runs `job` when its turn comes; the turn lasts until the promise of `job` settles. */
	enter(job: () => Promise<void>): void {
		this.#limiter ??= this.#make();
		this.#jobs++;
		// A rejection here is a fault of ours or of Bottleneck. It is left unhandled on purpose: a gate that lost count must be loud.
		void this.#limiter.schedule(async () => {
			this.#started++;
			try {
				await job();
			} finally {
				this.#jobs--;
				this.#started--;
			}
		});
	}

	/** Another width from now on. Jobs that run are never cut short: a narrower gate waits until enough of them have ended. */
	resize(width: number): void {
		this.#width = Math.max(1, width);
		void this.#limiter?.updateSettings({ maxConcurrent: this.#width });
	}

	/** Throws the limiter away when nothing runs or waits: 5 KB a lane. It is made again at need. */
	rest(): void {
		if (this.#jobs === 0) this.#limiter = null;
	}

	#make(): Bottleneck {
		const limiter = new Bottleneck({ maxConcurrent: this.#width });
		quicken(limiter);
		// Without a listener Bottleneck swallows its errors. Thrown from the listener itself they would only come back to it as another one.
		limiter.on("error", (thrown: unknown) => {
			queueMicrotask(() => {
				throw thrown;
			});
		});
		return limiter;
	}
}
