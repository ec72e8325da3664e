// The gap between two newsletters to one reader ([schedule] gap), kept in the queue itself: when one was handed over, what else waits for that reader is not due
// before the gap is over. Set-based, with the commit of the settlements; nothing of it runs while there is no gap. Notices and tests neither wait nor count.
import { type Db, instant, Prisma } from "../db/db.ts";
import type { Settlement } from "./settlement.ts";

/** Campaigns that the gap is about: newsletters to lists. */
const NEWSLETTER = Prisma.sql`SELECT c."id" FROM "campaign" c WHERE c."kind" = 'marketing' AND EXISTS (SELECT 1 FROM "campaign_list" l WHERE l."campaignId" = c."id")`;

/** Nobody is sent two things at the same moment: what the other one does to the gap is known when it has ended. */
export const NONE_ON_ITS_WAY = Prisma.sql`AND NOT EXISTS (SELECT 1 FROM "delivery" o WHERE o."contactId" = "delivery"."contactId" AND o."state" = 'sending')`;

/** What the transaction of a commit has besides; empty without a gap. A message that may have arrived counts. */
export function keepGap(db: Db, settlements: readonly Settlement[], gapMs: number): Prisma.PrismaPromise<number>[] {
	const sent = settlements
		.filter((one) => one.state === "delivered" || one.state === "uncertain")
		.map((one) => ({ d: one.deliveryId, t: one.at }));
	if (gapMs === 0 || sent.length === 0) return [];
	const list = JSON.stringify(sent);
	return [
		db.$executeRaw`
			INSERT INTO "last_mailed" ("contactId", "at")
			SELECT d."contactId", max(j.value->>'t') FROM json_each(${list}) j JOIN "delivery" d ON d."id" = j.value->>'d'
			WHERE d."campaignId" IN (${NEWSLETTER}) GROUP BY d."contactId"
			ON CONFLICT ("contactId") DO UPDATE SET "at" = max("at", excluded."at")`,
		db.$executeRaw`
			UPDATE "delivery" SET "dueAt" = m."at" + ${gapMs} FROM "last_mailed" m
			WHERE "delivery"."contactId" IN (SELECT d."contactId" FROM json_each(${list}) j JOIN "delivery" d ON d."id" = j.value->>'d')
				AND m."contactId" = "delivery"."contactId" AND "delivery"."state" = 'queued' AND "delivery"."dueAt" < m."at" + ${gapMs}
				AND "delivery"."campaignId" IN (${NEWSLETTER})`,
	];
}

/** Readers of a campaign who wait because another newsletter went to them, and until when the last of them does. */
export async function waitingForGap(
	db: Db,
	campaign: number,
	gapMs: number,
	now: number,
): Promise<{ readonly readers: number; readonly until: number | null }> {
	if (gapMs === 0) return { readers: 0, until: null };
	const rows = await db.$queryRaw<{ n: bigint | number; until: unknown }[]>`
		SELECT count(*) AS "n", max(d."dueAt") AS "until" FROM "delivery" d JOIN "last_mailed" m ON m."contactId" = d."contactId"
		WHERE d."campaignId" = ${campaign} AND d."state" = 'queued' AND d."dueAt" > ${new Date(now)} AND d."dueAt" = m."at" + ${gapMs}`;
	return { readers: Number(rows[0]?.n ?? 0), until: instant(rows[0]?.until) };
}
