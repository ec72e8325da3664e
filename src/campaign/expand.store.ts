// Turns lists into deliveries: one row a reader, in steps of set-based SQL that can be interrupted anywhere and carried on.
import { type Db, Prisma } from "../db/db.ts";

/** Readers of one step: about 100 ms of the one thread. */
const STEP = 5_000;

/**
 * Queues the next readers of a campaign's lists. A reader on several lists gets one delivery (never twice: unique contact × campaign); a suppressed
 * reader gets a row that says so; one who got another newsletter less than `gapMs` ago waits for the rest of it. Answers true when all are queued.
 */
export async function expandStep(db: Db, campaign: number, now: number, gapMs = 0): Promise<boolean> {
	const at = new Date(now);
	const rows = await db.$queryRaw<{ id: number }[]>`
		SELECT DISTINCT m."contactId" AS "id" FROM "list_member" m JOIN "campaign_list" c ON c."listId" = m."listId"
		WHERE c."campaignId" = ${campaign} AND m."contactId" > (SELECT "expandedTo" FROM "campaign" WHERE "id" = ${campaign})
		ORDER BY m."contactId" LIMIT ${STEP}`;
	const last = rows.at(-1)?.id;
	if (last === undefined) {
		await db.$executeRaw`UPDATE "campaign" SET "expandedAt" = ${at} WHERE "id" = ${campaign} AND "expandedAt" IS NULL`;
		return true;
	}
	await queueContacts(
		db,
		campaign,
		rows.map((row) => row.id),
		now,
		last,
		gapMs,
	);
	return false;
}

/** Queues certain readers, whatever lists they are on. `expandedTo`: how far the expansion has come with them. */
export async function queueContacts(
	db: Db,
	campaign: number,
	contacts: readonly number[],
	now: number,
	expandedTo: number | null,
	gapMs = 0,
): Promise<void> {
	const at = new Date(now);
	const due = gapMs === 0 ? Prisma.sql`${at}` : Prisma.sql`max(${at}, coalesce(m."at" + ${gapMs}, 0))`;
	const mailed = gapMs === 0 ? Prisma.empty : Prisma.sql`LEFT JOIN "last_mailed" m ON m."contactId" = c."id"`;
	await db.$transaction([
		db.$executeRaw`
			INSERT INTO "delivery" ("campaignId", "contactId", "email", "domain", "site", "state", "attempts", "tries", "dueAt", "queuedAt", "settledAt", "lastClass")
			SELECT ${campaign}, c."id", c."email", c."domain", s."site",
				CASE WHEN x."reason" IS NULL THEN 'queued' ELSE 'suppressed' END, 0, 0, ${due}, ${at},
				CASE WHEN x."reason" IS NULL THEN NULL ELSE ${at} END, NULL
			FROM "contact" c
			LEFT JOIN "domain_site" s ON s."domain" = c."domain" ${mailed}
			LEFT JOIN "suppression" x ON x."id" = (SELECT min("id") FROM "suppression" WHERE "subject" IN (c."email", '@' || c."domain"))
			WHERE c."id" IN (SELECT value FROM json_each(${JSON.stringify(contacts)})) ORDER BY c."id"
			ON CONFLICT ("contactId", "campaignId") DO NOTHING`,
		db.$executeRaw`UPDATE "campaign" SET "expandedTo" = ${expandedTo ?? 0} WHERE "id" = ${campaign} AND ${expandedTo === null ? Prisma.sql`1 = 0` : Prisma.sql`"expandedTo" < ${expandedTo}`}`,
	]);
}

/** Readers of a campaign's lists: how many there are, and how many of them are suppressed. */
export async function countReaders(db: Db, campaign: number): Promise<{ readonly readers: number; readonly suppressed: number }> {
	const rows = await db.$queryRaw<{ readers: bigint | number; suppressed: bigint | number }[]>`
		SELECT count(*) AS "readers", coalesce(sum(EXISTS (SELECT 1 FROM "suppression" WHERE "subject" IN (c."email", '@' || c."domain"))), 0) AS "suppressed"
		FROM "contact" c WHERE c."id" IN (
			SELECT m."contactId" FROM "list_member" m JOIN "campaign_list" l ON l."listId" = m."listId" WHERE l."campaignId" = ${campaign})`;
	return { readers: Number(rows[0]?.readers ?? 0), suppressed: Number(rows[0]?.suppressed ?? 0) };
}

/** How many readers each domain has. */
export async function countDomains(
	db: Db,
	campaign: number,
): Promise<{ readonly domain: string; readonly readers: number; readonly site: string | null }[]> {
	const rows = await db.$queryRaw<{ domain: string; n: bigint | number; site: string | null }[]>`
		SELECT c."domain" AS "domain", count(*) AS "n", (SELECT "site" FROM "domain_site" s WHERE s."domain" = c."domain") AS "site"
		FROM "contact" c WHERE c."id" IN (
			SELECT m."contactId" FROM "list_member" m JOIN "campaign_list" l ON l."listId" = m."listId" WHERE l."campaignId" = ${campaign})
		GROUP BY c."domain" ORDER BY "n" DESC, c."domain"`;
	return rows.map((row) => ({ domain: row.domain, readers: Number(row.n), site: row.site }));
}

/** Remembers which site serves each domain. */
export async function saveDomainSites(db: Db, sites: ReadonlyMap<string, string>, now: number): Promise<void> {
	if (sites.size === 0) return;
	await db.$executeRaw`
		INSERT INTO "domain_site" ("domain", "site", "resolvedAt") SELECT value->>0, value->>1, ${new Date(now)} FROM json_each(${JSON.stringify([...sites])}) WHERE true
		ON CONFLICT ("domain") DO UPDATE SET "site" = excluded."site", "resolvedAt" = excluded."resolvedAt"`;
}
