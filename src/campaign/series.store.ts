// Series in the database: a folder that becomes a campaign at each run, and what became of each run. A run is made once: the row of the run and its campaign are
// written in one transaction, and the row is unique.
import { type Db, instant } from "../db/db.ts";
import type { CampaignState } from "./states.ts";

export interface Series {
	readonly id: number;
	readonly name: string;
	/** Absolute. */
	readonly folder: string;
	readonly lists: readonly string[];
	/** Five fields (series-cron.ts). */
	readonly cron: string;
	/** IANA name. */
	readonly zone: string;
	readonly createdAt: number;
	readonly pausedAt: number | null;
	/** It was removed then. */
	readonly endedAt: number | null;
	/** Runs up to here are dealt with. */
	readonly doneTo: number;
}

export interface SeriesRun {
	readonly tick: number;
	readonly campaign: { readonly id: number; readonly name: string; readonly state: CampaignState } | null;
	/** "made", or why not. */
	readonly outcome: string;
	readonly at: number;
}

type Row = NonNullable<Awaited<ReturnType<Db["series"]["findUnique"]>>>;

function fromRow(row: Row): Series {
	return {
		id: row.id,
		name: row.name,
		folder: row.folder,
		lists: JSON.parse(row.lists) as string[],
		cron: row.cron,
		zone: row.zone,
		createdAt: instant(row.createdAt) ?? 0,
		pausedAt: instant(row.pausedAt),
		endedAt: instant(row.endedAt),
		doneTo: instant(row.doneTo) ?? 0,
	};
}

/** Null: there is one of that name. */
export async function insertSeries(
	db: Db,
	one: Pick<Series, "name" | "folder" | "lists" | "cron" | "zone">,
	now: number,
): Promise<Series | null> {
	const at = new Date(now);
	if ((await db.series.findUnique({ where: { name: one.name } })) !== null) return null;
	return fromRow(await db.series.create({ data: { ...one, lists: JSON.stringify(one.lists), createdAt: at, doneTo: at } }));
}

/** Those that were not removed, by name. */
export async function listSeries(db: Db): Promise<Series[]> {
	return (await db.series.findMany({ where: { endedAt: null }, orderBy: { name: "asc" } })).map(fromRow);
}

export async function updateSeries(
	db: Db,
	id: number,
	change: { name?: string; pausedAt?: number | null; endedAt?: number; doneTo?: number },
): Promise<void> {
	const date = (at: number | null) => (at === null ? null : new Date(at));
	await db.series.update({
		where: { id },
		data: {
			...(change.name === undefined ? {} : { name: change.name }),
			...(change.pausedAt === undefined ? {} : { pausedAt: date(change.pausedAt) }),
			...(change.endedAt === undefined ? {} : { endedAt: new Date(change.endedAt) }),
			...(change.doneTo === undefined ? {} : { doneTo: new Date(change.doneTo) }),
		},
	});
}

/** Makes the campaign of one run, scheduled for that run. False: it was made before, by whomever. */
export async function makeRun(
	db: Db,
	series: Series,
	run: {
		readonly tick: number;
		readonly name: string;
		readonly identity: string;
		readonly subject: string;
		readonly kind: string;
		readonly group: string | null;
		readonly listIds: readonly number[];
	},
	now: number,
): Promise<boolean> {
	const { id, folder, zone } = series;
	const tick = new Date(run.tick);
	const at = new Date(now);
	const [made] = await db.$transaction([
		db.$executeRaw`
			INSERT INTO "campaign" ("name", "state", "identity", "subject", "kind", "folder", "group", "priority", "scheduledAt", "zone", "createdAt", "expandedTo", "seriesId")
			SELECT ${run.name}, 'scheduled', ${run.identity}, ${run.subject}, ${run.kind}, ${folder}, ${run.group}, 0, ${tick}, ${zone}, ${at}, 0, ${id}
			WHERE NOT EXISTS (SELECT 1 FROM "series_run" WHERE "seriesId" = ${id} AND "tick" = ${tick})`,
		db.$executeRaw`
			INSERT INTO "campaign_list" ("campaignId", "listId")
			SELECT (SELECT max("id") FROM "campaign" WHERE "seriesId" = ${id}), j.value FROM json_each(${JSON.stringify(run.listIds)}) j
			WHERE NOT EXISTS (SELECT 1 FROM "series_run" WHERE "seriesId" = ${id} AND "tick" = ${tick})`,
		db.$executeRaw`
			INSERT INTO "series_run" ("seriesId", "tick", "campaignId", "outcome", "at")
			SELECT ${id}, ${tick}, (SELECT max("id") FROM "campaign" WHERE "seriesId" = ${id}), 'made', ${at} WHERE true
			ON CONFLICT ("seriesId", "tick") DO NOTHING`,
		db.$executeRaw`UPDATE "series" SET "doneTo" = ${tick} WHERE "id" = ${id} AND "doneTo" < ${tick}`,
	]);
	return made > 0;
}

/** Records runs that were not made, and goes on after the last of them. */
export async function skipRuns(db: Db, series: Series, ticks: readonly number[], outcome: string, now: number): Promise<void> {
	const last = new Date(Math.max(...ticks));
	const at = new Date(now);
	await db.$transaction([
		db.$executeRaw`
			INSERT INTO "series_run" ("seriesId", "tick", "campaignId", "outcome", "at")
			SELECT ${series.id}, value, NULL, ${outcome}, ${at} FROM json_each(${JSON.stringify(ticks)}) WHERE true
			ON CONFLICT ("seriesId", "tick") DO NOTHING`,
		db.$executeRaw`UPDATE "series" SET "doneTo" = ${last} WHERE "id" = ${series.id} AND "doneTo" < ${last}`,
	]);
}

/** The latest runs, the newest first. */
export async function latestSeriesRuns(db: Db, series: number, limit: number): Promise<SeriesRun[]> {
	const rows = await db.seriesRun.findMany({ where: { seriesId: series }, orderBy: { tick: "desc" }, take: limit });
	const ids = rows.flatMap((row) => row.campaignId ?? []);
	const campaigns = await db.campaign.findMany({ where: { id: { in: ids } }, select: { id: true, name: true, state: true } });
	return rows.map((row) => {
		const campaign = campaigns.find((one) => one.id === row.campaignId);
		return {
			tick: instant(row.tick) ?? 0,
			campaign: campaign === undefined ? null : { ...campaign, state: campaign.state as CampaignState },
			outcome: row.outcome,
			at: instant(row.at) ?? 0,
		};
	});
}

/** Its campaigns that wait for their time. */
export async function waitingOf(db: Db, series: number): Promise<{ readonly id: number; readonly scheduledAt: number }[]> {
	const rows = await db.campaign.findMany({
		where: { seriesId: series, state: { in: ["scheduled", "blocked"] } },
		orderBy: { scheduledAt: "asc" },
		select: { id: true, scheduledAt: true },
	});
	return rows.map((row) => ({ id: row.id, scheduledAt: instant(row.scheduledAt) ?? 0 }));
}
