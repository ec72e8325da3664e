// Grants and the history of the policy in the database. Rows are ended, never deleted: together with policy_change they are the log of who allowed what.
import { type Db, instant } from "../db/db.ts";
import type { PolicyGrant } from "./policy.ts";

export interface GrantRow extends PolicyGrant {
	readonly id: number;
	readonly by: string;
	readonly reason: string;
	readonly createdAt: number;
}

/** The grants in force, the oldest first. */
export async function readGrants(db: Db, gateway?: string): Promise<GrantRow[]> {
	const rows = await db.gatewayGrant.findMany({
		where: { endedAt: null, ...(gateway === undefined ? {} : { gateway }) },
		orderBy: { id: "asc" },
	});
	return rows.map((row) => ({
		id: row.id,
		gateway: row.gateway,
		subject: row.subject,
		by: row.grantedBy,
		reason: row.reason,
		createdAt: instant(row.createdAt) ?? 0,
	}));
}

/** Grants, and keeps that it was done. False: it is granted already. */
export async function grant(
	db: Db,
	of: { gateway: string; subject: string; by: string; reason: string; now: number },
): Promise<boolean> {
	const { gateway, subject, by, reason } = of;
	const at = new Date(of.now);
	const known = await db.gatewayGrant.findFirst({ where: { gateway, subject, endedAt: null } });
	if (known !== null) return false;
	await db.$transaction([
		db.gatewayGrant.create({ data: { gateway, subject, grantedBy: by, reason, createdAt: at } }),
		db.policyChange.create({
			data: { at, by, subject: `gateway ${gateway}`, before: "", after: `allowed ${subject}: ${reason}` },
		}),
	]);
	return true;
}

/** Ends a grant. False: there is none. */
export async function revoke(
	db: Db,
	of: { gateway: string; subject: string; by: string; reason: string; now: number },
): Promise<boolean> {
	const { gateway, subject, by, reason } = of;
	const at = new Date(of.now);
	const { count } = await db.gatewayGrant.updateMany({
		where: { gateway, subject, endedAt: null },
		data: { endedAt: at, endedBy: by },
	});
	if (count === 0) return false;
	await db.policyChange.create({
		data: {
			at,
			by,
			subject: `gateway ${gateway}`,
			before: `allowed ${subject}`,
			after: reason === "" ? "revoked" : `revoked: ${reason}`,
		},
	});
	return true;
}

export interface PolicyChangeRow {
	readonly at: number;
	readonly by: string;
	readonly subject: string;
	/** "" when there was nothing. */
	readonly before: string;
	/** "" when there is nothing any more. */
	readonly after: string;
}

/** The latest changes, the newest first. */
export async function policyHistory(db: Db, of: { subject?: string; limit: number }): Promise<PolicyChangeRow[]> {
	const rows = await db.policyChange.findMany({
		...(of.subject === undefined ? {} : { where: { subject: of.subject } }),
		orderBy: { id: "desc" },
		take: of.limit,
	});
	return rows.map(({ at, by, subject, before, after }) => ({ at: instant(at) ?? 0, by, subject, before, after }));
}

const KNOWN = "policy";

/** Compares the settings' policy with what was known last and keeps what differs. The first time everything is recorded. Answers the changes. */
export async function notePolicy(
	db: Db,
	facts: ReadonlyMap<string, string>,
	of: { by: string; now: number },
): Promise<readonly PolicyChangeRow[]> {
	const { by, now } = of;
	const row = await db.setting.findUnique({ where: { key: KNOWN } });
	const known = new Map<string, string>(row === null ? [] : Object.entries(JSON.parse(row.value) as Record<string, string>));
	const changes: PolicyChangeRow[] = [];
	for (const subject of new Set([...known.keys(), ...facts.keys()])) {
		const before = known.get(subject) ?? "";
		const after = facts.get(subject) ?? "";
		if (before !== after) changes.push({ at: now, by, subject, before, after });
	}
	if (changes.length === 0) return [];
	const value = JSON.stringify(Object.fromEntries(facts));
	const updatedAt = new Date(now);
	await db.$transaction([
		db.policyChange.createMany({ data: changes.map((change) => ({ ...change, at: updatedAt })) }),
		db.setting.upsert({ where: { key: KNOWN }, create: { key: KNOWN, value, updatedAt }, update: { value, updatedAt } }),
	]);
	return changes;
}
