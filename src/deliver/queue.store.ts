// The queue in the database: claim, settle, give back, recover. Set-based SQL throughout: an ORM call a message costs more than sending it
// (createMany: 0.25 ms a row of the one thread; one JSON parameter: 0.02 ms).
import { type Db, instant, Prisma } from "../db/db.ts";
import { addQuarantine } from "../log/quarantine.store.ts";
import { insertResponses } from "../log/response.store.ts";
import { addRollUps } from "../log/roll-up.store.ts";
import { type Ending, rollUp } from "../log/roll-up.ts";
import { addSoftEvidence, type SoftWord } from "../log/soft-evidence.store.ts";
import { keepGap, NONE_ON_ITS_WAY } from "./gap.store.ts";
import type { ClaimedDelivery, Settlement } from "./settlement.ts";

interface ClaimRow {
	id: bigint | number;
	contactId: number;
	email: string;
	domain: string;
	attempts: number;
	tries: number;
	queuedAt: unknown;
	name: string | null;
	attributes: string | null;
	suppressed: bigint | number;
}

/** What comes back into the queue of a campaign that was cancelled meanwhile would stay there for ever. */
const CANCELLED = Prisma.sql`EXISTS (SELECT 1 FROM "campaign" c WHERE c."id" = "delivery"."campaignId" AND c."state" = 'cancelled')`;

/**
 * A greylisted delivery comes back from the same source: the server remembers (client, sender, recipient), and a new client begins anew. After so many
 * tries any source may have it: theirs may be out of use.
 */
const STAYS = 5;

/** Claims up to `limit` due deliveries of one campaign and site, the oldest first. A claimed delivery belongs to this process until it is settled. */
export async function claim(
	db: Db,
	what: {
		campaign: number;
		site: string;
		source: string;
		limit: number;
		now: number;
		runner: string;
		/** There is a gap between two newsletters to one reader. */
		gap?: boolean;
	},
): Promise<ClaimedDelivery[]> {
	const now = new Date(what.now);
	const rows = await db.$queryRaw<ClaimRow[]>`
		UPDATE "delivery" SET "state" = 'sending', "claimedBy" = ${what.runner}, "claimedAt" = ${now}, "tries" = "tries" + 1
		WHERE "id" IN (
			SELECT "id" FROM "delivery"
			WHERE "campaignId" = ${what.campaign} AND "state" = 'queued' AND "site" = ${what.site} AND "dueAt" <= ${now}
				AND ("stayWith" IS NULL OR "stayWith" = ${what.source} OR "attempts" > ${STAYS})
				${what.gap === true ? NONE_ON_ITS_WAY : Prisma.empty}
			ORDER BY "dueAt", "id" LIMIT ${what.limit})
		RETURNING "id", "contactId", "email", "domain", "attempts", "tries", "queuedAt",
			(SELECT "name" FROM "contact" WHERE "contact"."id" = "contactId") AS "name",
			(SELECT "attributes" FROM "contact" WHERE "contact"."id" = "contactId") AS "attributes",
			(SELECT count(*) FROM "suppression" WHERE "subject" IN ("delivery"."email", '@' || "delivery"."domain")) AS "suppressed"`;
	return rows
		.map((row) => ({
			id: Number(row.id),
			campaign: what.campaign,
			contactId: row.contactId,
			email: row.email,
			domain: row.domain,
			site: what.site,
			attempts: row.attempts,
			tries: row.tries,
			queuedAt: instant(row.queuedAt) ?? what.now,
			name: row.name,
			attributes: JSON.parse(row.attributes ?? "{}") as Record<string, string>,
			suppressed: Number(row.suppressed) > 0,
		}))
		.sort((a, b) => a.id - b.id);
}

