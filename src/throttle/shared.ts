// Ceilings that several lanes share: what all that leaves a source may do together, a gateway's account. One budget and one set of seats for each name.
import type { RateLimit } from "../config/types.ts";
import { Budget } from "./budget.ts";
import { type LaneMeter, withOrigin } from "./lane-budgets.ts";
import { type EventKind, readBudgetSnapshot } from "./lane-types.ts";
import { Seats } from "./seats.ts";
import type { Steady } from "./steady.ts";

/** A ceiling for several lanes together. */
export interface SharedLimits {
	/** The same name means the same ceiling, e.g. "source mta1". */
	readonly name: string;
	readonly kind: EventKind;
	readonly rates: readonly RateLimit[];
	/** Connections at once (of kind "connection"); null or absent: no ceiling. */
	readonly connections?: number | null;
	/** Where it comes from, in words. */
	readonly from: string;
}

interface Ceiling {
	readonly budget: Budget;
	readonly seats: Seats | null;
}

export class SharedCeilings {
	readonly #steady: Steady;
	readonly #all = new Map<string, Ceiling>();

	constructor(steady: Steady) {
		this.#steady = steady;
	}

	/** The meters of a ceiling; made when asked for first, from what was kept (`unpack`). */
	meters(ceiling: SharedLimits, unpack: (key: string) => string | undefined): (LaneMeter & { readonly kind: EventKind })[] {
		const { budget, seats } = this.#of(ceiling, unpack);
		const own = { of: ceiling.name, kind: ceiling.kind, meter: budget };
		return seats === null ? [own] : [own, { ...own, meter: seats }];
	}

	/** Other limits from now on; unknown ceilings are left for when they are asked for. */
	refresh(ceiling: SharedLimits): void {
		const known = this.#all.get(keyOf(ceiling));
		known?.budget.setLimits(this.#steady.now(), withOrigin(ceiling.rates, ceiling.from));
		known?.seats?.resize(ceiling.connections ?? null, ceiling.from);
	}

	*snapshots(): Iterable<{ readonly key: string; readonly state: string }> {
		for (const [key, { budget }] of this.#all) {
			const now = this.#steady.now();
			yield { key, state: JSON.stringify(budget.snapshot(now, this.#steady.toWall(now) - now)) };
		}
	}

	#of(ceiling: SharedLimits, unpack: (key: string) => string | undefined): Ceiling {
		const key = keyOf(ceiling);
		const known = this.#all.get(key);
		if (known !== undefined) return known;
		const now = this.#steady.now();
		const made: Ceiling = {
			budget: new Budget(now, withOrigin(ceiling.rates, ceiling.from)),
			seats: ceiling.kind === "connection" ? new Seats(ceiling.connections ?? null, ceiling.name, ceiling.from) : null,
		};
		this.#all.set(key, made);
		const kept = unpack(key);
		const snapshot = kept === undefined ? null : readBudgetSnapshot(kept);
		if (snapshot !== null) made.budget.restore(now, snapshot, this.#steady.fromWall(0));
		return made;
	}
}

const SHARED = "shared:";

/** Is that the key of a ceiling, and not of a lane? */
export function isShared(key: string): boolean {
	return key.startsWith(SHARED);
}

function keyOf(ceiling: SharedLimits): string {
	return `${SHARED}${ceiling.kind}:${ceiling.name}`;
}
