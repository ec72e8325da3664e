// All lanes of this process: makes one when it is first asked for, throws it away when it has nothing left to remember, and holds the
// budgets that several lanes share. It neither saves nor loads; the app keeps what `snapshots` says (the table lane_state).
import type { Clock } from "../clock.ts";
import type { RateLimit } from "../config/types.ts";
import { Budget, type BudgetSnapshot } from "./budget.ts";
import { Lane, type OnTake } from "./lane.ts";
import { LaneBudgets, type SharedBudget, withOrigin } from "./lane-budgets.ts";
import { type EventKind, readBudgetSnapshot, readLaneSnapshot } from "./lane-types.ts";
import type { LaneLimits } from "./limits.ts";
import { Steady } from "./steady.ts";

/** A ceiling for several lanes together: a gateway's account, all that leaves one source. */
export interface SharedLimits {
	/** The same name means the same budget, e.g. "gateway partner". */
	readonly name: string;
	readonly kind: EventKind;
	readonly rates: readonly RateLimit[];
	/** Where the rates come from, in words. */
	readonly from: string;
}

const SHARED = "shared:";
/** A snapshot older than the longest memory (a day, and the guard) says nothing. */
const FORGOTTEN_MS = 86_401_000;

export class LaneSet implements Iterable<Lane> {
	readonly #clock: Clock;
	readonly #steady: Steady;
	readonly #limitsFor: (source: string, site: string) => LaneLimits;
	readonly #sharedFor: (source: string, site: string) => readonly SharedLimits[];
	readonly #onTake: OnTake | undefined;
	readonly #lanes = new Map<string, Lane>();
	readonly #shared = new Map<string, Budget>();
	/** Snapshots whose lane or shared budget was not asked for yet. */
	readonly #kept = new Map<string, string>();

	/**
	 * `elapsed`: a counter of milliseconds that never goes back (performance.now); without it a step of the clock forward is believed.
	 * `limitsFor`: the limits in force for a source (or gateway) and a site. `sharedFor`: the ceilings that lane shares; absent: none.
	 */
	constructor(of: {
		clock: Clock;
		elapsed?: () => number;
		limitsFor: (source: string, site: string) => LaneLimits;
		sharedFor?: (source: string, site: string) => readonly SharedLimits[];
		onTake?: OnTake;
	}) {
		this.#clock = of.clock;
		this.#steady = new Steady(of.clock, of.elapsed);
		this.#limitsFor = of.limitsFor;
		this.#sharedFor = of.sharedFor ?? (() => []);
		this.#onTake = of.onTake;
	}

	/** The lane of that source (or gateway) and site. Ask each time: one kept beyond `sweep` would have a budget of its own. */
	lane(source: string, site: string): Lane {
		const key = laneKey(source, site);
		const known = this.#lanes.get(key);
		if (known !== undefined) return known;
		const now = this.#steady.now();
		const limits = this.#limitsFor(source, site);
		const shared = this.#sharedFor(source, site).map((ceiling) => this.#share(now, ceiling));
		const budgets = new LaneBudgets(now, key, limits, shared);
		const lane = new Lane({ key, clock: this.#clock, steady: this.#steady, limits, budgets, onTake: this.#onTake });
		this.#lanes.set(key, lane);
		const kept = this.#unpack(key);
		const snapshot = kept === undefined ? null : readLaneSnapshot(kept);
		if (snapshot !== null) lane.restore(snapshot);
		return lane;
	}

	/** The lane, if it is in memory. */
	find(source: string, site: string): Lane | undefined {
		return this.#lanes.get(laneKey(source, site));
	}

	[Symbol.iterator](): Iterator<Lane> {
		return this.#lanes.values();
	}

	/** Lanes in memory. */
	get size(): number {
		return this.#lanes.size;
	}

	/** Asks for the limits of all lanes again: after a change of the settings, on another day of a warm-up. Grants nothing twice. */
	refresh(): void {
		for (const lane of this.#lanes.values()) {
			const { source, site } = partsOf(lane.key);
			lane.setLimits(this.#limitsFor(source, site));
			for (const ceiling of this.#sharedFor(source, site)) {
				this.#shared.get(sharedKey(ceiling))?.setLimits(this.#steady.now(), withOrigin(ceiling.rates, ceiling.from));
			}
		}
	}

	/** Makes idle lanes small and throws away those with nothing to remember; how many. To be called every few minutes. */
	sweep(): number {
		let gone = 0;
		for (const [key, lane] of this.#lanes) {
			if (!lane.rest()) continue;
			this.#lanes.delete(key);
			gone++;
		}
		return gone;
	}

	/** Counts what a journal says was taken (wall clock), on the lane and on what it shares. */
	replay(source: string, site: string, kind: EventKind, at: number, n: number): void {
		this.lane(source, site).replay(kind, at, n);
	}

	/** What must be kept over a restart: one text for each lane and each shared budget. Keys never change their meaning. */
	*snapshots(): Iterable<{ readonly key: string; readonly state: string }> {
		for (const [key, state] of this.#kept) yield { key, state };
		for (const lane of this.#lanes.values()) yield { key: lane.key, state: JSON.stringify(lane.snapshot()) };
		for (const [key, budget] of this.#shared) {
			const now = this.#steady.now();
			yield { key, state: JSON.stringify(budget.snapshot(now, this.#steady.toWall(now) - now)) };
		}
	}

	/**
	 * Takes over what was kept, before the first lane is asked for. Keys whose text is damaged are returned: they begin empty, so their
	 * takes of the last day must be replayed from the log.
	 */
	restore(kept: Iterable<{ readonly key: string; readonly state: string }>): string[] {
		const damaged: string[] = [];
		for (const { key, state } of kept) {
			const lane = key.startsWith(SHARED) ? null : readLaneSnapshot(state);
			if (lane === null && (!key.startsWith(SHARED) || readBudgetSnapshot(state) === null)) damaged.push(key);
			else if (lane === null || lane.hold !== null || lane.at + FORGOTTEN_MS > this.#clock.now()) this.#kept.set(key, state);
		}
		return damaged;
	}

	#share(now: number, ceiling: SharedLimits): SharedBudget & { kind: EventKind } {
		const key = sharedKey(ceiling);
		let budget = this.#shared.get(key);
		if (budget === undefined) {
			budget = new Budget(now, withOrigin(ceiling.rates, ceiling.from));
			this.#shared.set(key, budget);
			const kept = this.#unpack(key);
			const snapshot: BudgetSnapshot | null = kept === undefined ? null : readBudgetSnapshot(kept);
			if (snapshot !== null) budget.restore(now, snapshot, this.#steady.fromWall(0));
		}
		return { of: ceiling.name, kind: ceiling.kind, budget };
	}

	#unpack(key: string): string | undefined {
		const state = this.#kept.get(key);
		this.#kept.delete(key);
		return state;
	}
}

/** The name of a lane: `source/site`, with "" or the gateway's name for the source as the app has it. */
export function laneKey(source: string, site: string): string {
	return `${source}/${site}`;
}

/** Sites are host-like names and never contain a slash, so the last one divides. */
function partsOf(key: string): { source: string; site: string } {
	const slash = key.lastIndexOf("/");
	return { source: key.slice(0, slash), site: key.slice(slash + 1) };
}

function sharedKey(ceiling: SharedLimits): string {
	return `${SHARED}${ceiling.kind}:${ceiling.name}`;
}
