// From a filter of the log to SQL conditions, each in two forms: one that an index may serve, and one that only tests. Pure: runs nothing.
import { Prisma } from "../db/db.ts";

/** What to look for; everything given must hold. Instants in milliseconds, `since` included, `until` not. */
export interface LogFilter {
	readonly campaign?: number;
	/** The reader's address, normalised. */
	readonly to?: string;
	/** Of the reader's address, lower case and ASCII. */
	readonly domain?: string;
	readonly site?: string;
	/** Name of the MX host. */
	readonly host?: string;
	readonly source?: string;
	readonly class?: string;
	readonly stage?: string;
	readonly since?: number;
	readonly until?: number;
	/** Rows at most; 100. */
	readonly limit?: number;
	/** Only rows written after that one. */
	readonly afterId?: number;
}

export interface Term {
	readonly name: string;
	/** An index of the table begins with its column. */
	readonly indexed: boolean;
	/** The condition as the index understands it. */
	readonly seek: Prisma.Sql;
	/**
	 * The condition on a row that another index has found. Where there is an index on (column, id) it is asked there and the row itself is not read: rows lie
	 * scattered over gigabytes, and reading 200,000 of them from a cold disk took 9 s where the index takes a tenth of one. Elsewhere the column, kept
	 * away from the planner by a unary plus, which changes no value and rules out its index (sqlite.org/optoverview, section 3).
	 */
	readonly test: Prisma.Sql;
}

/** Rows counted at most to learn how selective a filter is: reads a few pages of an index, under a millisecond. */
export const PROBE = 5_000;

/** The conditions of a filter, to be used on "response". Values are bound parameters, never text of the statement. */
export function termsOf(filter: LogFilter): Term[] {
	const terms: Term[] = [];
	const indexed = (name: string, column: string, value: string | number | undefined) => {
		if (value === undefined) return;
		const quoted = Prisma.raw(`"${column}"`);
		const index = Prisma.raw(`"response_${column}_id_idx"`);
		terms.push({
			name,
			indexed: true,
			seek: Prisma.sql`${quoted} = ${value}`,
			test: Prisma.sql`EXISTS (SELECT 1 FROM "response" AS x INDEXED BY ${index} WHERE x.${quoted} = ${value} AND x."id" = "response"."id")`,
		});
	};
	// In the order of preference when the counts do not tell them apart.
	indexed("to", "email", filter.to);
	indexed("domain", "domain", filter.domain);
	indexed("host", "mxHost", filter.host);
	indexed("class", "class", filter.class);
	indexed("stage", "stage", filter.stage);
	indexed("site", "site", filter.site);
	indexed("campaign", "campaignId", filter.campaign);
	const time = timeOf(filter);
	if (time !== null) terms.push(time);
	if (filter.source !== undefined) {
		const source = Prisma.sql`+"source" = ${filter.source}`;
		terms.push({ name: "source", indexed: false, seek: source, test: source });
	}
	return terms;
}

function timeOf({ since, until }: LogFilter): Term | null {
	if (since === undefined && until === undefined) return null;
	const range = (column: Prisma.Sql) =>
		Prisma.join(
			[
				...(since === undefined ? [] : [Prisma.sql`${column} >= ${new Date(since)}`]),
				...(until === undefined ? [] : [Prisma.sql`${column} < ${new Date(until)}`]),
			],
			" AND ",
		);
	return { name: "time", indexed: true, seek: range(Prisma.sql`"at"`), test: range(Prisma.sql`+"at"`) };
}

/** A statement that answers `i` and how many rows that term leaves, at most PROBE. */
export function probed(term: Term, i: number): Prisma.Sql {
	return Prisma.sql`SELECT ${i} AS "i", count(*) AS "n" FROM (SELECT 1 FROM "response" WHERE ${term.seek} LIMIT ${PROBE})`;
}
