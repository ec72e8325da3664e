// Campaigns that wait for their time, in the database: which are due, started many at once, held, and how their last check ended.
import { type Db, instant } from "../db/db.ts";
import { appendAlerts, openAlerts } from "../log/alert.store.ts";
import { type Campaign, listCampaigns } from "./campaign.store.ts";
import type { CampaignCheck } from "./check.ts";
import type { CheckFinding } from "./finding.ts";
import { inZone } from "./zone-time.ts";

/** What is kept of a check, as JSON in campaign.checkFacts. */
export interface CheckFacts {
	/** Of folder, lists and settings (waiting-print.file.ts). */
	readonly print: string;
	/** What failed or was warned about. */
	readonly findings: readonly CheckFinding[];
	readonly readers: number;
	/** Milliseconds that the lanes need. */
	readonly eta: number;
	/** The copy of the folder that was made with it, shortly before the start; null: none yet. */
	readonly frozen: string | null;
}

/** Null: it was not checked, or what was kept cannot be read; then it is checked anew. */
export function factsOf(campaign: Campaign): CheckFacts | null {
	if (campaign.checked === null) return null;
	try {
		return JSON.parse(campaign.checked.facts) as CheckFacts;
	} catch {
		return null;
	}
}

/** `mark`: of everything it depends on, taken before the check; `frozen`: the copy made after it. */
export async function saveCheck(
	db: Db,
	id: number,
	check: CampaignCheck,
	mark: { readonly print: string; readonly frozen: string | null },
	now: number,
): Promise<void> {
	const facts: CheckFacts = {
		...mark,
		findings: check.findings.filter((finding) => finding.level !== "ok").slice(0, 50),
		readers: check.readers - check.suppressed,
		eta: check.eta,
	};
	await db.campaign.update({
		where: { id },
		data: { checkedAt: new Date(now), checkResult: check.passed ? "passed" : "failed", checkFacts: JSON.stringify(facts) },
	});
}

/** When the first scheduled campaign is due; null: none is scheduled. One step in an index. */
export async function nextScheduled(db: Db): Promise<number | null> {
	const first = await db.campaign.findFirst({
		where: { state: "scheduled", scheduledAt: { not: null } },
		orderBy: { scheduledAt: "asc" },
		select: { scheduledAt: true },
	});
	return instant(first?.scheduledAt);
}

/** Scheduled campaigns whose time has come, the earliest first. */
export async function dueCampaigns(db: Db, now: number): Promise<Campaign[]> {
	const due = await db.campaign.findMany({
		where: { state: "scheduled", scheduledAt: { lte: new Date(now) } },
		orderBy: [{ scheduledAt: "asc" }, { id: "asc" }],
		select: { id: true },
		take: 2_000,
	});
	return inOrder(db, due);
}

/** Campaigns that wait for their time, also those that are blocked, the soonest first. */
export async function waitingCampaigns(db: Db): Promise<Campaign[]> {
	const waiting = await db.campaign.findMany({
		where: { state: { in: ["scheduled", "blocked"] }, scheduledAt: { not: null } },
		orderBy: [{ scheduledAt: "asc" }, { id: "asc" }],
		select: { id: true },
		take: 10_000,
	});
	return inOrder(db, waiting);
}

/** Of one query: databases refuse it with too many. */
const PARAMETERS = 500;

async function inOrder(db: Db, ids: readonly { readonly id: number }[]): Promise<Campaign[]> {
	const rows: Campaign[] = [];
	for (let from = 0; from < ids.length; from += PARAMETERS) {
		const some = ids.slice(from, from + PARAMETERS).map(({ id }) => id);
		rows.push(...(await listCampaigns(db, { ids: some, limit: some.length })));
	}
	const byId = new Map(rows.map((row) => [row.id, row]));
	return ids.flatMap(({ id }) => byId.get(id) ?? []);
}

/**
 * Moves scheduled campaigns to running, all in one statement. A campaign that was started, rescheduled or cancelled meanwhile, by whatever process, is left as
 * it is: so none starts twice. Answers those that were started.
 */
export async function startScheduled(
	db: Db,
	list: readonly { readonly id: number; readonly scheduledAt: number; readonly frozen: string }[],
	now: number,
): Promise<number[]> {
	if (list.length === 0) return [];
	const rows = await db.$queryRaw<{ id: bigint | number }[]>`
		UPDATE "campaign" SET "state" = 'running', "stateReason" = NULL, "frozen" = j."frozen", "startedAt" = ${new Date(now)}
		FROM (SELECT value->>'id' AS "id", value->>'scheduledAt' AS "at", value->>'frozen' AS "frozen" FROM json_each(${JSON.stringify(list)})) AS j
		WHERE "campaign"."id" = j."id" AND "campaign"."state" = 'scheduled' AND "campaign"."scheduledAt" = j."at"
		RETURNING "campaign"."id" AS "id"`;
	return rows.map((row) => Number(row.id));
}

/** Scheduled to blocked, unless somebody moved it or its time meanwhile. */
export async function blockScheduled(db: Db, campaign: Campaign, reason: string): Promise<boolean> {
	const { count } = await db.campaign.updateMany({
		where: { id: campaign.id, state: "scheduled", scheduledAt: new Date(campaign.scheduledAt ?? 0) },
		data: { state: "blocked", stateReason: reason },
	});
	return count > 0;
}

/** Blocked to scheduled, for the time that it has. */
export async function unblockScheduled(db: Db, campaign: Campaign): Promise<boolean> {
	const { count } = await db.campaign.updateMany({
		where: { id: campaign.id, state: "blocked", scheduledAt: new Date(campaign.scheduledAt ?? 0) },
		data: { state: "scheduled", stateReason: null },
	});
	return count > 0;
}

/** What alerts about a campaign are filed under. */
export const alertSubject = (id: number): string => `campaign ${id}`;

/** 'campaign 12 "December"' */
export const named = (campaign: Pick<Campaign, "id" | "name">): string => `campaign ${campaign.id} "${campaign.name}"`;

/** "2026-12-01 09:00 Asia/Seoul"; "" when it has no time. */
export function timeOf(campaign: Pick<Campaign, "scheduledAt" | "zone">): string {
	return campaign.scheduledAt === null ? "" : inZone(campaign.scheduledAt, campaign.zone ?? "UTC");
}

/** Ends what was said of a campaign that was blocked or missed its time: somebody has decided about it, or it is well again. */
export async function endTroubles(db: Db, campaign: Pick<Campaign, "id" | "name">, words: string, now: number): Promise<void> {
	const subject = alertSubject(campaign.id);
	for (const [began, ended] of [
		["campaign-blocked", "campaign-unblocked"],
		["campaign-overdue", "campaign-on-time"],
	] as const) {
		const open = (await openAlerts(db, began, ended)).find((alert) => alert.subject === subject);
		if (open === undefined) continue;
		const text = `${named(campaign)} ${words}.`;
		await appendAlerts(db, [{ at: now, kind: ended, subject, since: open.since, text, facts: { campaign: campaign.id } }]);
	}
}
