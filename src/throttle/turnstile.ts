// The waiting room of a lane: who wants a connection or messages stands here until its turn at the gate has come and the windows have room.
// It knows no limit itself: `charge` asks and charges them, in the same tick in which the waiter is told. So nothing is charged for one who
// waits, and one who gives up costs nothing.
import type { Clock } from "../clock.ts";
import { Gate } from "./gate.ts";
import type { EventKind } from "./lane-types.ts";

/** A waiter looks again at least so often: a hold's end is told in wall-clock time, and that may be set meanwhile. */
const LONGEST_WAIT_MS = 60_000;

/** Turns for messages at once. One would be as exact, but Bottleneck needs 1.5 to 6 ms from one turn to the next: only side by side is fast. */
const MESSAGE_TURNS = 32;

export interface Waiter {
	readonly kind: EventKind;
	readonly want: number;
	/** Tells the caller. */
	readonly grant: (n: number, at: number) => void;
	/** Ends the turn at the gate; nothing before it has begun. */
	leave: () => void;
	/** Stops listening to the caller's signal, which may live much longer than the wait. */
	deaf: () => void;
}

export interface TurnstilePorts {
	readonly clock: Clock;
	/** Charges what may go now, `want` at most, and answers it; 0: nothing may. `at` is the wall clock. */
	readonly charge: (kind: EventKind, want: number, at: number) => number;
	/** When to look again (wall clock); null: something else will tell. */
	readonly next: (kind: EventKind, at: number) => number | null;
}

export class Turnstile {
	readonly #ports: TurnstilePorts;
	readonly #gates: Readonly<Record<EventKind, Gate>>;
	/** Waiting for a turn. */
	readonly #queues: Readonly<Record<EventKind, Set<Waiter>>> = { connection: new Set(), message: new Set() };
	/** Have the turn and wait for the windows, in their order. */
	readonly #parked = new Set<Waiter>();
	#cancelTimer: (() => void) | null = null;

	constructor(ports: TurnstilePorts, connections: number) {
		this.#ports = ports;
		this.#gates = { connection: new Gate(connections), message: new Gate(MESSAGE_TURNS) };
	}

	/**
	 * Queues a waiter. Turns at the gate have no owner: each serves whoever is first when it comes, so a waiter that gave up leaves nothing
	 * behind in Bottleneck's queue but a turn for the next one.
	 */
	enter(waiter: Waiter, signal: AbortSignal, giveUp: () => void): void {
		if (signal.aborted) return void giveUp();
		const queue = this.#queues[waiter.kind];
		const gate = this.#gates[waiter.kind];
		const abort = () => {
			if (!queue.delete(waiter) && !this.#parked.delete(waiter)) return;
			waiter.leave();
			giveUp();
			this.pump();
		};
		signal.addEventListener("abort", abort, { once: true });
		waiter.deaf = () => signal.removeEventListener("abort", abort);
		queue.add(waiter);
		if (gate.queued < queue.size) gate.enter(() => this.#turn(waiter.kind));
	}

	/** Connections at once from now on. */
	resize(connections: number): void {
		this.#gates.connection.resize(connections);
	}

	waiting(kind: EventKind): number {
		let parked = 0;
		for (const waiter of this.#parked) if (waiter.kind === kind) parked++;
		return this.#queues[kind].size + parked;
	}

	/** Gives up what an idle lane can do without. True when nobody waits. */
	rest(): boolean {
		for (const gate of Object.values(this.#gates)) gate.rest();
		return this.#parked.size === 0 && this.#queues.connection.size === 0 && this.#queues.message.size === 0;
	}

	/** Serves everybody who has the turn and may go now, and sets the timer for the next one. */
	pump(): void {
		if (this.#parked.size === 0) {
			this.#disarm();
			return;
		}
		const at = this.#ports.clock.now();
		// Whoever came first goes first: the others of the kind are not asked when the first one has to wait.
		const waits = new Set<EventKind>();
		for (const waiter of this.#parked) {
			if (!waits.has(waiter.kind) && !this.#serve(waiter, at)) waits.add(waiter.kind);
		}
		this.#arm(at);
	}

	#turn(kind: EventKind): Promise<void> {
		return new Promise((leave) => {
			const [waiter] = this.#queues[kind];
			if (waiter === undefined) return leave();
			this.#queues[kind].delete(waiter);
			waiter.leave = leave;
			this.#parked.add(waiter);
			this.pump();
		});
	}

	#serve(waiter: Waiter, at: number): boolean {
		const room = this.#ports.charge(waiter.kind, waiter.want, at);
		if (room < 1) return false;
		this.#parked.delete(waiter);
		waiter.deaf();
		waiter.grant(room, at);
		if (waiter.kind === "message") waiter.leave();
		return true;
	}

	#arm(at: number): void {
		this.#disarm();
		if (this.#parked.size === 0) return;
		let wait = LONGEST_WAIT_MS;
		for (const kind of new Set([...this.#parked].map((waiter) => waiter.kind))) {
			const next = this.#ports.next(kind, at);
			// Rounded up, as timers count in whole milliseconds, and never 0: one that fires a little early must not spin.
			if (next !== null) wait = Math.min(wait, Math.max(1, Math.ceil(next - at)));
		}
		this.#cancelTimer = this.#ports.clock.after(wait, () => {
			this.#cancelTimer = null;
			this.pump();
		});
	}

	#disarm(): void {
		this.#cancelTimer?.();
		this.#cancelTimer = null;
	}
}

export function makeWaiter(kind: EventKind, want: number, grant: Waiter["grant"]): Waiter {
	return { kind, want, grant, leave: () => undefined, deaf: () => undefined };
}