/** Records rows and new states of many tries in one transaction. A try that is settled already is left alone, so settling twice is harmless. `gapMs`: gap.store.ts. */
export async function settle(db: Db, settlements: readonly Settlement[], gapMs = 0): Promise<void> {
	const states = JSON.stringify(
		settlements.map((one) => ({
			d: one.deliveryId,
			n: one.tries,
			s: one.state,
			t: one.at,
			a: one.attempts,
			c: one.lastClass,
			x: one.lastText,
			i: one.site,
			w: one.state === "queued" && lastHeard(one)?.class === "greylisted" ? lastHeard(one)?.source || null : null,
		})),
	);
	const suppress = settlements.flatMap((one) => (one.suppress === null ? [] : [{ ...one.suppress, at: one.at }]));
	const suppressions = suppress.filter((one) => one.doubted === undefined);
	const doubted = suppress.flatMap((one) => (one.doubted === undefined ? [] : [{ ...one, ...one.doubted, subject: one.email }]));
	const rows = settlements.flatMap((one) => one.rows);
	await db.$transaction([
		...(rows.length === 0 ? [] : [insertResponses(db, rows)]),
		db.$executeRaw`
			UPDATE "delivery" SET
				"state" = CASE WHEN j."s" = 'queued' AND ${CANCELLED} THEN 'cancelled' ELSE j."s" END, "attempts" = j."a", "claimedBy" = NULL, "claimedAt" = NULL,
				"dueAt" = CASE WHEN j."s" = 'queued' THEN j."t" ELSE "dueAt" END,
				"settledAt" = CASE WHEN j."s" = 'queued' AND NOT ${CANCELLED} THEN NULL ELSE j."t" END,
				"lastClass" = coalesce(j."c", "lastClass"), "lastText" = coalesce(j."x", "lastText"), "site" = coalesce(j."i", "site"), "stayWith" = j."w"
			FROM (SELECT value->>'d' AS "d", value->>'n' AS "n", value->>'s' AS "s", value->>'t' AS "t", value->>'a' AS "a",
				value->>'c' AS "c", value->>'x' AS "x", value->>'i' AS "i", value->>'w' AS "w" FROM json_each(${states})) AS j
			WHERE "delivery"."id" = j."d" AND "delivery"."state" = 'sending' AND "delivery"."tries" = j."n"`,
		...keepGap(db, settlements, gapMs),
		...(suppressions.length === 0 ? [] : [addSuppressions(db, suppressions)]),
		...(doubted.length === 0 ? [] : [addQuarantine(db, doubted)]),
		...addRollUps(db, rollUp(rows, settlements.flatMap(endingOf))),
		...addSoftEvidence(db, settlements.flatMap(softWordOf)),
	]);
}

const lastHeard = (one: Settlement) => one.rows.findLast((row) => row.class !== "skipped");

function endingOf(one: Settlement): Ending[] {
	const row = lastHeard(one);
	return row !== undefined && (one.state === "failed" || one.state === "uncertain")
		? [{ row, state: one.state, text: one.lastText ?? row.text }]
		: [];
}

function softWordOf(one: Settlement): SoftWord[] {
	const row = lastHeard(one);
	return row === undefined
		? []
		: [{ email: row.to, class: row.class, at: row.at, text: one.lastText ?? row.text, campaign: row.campaign }];
}

function addSuppressions(
	db: Db,
	list: readonly { email: string; reason: string; detail: string; campaign: number; at: number }[],
) {
	return db.$executeRaw`
		INSERT OR IGNORE INTO "suppression" ("subject", "reason", "detail", "campaignId", "createdAt")
		SELECT value->>'email', value->>'reason', value->>'detail', value->>'campaign', value->>'at' FROM json_each(${JSON.stringify(list)})`;
}

