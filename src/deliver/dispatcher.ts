// Decides which queued deliveries go into which lane, and when: it claims, lane by lane, no more than the lane may send in the next moments.
//
// What is due where is kept in memory as a hint (agenda.ts), refreshed from the database now and then, so one look at the queue ("pump") costs by what
// may be sent now: not by how many sites, lanes or deliveries there are. A lane that may not send is not looked at before it may, so a slow site never
// delays another. Campaigns share a lane by priority, and in turns where that is equal (line.ts).
import { textOf } from "../errors.ts";
import { type LaneSet, laneKey } from "../throttle/lane-set.ts";
import { Course, type CoursePorts, type RunningCampaign, rotated, turned } from "./course.ts";
import { divided, nameOf } from "./divide.ts";
import type { Composed, Engine, Exit } from "./engine.ts";
import { siteThrough } from "./hosts.ts";
import { LaneRunner } from "./lane-runner.ts";
import type { ClaimedDelivery, Settlement } from "./settlement.ts";

export type { RunningCampaign } from "./course.ts";

export interface DispatcherPorts extends Omit<CoursePorts, "resolver" | "siteOf"> {
	readonly running: () => Promise<readonly RunningCampaign[]>;
	readonly compose: (delivery: ClaimedDelivery, exit: Exit) => Promise<Composed>;
	/** When the first queued delivery of that site is due; null: none is queued. */
	readonly nextDue: (campaign: number, site: string) => Promise<number | null>;
	/** `source`: name of the source or gateway whose lane it is for. */
	readonly claim: (campaign: number, site: string, source: string, limit: number) => Promise<readonly ClaimedDelivery[]>;
	readonly unclaim: (ids: readonly number[]) => Promise<void>;
	readonly settled: (settlement: Settlement, delivery: ClaimedDelivery) => Promise<void>;
}

/** Without a reason to look earlier, the queue is looked at so often. */
const TICK_MS = 250;
/** And never more often than this: what comes in between is served together. */
const BREATH_MS = 10;
/** After trouble with the database. */
const TROUBLE_MS = 2_000;
/** Which campaigns run is asked so often, unless somebody says that it changed. */
const RUNNING_MS = 200;
/** A lane with no room says so when it has; in case it does not, it is looked at again after this. */
const FULL_MS = 1_000;
/** Claims of one campaign before the next has its turn, and before other work of the program has. */
const CLAIMS_A_TURN = 16;
/** A look at a site whose lanes have no room costs microseconds. */
const LOOKS_A_TURN = 256;
/** A site where the campaign is on hold is looked at again after this: the hold may have been released meanwhile. */
const HELD_LOOK_MS = 1_000;
const TIDY_MS = 30_000;

export class Dispatcher {
	readonly #engine: Engine;
	readonly #lanes: LaneSet;
	readonly #ports: DispatcherPorts;
	readonly #runners = new Map<string, LaneRunner>();
	readonly #courses = new Map<number, Course>();
	#running: readonly RunningCampaign[] = [];
	#runningAt = Number.NEGATIVE_INFINITY;
	#timer: NodeJS.Timeout | null = null;
	#pumping: Promise<void> | null = null;
	#pumpedAt = Number.NEGATIVE_INFINITY;
	#tidiedAt = performance.now();
	#again = false;
	#stopped = false;
	#turn = 0;
	#returning: Promise<unknown> = Promise.resolve();

	constructor(engine: Engine, lanes: LaneSet, ports: DispatcherPorts) {
		this.#engine = engine;
		this.#lanes = lanes;
		this.#ports = ports;
	}

	start(): void {
		this.wake();
	}

