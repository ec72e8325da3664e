// What happened and somebody should know: appended, read, never changed. Telling people is alerts/.
import { type Db, instant } from "../db/db.ts";

export interface AlertRow {
	/** Milliseconds. */
	readonly at: number;
	readonly kind: string;
	/** "mta1/mx3.example.test/192.0.2.3", "@example.com", "12/google". */
	readonly subject: string;
	/** When it began. */
	readonly since: number;
	readonly text: string;
	/** The evidence; plain data. */
	readonly facts: Readonly<Record<string, unknown>>;
}

export async function appendAlerts(db: Db, alerts: readonly AlertRow[]): Promise<void> {
	if (alerts.length === 0) return;
	await db.alert.createMany({
		data: alerts.map(({ at, since, facts, ...alert }) => ({
			...alert,
			at: new Date(at),
			since: new Date(since),
			facts: JSON.stringify(facts),
		})),
	});
}

/** Subjects of which the last word is `began` and not `ended`, with the alert that said so. */
export async function openAlerts(db: Db, began: string, ended: string): Promise<AlertRow[]> {
	const rows = await db.$queryRaw<{ at: unknown; kind: string; subject: string; since: unknown; text: string; facts: string }[]>`
		SELECT "at", "kind", "subject", "since", "text", "facts" FROM "alert"
		WHERE "id" IN (SELECT max("id") FROM "alert" WHERE "kind" IN (${began}, ${ended}) GROUP BY "subject") AND "kind" = ${began}`;
	return rows.map(fromRow);
}

/** The latest alerts, the newest first. */
export async function listAlerts(db: Db, limit: number): Promise<AlertRow[]> {
	const rows = await db.alert.findMany({ orderBy: { id: "desc" }, take: limit });
	return rows.map(fromRow);
}

function fromRow(row: { at: unknown; kind: string; subject: string; since: unknown; text: string; facts: string }): AlertRow {
	return {
		at: instant(row.at) ?? 0,
		kind: row.kind,
		subject: row.subject,
		since: instant(row.since) ?? 0,
		text: row.text,
		facts: JSON.parse(row.facts) as Record<string, unknown>,
	};
}
