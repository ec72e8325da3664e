// What is known of the sizes that MX hosts take: what each announced, and what was refused as too large.
import { type Db, instant } from "../db/db.ts";

export interface HeardSize {
	readonly site: string;
	readonly mxHost: string;
	/** Bytes; a message of so many is taken as far as size goes. */
	readonly takes: number;
	/** How we know: its EHLO, or a refusal. */
	readonly by: "announced" | "refused";
	/** Milliseconds. */
	readonly at: number;
}

/** Older facts are not told: hosts come and go. */
const RECENT_MS = 90 * 24 * 3_600_000;

/** All that was heard lately, by site. */
export async function heardSizes(db: Db, now: number): Promise<readonly HeardSize[]> {
	const since = new Date(now - RECENT_MS);
	const announced = await db.$queryRaw<{ site: string; mxHost: string; takes: bigint | number; at: unknown }[]>`
		SELECT h."site" AS "site", m."host" AS "mxHost", min(m."sizeLimit") AS "takes", max(h."lastAt") AS "at"
		FROM "host_memory" m JOIN "host_hour" h ON h."mxHost" = m."host" AND h."mxAddress" = m."address"
		WHERE m."sizeLimit" IS NOT NULL AND h."hour" >= ${since} AND h."source" <> '' GROUP BY h."site", m."host"`;
	// "bytes" is what was handed over; a refusal at MAIL FROM has none, and speaks of an announced size anyway.
	const refused = await db.$queryRaw<{ site: string; mxHost: string; takes: bigint | number; at: unknown }[]>`
		SELECT "site", "mxHost", min("bytes") - 1 AS "takes", max("at") AS "at" FROM "response"
		WHERE "class" = 'too-big' AND "bytes" > 0 AND "code" >= 500 AND "stage" IN ('data', 'body') AND coalesce("enhanced", '') NOT LIKE '%.2.3'
			AND "at" >= ${since} AND "source" <> '' GROUP BY "site", "mxHost"`;
	const rows = (by: HeardSize["by"], list: typeof announced) =>
		list.map(({ site, mxHost, takes, at }) => ({ site, mxHost, takes: Number(takes), by, at: instant(at) ?? 0 }));
	return [...rows("announced", announced), ...rows("refused", refused)];
}
