// Hands out the lane's message tickets to its workers. One grant of the lane may carry many (a grant costs about a millisecond at the gate: measured 640 a
// second one by one, 6,700 in tens), and each is dated anew when its message really starts, so the limits hold as the receiver counts them.
import type { Lane } from "../throttle/lane.ts";

export class TicketDesk {
	readonly #lane: () => Lane;
	#kept = 0;
	#fetching: Promise<void> | null = null;
	#closing = new AbortController();

	constructor(lane: () => Lane) {
		this.#lane = lane;
	}

	/** Waits until one message may start now. `wanted`: how many are likely to follow at once. False: aborted. */
	async take(wanted: number, signal: AbortSignal): Promise<boolean> {
		while (!signal.aborted) {
			if (this.#kept > 0) {
				this.#kept -= 1;
				if (this.#lane().spend()) return true;
				// Too old, or a hold came: it is void, and so are the others that were fetched with it.
				this.#void();
				continue;
			}
			this.#fetching ??= this.#fetch(wanted).finally(() => {
				this.#fetching = null;
			});
			await orAborted(this.#fetching, signal);
		}
		return false;
	}

	/** Returns what is left to the lane, and what is still being waited for. */
	close(): void {
		this.#closing.abort();
		this.#closing = new AbortController();
		this.#void();
	}

	async #fetch(wanted: number): Promise<void> {
		this.#kept += await this.#lane().takeMessages(Math.max(1, Math.min(wanted, 64)), this.#closing.signal);
	}

	#void(): void {
		if (this.#kept > 0) this.#lane().giveBack(this.#kept);
		this.#kept = 0;
	}
}

/** Resolves with the work or with the signal, whichever comes first. */
function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const done = () => {
			signal.removeEventListener("abort", done);
			resolve();
		};
		signal.addEventListener("abort", done, { once: true });
		work.then(done, reject);
	});
}
