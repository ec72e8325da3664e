// What did not go well, counted: of one campaign by what ended its deliveries, and of everything by site, class, host, rule, campaign or day.
// Reads the roll-up `failure_day`, which is as large as there are kinds of failures, and not as the log or the queue.
import { type Db, instant, Prisma } from "../db/db.ts";
import type { AuditKey } from "./audit-keys.ts";

export type FailureKey = "site" | "class" | "mxHost" | "rule";

export interface FailureRow {
	/** Name of the site, class, MX host ("" when none was reached) or rule. */
	readonly key: string;
	readonly deliveries: number;
	/** The last words heard, of one of them. */
	readonly example: { readonly to: string; readonly text: string };
}

/**
 * The deliveries of a campaign that failed, are uncertain, or wait after a refusal (`deferred`), grouped by what their last response names; the most
 * frequent first. Waiting ones are counted in the queue itself: only it knows what waits now.
 */
export async function failuresBy(
	db: Db,
	campaign: number,
	by: FailureKey,
	which: "failed" | "deferred" | "uncertain" = "failed",
): Promise<FailureRow[]> {
	const rows = which === "deferred" ? await deferredBy(db, campaign, by) : await endedBy(db, campaign, by, which);
	return rows.map((row) => ({ key: row.key, deliveries: Number(row.n), example: { to: row.email, text: row.text ?? "" } }));
}

interface Counted {
	key: string;
	n: bigint | number;
	email: string;
	text: string | null;
}

const KEYS: Readonly<Record<FailureKey, Prisma.Sql>> = {
	site: Prisma.sql`"site"`,
	class: Prisma.sql`"class"`,
	mxHost: Prisma.sql`"mxHost"`,
	rule: Prisma.sql`"rule"`,
};

/** SQLite takes the other columns from the row that has the maximum (sqlite.org/lang_select, "bare columns"): the newest example. */
function endedBy(db: Db, campaign: number, by: FailureKey, which: "failed" | "uncertain"): Promise<Counted[]> {
	const count = which === "failed" ? Prisma.sql`"failed"` : Prisma.sql`"uncertain"`;
	return db.$queryRaw<Counted[]>`
		SELECT ${KEYS[by]} AS "key", sum(${count}) AS "n", "lastTo" AS "email", "lastText" AS "text", max("lastAt") AS "at" FROM "failure_day"
		WHERE "campaignId" = ${campaign} AND ${count} > 0 GROUP BY ${KEYS[by]} ORDER BY 2 DESC, 1`;
}

function deferredBy(db: Db, campaign: number, by: FailureKey): Promise<Counted[]> {
	const heard = (column: Prisma.Sql) =>
		Prisma.sql`coalesce((SELECT r.${column} FROM "response" r WHERE r."email" = d."email" AND +r."campaignId" = d."campaignId" AND r."class" <> 'skipped'
			ORDER BY r."id" DESC LIMIT 1), '')`;
	const key = {
		site: Prisma.sql`coalesce(d."site", d."domain")`,
		class: Prisma.sql`coalesce(d."lastClass", '')`,
		mxHost: heard(Prisma.sql`"mxHost"`),
		rule: heard(Prisma.sql`"rule"`),
	}[by];
	return db.$queryRaw<Counted[]>`
		SELECT g."key" AS "key", g."n" AS "n", e."email" AS "email", e."lastText" AS "text" FROM (
			SELECT "key", count(*) AS "n", max("id") AS "id" FROM (
				SELECT ${key} AS "key", d."id" AS "id" FROM "delivery" d
				WHERE d."campaignId" = ${campaign} AND d."state" = 'queued' AND d."lastClass" IS NOT NULL) k
			GROUP BY "key") g JOIN "delivery" e ON e."id" = g."id" ORDER BY 2 DESC, 1`;
}

export interface AuditFilter {
	readonly campaign?: number;
	readonly site?: string;
	readonly class?: string;
	readonly host?: string;
	readonly rule?: string;
	/** Whole days (UTC) from the one of this instant, and before the one of that. Milliseconds. */
	readonly since?: number;
	readonly until?: number;
	/** 100 unless given. */
	readonly limit?: number;
}

export interface AuditRow {
	/** Site, class, host, rule, number of the campaign, or the day as "2026-12-01". */
	readonly key: string;
	/** Refusals and troubles heard. */
	readonly responses: number;
	/** Deliveries that ended with them. */
	readonly failed: number;
	readonly uncertain: number;
	readonly lastAt: number;
	readonly example: { readonly to: string; readonly text: string };
}

const AUDIT: Readonly<Record<AuditKey, Prisma.Sql>> = {
	site: Prisma.sql`"site"`,
	class: Prisma.sql`"class"`,
	host: Prisma.sql`"mxHost"`,
	rule: Prisma.sql`"rule"`,
	campaign: Prisma.sql`"campaignId"`,
	day: Prisma.sql`"day"`,
};

const DAY = 86_400_000;

/** Everything that did not go well, added up by one key: the most frequent first, days in their order. */
export async function audit(db: Db, by: AuditKey, filter: AuditFilter = {}): Promise<AuditRow[]> {
	const equals = (column: AuditKey, value: string | number | undefined) =>
		value === undefined ? [] : [Prisma.sql`${AUDIT[column]} = ${value}`];
	const where = [
		Prisma.sql`true`,
		...equals("campaign", filter.campaign),
		...equals("site", filter.site),
		...equals("class", filter.class),
		...equals("host", filter.host),
		...equals("rule", filter.rule),
		...(filter.since === undefined ? [] : [Prisma.sql`"day" >= ${new Date(Math.floor(filter.since / DAY) * DAY)}`]),
		...(filter.until === undefined ? [] : [Prisma.sql`"day" < ${new Date(filter.until)}`]),
	];
	const order = by === "day" ? Prisma.sql`1` : Prisma.sql`2 DESC, 1`;
	const rows = await db.$queryRaw<
		{
			key: unknown;
			responses: bigint | number;
			failed: bigint | number;
			uncertain: bigint | number;
			email: string;
			text: string;
			at: unknown;
		}[]
	>`
		SELECT ${AUDIT[by]} AS "key", sum("responses") AS "responses", sum("failed") AS "failed", sum("uncertain") AS "uncertain",
			"lastTo" AS "email", "lastText" AS "text", max("lastAt") AS "at" FROM "failure_day"
		WHERE ${Prisma.join(where, " AND ")} GROUP BY ${AUDIT[by]} ORDER BY ${order} LIMIT ${filter.limit ?? 100}`;
	return rows.map((row) => ({
		key: by === "day" ? new Date(instant(row.key) ?? 0).toISOString().slice(0, 10) : String(row.key),
		responses: Number(row.responses),
		failed: Number(row.failed),
		uncertain: Number(row.uncertain),
		lastAt: instant(row.at) ?? 0,
		example: { to: row.email, text: row.text },
	}));
}
