// Readers who were called unknown by a host in doubt (D6): kept for a person to decide, instead of being suppressed.
import { type Db, instant, Prisma } from "../db/db.ts";

export interface Quarantined {
	readonly subject: string;
	readonly reason: string;
	readonly detail: string;
	readonly campaign: number | null;
	readonly site: string;
	readonly source: string;
	readonly mxHost: string;
	/** Milliseconds. */
	readonly at: number;
}

/** The statement that quarantines readers instead of suppressing them. */
export function addQuarantine(db: Db, list: readonly Quarantined[]) {
	return db.$executeRaw`
		INSERT INTO "quarantine" ("subject", "reason", "detail", "campaignId", "site", "source", "mxHost", "createdAt")
		SELECT value->>'subject', value->>'reason', value->>'detail', value->>'campaign', value->>'site', value->>'source', value->>'mxHost', value->>'at'
		FROM json_each(${JSON.stringify(list)})
		WHERE NOT EXISTS (SELECT 1 FROM "quarantine" q WHERE q."subject" = value->>'subject' AND q."decidedAt" IS NULL)`;
}

/**
 * A burst was noticed only after its first refusals had been applied: takes back the suppressions that came of this host's words since then, and
 * quarantines them. Answers how many.
 */
export async function takeBack(
	db: Db,
	of: { readonly site: string; readonly source: string; readonly mxHost: string; readonly since: number; readonly now: number },
): Promise<number> {
	const since = new Date(of.since);
	const said = Prisma.sql`SELECT "email" FROM "response" WHERE "mxHost" = ${of.mxHost} AND +"source" = ${of.source} AND "at" >= ${since} AND +"class" = 'invalid-recipient'`;
	const mine = Prisma.sql`"reason" = 'invalid-recipient' AND "createdAt" >= ${since} AND "subject" IN (${said})`;
	const [, removed] = await db.$transaction([
		db.$executeRaw`
			INSERT INTO "quarantine" ("subject", "reason", "detail", "campaignId", "site", "source", "mxHost", "createdAt")
			SELECT "subject", "reason", "detail", "campaignId", ${of.site}, ${of.source}, ${of.mxHost}, ${new Date(of.now)} FROM "suppression" WHERE ${mine}`,
		db.$executeRaw`DELETE FROM "suppression" WHERE ${mine}`,
	]);
	return removed;
}

/** What waits for a decision, the oldest first. */
export async function listQuarantine(db: Db, limit: number): Promise<Quarantined[]> {
	const rows = await db.quarantine.findMany({ where: { decidedAt: null }, orderBy: { id: "asc" }, take: limit });
	return rows.map(({ campaignId, createdAt, subject, reason, detail, site, source, mxHost }) => ({
		subject,
		reason,
		detail,
		campaign: campaignId,
		site,
		source,
		mxHost,
		at: instant(createdAt) ?? 0,
	}));
}

/** How many readers each host has in quarantine. */
export async function quarantineByHost(
	db: Db,
): Promise<{ readonly site: string; readonly mxHost: string; readonly readers: number }[]> {
	const rows = await db.$queryRaw<{ site: string; mxHost: string; n: bigint | number }[]>`
		SELECT "site", "mxHost", count(*) AS "n" FROM "quarantine" WHERE "decidedAt" IS NULL GROUP BY "site", "mxHost" ORDER BY 3 DESC`;
	return rows.map(({ site, mxHost, n }) => ({ site, mxHost, readers: Number(n) }));
}

/** Decides about the readers of one host: suppresses them after all, or lets them go. Answers how many. */
export async function decideQuarantine(db: Db, mxHost: string, decision: "applied" | "released", now: number): Promise<number> {
	const at = new Date(now);
	const [, decided] = await db.$transaction([
		decision === "applied"
			? db.$executeRaw`
				INSERT OR IGNORE INTO "suppression" ("subject", "reason", "detail", "campaignId", "createdAt")
				SELECT "subject", "reason", "detail", "campaignId", ${at} FROM "quarantine" WHERE "decidedAt" IS NULL AND "mxHost" = ${mxHost}`
			: db.$executeRaw`SELECT 1`,
		db.$executeRaw`UPDATE "quarantine" SET "decidedAt" = ${at}, "decision" = ${decision} WHERE "decidedAt" IS NULL AND "mxHost" = ${mxHost}`,
	]);
	return decided;
}
