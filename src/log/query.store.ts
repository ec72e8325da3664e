// Reads the log of responses: by filter, and for one reader. Writing it is response.store.ts; how a row is printed is format.ts.
import { type Db, instant, Prisma } from "../db/db.ts";
import type { Action, ReplyClass, Scope, Stage } from "../replies/outcome.ts";
import { type LogFilter, probed, type Term, termsOf } from "./filter.ts";
import type { ResponseRow } from "./response.ts";

export { type FailureKey, type FailureRow, failuresBy } from "./failures.store.ts";
export type { LogFilter } from "./filter.ts";
export { hostJson, logCsv, logCsvHeader, logJson } from "./format.ts";
export { type HostRow, hostLedger } from "./ledger.store.ts";

export interface LoggedResponse extends ResponseRow {
	/** Grows with every row written; for `afterId`. */
	readonly id: number;
}

interface Row {
	id: bigint | number;
	at: unknown;
	deliveryId: bigint | number;
	campaignId: number;
	email: string;
	domain: string;
	site: string;
	route: string;
	source: string;
	mxHost: string;
	mxAddress: string;
	port: number;
	attempt: number;
	seq: number;
	stage: string;
	code: number;
	enhanced: string | null;
	text: string;
	class: string;
	scope: string;
	action: string;
	rule: string;
	tlsVersion: string | null;
	tlsCipher: string | null;
	tlsVerified: boolean | number | bigint | null;
	durationMs: number;
	bytes: number;
}

const LIMIT = 100;

/**
 * The rows that fit, in the order in which they were written: the newest `limit` of them, or with `afterId` the first `limit` after it.
 *
 * One index serves a query, so the filter that leaves the fewest rows must be the one that is looked up. The planner cannot know which that is (a campaign
 * of a million and a class that occurred twice look the same to it), so each is counted first, up to a cap. Measured on 1,000,000 rows: 1 to 6 ms
 * for what has an index. Domain, source and stage have none: alone, and fitting little, they read everything (170 ms for the million).
 */
export async function queryLog(db: Db, filter: LogFilter): Promise<LoggedResponse[]> {
	const terms = termsOf(filter);
	const candidates = terms.filter((term) => term.indexed);
	const best = candidates.length > 1 ? await mostSelective(db, candidates) : (candidates[0] ?? null);
	const following = filter.afterId !== undefined;
	const where = [
		...terms.map((term) => (term === best ? term.seek : term.test)),
		...(filter.afterId === undefined ? [] : [Prisma.sql`"id" > ${filter.afterId}`]),
	];
	const condition = where.length === 0 ? Prisma.empty : Prisma.sql`WHERE ${Prisma.join(where, " AND ")}`;
	// A time range is walked by time: backwards by id would read everything that was written after it.
	const order = following
		? Prisma.sql`"id"`
		: best?.name === "time" && filter.until !== undefined
			? Prisma.sql`"at" DESC, "id" DESC`
			: Prisma.sql`"id" DESC`;
	const rows = await db.$queryRaw<Row[]>`SELECT * FROM "response" ${condition} ORDER BY ${order} LIMIT ${filter.limit ?? LIMIT}`;
	return rows.map(fromRow).sort((a, b) => a.id - b.id);
}

async function mostSelective(db: Db, candidates: readonly Term[]): Promise<Term | null> {
	const counts = await db.$queryRaw<{ i: bigint | number; n: bigint | number }[]>(
		Prisma.sql`${Prisma.join(
			candidates.map((term, i) => probed(term, i)),
			" UNION ALL ",
		)}`,
	);
	const [fewest] = counts.map((row) => ({ i: Number(row.i), n: Number(row.n) })).sort((a, b) => a.n - b.n || a.i - b.i);
	return fewest === undefined ? null : (candidates[fewest.i] ?? null);
}

/** All that is known of one reader's mail, the newest `limit` responses, in their order. */
export function storyOf(db: Db, email: string, limit = LIMIT): Promise<LoggedResponse[]> {
	return queryLog(db, { to: email, limit });
}

function fromRow(row: Row): LoggedResponse {
	return {
		id: Number(row.id),
		at: instant(row.at) ?? 0,
		deliveryId: Number(row.deliveryId),
		campaign: row.campaignId,
		to: row.email,
		domain: row.domain,
		site: row.site,
		route: row.route,
		source: row.source,
		mxHost: row.mxHost,
		mxAddress: row.mxAddress,
		port: row.port,
		attempt: row.attempt,
		seq: row.seq,
		// Written by response.store.ts from these very unions.
		stage: row.stage as Stage,
		code: row.code,
		enhanced: row.enhanced,
		text: row.text,
		class: row.class as ReplyClass,
		scope: row.scope as Scope,
		action: row.action as Action,
		rule: row.rule,
		tls:
			row.tlsVersion === null
				? null
				: { version: row.tlsVersion, cipher: row.tlsCipher ?? "", verified: Boolean(Number(row.tlsVerified ?? 0)) },
		durationMs: row.durationMs,
		bytes: row.bytes,
	};
}
