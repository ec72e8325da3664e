// What people and judges order lanes to do: holds (table hold, kind "lane") and limits set at run time (table lane_override). Rows are ended, never
// deleted, so both tables are also the log of who did what and why.
import { parseRate } from "../config/units.ts";
import { type Db, instant } from "../db/db.ts";
import type { SetLimits } from "../throttle/limits.ts";
import type { LaneOrder } from "../throttle/orders.ts";
import { BLACKLIST } from "./hold.store.ts";

export interface LaneRelease {
	readonly id: number;
	readonly subject: string;
	/** What was learned is to be forgotten, too. */
	readonly forget: boolean;
}

export interface LaneOrders {
	readonly holds: readonly LaneOrder[];
	readonly set: readonly SetLimits[];
	/** Releases since the instant that was asked about. */
	readonly released: readonly LaneRelease[];
}

/** A release that stands for no hold of its own carries this class; the engine then forgets what the lane has learned. */
const FORGET = "forget";

/** All that is in force, and what was released after `since`. */
export async function readLaneOrders(db: Db, since: number): Promise<LaneOrders> {
	const rows = await db.hold.findMany({
		where: { kind: "lane", OR: [{ releasedAt: null }, { releasedAt: { gte: new Date(since) } }] },
		orderBy: { id: "asc" },
	});
	const holds = rows.flatMap((row) =>
		row.releasedAt === null
			? [{ subject: row.subject, until: instant(row.until), reason: row.reason, by: row.heldBy ?? "a rule" }]
			: [],
	);
	const released = rows.flatMap((row) =>
		// A listing that is over ends the hold it caused and nothing else: what replies hold on those lanes stays.
		row.releasedAt === null || row.releasedBy === BLACKLIST
			? []
			: [{ id: row.id, subject: row.subject, forget: row.class === FORGET }],
	);
	return { holds, set: await readSetLimits(db), released };
}

/** Limits set by people that are in force, the oldest first. */
export async function readSetLimits(db: Db): Promise<SetLimits[]> {
	const rows = await db.laneOverride.findMany({ where: { endedAt: null }, orderBy: { id: "asc" } });
	return rows.map((row) => ({
		site: row.site,
		source: row.source,
		connections: row.connections,
		connectionsPerHour: row.connectionsPerHour,
		messagesPerConnection: row.messagesPerConnection,
		rates:
			row.rate === null
				? null
				: row.rate.split(" ").flatMap((text) => {
						const parsed = parseRate(text);
						return parsed.ok ? [parsed.value] : [];
					}),
		from: `set by ${row.setBy}: ${row.reason}`,
	}));
}

export interface ByWhom {
	readonly by: string;
	readonly reason: string;
	readonly at: number;
}

/** Holds the lanes that `subject` means ("mta1/naver"; a star in either place means all), until then; null: until they are released. */
export async function holdLanes(db: Db, subject: string, until: number | null, { by, reason, at }: ByWhom): Promise<number> {
	const row = await db.hold.create({
		data: {
			kind: "lane",
			subject,
			reason,
			heldBy: by,
			until: until === null ? null : new Date(until),
			createdAt: new Date(at),
		},
	});
	return row.id;
}

/**
 * Ends the holds of that very subject, and what replies hold on the lanes it means; with `forget` also the limits that replies lowered. Answers how
 * many orders were ended. A row of its own tells the engine, and the log, that it was done.
 */
export async function releaseLanes(db: Db, subject: string, forget: boolean, { by, reason, at }: ByWhom): Promise<number> {
	const when = new Date(at);
	const [ended] = await db.$transaction([
		db.hold.updateMany({ where: { kind: "lane", subject, releasedAt: null }, data: { releasedAt: when, releasedBy: by } }),
		db.hold.create({
			data: {
				kind: "lane",
				subject,
				reason,
				class: forget ? FORGET : null,
				heldBy: by,
				createdAt: when,
				releasedAt: when,
				releasedBy: by,
			},
		}),
	]);
	return ended.count;
}

export interface LimitsToSet {
	readonly site: string;
	readonly source: string | null;
	readonly connections: number | null;
	readonly connectionsPerHour: number | null;
	readonly messagesPerConnection: number | null;
	/** As written: "5/s". */
	readonly rates: readonly string[] | null;
}

/** Sets limits; what was set earlier for the same lane and is not named again stays. */
export async function setLanes(db: Db, limits: LimitsToSet, { by, reason, at }: ByWhom): Promise<number> {
	const { site, source, connections, connectionsPerHour, messagesPerConnection } = limits;
	const rate = limits.rates === null ? null : limits.rates.join(" ");
	const row = await db.laneOverride.create({
		data: {
			site,
			source,
			connections,
			connectionsPerHour,
			messagesPerConnection,
			rate,
			setBy: by,
			reason,
			createdAt: new Date(at),
		},
	});
	return row.id;
}

/** Ends what was set for that site and source (null: all sources): wellsent.toml counts again. Answers how many orders were ended. */
export async function resetLanes(
	db: Db,
	site: string,
	source: string | null,
	{ by, at }: Omit<ByWhom, "reason">,
): Promise<number> {
	const ended = await db.laneOverride.updateMany({
		where: { site, source, endedAt: null },
		data: { endedAt: new Date(at), endedBy: by },
	});
	return ended.count;
}