	/** Looks at the queue soon: something changed in the database. */
	wake(): void {
		this.#runningAt = Number.NEGATIVE_INFINITY;
		for (const course of this.#courses.values()) course.spoil();
		this.#look();
	}

	/** Limits or holds changed: lanes that waited are asked again. */
	lanesChanged(): void {
		for (const runner of this.#runners.values()) runner.reconsider();
		for (const { agenda } of this.#courses.values()) agenda.forgetTurns();
		this.wake();
	}

	/** A delivery is to be tried at that time; the database knows. */
	planned(campaign: number, site: string, at: number): void {
		this.#courses.get(campaign)?.agenda.atLatest(site, at);
		if (at <= this.#engine.clock.now()) this.#look();
	}

	/** Stops claiming, lets what is being sent finish, gives the rest back. Resolves when no connection is open. */
	async stop(): Promise<void> {
		this.#stopped = true;
		if (this.#timer !== null) clearTimeout(this.#timer);
		await this.#pumping;
		await Promise.all([...this.#runners.values()].map((runner) => runner.stop()));
		await this.#returning;
	}

	/** Gives back what waits in memory for one campaign; what is being sent is finished. */
	dropCampaign(campaign: number): void {
		for (const runner of this.#runners.values()) runner.dropCampaign(campaign);
		this.#courses.delete(campaign);
	}

	/** Deliveries in hand, in all lanes. */
	get inHand(): number {
		let sum = 0;
		for (const runner of this.#runners.values()) sum += runner.inHand;
		return sum;
	}

	#look(): void {
		if (this.#stopped) return;
		if (this.#pumping !== null) this.#again = true;
		else this.#schedule(0);
	}

	#schedule(delayMs: number): void {
		if (this.#timer !== null) clearTimeout(this.#timer);
		const breath = BREATH_MS - (performance.now() - this.#pumpedAt);
		this.#timer = setTimeout(
			() => {
				this.#timer = null;
				this.#pumpedAt = performance.now();
				this.#pumping = this.#pump().finally(() => {
					this.#pumping = null;
					if (this.#stopped) return;
					const soon = this.#again;
					this.#again = false;
					this.#schedule(soon ? 0 : this.#untilNext());
				});
			},
			Math.max(1, delayMs, breath),
		);
	}

	#untilNext(): number {
		const now = this.#engine.clock.now();
		let wait = TICK_MS;
		for (const { agenda } of this.#courses.values()) wait = Math.min(wait, agenda.nextAt() - now);
		return wait;
	}

	async #pump(): Promise<void> {
		try {
			if (performance.now() - this.#runningAt >= RUNNING_MS) {
				this.#runningAt = performance.now();
				this.#running = await this.#ports.running();
				for (const id of [...this.#courses.keys()])
					if (!this.#running.some((campaign) => campaign.id === id)) this.#courses.delete(id);
			}
			this.#turn += 1;
			for (const campaign of rotated(this.#running, this.#turn)) {
				if (this.#stopped) return;
				await this.#serve(campaign, this.#course(campaign.id));
			}
			this.#tidy();
		} catch (error) {
			this.#ports.trouble("the queue could not be read", error);
			await new Promise((resolve) => setTimeout(resolve, TROUBLE_MS));
		}
	}

	async #serve(campaign: RunningCampaign, course: Course): Promise<void> {
		await course.refillIfDue(
			campaign,
			(site) => this.#notBefore(campaign.exits, site),
			() => this.#look(),
		);
		const { clock } = this.#engine;
		let claims = 0;
		for (let looks = 0; looks < LOOKS_A_TURN && claims < CLAIMS_A_TURN; looks++) {
			if (this.#stopped) return;
			const site = course.agenda.next(clock.now());
			if (site === null) return;
			if (await this.#serveSite(campaign, course, site)) claims++;
		}
		this.#again = true;
	}

	/** Claims for each way out as much as its lane takes, and plans when to look there again. Answers whether it asked the database. */
	async #serveSite(campaign: RunningCampaign, course: Course, site: string): Promise<boolean> {
		const { clock } = this.#engine;
		const held = campaign.heldSites?.get(site);
		if (held !== undefined) {
			course.agenda.waits(site, Math.min(held ?? Number.POSITIVE_INFINITY, clock.now() + HELD_LOOK_MS));
			return false;
		}
		const rivals = this.#running.filter(
			(other) => other.priority === campaign.priority && this.#courses.get(other.id)?.agenda.has(site) === true,
		).length;
		let lookAt = Number.POSITIVE_INFINITY;
		/** A lane had room for more than was due for it. */
		let short = false;
		let took = 0;
		const offers = turned(campaign.exits, this.#turn).map((exit) => {
			const runner = this.#runner(exit, site);
			return { exit, runner, room: runner.roomFor(campaign, Math.max(1, rivals), clock.now()) };
		});
		for (const { exit, runner, room } of divided(offers, course.shares, clock.now())) {
			if (room > 0) {
				const claimed = await this.#ports.claim(campaign.id, site, nameOf(exit), room);
				if (claimed.length > 0) runner.add(claimed, campaign.priority);
				course.shares.took(nameOf(exit), claimed.length);
				took += claimed.length;
				if (claimed.length < room) {
					short = true;
					continue;
				}
			}
			lookAt = Math.min(lookAt, runner.freeAt(clock.now()) ?? clock.now() + FULL_MS);
		}
		if (short) {
			const due = await this.#ports.nextDue(campaign.id, site);
			if (due === null) course.agenda.dropUnplanned(site);
			// Due already, and no lane took anything: it waits for the source that was greylisted. Else it has become due meanwhile.
			else if (took > 0) course.agenda.atLatest(site, Math.max(due, clock.now() + BREATH_MS));
			else course.agenda.waits(site, Math.max(due, clock.now() + FULL_MS));
			return true;
		}
		course.agenda.waits(site, Number.isFinite(lookAt) ? Math.max(lookAt, clock.now() + BREATH_MS) : clock.now() + FULL_MS);
		return took > 0;
	}

	/** Before that instant all lanes to the site have said that they take nothing. */
	#notBefore(exits: readonly Exit[], site: string): number {
		let soonest = Number.POSITIVE_INFINITY;
		for (const exit of exits) soonest = Math.min(soonest, this.#runners.get(laneKey(nameOf(exit), site))?.notBefore ?? 0);
		return Number.isFinite(soonest) ? soonest : 0;
	}

	#course(campaign: number): Course {
		const known = this.#courses.get(campaign);
		if (known !== undefined) return known;
		const { resolver, siteOf } = this.#engine;
		const course = new Course(campaign, { ...this.#ports, resolver, siteOf });
		this.#courses.set(campaign, course);
		return course;
	}

	#runner(exit: Exit, site: string): LaneRunner {
		const name = nameOf(exit);
		const key = laneKey(name, site);
		const known = this.#runners.get(key);
		if (known !== undefined) {
			known.exit = exit;
			return known;
		}
		const runner = new LaneRunner({
			lane: () => this.#lanes.lane(name, siteThrough(exit, site)),
			exit,
			site,
			engine: this.#engine,
			compose: this.#ports.compose,
			events: {
				onSettled: this.#ports.settled,
				onGivenBack: (deliveries) => this.#giveBack(deliveries),
				onRoom: () => this.#lookAt(site),
				onTrouble: (what, error) => this.#ports.trouble(what, error),
			},
		});
		this.#runners.set(key, runner);
		return runner;
	}

	/** A lane to that site has room. */
	#lookAt(site: string): void {
		const now = this.#engine.clock.now();
		for (const { agenda } of this.#courses.values()) if (agenda.has(site)) agenda.atLatest(site, now);
		this.#look();
	}

	#giveBack(deliveries: readonly ClaimedDelivery[]): void {
		const ids = deliveries.map((delivery) => delivery.id);
		this.#returning = this.#returning.then(async () => {
			try {
				await this.#ports.unclaim(ids);
				const now = this.#engine.clock.now();
				for (const { campaign, site } of deliveries) this.planned(campaign, site, now);
				this.#look();
			} catch (error) {
				this.#ports.trouble(`${ids.length} deliveries could not be given back (${textOf(error)}); the next start will`, error);
			}
		});
	}

	/** Lets go of lanes without work: they cost nothing until they are asked for again. */
	#tidy(): void {
		if (performance.now() - this.#tidiedAt < TIDY_MS) return;
		this.#tidiedAt = performance.now();
		const now = this.#engine.clock.now();
		for (const [key, runner] of this.#runners) if (runner.idle && runner.notBefore <= now) this.#runners.delete(key);
		this.#lanes.sweep();
	}
}
