// Campaigns in the database: made, read, moved from state to state, counted.
import type { Clock } from "../clock.ts";
import { type Db, instant } from "../db/db.ts";
import { fail } from "../errors.ts";
import { forgetEndings } from "../log/roll-up.store.ts";
import { type CampaignCommand, type CampaignState, comesFrom, move } from "./states.ts";

export interface Campaign {
	readonly id: number;
	readonly name: string;
	readonly state: CampaignState;
	readonly stateReason: string | null;
	readonly identity: string;
	readonly subject: string;
	readonly kind: string;
	/** Where it was added from. */
	readonly folder: string;
	/** The copy that is sent; null before the start. */
	readonly frozen: string | null;
	readonly priority: number;
	readonly lists: readonly string[];
	readonly scheduledAt: number | null;
	readonly zone: string | null;
	readonly createdAt: number;
	readonly startedAt: number | null;
	readonly finishedAt: number | null;
	readonly expandedAt: number | null;
	readonly expandedTo: number;
	/** For what gateways allow. */
	readonly group: string | null;
	/** The series that made it. */
	readonly seriesId: number | null;
	/** How the last check ended; null: it was not checked since it was scheduled. */
	readonly checked: { readonly at: number; readonly passed: boolean; readonly facts: string } | null;
}

export const DELIVERY_STATES = ["queued", "sending", "delivered", "failed", "suppressed", "uncertain", "cancelled"] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];
/** `total` is the sum of the others. */
export type Counts = Readonly<Record<DeliveryState | "total", number>>;

const WITH_LISTS = { lists: true } as const;

export async function createCampaign(
	db: Db,
	given: {
		name: string;
		identity: string;
		subject: string;
		kind: string;
		folder: string;
		listIds: readonly number[];
		priority?: number;
		group?: string | null;
		clock: Clock;
	},
): Promise<Campaign> {
	const { listIds, clock, priority, ...rest } = given;
	const made = await db.campaign.create({
		data: {
			...rest,
			state: "draft",
			priority: priority ?? 0,
			createdAt: new Date(clock.now()),
			lists: { create: listIds.map((listId) => ({ listId })) },
		},
	});
	return getCampaign(db, made.id);
}

/** Throws campaign-unknown. */
export async function getCampaign(db: Db, id: number): Promise<Campaign> {
	const row = await db.campaign.findUnique({ where: { id }, include: WITH_LISTS });
	if (row === null) {
		const last = await db.campaign.findFirst({ orderBy: { id: "desc" }, select: { id: true } });
		return fail("campaign-unknown", { id, known: last === null ? "there is none yet" : `the newest is ${last.id}` });
	}
	return (await fill(db, [row]))[0] ?? fail("campaign-unknown", { id, known: "" });
}

/** The newest first. */
export async function listCampaigns(
	db: Db,
	options: { states?: readonly CampaignState[]; ids?: readonly number[]; limit?: number } = {},
): Promise<Campaign[]> {
	const rows = await db.campaign.findMany({
		where: {
			...(options.states === undefined ? {} : { state: { in: [...options.states] } }),
			...(options.ids === undefined ? {} : { id: { in: [...options.ids] } }),
		},
		orderBy: { id: "desc" },
		take: options.limit ?? 100,
		include: WITH_LISTS,
	});
	return fill(db, rows);
}

type Row = NonNullable<Awaited<ReturnType<Db["campaign"]["findUnique"]>>> & { lists: { listId: number }[] };

async function fill(db: Db, rows: readonly Row[]): Promise<Campaign[]> {
	const ids = [...new Set(rows.flatMap((row) => row.lists.map((list) => list.listId)))];
	const names = new Map((await db.list.findMany({ where: { id: { in: ids } } })).map((list) => [list.id, list.name]));
	return rows.map((row) => ({
		id: row.id,
		name: row.name,
		state: row.state as CampaignState,
		stateReason: row.stateReason,
		identity: row.identity,
		subject: row.subject,
		kind: row.kind,
		folder: row.folder,
		frozen: row.frozen,
		priority: row.priority,
		lists: row.lists.map((list) => names.get(list.listId) ?? `(removed list ${list.listId})`),
		scheduledAt: instant(row.scheduledAt),
		zone: row.zone,
		createdAt: instant(row.createdAt) ?? 0,
		startedAt: instant(row.startedAt),
		finishedAt: instant(row.finishedAt),
		expandedAt: instant(row.expandedAt),
		expandedTo: row.expandedTo,
		group: row.group,
		seriesId: row.seriesId,
		checked:
			row.checkedAt === null
				? null
				: { at: instant(row.checkedAt) ?? 0, passed: row.checkResult === "passed", facts: row.checkFacts ?? "{}" },
	}));
}

/**
 * Moves a campaign. The state is compared and set in one statement, so two commands at once cannot both win.
 * Throws campaign-unknown, campaign-state (with the states it could have come from).
 */
