// The work of one lane: its claimed deliveries, and as many workers as it may have connections. A worker takes a delivery, tries it, and takes the next,
// keeping its connection as long as there is mail for the same hosts.
import type { Lane } from "../throttle/lane.ts";
import { type AttemptEnd, attempt } from "./attempt.ts";
import type { Composed, Desk, Engine, Exit } from "./engine.ts";
import { SessionHolder } from "./session-holder.ts";
import type { ClaimedDelivery, Settlement } from "./settlement.ts";
import { TicketDesk } from "./ticket-desk.ts";

export interface LaneRunnerEvents {
	/** A try ended; resolves when the sender may go on (the settler's line is short enough). */
	readonly onSettled: (settlement: Settlement, delivery: ClaimedDelivery) => Promise<void>;
	/** Deliveries that were not tried after all: back into the queue as they were. */
	readonly onGivenBack: (deliveries: readonly ClaimedDelivery[]) => void;
	/** The lane has room for more. */
	readonly onRoom: () => void;
	/** Something failed that should not: the try did not take place. */
	readonly onTrouble: (what: string, error: unknown) => void;
}

/** Deliveries waiting for each connection: enough that a worker never waits for the database, few enough that a hold wastes little. */
const AHEAD_PER_CONNECTION = 12;
/** An open connection waits so long for more mail before it is closed: the next claim is usually a few milliseconds away. */
const LINGER_MS = 250;
const TROUBLE_REST_MS = 15_000;

export class LaneRunner {
	readonly exit: Exit;
	readonly site: string;
	readonly #engine: Engine;
	readonly #events: LaneRunnerEvents;
	readonly #lane: () => Lane;
	readonly #tickets: TicketDesk;
	readonly #compose: (delivery: ClaimedDelivery) => Promise<Composed>;
	readonly #stop = new AbortController();
	readonly #workers = new Set<Promise<void>>();
	readonly #prepared = new Map<number, Promise<Composed>>();
	#line: ClaimedDelivery[] = [];
	#idle: (() => void)[] = [];
	#resting = 0;
	/** The lane said that nothing goes before then. */
	#notBefore = 0;

	/** `lane` is asked each time: the lane set may throw an idle one away, and one that was kept would have a budget of its own. */
	constructor(of: {
		lane: () => Lane;
		exit: Exit;
		site: string;
		engine: Engine;
		events: LaneRunnerEvents;
		compose: (delivery: ClaimedDelivery) => Promise<Composed>;
	}) {
		this.#lane = of.lane;
		this.#tickets = new TicketDesk(of.lane, this.#stop.signal);
		this.exit = of.exit;
		this.site = of.site;
		this.#engine = of.engine;
		this.#events = of.events;
		this.#compose = of.compose;
	}

	get lane(): Lane {
		return this.#lane();
	}

	/** How many more deliveries it wants now; 0 also when the lane may not send for a while. */
	room(now: number): number {
		if (this.#stop.signal.aborted || now < this.#notBefore) return 0;
		return Math.max(0, this.lane.limits.connections * AHEAD_PER_CONNECTION - this.#line.length);
	}

	/** Before that instant the lane takes nothing. */
	get notBefore(): number {
		return this.#notBefore;
	}

	/** Nothing in hand and nobody at work. */
	get idle(): boolean {
		return this.#line.length === 0 && this.#workers.size === 0;
	}

	/** Deliveries in hand, tried or not. */
	get inHand(): number {
		return this.#line.length + this.#workers.size - this.#resting;
	}

	add(deliveries: readonly ClaimedDelivery[]): void {
		this.#line.push(...deliveries);
		for (const wake of this.#idle.splice(0, deliveries.length)) wake();
		const wanted = Math.min(this.lane.limits.connections, this.#line.length + this.#workers.size - this.#resting);
		while (this.#workers.size < wanted) this.#hire();
	}

	/** Stops: what is being sent is finished, what waits is given back. Resolves when all connections are closed. */
	async stop(): Promise<void> {
		this.#stop.abort();
		this.#giveBack();
		for (const wake of this.#idle.splice(0)) wake();
		await Promise.all(this.#workers);
		this.#tickets.close();
	}

	/** Gives back what waits for one campaign (it was paused). */
	dropCampaign(campaign: number): void {
		const dropped = this.#line.filter((delivery) => delivery.campaign === campaign);
		this.#line = this.#line.filter((delivery) => delivery.campaign !== campaign);
		this.#return(dropped);
	}

	#hire(): void {
		const work = this.#work().finally(() => {
			this.#workers.delete(work);
			if (this.#workers.size === 0) this.#tickets.close();
			this.#events.onRoom();
		});
		this.#workers.add(work);
	}

	async #work(): Promise<void> {
		const desk: Desk = {
			engine: this.#engine,
			lane: this.lane,
			exit: this.exit,
			messageTicket: () => this.#tickets.take(this.#line.length + 1),
			message: (delivery) => this.#message(delivery),
			signal: this.#stop.signal,
		};
		const holder = new SessionHolder(desk);
		try {
			for (let delivery = await this.#take(); delivery !== null; delivery = await this.#take()) {
				// The next one is composed and signed while this one is on its way.
				const next = this.#line[0];
				if (next !== undefined) void this.#message(next);
				const end = await this.#attempt(delivery, desk, holder);
				this.#prepared.delete(delivery.id);
				if (end.kind === "settled") {
					await this.#events.onSettled(end.settlement, delivery);
					continue;
				}
				this.#return([delivery]);
				if (end.kind === "not-now") this.#notBefore = Math.max(this.#notBefore, end.at);
				this.#giveBack();
				break;
			}
		} finally {
			await holder.close();
		}
	}

	/** A try that fails for a reason of ours (a full disk, a mistake in the program) is not a try: the lane rests, nothing is lost. */
	async #attempt(delivery: ClaimedDelivery, desk: Desk, holder: SessionHolder): Promise<AttemptEnd> {
		try {
			return await attempt(delivery, desk, holder);
		} catch (error) {
			this.#events.onTrouble(`the try of delivery ${delivery.id} could not take place`, error);
			return { kind: "not-now", at: this.#engine.clock.now() + TROUBLE_REST_MS };
		}
	}

	/** The next delivery; waits a moment for one while the connection is open. Null: go home. */
	async #take(): Promise<ClaimedDelivery | null> {
		if (this.#line.length < this.lane.limits.connections * (AHEAD_PER_CONNECTION / 2)) this.#events.onRoom();
		if (this.#line.length === 0 && !this.#stop.signal.aborted) await this.#rest();
		return this.#stop.signal.aborted ? null : (this.#line.shift() ?? null);
	}

	async #rest(): Promise<void> {
		this.#resting += 1;
		await new Promise<void>((resolve) => {
			const cancel = this.#engine.clock.after(LINGER_MS, resolve);
			this.#idle.push(() => {
				cancel();
				resolve();
			});
		});
		this.#resting -= 1;
	}

	#message(delivery: ClaimedDelivery): Promise<Composed> {
		const known = this.#prepared.get(delivery.id);
		if (known !== undefined) return known;
		const made = this.#compose(delivery);
		// The error is met where the message is used; without this it would be an unhandled rejection if it never is.
		made.catch(() => undefined);
		this.#prepared.set(delivery.id, made);
		return made;
	}

	#giveBack(): void {
		this.#return(this.#line.splice(0));
	}

	#return(deliveries: readonly ClaimedDelivery[]): void {
		for (const delivery of deliveries) this.#prepared.delete(delivery.id);
		if (deliveries.length > 0) this.#events.onGivenBack(deliveries);
	}
}
