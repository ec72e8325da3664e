// What happened and somebody should know: appended, read, never changed. Telling people is alerts/.
import { type Db, instant } from "../db/db.ts";
import type { AlertKind } from "./alert-kinds.ts";

export interface AlertRow {
	/** Milliseconds. */
	readonly at: number;
	readonly kind: AlertKind;
	/** "mta1/mx3.example.test/192.0.2.3", "@example.com", "12/google". */
	readonly subject: string;
	/** When it began. */
	readonly since: number;
	readonly text: string;
	/** The evidence; plain data. */
	readonly facts: Readonly<Record<string, unknown>>;
	/** What Wellsent did about it. */
	readonly did?: string;
	/** What a person should do. */
	readonly todo?: string;
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
export async function openAlerts(db: Db, began: AlertKind, ended: AlertKind): Promise<AlertRow[]> {
	const rows = await db.$queryRaw<Stored[]>`
		SELECT "at", "kind", "subject", "since", "text", "facts", "did", "todo" FROM "alert"
		WHERE "id" IN (SELECT max("id") FROM "alert" WHERE "kind" IN (${began}, ${ended}) GROUP BY "subject") AND "kind" = ${began}`;
	return rows.map(fromRow);
}

/** The latest alerts, the newest first. */
export async function listAlerts(db: Db, limit: number): Promise<AlertRow[]> {
	const rows = await db.alert.findMany({ orderBy: { id: "desc" }, take: limit });
	return rows.map(fromRow);
}

interface Stored {
	at: unknown;
	kind: string;
	subject: string;
	since: unknown;
	text: string;
	facts: string;
	did: string;
	todo: string;
}

function fromRow(row: Stored): AlertRow {
	return {
		at: instant(row.at) ?? 0,
		kind: row.kind as AlertKind,
		subject: row.subject,
		since: instant(row.since) ?? 0,
		text: row.text,
		facts: JSON.parse(row.facts) as Record<string, unknown>,
		did: row.did,
		todo: row.todo,
	};
}
