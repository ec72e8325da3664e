// When a number of messages will have gone through the lanes that share them: the lanes' own budgets, played forward. Pure.
//
// Large numbers are played at a scale: a tenth of the messages against a tenth of each limit takes as long. Some hundred steps are enough to be
// within a few percent, so a forecast costs a millisecond or two whatever the size.
import type { RateLimit } from "../config/types.ts";
import { accepted, type Learned, NOTHING_LEARNED, type Speeds } from "./adapt.ts";
import { Budget, type BudgetLimit, type BudgetSnapshot } from "./budget.ts";
import { rateOf } from "./curbs.ts";
import type { LaneHold, LaneSnapshot } from "./lane-types.ts";
import { burstOf } from "./pace.ts";
import { nextDay } from "./warm-up.ts";
import type { Entry } from "./window.ts";

/** What a lane may do, and how it stands. */
export interface ForecastLane {
	readonly connections: number;
	readonly connectionsPerHour: number | null;
	readonly messagesPerConnection: number;
	readonly rates: readonly RateLimit[];
	/** How it stands; null: nobody knows, or nothing was sent: it is fresh. */
	readonly now: LaneSnapshot | null;
	/** A hold by order; null: none. */
	readonly order: LaneHold | null;
	/** What one message takes on one connection, milliseconds. */
	readonly messageMs: number;
}

export interface Forecast {
	readonly ms: number;
	/** What it waited for most, as a person writes it: "600/h", "2 connections". */
	readonly limit: string;
}

const STEPS = 400;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Played no longer than this: what takes more is told as this. */
const HORIZON_MS = 400 * DAY;

/** `at`: now, wall clock. The messages go to whichever lane is free first, as the dispatcher has it. */
export function forecast(lanes: readonly ForecastLane[], messages: number, at: number): Forecast {
	if (messages <= 0) return { ms: 0, limit: "" };
	if (lanes.length === 0) return { ms: 0, limit: "no way out" };
	const scale = Math.max(1, messages / STEPS);
	const played = lanes.map((lane) => new PlayedLane(lane, scale, at));
	let last = at;
	let messageMs = 0;
	for (let left = Math.ceil(messages / scale); left > 0; left--) {
		const next = played.reduce((soonest, lane) => (lane.nextAt() < soonest.nextAt() ? lane : soonest));
		last = next.nextAt();
		messageMs = next.messageMs;
		if (last - at > HORIZON_MS) break;
		next.send();
	}
	const busiest = played.reduce((most, lane) => (lane.sent > most.sent ? lane : most));
	return { ms: last - at + messageMs, limit: busiest.because };
}

class PlayedLane {
	sent = 0;
	readonly #lane: ForecastLane;
	readonly #scale: number;
	readonly #budget: Budget;
	#learned: Learned;
	#caps: readonly number[];
	#midnight: number;
	/** A connection is free from then on. */
	#free: number;
	#next: number | null = null;
	#reason = "";
	readonly #waits = new Map<string, number>();
	#now: number;

	constructor(lane: ForecastLane, scale: number, at: number) {
		this.#lane = lane;
		this.#scale = scale;
		this.#now = at;
		this.#learned = lane.now?.learned ?? NOTHING_LEARNED;
		const warmUp = lane.now?.warmUp ?? null;
		this.#caps = warmUp === null ? [] : warmUp.plan.curve.slice(warmUp.state.step);
		this.#midnight = nextDay(at);
		this.#budget = new Budget(at, this.#limits());
		if (lane.now !== null) this.#budget.restore(at, scaled(lane.now.messages, scale), 0);
		const held = [lane.now?.hold ?? null, lane.order].flatMap((hold) => (hold === null ? [] : [hold]));
		// A hold without an end is told by its name; when it is over nobody knows.
		this.#free = Math.max(at, ...held.map((hold) => hold.until ?? at));
		if (held.length > 0) this.#waits.set("on hold", this.#free - at);
		if (held.some((hold) => hold.until === null)) this.#waits.set("on hold until it is released", HORIZON_MS);
	}

	get messageMs(): number {
		return this.#lane.messageMs;
	}

