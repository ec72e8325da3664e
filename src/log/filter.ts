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
	/** The same, kept away from the planner by a unary plus, which changes no value and rules out the index (sqlite.org/optoverview, section 3). */
	readonly test: Prisma.Sql;
}

/** Rows counted at most to learn how selective a filter is: reads a few pages of an index, under a millisecond. */
const PROBE = 5_000;

/** The conditions of a filter. Values are bound parameters, never text of the statement. */
export function termsOf(filter: LogFilter): Term[] {
	const terms: Term[] = [];
	const equals = (name: string, column: Prisma.Sql, value: string | number | undefined, indexed: boolean) => {
		if (value === undefined) return;
		terms.push({ name, indexed, seek: Prisma.sql`${column} = ${value}`, test: Prisma.sql`+${column} = ${value}` });
	};
	// In the order of preference when the counts do not tell them apart.
	equals("to", Prisma.sql`"email"`, filter.to, true);
	equals("host", Prisma.sql`"mxHost"`, filter.host, true);
	equals("class", Prisma.sql`"class"`, filter.class, true);
	equals("site", Prisma.sql`"site"`, filter.site, true);
	equals("campaign", Prisma.sql`"campaignId"`, filter.campaign, true);
	const time = timeOf(filter);
	if (time !== null) terms.push(time);
	equals("domain", Prisma.sql`"domain"`, filter.domain, true);
	equals("source", Prisma.sql`"source"`, filter.source, false);
	equals("stage", Prisma.sql`"stage"`, filter.stage, true);
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
