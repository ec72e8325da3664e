// All lanes of this process: makes one when it is first asked for, throws it away when it has nothing left to remember, and holds the
// budgets that several lanes share. It neither saves nor loads; the app keeps what `snapshots` says (the table lane_state).
import type { Clock } from "../clock.ts";
import { Lane } from "./lane.ts";
import { LaneBudgets } from "./lane-budgets.ts";
import { type EventKind, type LaneSnapshot, type OnTake, readBudgetSnapshot, readLaneSnapshot } from "./lane-types.ts";
import type { LaneLimits } from "./limits.ts";
import { isMeant, type LaneOrder, orderOn } from "./orders.ts";
import { isShared, SharedCeilings, type SharedLimits } from "./shared.ts";
import { Steady } from "./steady.ts";
import type { WarmUpPlan } from "./warm-up.ts";

export interface LaneSetOptions {
	readonly clock: Clock;
	/** A counter of milliseconds that never goes back (performance.now); without it a step of the clock forward is believed. */
	readonly elapsed?: () => number;
	/** The limits in force for a source (or gateway) and a site. */
	readonly limitsFor: (source: string, site: string) => LaneLimits;
	/** The ceilings that lane shares; absent: none. */
	readonly sharedFor?: (source: string, site: string) => readonly SharedLimits[];
	/** The ramp of a source that is being warmed up, null for a warm one; absent: whatever the snapshots say, for display. */
	readonly warmUpFor?: (source: string, site: string) => WarmUpPlan | null;
	/** No pause or lowered limit that comes from a reply lasts longer. */
	readonly longestMs?: () => number;
	readonly onTake?: OnTake;
	/** A lane has learned something that is worth saving soon. */
	readonly onLearned?: () => void;
}

/** A snapshot older than the longest memory (a day, and the guard) says nothing but what was learned. */
const FORGOTTEN_MS = 86_401_000;

export class LaneSet implements Iterable<Lane> {
	readonly #of: LaneSetOptions;
	readonly #clock: Clock;
	readonly #steady: Steady;
	readonly #lanes = new Map<string, Lane>();
	readonly #shared: SharedCeilings;
	/** Snapshots whose lane or shared budget was not asked for yet. */
	readonly #kept = new Map<string, string>();
	/** How much each lane had changed when it was saved last. */
	readonly #saved = new Map<string, number>();
	#orders: readonly LaneOrder[] = [];

	constructor(of: LaneSetOptions) {
		this.#of = of;
		this.#clock = of.clock;
		this.#steady = new Steady(of.clock, of.elapsed);
		this.#shared = new SharedCeilings(this.#steady);
	}

	/** The lane of that source (or gateway) and site. Ask each time: one kept beyond `sweep` would have a budget of its own. */
	lane(source: string, site: string): Lane {
		const key = laneKey(source, site);
		const known = this.#lanes.get(key);
		if (known !== undefined) return known;
		const now = this.#steady.now();
		const { limitsFor, sharedFor, warmUpFor, longestMs, onTake, onLearned } = this.#of;
		const limits = limitsFor(source, site);
		const shared = (sharedFor?.(source, site) ?? []).flatMap((ceiling) =>
			this.#shared.meters(ceiling, (kept) => this.#unpack(kept)),
		);
		const budgets = new LaneBudgets(now, key, limits, shared);
		const lane = new Lane({
			key,
			clock: this.#clock,
			steady: this.#steady,
			limits,
			budgets,
			longestMs,
			onTake,
			onChange: onLearned,
		});
		this.#lanes.set(key, lane);
		const kept = this.#unpack(key);
		const snapshot = kept === undefined ? null : readLaneSnapshot(kept);
		const plan = warmUpFor === undefined ? (snapshot?.warmUp?.plan ?? null) : warmUpFor(source, site);
		if (plan !== null) lane.setLimits(limits, plan);
		if (snapshot !== null) lane.restore(snapshot);
		lane.order(orderOn(this.#orders, source, site));
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

	/** Asks for the limits of all lanes again: after a change of the settings. Grants nothing twice. */
	refresh(): void {
		const { limitsFor, sharedFor, warmUpFor } = this.#of;
		for (const lane of this.#lanes.values()) {
			const { source, site } = partsOf(lane.key);
			lane.setLimits(limitsFor(source, site), warmUpFor?.(source, site));
			for (const ceiling of sharedFor?.(source, site) ?? []) this.#shared.refresh(ceiling);
		}
	}

	/** Holds by order of people and judges, all of them, from now on; those on lanes that do not exist yet count when they do. */
	setOrders(orders: readonly LaneOrder[]): void {
		this.#orders = orders;
		for (const lane of this.#lanes.values()) {
			const { source, site } = partsOf(lane.key);
			lane.order(orderOn(orders, source, site));
		}
	}

	/** Ends the holds from replies on the lanes that `subject` means ("mta1/naver"; a star in either place means all), and with `forget` what they learned. */
	release(subject: string, forget: boolean): void {
		for (const key of [...this.#kept.keys()]) {
			const { source, site } = partsOf(key);
			if (!isShared(key) && isMeant(subject, source, site)) this.lane(source, site);
		}
		for (const lane of this.#lanes.values()) {
			const { source, site } = partsOf(lane.key);
			if (!isMeant(subject, source, site)) continue;
			lane.release();
			if (forget) lane.forget();
		}
	}

	/** Makes idle lanes small and throws away those with nothing to remember; how many. To be called every few minutes. */
	sweep(): number {
		let gone = 0;
		for (const [key, lane] of this.#lanes) {
			if (!lane.rest()) continue;
			this.#lanes.delete(key);
			this.#saved.delete(key);
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
		yield* this.#shared.snapshots();
	}

	/**
	 * What changed since the last `saved` was called, as `snapshots`: so that saving costs by what was sent and not by how many lanes there are.
	 * A change that comes while it is being written is in the next one.
	 */
	unsaved(): { readonly snapshots: readonly { readonly key: string; readonly state: string }[]; readonly saved: () => void } {
		const changed = [...this.#lanes.values()].filter((lane) => this.#saved.get(lane.key) !== lane.changes);
		const marks = changed.map((lane): [string, number] => [lane.key, lane.changes]);
		const snapshots = changed.map((lane) => ({ key: lane.key, state: JSON.stringify(lane.snapshot()) }));
		return {
			snapshots: [...snapshots, ...this.#shared.snapshots()],
			saved: () => {
				for (const [key, changes] of marks) if (this.#lanes.has(key)) this.#saved.set(key, changes);
			},
		};
	}

	/**
	 * Takes over what was kept, before the first lane is asked for. Keys whose text is damaged are returned: they begin empty, so their
	 * takes of the last day must be replayed from the log.
	 */
	restore(kept: Iterable<{ readonly key: string; readonly state: string }>): string[] {
		const damaged: string[] = [];
		for (const { key, state } of kept) {
			const lane = isShared(key) ? null : readLaneSnapshot(state);
			if (lane === null && (!isShared(key) || readBudgetSnapshot(state) === null)) damaged.push(key);
			else if (lane === null || isWorthKeeping(lane, this.#clock.now())) this.#kept.set(key, state);
		}
		return damaged;
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

/** Windows are over after a day; a hold, a lowered limit, a warm-up are not. */
function isWorthKeeping(lane: LaneSnapshot, now: number): boolean {
	const { hold, learned, warmUp } = lane;
	return hold !== null || warmUp !== null || Object.keys(learned.curbs).length > 0 || lane.at + FORGOTTEN_MS > now;
}
