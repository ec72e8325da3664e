// A lane: source (or gateway) × site, the unit of throttling. It says when a connection may be opened and how many messages may go, makes its
// callers wait (turnstile.ts), and learns from what they tell it (adapt.ts, warm-up.ts). It holds no mail, opens no connection and saves nothing:
// `onTake`, `snapshot` and `replay` let the app do that.
//
// The order of a grant is: first a turn at the gate (gate.ts, Bottleneck), then the windows (budget.ts), asked and charged in the same
// tick in which the caller is told. The rejected alternative, to charge the windows first and pass the grant on through Bottleneck's
// reservoir, has several ticks between the two in which a waiter may vanish, a hold may come or a limit may change.
//
// An idle lane has no timer and no limiter. A lane with waiters has one timer, for the earliest instant at which one of them may go.
import type { Clock } from "../clock.ts";
import { accepted, isBlank, type Learned, NOTHING_LEARNED, refused } from "./adapt.ts";
import { curbed, learnedLimits, speedsOf } from "./curbs.ts";
import { Holds } from "./holds.ts";
import { type LaneBudgets, nextOf, snapshotOf, usesOf } from "./lane-budgets.ts";
import { LaneMessages } from "./lane-messages.ts";
import type { EventKind, HeardRefusal, LaneHold, LaneSnapshot, LaneState, Next, OnTake, Slot } from "./lane-types.ts";
import type { LaneLimits } from "./limits.ts";
import type { Steady } from "./steady.ts";
import { makeWaiter, Turnstile, type Waiter } from "./turnstile.ts";
import type { WarmUpPlan } from "./warm-up.ts";

export class Lane {
	/** `source/site`. */
	readonly key: string;
	readonly #clock: Clock;
	readonly #steady: Steady;
	readonly #onTake: OnTake;
	readonly #onChange: () => void;
	readonly #longestMs: () => number;
	#configured: LaneLimits;
	#limits: LaneLimits;
	#learned: Learned = NOTHING_LEARNED;
	readonly #budgets: LaneBudgets;
	readonly #messages: LaneMessages;
	readonly #turnstile: Turnstile;
	#open = 0;
	readonly #holds = new Holds();
	#changed = 0;

	/**
	 * Made by LaneSet, which sees to it that there is only one of each key. `longestMs`: no pause or curb from a reply is longer.
	 * `onChange`: something was learned that is worth keeping.
	 */
	constructor(of: {
		key: string;
		clock: Clock;
		steady: Steady;
		limits: LaneLimits;
		budgets: LaneBudgets;
		longestMs?: (() => number) | undefined;
		onTake?: OnTake | undefined;
		onChange?: (() => void) | undefined;
	}) {
		this.key = of.key;
		this.#clock = of.clock;
		this.#steady = of.steady;
		this.#longestMs = of.longestMs ?? (() => Number.POSITIVE_INFINITY);
		this.#onTake = of.onTake ?? (() => undefined);
		this.#onChange = of.onChange ?? (() => undefined);
		this.#configured = of.limits;
		this.#limits = of.limits;
		this.#budgets = of.budgets;
		this.#messages = new LaneMessages(of.budgets);
		this.#turnstile = new Turnstile(
			{
				clock: of.clock,
				charge: (kind, want, at) => this.#charge(kind, want, at),
				next: (kind, at) => nextOf(kind, this.#budgets, this.#steady, at, this.#holds.at(at), null).at,
			},
			of.limits.connections,
		);
	}

	/** In force: what is configured, lowered by what was learned. */
	get limits(): LaneLimits {
		return this.#limits;
	}

	/** Connections that are open. */
	get open(): number {
		return this.#open;
	}

	/** Grows with everything that a snapshot would show; LaneSet saves the lanes in which it grew. */
	get changes(): number {
		return this.#changed;
	}

