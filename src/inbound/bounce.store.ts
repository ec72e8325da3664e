// What a bounce does in the database, in one transaction: a row of the log, the delivery's new state, the reader's suppression or quarantine, the roll-ups.
// The ledger of MX hosts is left alone: nobody spoke to us.
import { type Db, Prisma } from "../db/db.ts";
import { addQuarantine } from "../log/quarantine.store.ts";
import { insertResponses } from "../log/response.store.ts";
import { REPORTED, type ResponseRow } from "../log/response.ts";
import { addRollUps } from "../log/roll-up.store.ts";
import { rollUp } from "../log/roll-up.ts";
import { addSoftEvidence, suppressAfterReports } from "../log/soft-evidence.store.ts";
import { type Bounce, replyLine } from "./bounce.ts";
import type { Taken, TakenBy } from "./doubt.ts";
import type { BounceVerdict } from "./judge-bounce.ts";

/** A delivery, and which MX host took it. */
export interface Sent {
	readonly id: number;
	readonly campaign: number;
	readonly contactId: number;
	readonly email: string;
	readonly domain: string;
	readonly state: string;
	readonly tries: number;
	/** Null: nobody did, or the log of that time is gone. */
	readonly taken: (TakenBy & { readonly route: string; readonly seq: number }) | null;
	readonly site: string;
}

/** The delivery of that id, or of a reader in a campaign; null when there is none (any more). */
export async function findSent(
	db: Db,
	of: { readonly deliveryId: number } | { readonly contactId: number; readonly campaignId: number },
): Promise<Sent | null> {
	const row = await db.delivery.findFirst({ where: "deliveryId" in of ? { id: of.deliveryId } : of });
	if (row === null) return null;
	// By the index on (email, id): the log has none on deliveries.
	const taken = await db.response.findFirst({
		where: { email: row.email, deliveryId: row.id, class: "accepted" },
		orderBy: { id: "desc" },
	});
	const { id, contactId, email, domain, state, tries } = row;
	return {
		id,
		campaign: row.campaignId,
		contactId,
		email,
		domain,
		state,
		tries,
		site: taken?.site ?? row.site ?? domain,
		taken:
			taken === null
				? null
				: { site: taken.site, source: taken.source, mxHost: taken.mxHost, route: taken.route, seq: taken.seq },
	};
}

/** True when this bounce of this try was recorded before. A delay that grows older says nothing new. */
export async function isRecorded(db: Db, sent: Sent, verdict: BounceVerdict): Promise<boolean> {
	const same = await db.response.findFirst({
		where: {
			email: sent.email,
			deliveryId: sent.id,
			attempt: sent.tries,
			rule: { startsWith: REPORTED },
			// After the end nothing else counts.
			OR: [{ action: { in: ["suppress", "end"] } }, ...(verdict.failed ? [] : [{ class: verdict.outcome.class }])],
		},
		select: { id: true },
	});
	return same !== null;
}

/** Messages of a site that each of its MX hosts took from a source since an instant (whole hours). */
export async function takenSince(db: Db, of: TakenBy, since: number): Promise<Taken> {
	const rows = await db.hostHour.groupBy({
		by: ["mxHost"],
		where: { site: of.site, source: of.source, class: "accepted", hour: { gte: new Date(since) } },
		_sum: { n: true },
	});
	return new Map(rows.map((row) => [row.mxHost, row._sum.n ?? 0]));
}

/** Records a bounce. `doubted`: the host that took the message is in doubt, so the reader goes into quarantine. */
export async function recordBounce(
	db: Db,
	of: {
		readonly sent: Sent;
		readonly bounce: Bounce;
		readonly verdict: BounceVerdict;
		readonly doubted: boolean;
		readonly now: number;
	},
): Promise<void> {
	const { sent, bounce, verdict, doubted, now } = of;
	const row = rowOf(sent, bounce, verdict, now);
	const text = replyLine(bounce.reply);
	const ends = verdict.failed && (sent.state === "delivered" || sent.state === "uncertain");
	// Hours are the ledger's.
	const sums = { ...rollUp([row], ends ? [{ row, state: "failed", text }] : []), hours: [] };
	await db.$transaction([
		insertResponses(db, [row]),
		...(ends ? [endDelivery(db, sent, verdict, text)] : []),
		...(ends && sent.state === "uncertain" ? [noLongerUncertain(db, sent)] : []),
		...(verdict.suppress ? [doubted ? quarantine(db, sent, text, now) : suppress(db, sent, text, now)] : []),
		...addRollUps(db, sums),
		...(verdict.soft === null
			? []
			: [
					...addSoftEvidence(db, [{ email: sent.email, class: verdict.soft, at: now, text, campaign: sent.campaign }]),
					suppressAfterReports(db, { ...sent, class: verdict.soft, now, text }),
				]),
	]);
}

