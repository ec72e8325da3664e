// Holds as rows: an identity that receivers do not believe, a campaign that a site does not want. Written by whoever judges, read at each look at the
// queue, ended by time, by success or by hand. Holds of lanes are read by lane-orders.store.ts.
import { type Db, instant } from "../db/db.ts";

/** Who holds (and ends) what a listing on a blacklist stops: heldBy and releasedBy of its rows. */
export const BLACKLIST = "blacklist";

export type HoldKind = "lane" | "host" | "identity" | "campaign-site";

export interface HoldRow {
	readonly id: number;
	readonly kind: HoldKind;
	/** "mta1/google", "@example.com", "12/google". */
	readonly subject: string;
	readonly reason: string;
	readonly class: string | null;
	/** Null: until a person releases it. Milliseconds. */
	readonly until: number | null;
	readonly createdAt: number;
	/** A person, or BLACKLIST; null: a rule of ours. Only where it is read. */
	readonly by?: string | null;
}

/** Places a hold. False: one is in force on the same subject already. */
export async function placeHold(db: Db, hold: Omit<HoldRow, "id">): Promise<boolean> {
	const { kind, subject, reason, class: name } = hold;
	const at = new Date(hold.createdAt);
	const until = hold.until === null ? null : new Date(hold.until);
	const n = await db.$executeRaw`
		INSERT INTO "hold" ("kind", "subject", "reason", "class", "until", "createdAt")
		SELECT ${kind}, ${subject}, ${reason}, ${name}, ${until}, ${at}
		WHERE NOT EXISTS (SELECT 1 FROM "hold" WHERE "releasedAt" IS NULL AND "kind" = ${kind} AND "subject" = ${subject} AND ("until" IS NULL OR "until" > ${at}))`;
	return n > 0;
}

/** The holds in force, of these kinds or of all. */
export async function holdsInForce(db: Db, now: number, kinds?: readonly HoldKind[]): Promise<HoldRow[]> {
	const rows = await db.hold.findMany({
		where: {
			releasedAt: null,
			OR: [{ until: null }, { until: { gt: new Date(now) } }],
			...(kinds === undefined ? {} : { kind: { in: [...kinds] } }),
		},
		orderBy: { id: "asc" },
	});
	return rows.map((row) => ({
		id: row.id,
		kind: row.kind as HoldKind,
		subject: row.subject,
		reason: row.reason,
		class: row.class,
		until: instant(row.until),
		createdAt: instant(row.createdAt) ?? 0,
		by: row.heldBy,
	}));
}

/** Ends holds in force: one by its number, or all that replies made on a subject. `by`: "success", or who did it. Answers how many. */
export async function releaseHolds(
	db: Db,
	which: { readonly id: number } | { readonly kind: HoldKind; readonly subject: string },
	by: string,
	now: number,
): Promise<number> {
	const { count } = await db.hold.updateMany({
		// One good reply says nothing against a hold that a person or the blacklist watch has placed.
		where: "id" in which ? { id: which.id, releasedAt: null } : { ...which, heldBy: null, releasedAt: null },
		data: { releasedAt: new Date(now), releasedBy: by },
	});
	return count;
}

/** The sites where a campaign must wait, and until when. */
export function heldSites(holds: readonly HoldRow[], campaign: number): ReadonlyMap<string, number | null> {
	const mine = holds.filter((hold) => hold.kind === "campaign-site" && hold.subject.startsWith(`${campaign}/`));
	return new Map(mine.map((hold) => [hold.subject.slice(hold.subject.indexOf("/") + 1), hold.until]));
}
