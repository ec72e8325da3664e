// The holds of a lane: one from replies and the engine, one by order of a person or a judge, kept elsewhere. They stand side by side. Pure.
import type { LaneHold } from "./lane-types.ts";

export class Holds {
	#own: LaneHold | null = null;
	#order: LaneHold | null = null;

	/** Of two holds the one that lasts longer counts. */
	hold(now: number, hold: LaneHold): void {
		this.#own = longer(active(this.#own, now), hold);
	}

	release(): void {
		this.#own = null;
	}

	order(order: LaneHold | null): void {
		this.#order = order;
	}

	/** What holds at that instant (wall clock). */
	at(now: number): LaneHold | null {
		if (this.#own === null && this.#order === null) return null;
		return longer(active(this.#order, now), active(this.#own, now));
	}

	/** The one from replies and the engine alone. */
	own(now: number): LaneHold | null {
		return active(this.#own, now);
	}
}

function active(hold: LaneHold | null, now: number): LaneHold | null {
	return hold !== null && (hold.until === null || hold.until > now) ? hold : null;
}

function longer(first: LaneHold | null, second: LaneHold | null): LaneHold | null {
	if (first === null || second === null) return first ?? second;
	if (first.until === null) return first;
	return second.until === null || second.until > first.until ? second : first;
}
