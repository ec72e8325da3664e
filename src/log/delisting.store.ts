// The watch after a de-listing: a provider says it has removed our entry, and each of its hosts has to hear of it. Who is watched, and how far it has come.
import { type Db, instant } from "../db/db.ts";
import { hostLedger } from "./ledger.store.ts";

export interface Delisting {
	readonly id: number;
	readonly site: string;
	readonly source: string;
	/** Milliseconds. */
	readonly createdAt: number;
	/** When the last host accepted; null: still being watched. */
	readonly finishedAt: number | null;
}

export interface DelistedHost {
	readonly mxHost: string;
	readonly mxAddress: string;
	/** `waiting`: it was not asked since the watch began. */
	readonly state: "accepts" | "refuses" | "waiting";
	/** Since when it accepts, or when it refused last; null while waiting. */
	readonly at: number | null;
	/** Its last refusal since the watch began. */
	readonly text: string;
}

/** Hosts that were spoken to within this time are the site's hosts. */
const KNOWN_MS = 30 * 24 * 3_600_000;

/** Begins a watch, or finds the one that is open. Null: the ledger knows no host of that site. */
export async function startDelisting(db: Db, site: string, source: string, now: number): Promise<Delisting | null> {
	const open = await db.delisting.findFirst({ where: { site, source, finishedAt: null } });
	if (open !== null) return fromRow(open);
	if ((await hostLedger(db, { site, since: now - KNOWN_MS })).length === 0) return null;
	return fromRow(await db.delisting.create({ data: { site, source, createdAt: new Date(now) } }));
}

export async function openDelistings(db: Db): Promise<Delisting[]> {
	return (await db.delisting.findMany({ where: { finishedAt: null }, orderBy: { id: "asc" } })).map(fromRow);
}

export async function finishDelisting(db: Db, id: number, now: number): Promise<void> {
	await db.delisting.updateMany({ where: { id, finishedAt: null }, data: { finishedAt: new Date(now) } });
}

/** How far a watch has come, host by host. */
export async function delistingProgress(db: Db, watch: Delisting, now: number): Promise<readonly DelistedHost[]> {
	const known = await hostLedger(db, { site: watch.site, since: now - KNOWN_MS });
	const rows = await db.$queryRaw<{ mxHost: string; mxAddress: string; ok: unknown; bad: unknown; text: string | null }[]>`
		SELECT "mxHost", "mxAddress",
			max(CASE WHEN "class" = 'accepted' THEN "lastAt" END) AS "ok",
			max(CASE WHEN "class" NOT IN ('accepted', 'skipped', 'connected') AND "stage" <> 'connect' THEN "lastAt" END) AS "bad",
			(SELECT l."lastText" FROM "host_hour" l WHERE l."site" = h."site" AND l."source" = h."source" AND l."mxHost" = h."mxHost" AND l."mxAddress" = h."mxAddress"
				AND l."lastAt" >= ${new Date(watch.createdAt)} AND l."class" NOT IN ('accepted', 'skipped', 'connected') ORDER BY l."lastAt" DESC LIMIT 1) AS "text"
		FROM "host_hour" h WHERE "site" = ${watch.site} AND "source" = ${watch.source} AND "lastAt" >= ${new Date(watch.createdAt)} AND "mxAddress" <> ''
		GROUP BY "mxHost", "mxAddress"`;
	const told = new Map(rows.map((row) => [`${row.mxHost} ${row.mxAddress}`, row]));
	const places = new Map(known.filter((row) => row.mxAddress !== "").map((row) => [`${row.mxHost} ${row.mxAddress}`, row]));
	const flipped = await flips(db, watch);
	return [...places].map(([key, { mxHost, mxAddress }]): DelistedHost => {
		const row = told.get(key);
		const ok = instant(row?.ok);
		const bad = instant(row?.bad);
		const text = row?.text ?? "";
		if (ok !== null && ok >= (bad ?? 0)) return { mxHost, mxAddress, state: "accepts", at: flipped.get(key) ?? ok, text };
		if (bad !== null) return { mxHost, mxAddress, state: "refuses", at: bad, text };
		return { mxHost, mxAddress, state: "waiting", at: null, text: "" };
	});
}

/** The instants at which hosts were seen to flip, the last one of each. */
async function flips(db: Db, watch: Delisting): Promise<Map<string, number>> {
	const rows = await db.alert.findMany({
		where: { kind: "delisting-host", at: { gte: new Date(watch.createdAt) }, subject: { startsWith: `${watch.source}/` } },
		orderBy: { id: "asc" },
	});
	return new Map(
		rows.map((row) => {
			const { mxHost, mxAddress } = JSON.parse(row.facts) as { mxHost: string; mxAddress: string };
			return [`${mxHost} ${mxAddress}`, instant(row.at) ?? 0];
		}),
	);
}

function fromRow(row: { id: number; site: string; source: string; createdAt: Date; finishedAt: Date | null }): Delisting {
	return {
		id: row.id,
		site: row.site,
		source: row.source,
		createdAt: instant(row.createdAt) ?? 0,
		finishedAt: instant(row.finishedAt),
	};
}
