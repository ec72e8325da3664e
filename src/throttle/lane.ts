// A lane: source (or gateway) × site, the unit of throttling. It says when a connection may be opened and how many messages may go, and
// makes its callers wait. It holds no mail, opens no connection and saves nothing: `onTake`, `snapshot` and `replay` let the app do that.
//
// The order of a grant is: first a turn at the gate (gate.ts, Bottleneck), then the windows (budget.ts), asked and charged in the same
// tick in which the caller is told. So nothing is charged for one who waits, and one who gives up while waiting never costs a ticket. The
// rejected alternative, to charge the windows first and pass the grant on through Bottleneck's reservoir, has several ticks between the
// two in which a waiter may vanish, a hold may come or a limit may change.
//
// An idle lane has no timer and no limiter. A lane with waiters has one timer, for the earliest instant at which one of them may go.
import type { Clock } from "../clock.ts";
import { Gate } from "./gate.ts";
import { type LaneBudgets, nextOf, snapshotOf, usesOf } from "./lane-budgets.ts";
import type { EventKind, LaneHold, LaneSnapshot, LaneState, Next, Slot } from "./lane-types.ts";
import type { LaneLimits } from "./limits.ts";
import type { Steady } from "./steady.ts";
import { Tickets } from "./tickets.ts";

/** A waiter looks again at least so often: a hold's end is told in wall-clock time, and that may be set meanwhile. */
const LONGEST_WAIT_MS = 60_000;

/** Turns for messages at once. One would be as exact, but Bottleneck needs 1.5 to 6 ms from one turn to the next: only side by side is fast. */
const MESSAGE_TURNS = 32;

/** Called for every take, in the tick in which it happens. `at` is wall-clock time. */
export type OnTake = (kind: EventKind, lane: string, at: number, n: number) => void;

interface Waiter {
	readonly kind: EventKind;
	readonly want: number;
	/** Tells the caller. */
	readonly grant: (n: number, at: number) => void;
	/** Ends the turn at the gate; nothing before it has begun. */
	leave: () => void;
	/** Stops listening to the caller's signal, which may live much longer than the wait. */
	deaf: () => void;
}

export class Lane {
	/** `source/site`. */
	readonly key: string;
	readonly #clock: Clock;
	readonly #steady: Steady;
	readonly #onTake: OnTake;
	#limits: LaneLimits;
	readonly #budgets: LaneBudgets;
	readonly #tickets = new Tickets();
	readonly #gates: Readonly<Record<EventKind, Gate>>;
	/** Waiting for a turn. */
	readonly #queues: Readonly<Record<EventKind, Set<Waiter>>> = { connection: new Set(), message: new Set() };
	/** Have the turn and wait for the windows, in their order. */
	readonly #parked = new Set<Waiter>();
	#open = 0;
	#hold: LaneHold | null = null;
	#cancelTimer: (() => void) | null = null;

	/** Made by LaneSet, which sees to it that there is only one of each key. */
	constructor(of: {
		key: string;
		clock: Clock;
		steady: Steady;
		limits: LaneLimits;
		budgets: LaneBudgets;
		onTake?: OnTake | undefined;
	}) {
		this.key = of.key;
		this.#clock = of.clock;
		this.#steady = of.steady;
		this.#onTake = of.onTake ?? (() => undefined);
		this.#limits = of.limits;
		this.#budgets = of.budgets;
		this.#gates = { connection: new Gate(of.limits.connections), message: new Gate(MESSAGE_TURNS) };
	}

	get limits(): LaneLimits {
		return this.#limits;
	}

