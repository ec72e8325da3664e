// Hands out the lane's message tickets to its workers. One grant of the lane may carry many (a grant costs about a millisecond at the gate: measured 640 a
// second one by one, 6,700 in tens), and each is dated anew when its message really starts, so the limits hold as the receiver counts them.
import type { Lane } from "../throttle/lane.ts";

export class TicketDesk {
	readonly #lane: () => Lane;
	readonly #signal: AbortSignal;
	#kept = 0;
	#fetching: Promise<void> | null = null;

	constructor(lane: () => Lane, signal: AbortSignal) {
		this.#lane = lane;
		this.#signal = signal;
	}

	/** Waits until one message may start now. `wanted`: how many are likely to follow at once. False: aborted. */
	async take(wanted: number): Promise<boolean> {
		while (!this.#signal.aborted) {
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
			await this.#fetching;
		}
		return false;
	}

	/** Returns what is left to the lane. */
	close(): void {
		this.#void();
	}

	async #fetch(wanted: number): Promise<void> {
		this.#kept += await this.#lane().takeMessages(Math.max(1, Math.min(wanted, 64)), this.#signal);
	}

	#void(): void {
		if (this.#kept > 0) this.#lane().giveBack(this.#kept);
		this.#kept = 0;
	}
}
