// The suppressions in the database: added once and kept with their first reason, taken back, looked up.
// Does not judge replies, and does not touch the lists a reader is on.
import type { Clock } from "../clock.ts";
import type { Db } from "../db/db.ts";
import { fail } from "../errors.ts";
import { isSuppressionReason, parseSubject, type SuppressionReason } from "./suppression.ts";

export interface Suppression {
	readonly id: number;
	/** A normalised address, or "@domain". */
	readonly subject: string;
	readonly reason: SuppressionReason;
	readonly detail: string;
	readonly campaignId: number | null;
	/** Instant, milliseconds. */
	readonly createdAt: number;
}

export interface NewSuppression {
	readonly subject: string;
	readonly reason: SuppressionReason;
	/** The server's words, the file it came from, or who said so. */
	readonly detail: string;
	readonly campaignId?: number | null;
}

/** The words of a server may be long; the log has them in full. Characters. */
const DETAIL_MAX = 500;

/**
 * Suppresses an address or "@domain". Asked again it changes nothing: the first reason and date stay, since they are the evidence. Throws
 * suppression-subject.
 */
export async function addSuppression(db: Db, given: NewSuppression & { readonly clock: Clock }): Promise<"added" | "already"> {
	const found = parseSubject(given.subject);
	if ("problem" in found) return fail("suppression-subject", { subject: JSON.stringify(given.subject), detail: found.reason });
	const added = await addSuppressions(db, [{ ...given, subject: found.subject }], given.clock.now());
	return added === 1 ? "added" : "already";
}

/** The same for many, in one statement. Subjects must come from `parseSubject`. Answers how many were new. */
export async function addSuppressions(db: Db, given: readonly NewSuppression[], nowMs: number): Promise<number> {
	if (given.length === 0) return 0;
	const json = JSON.stringify(
		given.map((each) => [each.subject, each.reason, each.detail.slice(0, DETAIL_MAX), each.campaignId ?? null]),
	);
	return await db.$executeRaw`
		INSERT INTO "suppression" ("subject", "reason", "detail", "campaignId", "createdAt")
		SELECT j.value->>0, j.value->>1, j.value->>2, j.value->>3, ${new Date(nowMs)} FROM json_each(${json}) j WHERE true
		ON CONFLICT ("subject") DO NOTHING`;
}

/** Takes a suppression back: the reader can be mailed again, unless the domain is suppressed too. False when there was none. Throws suppression-subject. */
export async function removeSuppression(db: Db, given: string): Promise<boolean> {
	const found = parseSubject(given);
	if ("problem" in found) return fail("suppression-subject", { subject: JSON.stringify(given), detail: found.reason });
	const { count } = await db.suppression.deleteMany({ where: { subject: found.subject } });
	return count > 0;
}

/**
 * Suppressions in the order they were made. `after` is the id of the last one seen (0: from the beginning), `search` a part of the subject.
 */
export async function listSuppressions(
	db: Db,
	options: {
		readonly after?: number;
		readonly limit?: number;
		readonly reason?: SuppressionReason;
		readonly search?: string;
	} = {},
): Promise<Suppression[]> {
	const rows = await db.suppression.findMany({
		where: {
			id: { gt: options.after ?? 0 },
			...(options.reason === undefined ? {} : { reason: options.reason }),
			...(options.search === undefined ? {} : { subject: { contains: options.search.toLowerCase() } }),
		},
		orderBy: { id: "asc" },
		take: options.limit ?? 100,
	});
	return rows.map(fromRow);
}

/** How many there are, by reason. */
export async function countSuppressions(db: Db): Promise<{ total: number; byReason: Readonly<Record<string, number>> }> {
	const groups = await db.suppression.groupBy({ by: ["reason"], _count: { _all: true }, orderBy: { reason: "asc" } });
	const byReason = Object.fromEntries(groups.map((group) => [group.reason, group._count._all]));
	return { total: groups.reduce((sum, group) => sum + group._count._all, 0), byReason };
}

/** What suppresses this address, itself before its domain, or null when it may be mailed. What is no address is not suppressed. */
export async function suppressionOf(db: Db, email: string): Promise<Suppression | null> {
	const found = parseSubject(email);
	if ("problem" in found) return null;
	const domain = found.subject.slice(found.subject.lastIndexOf("@"));
	const rows = await db.suppression.findMany({ where: { subject: { in: [found.subject, domain] } } });
	const row = rows.find((each) => each.subject === found.subject) ?? rows[0];
	return row === undefined ? null : fromRow(row);
}

/** True when the address, or all of its domain, must not be mailed. */
export async function isSuppressed(db: Db, email: string): Promise<boolean> {
	return (await suppressionOf(db, email)) !== null;
}

function fromRow(row: {
	id: number;
	subject: string;
	reason: string;
	detail: string;
	campaignId: number | null;
	createdAt: Date;
}): Suppression {
	return {
		id: row.id,
		subject: row.subject,
		// Written by this file only, so another word means a newer version: shown as what a person decided, which nothing undoes by itself.
		reason: isSuppressionReason(row.reason) ? row.reason : "manual",
		detail: row.detail,
		campaignId: row.campaignId,
		createdAt: row.createdAt.getTime(),
	};
}
