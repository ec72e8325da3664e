// One MX host while the sandbox runs: its name, its manners of the moment, and the counters it may share with its siblings.
import type { Counters } from "./judge.ts";
import { type Manners, type MannersInput, manners } from "./manners.ts";

export class Host {
	readonly name: string;
	/** Loopback addresses it listens on. */
	readonly addresses: readonly string[];
	readonly counters: Counters;
	#manners: Manners;

	constructor(name: string, addresses: readonly string[], counters: Counters, first: Manners) {
		this.name = name;
		this.addresses = addresses;
		this.counters = counters;
		this.#manners = first;
	}

	get manners(): Manners {
		return this.#manners;
	}

	/** Changes some manners (or, with `replace`, all) from now on; sessions that are open feel it at their next command. */
	setManners(change: MannersInput, replace: boolean): void {
		this.#manners = replace ? manners(change) : manners({ ...this.#manners, ...change });
	}
}
