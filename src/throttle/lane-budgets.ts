// The budgets a lane takes from, its own and those it shares with other lanes, and what is said about them. Pure; lane.ts waits for them.
import type { Learned } from "./adapt.ts";
import { Budget, type BudgetLimit, type BudgetUse } from "./budget.ts";
import type { Because, EventKind, LaneHold, LaneSnapshot, Next } from "./lane-types.ts";
import type { LaneLimits, LaneRate } from "./limits.ts";
import type { Meter } from "./meter.ts";
import { Seats } from "./seats.ts";
import type { Steady } from "./steady.ts";
import type { WarmUpPlan } from "./warm-up.ts";
import { WarmUpMeter, type WarmUpSnapshot } from "./warm-up-meter.ts";

const HOUR_MS = 3_600_000;

/** A meter and whose it is: the lane's key, or the name under which several lanes share it. */
export interface LaneMeter {
	readonly of: string;
	readonly meter: Meter;
}

export class LaneBudgets {
	readonly own: Readonly<Record<EventKind, Budget>>;
	readonly #key: string;
	readonly #shared: readonly (LaneMeter & { readonly kind: EventKind })[];
	readonly #seats: readonly Seats[];
	#meters: Readonly<Record<EventKind, readonly LaneMeter[]>>;
	#warmUp: WarmUpMeter | null = null;

	constructor(now: number, key: string, limits: LaneLimits, shared: readonly (LaneMeter & { readonly kind: EventKind })[] = []) {
		this.own = { connection: new Budget(now, connectionLimits(limits)), message: new Budget(now, messageLimits(limits)) };
		this.#key = key;
		this.#shared = shared;
		this.#seats = shared.flatMap(({ meter }) => (meter instanceof Seats ? [meter] : []));
		this.#meters = this.#all();
	}

	/** All that must agree before a connection is opened, or a message goes. */
	meters(kind: EventKind): readonly LaneMeter[] {
		return this.#meters[kind];
	}

	/** Null: the lane was never warmed up. */
	get warmUp(): WarmUpMeter | null {
		return this.#warmUp;
	}

	/** Events that may go by all meters, `want` at most. */
	room(kind: EventKind, now: number, want: number): number {
		return this.#meters[kind].reduce((least, { meter }) => Math.min(least, meter.room(now, least)), want);
	}

	take(kind: EventKind, now: number, n: number): void {
		for (const { meter } of this.#meters[kind]) meter.take(now, n);
	}

	/** Messages taken at `takenAt` did not go. */
	giveBack(now: number, n: number, takenAt: number): void {
		for (const { meter } of this.#meters.message) meter.giveBack(now, n, takenAt);
	}

	/** Calls `wake` when a connection that is shared with other lanes comes free, if that is what is missing. */
	awaitSeat(now: number, wake: () => void): void {
		for (const seats of this.#seats) if (seats.room(now, 1) === 0) seats.await(wake);
	}

	leaveSeat(now: number): void {
		for (const seats of this.#seats) seats.giveBack(now, 1);
	}

	setOwn(now: number, limits: LaneLimits): void {
		this.own.connection.setLimits(now, connectionLimits(limits));
		this.own.message.setLimits(now, messageLimits(limits));
	}

	/** Null: the source is warm. */
	setWarmUp(steady: Steady, plan: WarmUpPlan | null): void {
		if (plan !== null && this.#warmUp !== null) this.#warmUp.setPlan(plan);
		else this.#warmUp = plan === null ? null : new WarmUpMeter(steady, plan);
		this.#meters = this.#all();
	}

	/** Adds what a snapshot knows of the warm-up. */
	restoreWarmUp(steady: Steady, snapshot: WarmUpSnapshot): void {
		this.#warmUp?.restore(steady.now(), snapshot, steady.fromWall(0));
	}

	#all(): Readonly<Record<EventKind, readonly LaneMeter[]>> {
		const warm = this.#warmUp === null ? [] : [{ of: this.#key, meter: this.#warmUp }];
		const all = (kind: EventKind) => [
			{ of: this.#key, meter: this.own[kind] },
			...(kind === "message" ? warm : []),
			...this.#shared.filter((other) => other.kind === kind),
		];
		return { connection: all("connection"), message: all("message") };
	}
}

/** `from`: where the rates come from that do not say so themselves. */
export function withOrigin(rates: readonly LaneRate[], from: string): BudgetLimit[] {
	return rates.map((rate) => ({ ...rate, from: rate.from ?? from }));
}

function messageLimits(limits: LaneLimits): BudgetLimit[] {
	return withOrigin(limits.rates, limits.origin.rates);
}

/** All connections that may be open at once may also be opened at once, when the lane was quiet; then they are spread like messages. */
function connectionLimits(limits: LaneLimits): BudgetLimit[] {
	const limit = limits.connectionsPerHour;
	if (limit === null) return [];
	const burst = Math.min(limit, Math.max(limits.connections, Math.floor(limit / 10)));
	return [{ limit, windowMs: HOUR_MS, text: `${limit} connections/h`, from: limits.origin.connectionsPerHour, burst }];
}

/** When the next one may go, as seen from `wallNow`. `busy`: all connections are open. */
export function nextOf(
	kind: EventKind,
	budgets: LaneBudgets,
	steady: Steady,
	wallNow: number,
	hold: LaneHold | null,
	busy: { readonly open: number; readonly limits: LaneLimits } | null,
): Next {
	const now = steady.fromWall(wallNow);
	let next: { at: number; because: Because } = { at: wallNow, because: { rule: "free" } };
	for (const { of, meter } of budgets.meters(kind)) {
		const { at, because } = meter.next(now);
		const wall = wallNow + (at - now);
		if (because === null || wall <= next.at) continue;
		const { text, used, limit, from, why } = because;
		if (why === "busy") next = { at: wall, because: { rule: "connections", text, used, limit, from } };
		else
			next = {
				at: wall,
				because: { rule: kind === "message" ? "rate" : "connections-per-hour", why, text, used, limit, from, of },
			};
	}
	if (hold !== null && (hold.until === null || hold.until >= next.at)) {
		return { at: hold.until, because: { rule: "hold", text: hold.reason, by: hold.by, until: hold.until } };
	}
	if (busy !== null) {
		const limit = busy.limits.connections;
		const text = limit === 1 ? "1 connection at once" : `${limit} connections at once`;
		return { at: null, because: { rule: "connections", text, used: busy.open, limit, from: busy.limits.origin.connections } };
	}
	return { at: Number.isFinite(next.at) ? next.at : null, because: next.because };
}

/** How much of every limit is used. */
export function usesOf(budgets: LaneBudgets, now: number): (BudgetUse & { kind: EventKind; of: string })[] {
	const kinds: readonly EventKind[] = ["connection", "message"];
	return kinds.flatMap((kind) =>
		budgets.meters(kind).flatMap(({ of, meter }) => meter.uses(now).map((use) => ({ ...use, kind, of }))),
	);
}

export function snapshotOf(budgets: LaneBudgets, steady: Steady, hold: LaneHold | null, learned: Learned): LaneSnapshot {
	const now = steady.now();
	const wall = steady.toWall(now);
	return {
		version: 2,
		at: wall,
		connections: budgets.own.connection.snapshot(now, wall - now),
		messages: budgets.own.message.snapshot(now, wall - now),
		hold,
		learned,
		warmUp: budgets.warmUp?.snapshot(now, wall - now) ?? null,
	};
}
