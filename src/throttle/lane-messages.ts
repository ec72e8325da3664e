// The messages of a lane between being allowed and having arrived: tickets that were handed out, messages that were spent and are on their way.
// It charges and corrects the lane's budgets; who waits is the turnstile's affair. All times are steady.
import type { LaneBudgets } from "./lane-budgets.ts";
import { Tickets } from "./tickets.ts";

export class LaneMessages {
	readonly #budgets: LaneBudgets;
	readonly #tickets = new Tickets();
	/** Spent, and the server has not answered to them. */
	readonly #leaving = new Tickets();
	/** The quickest answer so far, milliseconds. */
	#quickest = Number.POSITIVE_INFINITY;

	constructor(budgets: LaneBudgets) {
		this.#budgets = budgets;
	}

	/** Tickets were handed out; they are charged already. */
	handedOut(now: number, n: number): void {
		this.#tickets.add(now, n);
	}

	/** Tickets come back. */
	returned(now: number, n: number): void {
		for (const group of this.#tickets.remove(n)) this.#budgets.giveBack(now, group.n, group.at);
	}

	/** A ticket is used: its message counts from now on and not from when it was handed out. False: there is no room for it any more; the ticket is void. */
	spend(now: number, mayGo: boolean): boolean {
		this.returned(now, 1);
		if (!mayGo || !this.#budgets.meters("message").every(({ meter }) => meter.fits(now, 1))) return false;
		this.#budgets.take("message", now, 1);
		this.#leaving.add(now, 1);
		return true;
	}

	/** A message that was spent did not leave after all. */
	unspent(now: number): void {
		for (const group of this.#leaving.remove(1)) this.#budgets.giveBack(now, group.n, group.at);
	}

	/**
	 * The server has answered to the oldest message on its way: it came in by now, less what the way back takes at least. A message that was held up
	 * (by the network, by a busy moment of ours) counts from then, or those after it would come too close behind it.
	 */
	arrived(now: number): void {
		const [group] = this.#leaving.remove(1);
		if (group === undefined) return;
		this.#quickest = Math.min(this.#quickest, now - group.at);
		for (const { meter } of this.#budgets.meters("message")) meter.redate?.(now, group.at, now - this.#quickest);
	}
}
