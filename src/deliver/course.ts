// A running campaign's part of the queue, as the dispatcher knows it: an agenda of its sites, kept in step with the database, and the filing of what is new.
import { Agenda } from "./agenda.ts";
import type { Exit } from "./engine.ts";
import { Filing, type FilingPorts } from "./filing.ts";
import type { DueSite } from "./queue.store.ts";
import { Shares } from "./shares.ts";

export interface RunningCampaign {
	readonly id: number;
	/** Higher goes first. */
	readonly priority: number;
	/** The ways out of its identity. */
	readonly exits: readonly Exit[];
	/** All readers are queued. */
	readonly expanded: boolean;
	/** Sites where this campaign must wait (it is not wanted, or not believed there), and until when; null: until a person says so. */
	readonly heldSites?: ReadonlyMap<string, number | null>;
}

export interface CoursePorts extends FilingPorts {
	readonly dueSites: (campaign: number) => Promise<readonly DueSite[]>;
	/** A campaign has nothing queued and nothing in hand any more. */
	readonly ranDry: (campaign: number) => Promise<void>;
}

/** The agenda is compared with the database so often, or when something changed; then so that it takes at most a fifth of the time. */
const REFILL_MS = 2_000;
const REFILL_SHARE = 5;

export class Course {
	readonly agenda = new Agenda();
	/** How its mail is divided among its gateways. */
	readonly shares = new Shares();
	readonly #ports: CoursePorts;
	readonly #filing: Filing;
	#stale = true;
	#filledAt = Number.NEGATIVE_INFINITY;
	#costMs = 0;

	constructor(campaign: number, ports: CoursePorts) {
		this.#ports = ports;
		this.#filing = new Filing(campaign, ports);
	}

	/** Something may have been queued that the agenda does not know. */
	spoil(): void {
		this.#stale = true;
	}

	/** Asks the database when it is time to. `notBefore`: lanes that said they take nothing earlier; `look`: deliveries got a site meanwhile. */
	async refillIfDue(campaign: RunningCampaign, notBefore: (site: string) => number, look: () => void): Promise<void> {
		const now = performance.now();
		const since = now - this.#filledAt;
		const wanted = this.#stale || this.agenda.size === 0 || since >= REFILL_MS;
		if (!wanted || since < Math.min(REFILL_MS, this.#costMs * REFILL_SHARE)) return;
		this.#stale = false;
		const sites = await this.#ports.dueSites(campaign.id);
		this.agenda.refill(sites, notBefore);
		await this.#filing.look(campaign.exits, () => {
			this.#stale = true;
			look();
		});
		this.#filledAt = performance.now();
		this.#costMs = this.#filledAt - now;
		if (sites.length === 0 && this.#filing.idle && campaign.expanded) await this.#ports.ranDry(campaign.id);
	}
}

/** The list begun somewhere else each time. */
export function turned<T>(list: readonly T[], turn: number): readonly T[] {
	const first = list.length === 0 ? 0 : turn % list.length;
	return first === 0 ? list : [...list.slice(first), ...list.slice(0, first)];
}

/** Higher priorities first; campaigns of equal priority take turns at being first. */
export function rotated(campaigns: readonly RunningCampaign[], turn: number): RunningCampaign[] {
	const groups = new Map<number, RunningCampaign[]>();
	for (const campaign of campaigns) groups.set(campaign.priority, [...(groups.get(campaign.priority) ?? []), campaign]);
	return [...groups].toSorted(([a], [b]) => b - a).flatMap(([, group]) => turned(group, turn));
}