export async function moveCampaign(
	db: Db,
	id: number,
	command: CampaignCommand,
	options: {
		clock: Clock;
		reason?: string;
		frozen?: string;
		/** When it is to start: an instant and an IANA zone. */
		time?: { readonly at: number; readonly zone: string };
	},
): Promise<Campaign> {
	const before = await getCampaign(db, id);
	const to = move(before.state, command);
	if (to === null)
		fail("campaign-state", { id, name: before.name, state: before.state, command, from: comesFrom(command).join(", ") });
	const now = new Date(options.clock.now());
	const changed = await db.campaign.updateMany({
		where: { id, state: before.state },
		data: {
			state: to,
			stateReason: options.reason ?? null,
			...(options.frozen === undefined ? {} : { frozen: options.frozen }),
			...(options.time === undefined ? {} : { scheduledAt: new Date(options.time.at), zone: options.time.zone }),
			...(command === "unschedule"
				? { scheduledAt: null, zone: null, checkedAt: null, checkResult: null, checkFacts: null }
				: {}),
			...(command === "start" ? { startedAt: now } : {}),
			...(command === "finish" || command === "cancel" ? { finishedAt: now } : {}),
			...(command === "retry" ? { finishedAt: null } : {}),
		},
	});
	if (changed.count === 0) return moveCampaign(db, id, command, options);
	return getCampaign(db, id);
}

/** How many deliveries are in each state. Reads the index only: about 60 ms for a million. */
export async function countDeliveries(db: Db, campaign: number): Promise<Counts> {
	const rows = await db.$queryRaw<{ state: DeliveryState; n: bigint | number }[]>`
		SELECT "state", count(*) AS "n" FROM "delivery" WHERE "campaignId" = ${campaign} GROUP BY "state"`;
	return toCounts(rows.map((row) => [row.state, Number(row.n)]));
}

/** The same for each site; deliveries whose site is not known yet are under "". The largest first. */
export async function countBySite(db: Db, campaign: number): Promise<{ readonly site: string; readonly counts: Counts }[]> {
	const rows = await db.$queryRaw<{ site: string | null; state: DeliveryState; n: bigint | number }[]>`
		SELECT "site", "state", count(*) AS "n" FROM "delivery" WHERE "campaignId" = ${campaign} GROUP BY "state", "site"`;
	const bySite = new Map<string, [DeliveryState, number][]>();
	for (const row of rows) {
		const site = row.site ?? "";
		bySite.set(site, [...(bySite.get(site) ?? []), [row.state, Number(row.n)]]);
	}
	return [...bySite]
		.map(([site, pairs]) => ({ site, counts: toCounts(pairs) }))
		.sort((a, b) => b.counts.total - a.counts.total || (a.site < b.site ? -1 : 1));
}

function toCounts(pairs: readonly (readonly [DeliveryState, number])[]): Counts {
	const counts = { total: 0, queued: 0, sending: 0, delivered: 0, failed: 0, suppressed: 0, uncertain: 0, cancelled: 0 };
	for (const [state, n] of pairs) {
		counts[state] += n;
		counts.total += n;
	}
	return counts;
}

/** Queued deliveries that were tried already: they wait for a later try. */
export async function countDeferred(db: Db, campaign: number): Promise<number> {
	const rows = await db.$queryRaw<{ n: bigint | number }[]>`
		SELECT count(*) AS "n" FROM "delivery" WHERE "campaignId" = ${campaign} AND "state" = 'queued' AND "lastClass" IS NOT NULL`;
	return Number(rows[0]?.n ?? 0);
}

/** Puts failed or uncertain deliveries back into the queue: the only way in which an uncertain one is ever sent again. Answers how many. */
export async function requeue(db: Db, campaign: number, state: "failed" | "uncertain", now: number): Promise<number> {
	const at = new Date(now);
	const [requeued] = await db.$transaction([
		db.$executeRaw`
			UPDATE "delivery" SET "state" = 'queued', "dueAt" = ${at}, "queuedAt" = ${at}, "attempts" = 0, "settledAt" = NULL
			WHERE "campaignId" = ${campaign} AND "state" = ${state}`,
		forgetEndings(db, campaign, state),
	]);
	return requeued;
}

/** What a cancelled campaign still had in the queue. In steps, so that nothing waits long for the database. */
export async function cancelQueued(db: Db, campaign: number, now: number): Promise<number> {
	let sum = 0;
	for (;;) {
		const n = await db.$executeRaw`
			UPDATE "delivery" SET "state" = 'cancelled', "settledAt" = ${new Date(now)}
			WHERE "id" IN (SELECT "id" FROM "delivery" WHERE "campaignId" = ${campaign} AND "state" = 'queued' LIMIT 5000)`;
		sum += n;
		if (n < 5000) return sum;
	}
}
