// When each site of a campaign is to be looked at next: a hint kept in memory, so that a look at the queue costs by what may be sent now and not by how
// many sites or lanes there are. The truth is in the database; `refill` brings the two together now and then. Pure.

interface Entry {
	readonly at: number;
	readonly site: string;
}

export class Agenda {
	readonly #at = new Map<string, number>();
	/** Binary heap by `at`. An entry that is not the site's current one is passed over. */
	#heap: Entry[] = [];
	/**
	 * When a site was looked at last, or until when its lanes have no room. A refill knows only what is due, which for a long queue is everything: without
	 * this it would send the dispatcher to the same first sites every time, and of ten thousand the last would wait until the first have run dry.
	 */
	readonly #turns = new Map<string, number>();

	/** Sites with something queued, as far as is known. */
	get size(): number {
		return this.#at.size;
	}

	/** Looks at that site at that time, whatever was planned before. */
	plan(site: string, at: number): void {
		if (this.#at.get(site) === at) return;
		this.#at.set(site, at);
		this.#push({ at, site });
	}

	/** Looks at that site at that time, or earlier if that was planned. */
	atLatest(site: string, at: number): void {
		if (at < (this.#turns.get(site) ?? Number.NEGATIVE_INFINITY)) this.#turns.set(site, at);
		if (at < (this.#at.get(site) ?? Number.POSITIVE_INFINITY)) this.plan(site, at);
	}

	/** Its lanes have no room before then: it is looked at again at that time, also after a refill, unless somebody wants it earlier. */
	waits(site: string, at: number): void {
		this.atLatest(site, at);
		this.#turns.set(site, at);
	}

	/** What lanes said about their room does not count any more. */
	forgetTurns(): void {
		this.#turns.clear();
	}

	/** Nothing is queued there any more, unless somebody planned it since it was taken out. */
	dropUnplanned(site: string): void {
		if (this.#at.get(site) === Number.POSITIVE_INFINITY) this.#at.delete(site);
	}

	has(site: string): boolean {
		return this.#at.has(site);
	}

	/** Takes out the first site that is due; null: none is. Plan it again, or it is not looked at before the next refill. */
	next(now: number): string | null {
		for (;;) {
			const first = this.#heap[0];
			if (first === undefined || first.at > now) return null;
			this.#pop();
			if (this.#at.get(first.site) !== first.at) continue;
			this.#at.set(first.site, Number.POSITIVE_INFINITY);
			this.#turns.set(first.site, now);
			return first.site;
		}
	}

	/** When the first site is due; Infinity: none is planned. */
	nextAt(): number {
		for (;;) {
			const first = this.#heap[0];
			if (first === undefined) return Number.POSITIVE_INFINITY;
			if (this.#at.get(first.site) === first.at) return first.at;
			this.#pop();
		}
	}

	/**
	 * What the database says: sites with queued deliveries and when the first of each is due. `notBefore`: lanes that are not to be looked at earlier.
	 * What is due goes in turns: first who was not looked at yet, then who was looked at longest ago.
	 */
	refill(sites: readonly { readonly site: string; readonly due: number }[], notBefore: (site: string) => number): void {
		this.#at.clear();
		this.#heap = [];
		for (const { site, due } of sites)
			this.plan(site, Math.max(due, notBefore(site), this.#turns.get(site) ?? Number.NEGATIVE_INFINITY));
		for (const site of this.#turns.keys()) if (!this.#at.has(site)) this.#turns.delete(site);
	}

	#push(entry: Entry): void {
		const heap = this.#heap;
		let i = heap.push(entry) - 1;
		while (i > 0) {
			const parent = (i - 1) >> 1;
			const above = heap[parent];
			if (above === undefined || above.at <= entry.at) break;
			heap[i] = above;
			i = parent;
		}
		heap[i] = entry;
	}

	#pop(): void {
		const heap = this.#heap;
		const last = heap.pop();
		if (last === undefined || heap.length === 0) return;
		let i = 0;
		for (;;) {
			const left = heap[2 * i + 1];
			const right = heap[2 * i + 2];
			const child = right !== undefined && left !== undefined && right.at < left.at ? 2 * i + 2 : 2 * i + 1;
			const least = heap[child];
			if (least === undefined || least.at >= last.at) break;
			heap[i] = least;
			i = child;
		}
		heap[i] = last;
	}
}