	/** The limit it has waited for longest. */
	get because(): string {
		let most = { text: `${this.#lane.connections} connection${this.#lane.connections === 1 ? "" : "s"}`, ms: 0 };
		for (const [text, ms] of this.#waits) if (ms > most.ms) most = { text, ms };
		return most.text;
	}

	nextAt(): number {
		if (this.#next !== null) return this.#next;
		let at = Math.max(this.#free, this.#now);
		this.#reason = "";
		for (;;) {
			this.#passTime(at);
			const wait = this.#budget.next(at);
			if (wait.because === null) break;
			this.#reason = wait.because.text;
			if (!Number.isFinite(wait.at) || wait.at <= at) break;
			at = Math.min(wait.at, this.#caps.length > 0 ? this.#midnight : wait.at);
		}
		this.#next = at;
		return at;
	}

	send(): void {
		const at = this.nextAt();
		const waited = at - Math.max(this.#free, this.#now);
		if (waited > 0 && this.#reason !== "") this.#waits.set(this.#reason, (this.#waits.get(this.#reason) ?? 0) + waited);
		this.#budget.take(at, 1);
		this.#free = Math.max(this.#free, this.#now) + (this.#lane.messageMs * this.#scale) / this.#lane.connections;
		this.#now = at;
		this.#next = null;
		this.sent += this.#scale;
		const learned = accepted(this.#learned, at, UNBOUNDED);
		if (learned !== this.#learned) this.#learned = learned;
		this.#budget.setLimits(at, this.#limits());
	}

	/** Midnights go by: the warm-up rises, if all goes well. */
	#passTime(at: number): void {
		while (this.#caps.length > 0 && at >= this.#midnight) {
			this.#caps = this.#caps.slice(1);
			this.#midnight += DAY;
			this.#budget.setLimits(at, this.#limits());
		}
	}

	#limits(): BudgetLimit[] {
		const { connectionsPerHour, connections, messagesPerConnection } = this.#lane;
		const limits: BudgetLimit[] = this.#lane.rates.map((rate) => this.#scaledLimit(rate, burstOf(rate.limit, rate.windowMs)));
		if (connectionsPerHour !== null) {
			const opened = Math.max(connections, connectionsPerHour / 10);
			const rate = {
				limit: connectionsPerHour * messagesPerConnection,
				windowMs: HOUR,
				text: `${connectionsPerHour} connections an hour`,
			};
			limits.push(this.#scaledLimit(rate, opened * messagesPerConnection));
		}
		const curb = this.#learned.curbs.rate;
		if (curb !== undefined) limits.push(this.#scaledLimit(rateOf(curb.value), 0));
		const cap = this.#caps[0];
		if (cap !== undefined) limits.push(this.#scaledLimit({ limit: cap, windowMs: DAY, text: "the warm-up" }, cap));
		return limits;
	}

	/** Less than one message in the window at this scale: a longer window with one has the same speed. */
	#scaledLimit(rate: RateLimit, burst: number): BudgetLimit {
		const limit = rate.limit / this.#scale;
		const longer = limit < 1 ? 1 / limit : 1;
		return {
			text: rate.text,
			from: "",
			limit: Math.max(1, Math.round(limit * longer)),
			windowMs: rate.windowMs * longer * (Math.round(limit * longer) / (limit * longer)),
			burst: burst / this.#scale,
		};
	}
}

/** Curbs end at the configured limits, which are in the list beside them: here they may grow for ever. */
const UNBOUNDED: Speeds = {
	rate: Number.MAX_VALUE,
	connections: Number.MAX_VALUE,
	connectionsPerHour: Number.MAX_VALUE,
	messagesPerConnection: Number.MAX_VALUE,
};

/** What was used, at the scale; the windows of a played budget are of other lengths, so all of it is its history. */
function scaled(snapshot: BudgetSnapshot, scale: number): BudgetSnapshot {
	const entries = (list: readonly Entry[]): Entry[] => list.map(([at, n]) => [at, n / scale]);
	return {
		history: entries(snapshot.history),
		windows: snapshot.windows.map((window) => ({ ...window, entries: entries(window.entries) })),
	};
}
