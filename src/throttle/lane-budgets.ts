// The budgets a lane takes from, its own and those it shares with other lanes, and what is said about them. Pure; lane.ts waits for them.
import type { RateLimit } from "../config/types.ts";
import { Budget, type BudgetLimit, type BudgetUse } from "./budget.ts";
import type { Because, EventKind, LaneHold, LaneSnapshot, Next } from "./lane-types.ts";
import type { LaneLimits } from "./limits.ts";
import type { Steady } from "./steady.ts";

const HOUR_MS = 3_600_000;

/** A budget and whose it is: the lane's key, or the name under which several lanes share it. */
export interface SharedBudget {
	readonly of: string;
	readonly budget: Budget;
}

export class LaneBudgets {
	readonly own: Readonly<Record<EventKind, Budget>>;
	/** All that must agree before a connection is opened, or a message goes. */
	readonly connection: readonly SharedBudget[];
	readonly message: readonly SharedBudget[];

	constructor(
		now: number,
		key: string,
		limits: LaneLimits,
		shared: readonly (SharedBudget & { readonly kind: EventKind })[] = [],
	) {
		this.own = { connection: new Budget(now, connectionLimits(limits)), message: new Budget(now, messageLimits(limits)) };
		const all = (kind: EventKind) => [{ of: key, budget: this.own[kind] }, ...shared.filter((other) => other.kind === kind)];
		this.connection = all("connection");
		this.message = all("message");
	}

	setOwn(now: number, limits: LaneLimits): void {
		this.own.connection.setLimits(now, connectionLimits(limits));
		this.own.message.setLimits(now, messageLimits(limits));
	}
}

export function withOrigin(rates: readonly RateLimit[], from: string): BudgetLimit[] {
	return rates.map((rate) => ({ ...rate, from }));
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
	for (const { of, budget } of budgets[kind]) {
		const { at, because } = budget.next(now);
		const wall = wallNow + (at - now);
		if (because === null || wall <= next.at) continue;
		const rule = kind === "message" ? "rate" : "connections-per-hour";
		const { text, used, limit, from, why } = because;
		next = { at: wall, because: { rule, why, text, used, limit, from, of } };
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
		budgets[kind].flatMap(({ of, budget }) => budget.uses(now).map((use) => ({ ...use, kind, of }))),
	);
}

export function snapshotOf(budgets: LaneBudgets, steady: Steady, hold: LaneHold | null): LaneSnapshot {
	const now = steady.now();
	const wall = steady.toWall(now);
	return {
		version: 1,
		at: wall,
		connections: budgets.own.connection.snapshot(now, wall - now),
		messages: budgets.own.message.snapshot(now, wall - now),
		hold,
	};
}
