// Decides which queued deliveries go into which lane, and when: it claims, lane by lane, no more than the lane may send in the next moments.
//
// One look at the queue ("pump") goes over the running campaigns, and for each over the sites that have something due; both come from the index without
// touching the deliveries. A lane that may not send now costs a comparison, so a slow site never delays another.
import { textOf } from "../errors.ts";
import { type LaneSet, laneKey } from "../throttle/lane-set.ts";
import type { Composed, Engine, Exit } from "./engine.ts";
import { gatewaySite, lookUpSites } from "./hosts.ts";
import { LaneRunner } from "./lane-runner.ts";
import type { DueSite } from "./queue.store.ts";
import type { ClaimedDelivery, Settlement } from "./settlement.ts";

export interface RunningCampaign {
	readonly id: number;
	/** Higher goes first. */
	readonly priority: number;
	/** The ways out of its identity. */
	readonly exits: readonly Exit[];
	/** All readers are queued. */
	readonly expanded: boolean;
}

export interface DispatcherPorts {
	readonly running: () => Promise<readonly RunningCampaign[]>;
	readonly compose: (delivery: ClaimedDelivery) => Promise<Composed>;
	readonly dueSites: (campaign: number) => Promise<readonly DueSite[]>;
	readonly claim: (campaign: number, site: string, limit: number) => Promise<readonly ClaimedDelivery[]>;
	readonly unclaim: (ids: readonly number[]) => Promise<void>;
	readonly domainsWithoutSite: (campaign: number) => Promise<readonly string[]>;
	readonly fileUnderSites: (campaign: number, sites: ReadonlyMap<string, string>) => Promise<number>;
	readonly settled: (settlement: Settlement, delivery: ClaimedDelivery) => Promise<void>;
	/** A campaign has nothing queued and nothing in hand any more. */
	readonly ranDry: (campaign: number) => Promise<void>;
	readonly trouble: (what: string, error: unknown) => void;
}

/** Without a reason to look earlier, the queue is looked at so often. */
const TICK_MS = 250;
/** After trouble with the database. */
const TROUBLE_MS = 2_000;

export class Dispatcher {
	readonly #engine: Engine;
	readonly #lanes: LaneSet;
	readonly #ports: DispatcherPorts;
	readonly #runners = new Map<string, LaneRunner>();
	#timer: NodeJS.Timeout | null = null;
	#pumping: Promise<void> | null = null;
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

	/** Looks at the queue soon: there may be something new. */
	wake(): void {
		if (this.#stopped) return;
		if (this.#pumping !== null) {
			this.#again = true;
			return;
		}
		this.#schedule(1);
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
	}

	/** Deliveries in hand, in all lanes. */
	get inHand(): number {
		let sum = 0;
		for (const runner of this.#runners.values()) sum += runner.inHand;
		return sum;
	}

	#schedule(delayMs: number): void {
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = setTimeout(() => {
			this.#timer = null;
			this.#pumping = this.#pump().finally(() => {
				this.#pumping = null;
				if (this.#stopped) return;
				const soon = this.#again;
				this.#again = false;
				this.#schedule(soon ? 1 : TICK_MS);
			});
		}, delayMs);
	}

	async #pump(): Promise<void> {
		try {
			const campaigns = [...(await this.#ports.running())].sort((a, b) => b.priority - a.priority);
			this.#turn += 1;
			for (const campaign of rotated(campaigns, this.#turn)) {
				if (this.#stopped) return;
				await this.#serve(campaign, campaigns.length);
			}
			this.#tidy();
		} catch (error) {
			this.#ports.trouble("the queue could not be read", error);
			await new Promise((resolve) => setTimeout(resolve, TROUBLE_MS));
		}
	}

	async #serve(campaign: RunningCampaign, competitors: number): Promise<void> {
		await this.#fileNew(campaign);
		const sites = await this.#ports.dueSites(campaign.id);
		for (const { site, due } of sites) {
			if (this.#stopped) return;
			if (due > this.#engine.clock.now()) continue;
			for (const exit of campaign.exits) {
				const runner = this.#runner(exit, site);
				const room = runner.room(this.#engine.clock.now());
				// Claiming in small pieces costs a statement each: wait until half of the room is free.
				const most = runner.lane.limits.connections * 12;
				if (room < most / 2) continue;
				const claimed = await this.#ports.claim(campaign.id, site, Math.max(1, Math.ceil(room / competitors)));
				if (claimed.length === 0) break;
				runner.add(claimed);
			}
		}
		if (sites.length === 0 && campaign.expanded) await this.#ports.ranDry(campaign.id);
	}

	/** Deliveries whose domain had no site yet when they were queued. */
	async #fileNew(campaign: RunningCampaign): Promise<void> {
		const domains = await this.#ports.domainsWithoutSite(campaign.id);
		if (domains.length === 0) return;
		const gateway = campaign.exits.find((exit) => exit.kind === "gateway");
		const sites =
			gateway?.kind === "gateway"
				? new Map(domains.map((domain) => [domain, gatewaySite(gateway.gateway.name)]))
				: (await lookUpSites(domains, this.#engine.resolver, this.#engine.siteOf)).sites;
		await this.#ports.fileUnderSites(campaign.id, sites);
		this.#again = true;
	}

	#runner(exit: Exit, site: string): LaneRunner {
		const name = exit.kind === "direct" ? exit.source.name : exit.gateway.name;
		const key = laneKey(name, site);
		const known = this.#runners.get(key);
		if (known !== undefined) return known;
		const runner = new LaneRunner({
			lane: () => this.#lanes.lane(name, site),
			exit,
			site,
			engine: this.#engine,
			compose: this.#ports.compose,
			events: {
				onSettled: this.#ports.settled,
				onGivenBack: (deliveries) => this.#giveBack(deliveries),
				onRoom: () => this.wake(),
				onTrouble: (what, error) => this.#ports.trouble(what, error),
			},
		});
		this.#runners.set(key, runner);
		return runner;
	}

	#giveBack(deliveries: readonly ClaimedDelivery[]): void {
		const ids = deliveries.map((delivery) => delivery.id);
		this.#returning = this.#returning.then(() =>
			this.#ports
				.unclaim(ids)
				.catch((error) =>
					this.#ports.trouble(`${ids.length} deliveries could not be given back (${textOf(error)}); the next start will`, error),
				),
		);
	}

	/** Lets go of lanes without work: they cost nothing until they are asked for again. */
	#tidy(): void {
		if (this.#turn % 100 !== 0) return;
		const now = this.#engine.clock.now();
		for (const [key, runner] of this.#runners) if (runner.idle && runner.notBefore <= now) this.#runners.delete(key);
		this.#lanes.sweep();
	}
}

/** Higher priorities first; campaigns of equal priority take turns at being first. */
function rotated(campaigns: readonly RunningCampaign[], turn: number): RunningCampaign[] {
	const groups = new Map<number, RunningCampaign[]>();
	for (const campaign of campaigns) groups.set(campaign.priority, [...(groups.get(campaign.priority) ?? []), campaign]);
	return [...groups.values()].flatMap((group) => {
		const first = turn % group.length;
		return [...group.slice(first), ...group.slice(0, first)];
	});
}