function rowOf(sent: Sent, bounce: Bounce, { outcome }: BounceVerdict, now: number): ResponseRow {
	const { code, enhanced, text } = bounce.reply;
	return {
		at: now,
		deliveryId: sent.id,
		campaign: sent.campaign,
		to: sent.email,
		domain: sent.domain,
		site: sent.site,
		route: sent.taken?.route ?? "direct",
		source: sent.taken?.source ?? "",
		mxHost: bounce.host,
		mxAddress: "",
		port: 0,
		attempt: sent.tries,
		seq: (sent.taken?.seq ?? 0) + 1,
		stage: "body",
		code,
		enhanced,
		text,
		...outcome,
		tls: null,
		durationMs: 0,
		bytes: 0,
	};
}

/** `settledAt` stays: it says when the message left, and a campaign that is finished stays so. */
function endDelivery(db: Db, sent: Sent, { outcome }: BounceVerdict, text: string) {
	return db.$executeRaw`
		UPDATE "delivery" SET "state" = 'failed', "lastClass" = ${outcome.class}, "lastText" = ${text}
		WHERE "id" = ${sent.id} AND "state" = ${sent.state} AND "tries" = ${sent.tries}`;
}

/** It had been counted among the uncertain ones; one is taken off where it was. */
function noLongerUncertain(db: Db, sent: Sent) {
	return db.$executeRaw`
		UPDATE "failure_day" SET "uncertain" = "uncertain" - 1 WHERE rowid = (
			SELECT f.rowid FROM "failure_day" f JOIN "response" r ON r."email" = ${sent.email} AND r."deliveryId" = ${sent.id} AND r."class" = f."class"
				AND r."mxHost" = f."mxHost" AND r."rule" = f."rule" AND r."site" = f."site"
			WHERE f."campaignId" = ${sent.campaign} AND f."uncertain" > 0 ORDER BY r."id" DESC LIMIT 1)`;
}

function suppress(db: Db, sent: Sent, detail: string, now: number) {
	return db.$executeRaw`
		INSERT INTO "suppression" ("subject", "reason", "detail", "campaignId", "createdAt")
		VALUES (${sent.email}, 'invalid-recipient', ${`bounced: ${detail}`.slice(0, 500)}, ${sent.campaign}, ${new Date(now)})
		ON CONFLICT ("subject") DO NOTHING`;
}

function quarantine(db: Db, sent: Sent, detail: string, now: number) {
	const { site, source, mxHost } = sent.taken ?? { site: sent.site, source: "", mxHost: "" };
	const one = { subject: sent.email, reason: "invalid-recipient", detail: `bounced: ${detail}`.slice(0, 500) };
	return addQuarantine(db, [{ ...one, campaign: sent.campaign, site, source, mxHost, at: now }]);
}

/** Takes suppressions back that bounces of a host in doubt had made, and quarantines the readers. Answers how many. */
export async function takeBackBounced(
	db: Db,
	of: TakenBy & { readonly emails: readonly string[]; readonly since: number; readonly now: number },
): Promise<number> {
	const mine = Prisma.sql`"reason" = 'invalid-recipient' AND "detail" LIKE 'bounced: %' AND "createdAt" >= ${new Date(of.since)}
		AND "subject" IN (SELECT value FROM json_each(${JSON.stringify(of.emails)}))`;
	const [, removed] = await db.$transaction([
		db.$executeRaw`
			INSERT INTO "quarantine" ("subject", "reason", "detail", "campaignId", "site", "source", "mxHost", "createdAt")
			SELECT "subject", "reason", "detail", "campaignId", ${of.site}, ${of.source}, ${of.mxHost}, ${new Date(of.now)} FROM "suppression" WHERE ${mine}`,
		db.$executeRaw`DELETE FROM "suppression" WHERE ${mine}`,
	]);
	return removed;
}
