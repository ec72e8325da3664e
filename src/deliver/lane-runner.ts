// The work of one lane: its claimed deliveries, and as many workers as it may have connections. A worker takes a delivery, tries it, and takes the next,
// keeping its connection as long as there is mail for the same hosts.
import type { Lane } from "../throttle/lane.ts";
import { type AttemptEnd, attempt } from "./attempt.ts";
import type { Composed, Desk, Engine, Exit } from "./engine.ts";
import { Line } from "./line.ts";
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

/** No more is claimed than the lane may send within this time. Shorter than the patience of a worker, or what was claimed would be given back. */
const AHEAD_MS = 20_000;
/** Deliveries waiting for each connection: enough that a worker never waits for the database, few enough that a hold wastes little. */
const AHEAD_PER_CONNECTION = 12;
/** An open connection waits so long for more mail before it is closed: the next claim is usually a few milliseconds away. */
const LINGER_MS = 250;
const TROUBLE_REST_MS = 15_000;
const HOLD_LOOK_MS = 60_000;

export class LaneRunner {
	/** As the settings have it now. */
	exit: Exit;
	readonly site: string;
	readonly #engine: Engine;
	readonly #events: LaneRunnerEvents;
	readonly #lane: () => Lane;
	readonly #tickets: TicketDesk;
	readonly #compose: (delivery: ClaimedDelivery, exit: Exit) => Promise<Composed>;
	readonly #stop = new AbortController();
	readonly #workers = new Set<Promise<void>>();
	readonly #prepared = new Map<number, Promise<Composed>>();
	/** In the hands of workers. */
	readonly #trying = new Set<ClaimedDelivery>();
	readonly #withdrawn = new WeakSet<ClaimedDelivery>();
	readonly #line = new Line();
	#idle: (() => void)[] = [];
	#resting = 0;
	/** Workers that go home because the lane may have fewer connections than before. */
	#leaving = 0;
	/** The lane said that nothing goes before then. */
	#notBefore = 0;

	/** `lane` is asked each time: the lane set may throw an idle one away, and one that was kept would have a budget of its own. */
	constructor(of: {
		lane: () => Lane;
		exit: Exit;
		site: string;
		engine: Engine;
		events: LaneRunnerEvents;
		compose: (delivery: ClaimedDelivery, exit: Exit) => Promise<Composed>;
	}) {
		this.#lane = of.lane;
		this.#tickets = new TicketDesk(of.lane);
		this.exit = of.exit;
		this.site = of.site;
		this.#engine = of.engine;
		this.#events = of.events;
		this.#compose = of.compose;
	}

	get lane(): Lane {
		return this.#lane();
	}

