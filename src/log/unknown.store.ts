// Replies that no rule knows, counted, and a rule to begin with for each of them.
import { type Db, instant } from "../db/db.ts";

export interface UnknownReply {
	/** The text with addresses, numbers and names taken out. */
	readonly text: string;
	readonly stage: string;
	readonly code: number;
	readonly n: number;
	/** As it came last. */
	readonly example: string;
	readonly mxHost: string;
	readonly site: string;
	/** Milliseconds. */
	readonly firstAt: number;
	readonly lastAt: number;
}

/** The most frequent ones first. */
export async function unknownReplies(
	db: Db,
	of: { readonly site?: string; readonly since?: number; readonly limit: number },
): Promise<UnknownReply[]> {
	const rows = await db.unknownReply.findMany({
		where: {
			...(of.site === undefined ? {} : { site: of.site }),
			...(of.since === undefined ? {} : { lastAt: { gte: new Date(of.since) } }),
		},
		orderBy: [{ n: "desc" }, { lastAt: "desc" }],
		take: of.limit,
	});
	return rows.map((row) => ({ ...row, firstAt: instant(row.firstAt) ?? 0, lastAt: instant(row.lastAt) ?? 0 }));
}

/** The table is kept at this size: a server may say something new every time. */
const MOST_KEPT = 5_000;

/** Forgets the rarest and oldest ones beyond MOST_KEPT. Answers how many. */
export function pruneUnknown(db: Db): Promise<number> {
	return db.$executeRaw`
		DELETE FROM "unknown_reply" WHERE ("text", "stage", "code") IN (
			SELECT "text", "stage", "code" FROM "unknown_reply" ORDER BY "n" DESC, "lastAt" DESC LIMIT -1 OFFSET ${MOST_KEPT})`;
}
