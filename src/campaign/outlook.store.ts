// How the lanes stand, for forecasts: from the engine of this process when it has one, else as they were saved last. Read ahead and kept for a moment, so
// that whoever draws a progress bar need not wait for it.
import type { Clock } from "../clock.ts";
import type { Db } from "../db/db.ts";
import { readLaneOrders } from "../deliver/lane-orders.store.ts";
import { loadLanes } from "../deliver/lane-state.store.ts";
import { type LaneSet, laneKey } from "../throttle/lane-set.ts";
import { type LaneSnapshot, readLaneSnapshot } from "../throttle/lane-types.ts";
import { type LaneOrder, orderOn } from "../throttle/orders.ts";
import type { LaneOutlook } from "./eta.ts";

/** What was read is good for so long; longer where reading takes long. Milliseconds. */
const FRESH_MS = 2_000;
const READING_SHARE = 20;
/** The speed of a site is taken from so many of the latest answers of all sites. */
const LATEST = 2_000;
/** Stands for all sites together; no site is called so. */
const ALL = "*";

interface Facts {
	readonly at: number;
	readonly saved: ReadonlyMap<string, string>;
	readonly orders: readonly LaneOrder[];
	readonly others: ReadonlyMap<string, LaneOutlook["others"]>;
	readonly messageMs: ReadonlyMap<string, number>;
}

export class Outlook {
	readonly #db: Db;
	readonly #clock: Clock;
	#lanes: LaneSet | null = null;
	#facts: Facts;
	#parsed = new Map<string, LaneSnapshot | null>();
	#readAt = Number.NEGATIVE_INFINITY;
	#costMs = 0;
	#reading: Promise<void> | null = null;

	constructor(db: Db, clock: Clock) {
		this.#db = db;
		this.#clock = clock;
		this.#facts = { at: clock.now(), saved: new Map(), orders: [], others: new Map(), messageMs: new Map() };
	}

	/** The engine's own lanes are asked from now on; null: those that were saved. */
	use(lanes: LaneSet | null): void {
		this.#lanes = lanes;
	}

	/** How that lane stands, as far as is known now; begins to read anew when that is old. */
	of(source: string, site: string): LaneOutlook {
		const age = performance.now() - this.#readAt;
		if (age > FRESH_MS && age > this.#costMs * READING_SHARE) void this.read().catch(() => undefined);
		const { orders, others, messageMs } = this.#facts;
		const lane = this.#lanes?.find(source, site);
		return {
			at: this.#clock.now(),
			now: lane === undefined ? this.#saved(laneKey(source, site)) : lane.snapshot(),
			order: orderOn(orders, source, site),
			// A site that was not mailed yet is taken for an average one.
			messageMs: messageMs.get(site) ?? messageMs.get(ALL) ?? null,
			others: others.get(site) ?? [],
		};
	}

	/** Reads everything; forecasts from now on are of this moment. */
	read(): Promise<void> {
		this.#reading ??= this.#read().finally(() => {
			this.#reading = null;
		});
		return this.#reading;
	}

	async #read(): Promise<void> {
		const began = performance.now();
		const at = this.#clock.now();
		const saved = this.#lanes === null ? new Map((await loadLanes(this.#db)).map((lane) => [lane.key, lane.state])) : new Map();
		const { holds } = await readLaneOrders(this.#db, at);
		this.#facts = { at, saved, orders: holds, others: await waiting(this.#db, at), messageMs: await speeds(this.#db) };
		this.#parsed = new Map();
		this.#readAt = performance.now();
		this.#costMs = this.#readAt - began;
	}

	#saved(key: string): LaneSnapshot | null {
		const known = this.#parsed.get(key);
		if (known !== undefined) return known;
		const text = this.#facts.saved.get(key);
		const snapshot = text === undefined ? null : readLaneSnapshot(text);
		this.#parsed.set(key, snapshot);
		return snapshot;
	}
}

/** What running campaigns have queued, by site. */
async function waiting(db: Db, now: number): Promise<ReadonlyMap<string, LaneOutlook["others"]>> {
	const rows = await db.$queryRaw<{ site: string; campaign: bigint | number; priority: bigint | number; n: bigint | number }[]>`
		SELECT d."site" AS "site", c."id" AS "campaign", c."priority" AS "priority", count(*) AS "n"
		FROM "campaign" c JOIN "delivery" d ON d."campaignId" = c."id" AND d."state" = 'queued' AND d."site" IS NOT NULL AND d."dueAt" <= ${new Date(now)}
		WHERE c."state" = 'running' GROUP BY 1, 2, 3`;
	const bySite = new Map<string, LaneOutlook["others"][number][]>();
	for (const { site, campaign, priority, n } of rows) {
		const list = bySite.get(site) ?? [];
		bySite.set(site, list);
		list.push({ campaign: Number(campaign), priority: Number(priority), messages: Number(n) });
	}
	return bySite;
}

/** What a message took lately, by site. */
async function speeds(db: Db): Promise<ReadonlyMap<string, number>> {
	const rows = await db.$queryRaw<{ site: string; ms: number }[]>`
		SELECT "site", avg("durationMs") AS "ms"
		FROM (SELECT "site", "durationMs" FROM "response" WHERE "class" = 'accepted' ORDER BY "id" DESC LIMIT ${LATEST}) GROUP BY "site"`;
	const known = rows.map((row): [string, number] => [row.site, Math.max(1, Number(row.ms))]);
	return new Map(known.length === 0 ? [] : [...known, [ALL, known.reduce((sum, [, ms]) => sum + ms, 0) / known.length]]);
}
