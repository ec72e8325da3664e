// Reads the log of responses: by filter, and for one reader. Writing it is response.store.ts; how a row is printed is format.ts.
import { type Db, instant, Prisma } from "../db/db.ts";
import type { Action, ReplyClass, Scope, Stage } from "../replies/outcome.ts";
import { type LogFilter, PROBE, probed, type Term, termsOf } from "./filter.ts";
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
 * of a million and a class that occurred twice look the same to it), so each is counted first, up to a cap; the others are asked in their own indexes.
 * Measured on 10,000,000 rows (bench/parts/audit.ts): 1 to 10 ms, and up to half a second where two large filters have little or nothing in common.
 * A source has no index of its own: one that the ledger has never heard of is not looked for in ten million rows.
 */
export async function queryLog(db: Db, filter: LogFilter): Promise<LoggedResponse[]> {
	const unheard = filter.source !== undefined && !(await spokeToHosts(db, filter.source));
	// Rows without a host (trouble with DNS) are not in the ledger, and are found by their own index.
	if (unheard && filter.host !== undefined && filter.host !== "") return [];
	const terms = termsOf(unheard ? { ...filter, host: "" } : filter);
	const candidates = terms.filter((term) => term.indexed);
	const best =
		candidates.length > 1
			? await mostSelective(db, candidates, filter.until !== undefined && filter.afterId === undefined)
			: (candidates[0] ?? null);
	const following = filter.afterId !== undefined;
	// Another index is walked: it need not go back further than the time that was asked for.
	const from = filter.since === undefined || best === null || best.name === "time" ? null : await firstId(db, filter.since);
	const where = [
		...terms.map((term) => (term === best ? term.seek : term.test)),
		...(filter.afterId === undefined ? [] : [Prisma.sql`"id" > ${filter.afterId}`]),
		...(from === null ? [] : [Prisma.sql`"id" >= ${from}`]),
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

/** Has a host ever answered that source, or been passed over? The ledger is written in the same transaction as the log and is kept longer. */
async function spokeToHosts(db: Db, source: string): Promise<boolean> {
	const rows = await db.$queryRaw<{ n: bigint | number }[]>`SELECT 1 AS "n" FROM "host_hour" WHERE "source" = ${source} LIMIT 1`;
	return rows.length > 0;
}

/** Ids are given in the order of writing, which is that of time but for what was in flight together (or recovered after a crash): so much room for it. */
const IN_FLIGHT = 5_000;
const ROOM = 20_000;

/** An id below which no row is as young as that instant; 0 when the log ends before it. */
async function firstId(db: Db, since: number): Promise<number> {
	const rows = await db.$queryRaw<{ id: bigint | number | null }[]>`
		SELECT min("id") AS "id" FROM (SELECT "id" FROM "response" WHERE "at" >= ${new Date(since)} ORDER BY "at" LIMIT ${IN_FLIGHT})`;
	return Math.max(0, Number(rows[0]?.id ?? 0) - ROOM);
}

async function mostSelective(db: Db, candidates: readonly Term[], until: boolean): Promise<Term | null> {
	const counts = await db.$queryRaw<{ i: bigint | number; n: bigint | number }[]>(
		Prisma.sql`${Prisma.join(
			candidates.map((term, i) => probed(term, i)),
			" UNION ALL ",
		)}`,
	);
	const [fewest] = counts.map((row) => ({ i: Number(row.i), n: Number(row.n) })).sort((a, b) => a.n - b.n || a.i - b.i);
	// All of them leave many rows: with an end in the past the walk begins there, not at the newest row.
	if (fewest !== undefined && fewest.n >= PROBE && until) return candidates.find((term) => term.name === "time") ?? null;
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