	/** Waits until one more connection may be opened, by the number at once and by the number an hour. Aborting costs nothing. */
	openConnection(signal: AbortSignal): Promise<Slot | "aborted"> {
		return new Promise((resolve) => {
			const waiter = makeWaiter("connection", 1, (_, at) => resolve(this.#slot(waiter, at)));
			this.#turnstile.enter(waiter, signal, () => resolve("aborted"));
		});
	}

	/**
	 * Waits until at least one message may go by all rates, and hands out as many tickets as may go at that moment, `want` at most; 0 means
	 * aborted. A ticket is for use now: whoever keeps several calls `spend` before each message, and `giveBack` for what is left.
	 */
	takeMessages(want: number, signal: AbortSignal): Promise<number> {
		return new Promise((resolve) => {
			this.#turnstile.enter(makeWaiter("message", Math.max(1, want), resolve), signal, () => resolve(0));
		});
	}

	/**
	 * A message of a ticket taken earlier starts now: from here on it counts now and not when the ticket was handed out, so the limit holds
	 * as the receiver counts it even if a batch is used slowly. False: the ticket is too old, the windows have been filled by others, or
	 * the lane is on hold; it is void, take a new one.
	 */
	spend(): boolean {
		const may = this.#messages.spend(this.#steady.now(), this.#holds.at(this.#clock.now()) === null);
		if (!may) this.#turnstile.pump();
		return may;
	}

	/** A message that was spent did not leave after all: the server has not heard of it. */
	unspent(): void {
		this.#messages.unspent(this.#steady.now());
		this.#turnstile.pump();
	}

	/** The server has answered to the oldest message that was spent: from how long that took the lane tells when it may have come in. */
	arrived(): void {
		this.#messages.arrived(this.#steady.now());
	}

	/** Returns tickets that were not used. The oldest ones are meant; what is out of a window already gives nothing back there. */
	giveBack(n: number): void {
		this.#messages.returned(this.#steady.now(), n);
		this.#turnstile.pump();
	}

	/** Messages were accepted: what was learned is unlearned a step, the warm-up counts them. */
	accepted(n: number): void {
		this.#budgets.warmUp?.accepted(n);
		const learned = accepted(this.#learned, this.#clock.now(), speedsOf(this.#configured));
		if (learned !== this.#learned) this.#learn(learned);
	}

	/** A server refused: limits are lowered, the lane is held, or nothing happens, as adapt-rules.ts says. */
	refused(refusal: HeardRefusal): void {
		const at = this.#clock.now();
		const stepped = this.#budgets.warmUp?.refused(refusal.class, refusal.spent) ?? false;
		const { learned, holdUntil } = refused(
			this.#learned,
			{
				at,
				class: refusal.class,
				rule: refusal.rule,
				open: this.#open,
				acceptedBefore: refusal.acceptedBefore,
			},
			speedsOf(this.#configured),
			this.#longestMs(),
		);
		if (holdUntil !== null) this.hold(holdUntil, refusal.words, "a reply");
		if (learned !== this.#learned || stepped) this.#learn(learned);
	}

	/** Forgets what was learned: the configured limits are in force again. The warm-up stays. */
	forget(): void {
		this.#learn(NOTHING_LEARNED);
	}

	/** When the next message may go, and why not before. Takes nothing. `wallNow`: as seen from that instant; absent: from now. */
	nextMessageAt(wallNow: number = this.#clock.now()): Next {
		return nextOf("message", this.#budgets, this.#steady, wallNow, this.#holds.at(wallNow), null);
	}

	/** When the next connection may be opened, and why not before. Takes nothing. */
	nextConnectionAt(wallNow: number = this.#clock.now()): Next {
		const busy = this.#open >= this.#limits.connections ? { open: this.#open, limits: this.#limits } : null;
		return nextOf("connection", this.#budgets, this.#steady, wallNow, this.#holds.at(wallNow), busy);
	}

	/** How many messages could go within the next `withinMs`, `want` at most, as things are; 0 on hold. For claiming no more than is sent soon. */
	allowance(withinMs: number, want: number): number {
		return this.#holds.at(this.#clock.now()) === null ? this.#budgets.room("message", this.#steady.now() + withinMs, want) : 0;
	}

	/** Nothing more is granted until then (wall clock; null: until `release`). Of two holds the one that lasts longer counts. */
	hold(until: number | null, reason: string, by: string): void {
		this.#holds.hold(this.#clock.now(), { until, reason, by });
		this.#touch();
	}

	/** Ends a hold at once, but not an order. */
	release(): void {
		this.#holds.release();
		this.#touch();
	}

	/** A hold that is kept elsewhere and told again after a restart; null: none any more. It stands beside the other one. */
	order(order: LaneHold | null): void {
		this.#holds.order(order);
		this.#turnstile.pump();
	}

	/** Other limits from now on. What was used stays used; connections that are open stay open. */
	setLimits(limits: LaneLimits, warmUp?: WarmUpPlan | null): void {
		this.#configured = limits;
		if (warmUp !== undefined) this.#budgets.setWarmUp(this.#steady, warmUp);
		this.#apply();
	}

	/** Counts what a journal says was taken (wall clock). Shared budgets count it too. */
	replay(kind: EventKind, at: number, n: number): void {
		const now = this.#steady.now();
		for (const { meter } of this.#budgets.meters(kind)) meter.replay(now, this.#steady.fromWall(at), n);
		this.#changed++;
	}

	/** What must be kept over a restart; LaneSet keeps the shared budgets, somebody else the orders. */
	snapshot(): LaneSnapshot {
		return snapshotOf(this.#budgets, this.#steady, this.#holds.own(this.#clock.now()), this.#learned);
	}

	/** Adds a snapshot to what is known. To be done before the first grant. */
	restore(snapshot: LaneSnapshot): void {
		const now = this.#steady.now();
		const shift = this.#steady.fromWall(0);
		this.#budgets.own.connection.restore(now, snapshot.connections, shift);
		this.#budgets.own.message.restore(now, snapshot.messages, shift);
		if (snapshot.warmUp !== null) this.#budgets.restoreWarmUp(this.#steady, snapshot.warmUp);
		if (snapshot.hold !== null) this.hold(snapshot.hold.until, snapshot.hold.reason, snapshot.hold.by);
		this.#learned = snapshot.learned;
		this.#apply();
	}

	/** For display. */
	state(): LaneState {
		const now = this.#steady.now();
		return {
			key: this.key,
			connections: { open: this.#open, limit: this.#limits.connections, from: this.#limits.origin.connections },
			uses: usesOf(this.#budgets, now),
			waiting: { connections: this.#turnstile.waiting("connection"), messages: this.#turnstile.waiting("message") },
			hold: this.#holds.at(this.#clock.now()),
			learned: learnedLimits(this.#configured, this.#learned),
			warmUp: this.#budgets.warmUp?.view() ?? null,
			nextMessage: this.nextMessageAt(),
			nextConnection: this.nextConnectionAt(),
		};
	}

	/** Gives up what an idle lane can do without. True when nothing is left to remember and the lane may be thrown away. */
	rest(): boolean {
		const now = this.#steady.now();
		const at = this.#clock.now();
		const idle = this.#turnstile.rest() && this.#open === 0;
		const blank = isBlank(this.#learned, at) && (this.#budgets.warmUp?.isWarm ?? true);
		const own = [this.#budgets.own.connection.rest(now), this.#budgets.own.message.rest(now)];
		return idle && blank && this.#holds.at(at) === null && own.every(Boolean);
	}

	#learn(learned: Learned): void {
		this.#learned = learned;
		this.#apply();
		this.#onChange();
	}

	#apply(): void {
		this.#limits = curbed(this.#configured, this.#learned);
		this.#budgets.setOwn(this.#steady.now(), this.#limits);
		this.#turnstile.resize(this.#limits.connections);
		this.#touch();
	}

	#touch(): void {
		this.#changed++;
		this.#turnstile.pump();
	}

	#charge(kind: EventKind, want: number, at: number): number {
		if (this.#holds.at(at) !== null) return 0;
		const now = this.#steady.now();
		const room = this.#budgets.room(kind, now, want);
		if (room < 1) {
			if (kind === "connection") this.#budgets.awaitSeat(now, this.#wake);
			return 0;
		}
		this.#budgets.take(kind, now, room);
		if (kind === "message") this.#messages.handedOut(now, room);
		this.#changed++;
		this.#onTake(kind, this.key, at, room);
		return room;
	}

	readonly #wake = () => this.#turnstile.pump();

	#slot(waiter: Waiter, at: number): Slot {
		this.#open++;
		let open = true;
		const release = () => {
			if (!open) return;
			open = false;
			this.#open--;
			waiter.leave();
			this.#budgets.leaveSeat(this.#steady.now());
		};
		return { at, release };
	}
}
