// The tickets a lane has handed out and that are neither used nor given back: how many, and since when. Tickets are all alike, so the
// oldest is always meant. That is also the safe choice: striking out an older event than the true one leaves the later one counted.

/** After so long a ticket that nobody mentioned is taken for used; it stays counted at the time it was taken. */
const FORGOTTEN_MS = 600_000;
/** More groups than this are merged at the earlier time, which is the safe direction here. */
const MAX_GROUPS = 64;

export class Tickets {
	readonly #groups: { readonly at: number; n: number }[] = [];

	add(now: number, n: number): void {
		while (this.#groups[0] !== undefined && this.#groups[0].at + FORGOTTEN_MS <= now) this.#groups.shift();
		const last = this.#groups.at(-1);
		if (last !== undefined && (last.at === now || this.#groups.length >= MAX_GROUPS)) last.n += n;
		else this.#groups.push({ at: now, n });
	}

	/** Takes `n` of the oldest tickets back: in groups, each with the time at which it was handed out. */
	remove(n: number): { at: number; n: number }[] {
		const removed: { at: number; n: number }[] = [];
		let left = n;
		for (let group = this.#groups[0]; group !== undefined && left > 0; group = this.#groups[0]) {
			const part = Math.min(left, group.n);
			removed.push({ at: group.at, n: part });
			left -= part;
			group.n -= part;
			if (group.n === 0) this.#groups.shift();
		}
		return removed;
	}
}
