// What servers say about readers that is not enough to suppress them at once, counted by days: one reply may be a mistake of that day, three days of it are not.
import { type Db, Prisma } from "../db/db.ts";
import type { ReplyClass } from "../replies/outcome.ts";
import { REPORTED } from "./response.ts";

/** Counted, and a reason to suppress after DAYS of it. A full mailbox is counted only: it is emptied some day. */
const TELLING: readonly ReplyClass[] = ["inactive-mailbox", "no-such-domain", "null-mx"];
const COUNTED: ReadonlySet<ReplyClass> = new Set([...TELLING, "mailbox-full"]);

/** On so many different days, with no acceptance between them. */
const DAYS = 3;

/** How one try of one delivery ended, as far as the reader is concerned. */
export interface SoftWord {
	readonly email: string;
	readonly class: ReplyClass;
	readonly at: number;
	readonly text: string;
	readonly campaign: number;
}

/** The statements that count a batch: evidence grows, an acceptance wipes it out, and enough of it suppresses. */
export function addSoftEvidence(db: Db, words: readonly SoftWord[]) {
	const said = words.filter((word) => COUNTED.has(word.class));
	const accepted = words.filter((word) => word.class === "accepted").map((word) => word.email);
	return [
		...(accepted.length === 0
			? []
			: [
					db.$executeRaw`DELETE FROM "soft_evidence" WHERE "email" IN (SELECT value FROM json_each(${JSON.stringify(accepted)}))`,
				]),
		...(said.length === 0 ? [] : [count(db, said), suppress(db, said)]),
	];
}

function count(db: Db, said: readonly SoftWord[]) {
	const list = JSON.stringify(said.map((one) => [one.email, one.class, one.at, one.text.slice(0, 300), one.campaign]));
	return db.$executeRaw`
		INSERT INTO "soft_evidence" ("email", "class", "days", "replies", "firstAt", "lastAt", "lastText", "campaignId")
		SELECT value->>0, value->>1, 1, 1, value->>2, value->>2, value->>3, value->>4 FROM json_each(${list}) WHERE true
		ON CONFLICT DO UPDATE SET
			"days" = "days" + (excluded."lastAt" / 86400000 > "lastAt" / 86400000), "replies" = "replies" + 1,
			"lastAt" = max("lastAt", excluded."lastAt"), "lastText" = excluded."lastText", "campaignId" = excluded."campaignId"`;
}

function suppress(db: Db, said: readonly SoftWord[]) {
	const emails = JSON.stringify(said.map((one) => one.email));
	return db.$executeRaw`
		INSERT OR IGNORE INTO "suppression" ("subject", "reason", "detail", "campaignId", "createdAt")
		SELECT "email", CASE WHEN "class" = 'inactive-mailbox' THEN 'inactive-mailbox' ELSE 'invalid-recipient' END,
			"class" || ' on ' || "days" || ' days: ' || "lastText", "campaignId", "lastAt"
		FROM "soft_evidence" WHERE "email" IN (SELECT value FROM json_each(${emails})) AND "days" >= ${DAYS} AND "class" IN (${Prisma.join([...TELLING])})`;
}

/**
 * The statement that suppresses a reader after bounces that came later by mail. Behind hosts that take everything and return it afterwards, every newsletter
 * is an acceptance first, which wipes out what addSoftEvidence counts; so the days are counted in the log, since the last delivery that did not come back.
 */
export function suppressAfterReports(
	db: Db,
	of: {
		readonly id: number;
		readonly contactId: number;
		readonly email: string;
		readonly campaign: number;
		readonly class: ReplyClass;
		readonly now: number;
		readonly text: string;
	},
) {
	if (!TELLING.includes(of.class)) return db.$executeRaw`SELECT 1`;
	const reason = of.class === "inactive-mailbox" ? "inactive-mailbox" : "invalid-recipient";
	return db.$executeRaw`
		INSERT INTO "suppression" ("subject", "reason", "detail", "campaignId", "createdAt")
		SELECT ${of.email}, ${reason}, 'bounced on ' || d."days" || ' days: ' || ${of.text.slice(0, 400)}, ${of.campaign}, ${new Date(of.now)}
		FROM (SELECT count(DISTINCT "at" / 86400000) AS "days" FROM "response"
			WHERE "email" = ${of.email} AND substr("rule", 1, ${REPORTED.length}) = ${REPORTED} AND "action" = 'end' AND "class" IN (${Prisma.join([...TELLING, "invalid-recipient"])})
				AND "at" > coalesce((SELECT max("settledAt") FROM "delivery" WHERE "contactId" = ${of.contactId} AND "state" = 'delivered' AND "id" <> ${of.id}), 0)) d
		WHERE d."days" >= ${DAYS}
		ON CONFLICT ("subject") DO NOTHING`;
}
