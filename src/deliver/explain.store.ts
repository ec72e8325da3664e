// What the database knows about one reader's mail, for explain.ts: the delivery in question, its campaign, what suppresses the reader, the holds in force.
import { type Db, instant, Prisma } from "../db/db.ts";
import type { KeptLane } from "./lane-state.store.ts";

export interface ExplainedDelivery {
	readonly id: number;
	readonly campaign: number;
	readonly campaignName: string;
	readonly campaignState: string;
	/** Why the campaign is in its state, in words, when somebody said so. */
	readonly campaignReason: string | null;
	readonly scheduledAt: number | null;
	readonly identity: string;
	readonly site: string | null;
	readonly state: string;
	/** Tries that counted. */
	readonly attempts: number;
	/** Instants, milliseconds. */
	readonly dueAt: number;
	readonly settledAt: number | null;
	readonly lastClass: string | null;
	readonly lastText: string | null;
	/** When the reader was sent a newsletter last, as far as the gap between two is kept. */
	readonly mailedAt: number | null;
}

/** A hold in force. */
export interface ExplainedHold {
	/** lane | host | identity | campaign-site */
	readonly kind: string;
	readonly subject: string;
	readonly reason: string;
	/** Milliseconds; null: until a person releases it. */
	readonly until: number | null;
}

interface DeliveryRow {
	id: bigint | number;
	campaignId: number;
	name: string;
	campaignState: string;
	stateReason: string | null;
	scheduledAt: unknown;
	identity: string;
	site: string | null;
	state: string;
	attempts: number;
	dueAt: unknown;
	settledAt: unknown;
	lastClass: string | null;
	lastText: string | null;
	mailedAt: unknown;
}

export interface ReaderFacts {
	/** False: nobody imported this address. */
	readonly known: boolean;
	readonly lists: readonly string[];
	/** The one that waits, of a running campaign first; else the newest; null: there was never one. */
	readonly delivery: ExplainedDelivery | null;
	readonly suppression: {
		readonly subject: string;
		readonly reason: string;
		readonly detail: string;
		readonly createdAt: number;
	} | null;
}

/** Reads what is known of a reader; `email` and `domain` as they are kept (normalised). */
export async function readReader(db: Db, email: string, domain: string): Promise<ReaderFacts> {
	const contact = await db.contact.findUnique({ where: { email }, select: { id: true, lists: { select: { list: true } } } });
	const suppressions = await db.suppression.findMany({ where: { subject: { in: [email, `@${domain}`] } } });
	const found = suppressions.find((one) => one.subject === email) ?? suppressions[0];
	return {
		known: contact !== null,
		lists: contact?.lists.map((member) => member.list.name) ?? [],
		delivery: contact === null ? null : await readDelivery(db, contact.id),
		suppression:
			found === undefined
				? null
				: {
						subject: found.subject,
						reason: found.reason,
						detail: found.detail,
						createdAt: instant(found.createdAt) ?? 0,
					},
	};
}

async function readDelivery(db: Db, contactId: number): Promise<ExplainedDelivery | null> {
	const rows = await db.$queryRaw<DeliveryRow[]>`
		SELECT d."id", d."campaignId", c."name", c."state" AS "campaignState", c."stateReason", c."scheduledAt", c."identity", d."site", d."state",
			d."attempts", d."dueAt", d."settledAt", d."lastClass", d."lastText",
			(SELECT m."at" FROM "last_mailed" m WHERE m."contactId" = d."contactId") AS "mailedAt"
		FROM "delivery" d JOIN "campaign" c ON c."id" = d."campaignId" WHERE d."contactId" = ${contactId}
		ORDER BY CASE WHEN d."state" IN ('queued', 'sending') THEN 0 ELSE 1 END, CASE c."state" WHEN 'running' THEN 0 ELSE 1 END,
			CASE WHEN d."state" IN ('queued', 'sending') THEN d."dueAt" END, d."id" DESC LIMIT 1`;
	const row = rows[0];
	if (row === undefined) return null;
	return {
		id: Number(row.id),
		campaign: row.campaignId,
		campaignName: row.name,
		campaignState: row.campaignState,
		campaignReason: row.stateReason,
		scheduledAt: instant(row.scheduledAt),
		identity: row.identity,
		site: row.site,
		state: row.state,
		attempts: row.attempts,
		dueAt: instant(row.dueAt) ?? 0,
		settledAt: instant(row.settledAt),
		lastClass: row.lastClass,
		lastText: row.lastText,
		mailedAt: instant(row.mailedAt),
	};
}

/** How many deliveries of its campaign and site are due before this one. Counts in the index. */
export async function countAhead(db: Db, delivery: ExplainedDelivery, now: number): Promise<number> {
	if (delivery.site === null) return 0;
	const due = new Date(Math.min(delivery.dueAt, now));
	const rows = await db.$queryRaw<{ n: bigint | number }[]>`
		SELECT count(*) AS "n" FROM "delivery" WHERE "campaignId" = ${delivery.campaign} AND "state" = 'queued' AND "site" = ${delivery.site}
			AND ("dueAt" < ${due} OR ("dueAt" = ${due} AND "id" < ${delivery.id}))`;
	return Number(rows[0]?.n ?? 0);
}

/** The holds in force on any of these subjects ("lane mta1/google" and so on). */
export async function holdsOn(
	db: Db,
	subjects: readonly { readonly kind: string; readonly subject: string }[],
	now: number,
): Promise<ExplainedHold[]> {
	const rows = await db.$queryRaw<{ kind: string; subject: string; reason: string; until: unknown }[]>`
		SELECT h."kind", h."subject", h."reason", h."until" FROM json_each(${JSON.stringify(subjects)}) j
		JOIN "hold" h ON h."releasedAt" IS NULL AND h."kind" = j.value->>'kind' AND h."subject" = j.value->>'subject'
		WHERE h."until" IS NULL OR h."until" > ${new Date(now)} ORDER BY h."id"`;
	return rows.map((row) => ({ kind: row.kind, subject: row.subject, reason: row.reason, until: instant(row.until) }));
}

/** The site that DNS named for a domain last, or null. */
export async function lastSiteOf(db: Db, domain: string): Promise<string | null> {
	return (await db.domainSite.findUnique({ where: { domain } }))?.site ?? null;
}

/** What is kept of the lanes to a site, and of the budgets that lanes share. */
export async function keptLanesOf(db: Db, keys: readonly string[]): Promise<KeptLane[]> {
	const rows = await db.$queryRaw<{ key: string; state: string; savedAt: unknown }[]>(Prisma.sql`
		SELECT "lane" AS "key", "state", "savedAt" FROM "lane_state"
		WHERE "lane" IN (SELECT value FROM json_each(${JSON.stringify(keys)})) OR ("lane" >= 'shared:' AND "lane" < 'shared;')`);
	return rows.map(({ key, state, savedAt }) => ({ key, state, savedAt: instant(savedAt) ?? 0 }));
}
