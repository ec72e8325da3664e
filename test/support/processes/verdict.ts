// What the receiving side's record and the sender's database say about each reader, side by side.
import type { Db } from "../../../src/db/db.ts";
import type { ArrivalRow, ConnectionRow } from "../../../src/sandbox/arrivals.ts";
import { type RecordedRow, readRecordFile } from "../../../src/sandbox/record.file.ts";

export interface Record {
	readonly arrivals: readonly Omit<ArrivalRow, "raw">[];
	readonly connections: readonly ConnectionRow[];
	/** Times each address's message came into its mailbox. */
	readonly accepted: ReadonlyMap<string, number>;
}

export function readRecord(file: string): Record {
	const rows = readRecordFile(file);
	const arrivals = rows.filter((row): row is Extract<RecordedRow, { kind: "arrival" }> => row.kind === "arrival");
	const connections = rows.filter((row): row is ConnectionRow => row.kind === "connection");
	const accepted = new Map<string, number>();
	for (const { to } of arrivals.filter((row) => row.accepted)) accepted.set(to, (accepted.get(to) ?? 0) + 1);
	return { arrivals, connections, accepted };
}

export interface Ended {
	readonly email: string;
	readonly state: string;
	readonly lastClass: string | null;
	/** Rows of its log by what they led to: "done", "doubt", "retry" … */
	readonly done: number;
	readonly doubt: number;
	readonly rows: number;
}

/** Every delivery of the campaign with what its log says. */
export async function endings(db: Db, campaign: number): Promise<Ended[]> {
	const rows = await db.$queryRaw<{ [Key in keyof Ended]: Ended[Key] | bigint }[]>`
		SELECT d."email" AS "email", d."state" AS "state", d."lastClass" AS "lastClass",
			coalesce(r."done", 0) AS "done", coalesce(r."doubt", 0) AS "doubt", coalesce(r."rows", 0) AS "rows"
		FROM "delivery" d LEFT JOIN (
			SELECT "deliveryId", sum("action" = 'done') AS "done", sum("action" = 'doubt') AS "doubt", count(*) AS "rows"
			FROM "response" WHERE "campaignId" = ${campaign} GROUP BY "deliveryId") r ON r."deliveryId" = d."id"
		WHERE d."campaignId" = ${campaign} ORDER BY d."id"`;
	return rows.map((row) => ({
		email: String(row.email),
		state: String(row.state),
		lastClass: row.lastClass === null ? null : String(row.lastClass),
		done: Number(row.done),
		doubt: Number(row.doubt),
		rows: Number(row.rows),
	}));
}

/** A small repeatable source of randomness (mulberry32), in [0, 1). */
export function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let t = Math.imul(state ^ (state >>> 15), 1 | state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
	};
}