	/**
	 * How many more deliveries of a campaign it wants now: its share of the line, and no more than the lane may send in the next moments. `rivals`:
	 * campaigns of its priority with mail for this site, itself included. What waits with a lower priority is not in its way.
	 */
	roomFor(campaign: { readonly id: number; readonly priority: number }, rivals: number, now: number): number {
		if (this.#stop.signal.aborted || now < this.#notBefore) return 0;
		const { lane } = this;
		const most = lane.limits.connections * AHEAD_PER_CONNECTION;
		const share = Math.ceil(most / rivals);
		const own = this.#line.of(campaign.id);
		const higher = this.#line.ahead(campaign.priority + 1);
		const room = Math.min(share - own, most - higher);
		// Claiming in small pieces costs a statement each: wait until half of the room is free.
		if (room < share / 2) return 0;
		return Math.max(0, lane.allowance(AHEAD_MS, room + own + higher) - own - higher);
	}

	/** When the lane will want more because of its limits; null: it is not a limit that it waits for. */
	freeAt(now: number): number | null {
		if (now < this.#notBefore) return this.#notBefore;
		const { at, because } = this.lane.nextMessageAt(now);
		if (because.rule === "free") return null;
		// A hold without an end: whoever ends it says so.
		return at === null ? now + HOLD_LOOK_MS : at - AHEAD_MS / 2;
	}

	/** May it send within the next moments? False on hold, and while its rates are used up. */
	able(now: number): boolean {
		const { at, because } = this.lane.nextMessageAt(now);
		return now >= this.#notBefore && because.rule !== "hold" && at !== null && at - now < AHEAD_MS;
	}

	/** Limits or holds changed: what the lane said earlier does not count any more. */
	reconsider(): void {
		this.#notBefore = 0;
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

	add(deliveries: readonly ClaimedDelivery[], priority: number): void {
		this.#line.add(deliveries, priority);
		for (const wake of this.#idle.splice(0, deliveries.length)) wake();
		this.#staff();
	}

	/** Stops: what is being sent is finished, what waits is given back. Resolves when all connections are closed. */
	async stop(): Promise<void> {
		this.#stop.abort();
		this.#giveBack();
		for (const wake of this.#idle.splice(0)) wake();
		await Promise.all(this.#workers);
		this.#tickets.close();
	}

	/** Gives back what waits for one campaign (it was paused); what a worker has in its hand follows, unless the server has heard of it. */
	dropCampaign(campaign: number): void {
		for (const delivery of this.#trying) if (delivery.campaign === campaign) this.#withdrawn.add(delivery);
		this.#return(this.#line.remove(campaign));
	}

	/** As many workers as there is work for. */
	#staff(): void {
		const wanted = Math.min(this.lane.limits.connections, this.#line.length + this.#workers.size - this.#resting);
		while (this.#workers.size < wanted) this.#hire();
	}

	#hire(): void {
		const worker = { leaves: false };
		const work = this.#work(worker)
			.catch((error) => this.#events.onTrouble("a lane's work broke off", error))
			.finally(() => {
				this.#workers.delete(work);
				if (worker.leaves) this.#leaving -= 1;
				if (this.#workers.size === 0) this.#tickets.close();
				// Mail that came while the last of them said QUIT would lie here for ever: they still counted as workers then.
				if (!this.#stop.signal.aborted) this.#staff();
				this.#events.onRoom();
			});
		this.#workers.add(work);
	}

	async #work(worker: { leaves: boolean }): Promise<void> {
		const desk: Desk = {
			engine: this.#engine,
			lane: this.lane,
			exit: this.exit,
			messageTicket: (signal) => this.#tickets.take(this.#line.length + 1, signal),
			withdrawn: (delivery) => this.#withdrawn.has(delivery),
			message: (delivery) => this.#message(delivery),
			signal: this.#stop.signal,
		};
		const holder = new SessionHolder(desk);
		try {
			for (let delivery = await this.#take(worker); delivery !== null; delivery = await this.#take(worker)) {
				// The next one is composed and signed while this one is on its way.
				const next = this.#line.peek();
				if (next !== null) void this.#message(next);
				const end = await this.#attempt(delivery, desk, holder);
				this.#prepared.delete(delivery.id);
				if (end.kind === "settled") {
					await this.#events.onSettled(end.settlement, delivery);
					continue;
				}
				this.#return([delivery]);
				if (end.kind === "withdrawn") continue;
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
		this.#trying.add(delivery);
		try {
			return await attempt(delivery, desk, holder);
		} catch (error) {
			this.#events.onTrouble(`the try of delivery ${delivery.id} could not take place`, error);
			return { kind: "not-now", at: this.#engine.clock.now() + TROUBLE_REST_MS };
		} finally {
			this.#trying.delete(delivery);
		}
	}

	/** The next delivery; waits a moment for one while the connection is open. Null: go home. */
	async #take(worker: { leaves: boolean }): Promise<ClaimedDelivery | null> {
		if (this.#workers.size - this.#leaving > this.lane.limits.connections) {
			worker.leaves = true;
			this.#leaving += 1;
			return null;
		}
		if (this.#line.length < this.lane.limits.connections * (AHEAD_PER_CONNECTION / 2)) this.#events.onRoom();
		if (this.#line.length === 0 && !this.#stop.signal.aborted) await this.#rest();
		return this.#stop.signal.aborted ? null : this.#line.shift();
	}

	async #rest(): Promise<void> {
		this.#resting += 1;
		await new Promise<void>((resolve) => {
			const wake = () => {
				cancel();
				resolve();
			};
			const cancel = this.#engine.clock.after(LINGER_MS, () => {
				this.#idle = this.#idle.filter((other) => other !== wake);
				resolve();
			});
			this.#idle.push(wake);
		});
		this.#resting -= 1;
	}

	#message(delivery: ClaimedDelivery): Promise<Composed> {
		const known = this.#prepared.get(delivery.id);
		if (known !== undefined) return known;
		const made = this.#compose(delivery, this.exit);
		// The error is met where the message is used; without this it would be an unhandled rejection if it never is.
		made.catch(() => undefined);
		this.#prepared.set(delivery.id, made);
		return made;
	}

	#giveBack(): void {
		this.#return(this.#line.remove());
	}

	#return(deliveries: readonly ClaimedDelivery[]): void {
		for (const delivery of deliveries) this.#prepared.delete(delivery.id);
		if (deliveries.length > 0) this.#events.onGivenBack(deliveries);
	}
}
