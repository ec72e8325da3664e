// Divides the mail of a campaign among several gateways by their weights, and gives all of it to the others while one cannot be used. Pure.

export interface Offer {
	readonly name: string;
	readonly weight: number;
	/** Deliveries that its lane wants now. */
	readonly room: number;
	/** False: its lane is on hold, or may not send for a while. */
	readonly able: boolean;
}

export class Shares {
	readonly #taken = new Map<string, number>();
	/** Who was able when counting began: a gateway that comes back is not to catch up on what it missed. */
	#among = "";

	/**
	 * How many deliveries each may claim now. Of those that are able and have a weight nobody gets ahead of the others by more than what they could take at
	 * the same moment; when there is none, the first able one without a weight gets what it wants (fail-over).
	 */
	plan(offers: readonly Offer[]): ReadonlyMap<string, number> {
		const able = offers.filter((offer) => offer.able);
		const weighted = able.filter((offer) => offer.weight > 0);
		const [backup] = able;
		if (weighted.length === 0) return new Map(backup === undefined ? [] : [[backup.name, backup.room]]);
		const among = weighted.map((offer) => `${offer.name} ${offer.weight}`).join(",");
		if (among !== this.#among) {
			this.#among = among;
			this.#taken.clear();
		}
		const taken = (offer: Offer) => this.#taken.get(offer.name) ?? 0;
		return new Map(
			weighted.map((offer) => {
				const most = weighted
					.filter((other) => other !== offer)
					.map((other) => Math.ceil((offer.weight / other.weight) * (taken(other) + other.room)) - taken(offer));
				return [offer.name, Math.max(0, Math.min(offer.room, ...most))];
			}),
		);
	}

	took(name: string, n: number): void {
		this.#taken.set(name, (this.#taken.get(name) ?? 0) + n);
	}
}