/** Gives claimed deliveries back as if they had never been claimed: the number of tries too. */
export async function unclaim(db: Db, ids: readonly number[]): Promise<void> {
	if (ids.length === 0) return;
	await db.$executeRaw`
		UPDATE "delivery" SET "state" = CASE WHEN ${CANCELLED} THEN 'cancelled' ELSE 'queued' END,
			"settledAt" = CASE WHEN ${CANCELLED} THEN "claimedAt" ELSE NULL END, "claimedBy" = NULL, "claimedAt" = NULL, "tries" = "tries" - 1
		WHERE "state" = 'sending' AND "id" IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
}

export interface DueSite {
	readonly site: string;
	/** When its first delivery is due. */
	readonly due: number;
}

/** The sites for which a campaign has queued deliveries. Jumps from site to site in the index: the cost is per site, not per delivery. */
export async function dueSites(db: Db, campaign: number): Promise<DueSite[]> {
	const rows = await db.$queryRaw<{ site: string; due: unknown }[]>`
		WITH RECURSIVE s("site") AS (
			SELECT min("site") FROM "delivery" WHERE "campaignId" = ${campaign} AND "state" = 'queued' AND "site" IS NOT NULL
			UNION ALL
			SELECT (SELECT min("site") FROM "delivery" WHERE "campaignId" = ${campaign} AND "state" = 'queued' AND "site" > s."site") FROM s WHERE s."site" IS NOT NULL)
		SELECT s."site" AS "site",
			(SELECT "dueAt" FROM "delivery" d WHERE d."campaignId" = ${campaign} AND d."state" = 'queued' AND d."site" = s."site" ORDER BY d."dueAt" LIMIT 1) AS "due"
		FROM s WHERE s."site" IS NOT NULL`;
	return rows.map((row) => ({ site: row.site, due: instant(row.due) ?? 0 }));
}

/** When the first queued delivery of a campaign and site is due; null: none is queued. */
export async function nextDue(db: Db, campaign: number, site: string): Promise<number | null> {
	const rows = await db.$queryRaw<{ due: unknown }[]>`
		SELECT "dueAt" AS "due" FROM "delivery" WHERE "campaignId" = ${campaign} AND "state" = 'queued' AND "site" = ${site} ORDER BY "dueAt" LIMIT 1`;
	return rows[0] === undefined ? null : (instant(rows[0].due) ?? 0);
}

/** Domains of queued deliveries that have no site yet. */
export async function domainsWithoutSite(db: Db, campaign: number, limit: number): Promise<string[]> {
	const rows = await db.$queryRaw<{ domain: string }[]>`
		SELECT DISTINCT "domain" FROM (SELECT "domain" FROM "delivery" WHERE "campaignId" = ${campaign} AND "state" = 'queued' AND "site" IS NULL LIMIT 5000) LIMIT ${limit}`;
	return rows.map((row) => row.domain);
}

/** Files queued deliveries under their sites, a bounded number at a time. Answers how many. */
export async function fileUnderSites(db: Db, campaign: number, sites: ReadonlyMap<string, string>): Promise<number> {
	const pairs = JSON.stringify([...sites].map(([domain, site]) => ({ domain, site })));
	return db.$executeRaw`
		UPDATE "delivery" SET "site" = j."site" FROM (SELECT value->>'domain' AS "domain", value->>'site' AS "site" FROM json_each(${pairs})) AS j
		WHERE "delivery"."domain" = j."domain" AND "delivery"."id" IN (
			SELECT "id" FROM "delivery" WHERE "campaignId" = ${campaign} AND "state" = 'queued' AND "site" IS NULL LIMIT 5000)`;
}

/** Deliveries that a process which is gone had claimed. */
export async function claimedBy(
	db: Db,
	runners: readonly string[] | "anybody",
): Promise<(ClaimedDelivery & { readonly claimedAt: number })[]> {
	const who =
		runners === "anybody"
			? Prisma.empty
			: Prisma.sql`AND "claimedBy" IN (SELECT value FROM json_each(${JSON.stringify(runners)}))`;
	const rows = await db.$queryRaw<(ClaimRow & { campaignId: number; site: string | null; claimedAt: unknown })[]>`
		SELECT "id", "campaignId", "contactId", "email", "domain", "site", "attempts", "tries", "queuedAt", "claimedAt" FROM "delivery" WHERE "state" = 'sending' ${who}`;
	return rows.map((row) => ({
		id: Number(row.id),
		campaign: row.campaignId,
		contactId: row.contactId,
		email: row.email,
		domain: row.domain,
		site: row.site ?? row.domain,
		attempts: row.attempts,
		tries: row.tries,
		queuedAt: instant(row.queuedAt) ?? 0,
		claimedAt: instant(row.claimedAt) ?? 0,
		name: null,
		attributes: {},
		suppressed: false,
	}));
}

/** Is anything of a campaign queued or being sent? */
export async function hasPending(db: Db, campaign: number): Promise<boolean> {
	const rows = await db.$queryRaw<{ n: number }[]>`
		SELECT 1 AS "n" WHERE EXISTS (SELECT 1 FROM "delivery" WHERE "campaignId" = ${campaign} AND "state" = 'queued')
			OR EXISTS (SELECT 1 FROM "delivery" WHERE "campaignId" = ${campaign} AND "state" = 'sending')`;
	return rows.length > 0;
}
