// The campaigns that run, as the dispatcher is told of them: by which exits each may leave now, and why some may not. Asked at each look at the queue; remembers
// what does not change while a campaign runs.
import type { Clock } from "../clock.ts";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import type { RunningCampaign } from "../deliver/course.ts";
import { exitsKey, exitsOfRoute } from "../deliver/exits.ts";
import { type HoldRow, heldSites, holdsInForce } from "../deliver/hold.store.ts";
import { textOf } from "../errors.ts";
import { readGrants } from "../routing/policy.store.ts";
import type { PolicyGrant, RouteAsk } from "../routing/policy.ts";
import { isHoldOf, type Route, type RouteHold } from "../routing/route.ts";
import { type Campaign, listCampaigns } from "./campaign.store.ts";
import { identityFor } from "./prepare.ts";
import { askOf } from "./way.file.ts";

export interface RunningPorts {
	readonly db: Db;
	readonly clock: Clock;
	/** Asked each time: the settings may be read again. */
	readonly config: () => Config;
	readonly routeOf: (ask: RouteAsk, holds: readonly RouteHold[], grants: readonly PolicyGrant[]) => Route;
	/** Until when nothing of that identity may leave, by its quiet hours; null: now is no such time. */
	readonly quietUntil: (identity: string) => number | null;
	/** Its lists are to be turned into deliveries, if they are not yet. */
	readonly expand: (campaign: Campaign) => void;
	/** What of it waits in memory goes back into the queue. */
	readonly drop: (campaign: number) => void;
	/** It does not run any more. */
	readonly forget: (campaign: number) => void;
	/** It cannot go on as it is. */
	readonly pause: (campaign: number, reason: string) => Promise<unknown>;
}

/** In the place of exits: the identity is on hold. */
const HELD = "held";

export class RunningCampaigns {
	readonly #ports: RunningPorts;
	#known: readonly Campaign[] = [];
	/** Campaign → what its identity is allowed by. */
	readonly #identities = new Map<number, string>();
	/** Campaign → the way it asks for: its folder is frozen, so it does not change. */
	readonly #asks = new Map<number, RouteAsk>();
	/** Campaign → its exits at the last look. */
	readonly #ways = new Map<number, string>();
	/** Campaigns in their quiet hours. */
	readonly #quiet = new Set<number>();

	constructor(ports: RunningPorts) {
		this.#ports = ports;
	}

	/** A campaign that ran at the last look. */
	find(id: number): Campaign | undefined {
		return this.#known.find((one) => one.id === id);
	}

	/** "@example.com", "news@example.com"; null: unknown. */
	identityOf(id: number): string | null {
		return this.#identities.get(id) ?? null;
	}

	/** Those that a hold concerns. */
	heldBy(kind: "identity" | "campaign-site", subject: string): readonly number[] {
		const ids = this.#known.map(({ id }) => id);
		return ids.filter((id) =>
			kind === "identity" ? isHoldOf(subject, this.#identities.get(id) ?? "") : subject.startsWith(`${id}/`),
		);
	}

	async look(): Promise<readonly RunningCampaign[]> {
		const { db, clock } = this.#ports;
		const now = await listCampaigns(db, { states: ["running"], limit: 1_000 });
		for (const { id } of this.#known) if (!now.some((one) => one.id === id)) this.#forget(id);
		this.#known = now;
		const holds = await holdsInForce(db, clock.now(), ["identity", "campaign-site"]);
		const grants = now.length === 0 ? [] : await readGrants(db);
		const running: RunningCampaign[] = [];
		for (const campaign of now) {
			this.#ports.expand(campaign);
			try {
				const one = await this.#wayOf(campaign, holds, grants);
				if (one !== null) running.push(one);
			} catch (error) {
				await this.#ports.pause(campaign.id, textOf(error));
			}
		}
		return running;
	}

	/** Null: it runs, and nothing of it may leave now. */
	async #wayOf(campaign: Campaign, holds: readonly HoldRow[], grants: readonly PolicyGrant[]): Promise<RunningCampaign | null> {
		const { id, identity } = campaign;
		const { config, routeOf, quietUntil, drop, pause } = this.#ports;
		this.#identities.set(id, identityFor(config(), identity).from);
		// Nothing of it leaves in quiet hours. What goes to nobody's list is a test, for which somebody waits.
		if (campaign.lists.length > 0 && quietUntil(identity) !== null) {
			if (!this.#quiet.has(id)) drop(id);
			this.#quiet.add(id);
			return null;
		}
		this.#quiet.delete(id);
		const ask = this.#asks.get(id) ?? (await askOf(campaign));
		this.#asks.set(id, ask);
		const route = routeOf(ask, holds, grants);
		// Taken away while it runs: nothing leaves any more, and least of all another way.
		if (route.kind === "refused") {
			drop(id);
			await pause(id, `${route.what}: ${route.rule}`);
			return null;
		}
		// An identity on hold: the campaign is running, and nothing of it may leave.
		if (route.kind === "held" && holds.some((hold) => isHoldOf(hold.subject, this.#identities.get(id) ?? ""))) {
			if (this.#ways.get(id) !== HELD) drop(id);
			this.#ways.set(id, HELD);
			return null;
		}
		const exits = exitsOfRoute(route);
		const key = exitsKey(exits);
		if ((this.#ways.get(id) ?? key) !== key) drop(id);
		this.#ways.set(id, key);
		return {
			id,
			priority: campaign.priority,
			exits,
			expanded: campaign.expandedAt !== null,
			heldSites: heldSites(holds, id),
		};
	}

	#forget(id: number): void {
		this.#asks.delete(id);
		this.#ways.delete(id);
		this.#quiet.delete(id);
		this.#ports.forget(id);
	}
}