	/** Waits until one more connection may be opened, by the number at once and by the number an hour. Aborting costs nothing. */
	openConnection(signal: AbortSignal): Promise<Slot | "aborted"> {
		return new Promise((resolve) => {
			const waiter = makeWaiter("connection", 1, (_, at) => resolve(this.#slot(waiter, at)));
			this.#enter(waiter, signal, () => resolve("aborted"));
		});
	}

	/**
	 * Waits until at least one message may go by all rates, and hands out as many tickets as may go at that moment, `want` at most; 0 means
	 * aborted. A ticket is for use now: whoever keeps several calls `spend` before each message, and `giveBack` for what is left.
	 */
	takeMessages(want: number, signal: AbortSignal): Promise<number> {
		return new Promise((resolve) => {
			this.#enter(makeWaiter("message", Math.max(1, want), resolve), signal, () => resolve(0));
		});
	}

	/**
	 * A message of a ticket taken earlier starts now: from here on it counts now and not when the ticket was handed out, so the limit holds
	 * as the receiver counts it even if a batch is used slowly. False: the ticket is too old, the windows have been filled by others, or
	 * the lane is on hold; it is void, take a new one.
	 */
	spend(): boolean {
		const now = this.#steady.now();
		this.#undo(now, 1);
		const budgets = this.#budgets.message;
		const may = this.#holdAt(this.#clock.now()) === null && budgets.every(({ budget }) => budget.fits(now, 1));
		if (may) for (const { budget } of budgets) budget.take(now, 1);
		else if (this.#parked.size > 0) this.#pump();
		return may;
	}

	/** Returns tickets that were not used. The oldest ones are meant; what is out of a window already gives nothing back there. */
	giveBack(n: number): void {
		this.#undo(this.#steady.now(), n);
		if (this.#parked.size > 0) this.#pump();
	}

	/** When the next message may go, and why not before. Takes nothing. `wallNow`: as seen from that instant; absent: from now. */
	nextMessageAt(wallNow: number = this.#clock.now()): Next {
		return nextOf("message", this.#budgets, this.#steady, wallNow, this.#holdAt(wallNow), null);
	}

	/** When the next connection may be opened, and why not before. Takes nothing. */
	nextConnectionAt(wallNow: number = this.#clock.now()): Next {
		const busy = this.#open >= this.#limits.connections ? { open: this.#open, limits: this.#limits } : null;
		return nextOf("connection", this.#budgets, this.#steady, wallNow, this.#holdAt(wallNow), busy);
	}

	/** Nothing more is granted until then (wall clock; null: until `release`). Of two holds the one that lasts longer counts. */
	hold(until: number | null, reason: string, by: string): void {
		const before = this.#holdAt(this.#clock.now());
		if (before !== null && (before.until === null || (until !== null && until < before.until))) return;
		this.#hold = { until, reason, by };
		this.#pump();
	}

	/** Ends a hold at once. */
	release(): void {
		this.#hold = null;
		this.#pump();
	}

	/** Other limits from now on. What was used stays used; connections that are open stay open. */
	setLimits(limits: LaneLimits): void {
		this.#limits = limits;
		const now = this.#steady.now();
		this.#budgets.setOwn(now, limits);
		this.#gates.connection.resize(limits.connections);
		this.#pump();
	}

	/** Counts what a journal says was taken (wall clock). Shared budgets count it too. */
	replay(kind: EventKind, at: number, n: number): void {
		const now = this.#steady.now();
		for (const { budget } of this.#budgets[kind]) budget.replay(now, this.#steady.fromWall(at), n);
	}

	/** What must be kept over a restart; LaneSet keeps the shared budgets. */
	snapshot(): LaneSnapshot {
		return snapshotOf(this.#budgets, this.#steady, this.#holdAt(this.#clock.now()));
	}

	/** Adds a snapshot to what is known. To be done before the first grant. */
	restore(snapshot: LaneSnapshot): void {
		const now = this.#steady.now();
		const shift = this.#steady.fromWall(0);
		this.#budgets.own.connection.restore(now, snapshot.connections, shift);
		this.#budgets.own.message.restore(now, snapshot.messages, shift);
		if (snapshot.hold !== null) this.hold(snapshot.hold.until, snapshot.hold.reason, snapshot.hold.by);
	}

	/** For display. */
	state(): LaneState {
		const now = this.#steady.now();
		return {
			key: this.key,
			connections: { open: this.#open, limit: this.#limits.connections, from: this.#limits.origin.connections },
			uses: usesOf(this.#budgets, now),
			waiting: { connections: this.#waiting("connection"), messages: this.#waiting("message") },
			hold: this.#holdAt(this.#clock.now()),
			nextMessage: this.nextMessageAt(),
			nextConnection: this.nextConnectionAt(),
		};
	}

	/** Gives up what an idle lane can do without. True when nothing is left to remember and the lane may be thrown away. */
	rest(): boolean {
		const now = this.#steady.now();
		for (const gate of Object.values(this.#gates)) gate.rest();
		const busy = this.#open > 0 || this.#parked.size > 0 || this.#queues.connection.size > 0 || this.#queues.message.size > 0;
		const own = [this.#budgets.own.connection.rest(now), this.#budgets.own.message.rest(now)];
		return !busy && this.#holdAt(this.#clock.now()) === null && own.every(Boolean);
	}

	#undo(now: number, n: number): void {
		for (const group of this.#tickets.remove(n)) {
			for (const { budget } of this.#budgets.message) budget.giveBack(now, group.n, group.at);
		}
	}

	#waiting(kind: EventKind): number {
		return this.#queues[kind].size + [...this.#parked].filter((waiter) => waiter.kind === kind).length;
	}

	#holdAt(wallNow: number): LaneHold | null {
		return this.#hold !== null && (this.#hold.until === null || this.#hold.until > wallNow) ? this.#hold : null;
	}

	/**
	 * Queues a waiter. Turns at the gate have no owner: each serves whoever is first when it comes, so a waiter that gave up leaves nothing
	 * behind in Bottleneck's queue but a turn for the next one.
	 */
	#enter(waiter: Waiter, signal: AbortSignal, giveUp: () => void): void {
		if (signal.aborted) return void giveUp();
		const queue = this.#queues[waiter.kind];
		const gate = this.#gates[waiter.kind];
		const abort = () => {
			if (!queue.delete(waiter) && !this.#parked.delete(waiter)) return;
			waiter.leave();
			giveUp();
			this.#pump();
		};
		signal.addEventListener("abort", abort, { once: true });
		waiter.deaf = () => signal.removeEventListener("abort", abort);
		queue.add(waiter);
		if (gate.queued < queue.size) gate.enter(() => this.#turn(waiter.kind));
	}

	#turn(kind: EventKind): Promise<void> {
		return new Promise((leave) => {
			const [waiter] = this.#queues[kind];
			if (waiter === undefined) return leave();
			this.#queues[kind].delete(waiter);
			waiter.leave = leave;
			this.#parked.add(waiter);
			this.#pump();
		});
	}

	#slot(waiter: Waiter, at: number): Slot {
		this.#open++;
		let open = true;
		const release = () => {
			if (!open) return;
			open = false;
			this.#open--;
			waiter.leave();
		};
		return { at, release };
	}

	/** Serves everybody who has the turn and may go now, and sets the timer for the next one. */
	#pump(): void {
		const now = this.#steady.now();
		const wallNow = this.#clock.now();
		if (this.#holdAt(wallNow) === null) {
			// Whoever came first goes first: the others of the kind are not asked when the first one has to wait.
			const waits = new Set<EventKind>();
			for (const waiter of this.#parked) {
				if (!waits.has(waiter.kind) && !this.#serve(waiter, now, wallNow)) waits.add(waiter.kind);
			}
		}
		this.#arm(wallNow);
	}

	#serve(waiter: Waiter, now: number, wallNow: number): boolean {
		const budgets = this.#budgets[waiter.kind];
		const room = budgets.reduce((least, { budget }) => Math.min(least, budget.room(now, least)), waiter.want);
		if (room < 1) return false;
		for (const { budget } of budgets) budget.take(now, room);
		this.#parked.delete(waiter);
		waiter.deaf();
		if (waiter.kind === "message") this.#tickets.add(now, room);
		this.#onTake(waiter.kind, this.key, wallNow, room);
		waiter.grant(room, wallNow);
		if (waiter.kind === "message") waiter.leave();
		return true;
	}

	#arm(wallNow: number): void {
		this.#cancelTimer?.();
		this.#cancelTimer = null;
		if (this.#parked.size === 0) return;
		const kinds = new Set([...this.#parked].map((waiter) => waiter.kind));
		let wait = LONGEST_WAIT_MS;
		for (const kind of kinds) {
			const { at } = nextOf(kind, this.#budgets, this.#steady, wallNow, this.#holdAt(wallNow), null);
			// Rounded up, as timers count in whole milliseconds, and never 0: one that fires a little early must not spin.
			if (at !== null) wait = Math.min(wait, Math.max(1, Math.ceil(at - wallNow)));
		}
		this.#cancelTimer = this.#clock.after(wait, () => {
			this.#cancelTimer = null;
			this.#pump();
		});
	}
}

function makeWaiter(kind: EventKind, want: number, grant: Waiter["grant"]): Waiter {
	return { kind, want, grant, leave: () => undefined, deaf: () => undefined };
}
