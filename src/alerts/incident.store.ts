// Incidents in the database: made from the rows that were appended, each row once. Rows, incidents and what is to be sent of them change in one
// transaction with the mark of how far was read, so that a crash neither loses an alert nor tells it twice.
import type { Clock } from "../clock.ts";
import { type Db, instant } from "../db/db.ts";
import { fail } from "../errors.ts";
import type { AlertLevel } from "../log/alert-kinds.ts";
import { isAlertKind, kindFacts } from "../log/alert-kinds.ts";
import { type Draft, decide, type Telling } from "./decide.ts";
import { atLeast, type Incident } from "./incident.ts";
import type { AlertMessage } from "./message.ts";
import { listMutes } from "./mute.store.ts";
import { addPosts } from "./post.store.ts";

/** How far the rows of table alert were read. */
const CURSOR = "alerts-read-to";
/** Rows of one evaluation. */
const STEP = 500;

export interface Evaluation {
	readonly rows: number;
	readonly messages: readonly AlertMessage[];
}

/** Reads what is new, and writes what follows from it. `channels`: names of those that are told; `least`: what is below that level is not sent. */
export async function evaluate(
	db: Db,
	of: { readonly channels: readonly string[]; readonly least: AlertLevel; readonly clock: Clock },
): Promise<Evaluation> {
	if (!(await isAnythingToDo(db))) return { rows: 0, messages: [] };
	return db.$transaction(async (inner) => {
		const tx = inner as unknown as Db;
		const now = of.clock.now();
		const rows = await tx.alert.findMany({ where: { id: { gt: await cursor(tx) } }, orderBy: { id: "asc" }, take: STEP });
		const { changed, tellings } = decide({
			open: await openIncidents(tx),
			rows: rows.map(({ at, since, facts, ...row }) => ({
				...row,
				at: instant(at) ?? 0,
				since: instant(since) ?? 0,
				facts: plain(facts),
			})),
			mutes: await listMutes(tx, now),
			now,
		});
		for (const draft of changed) await save(tx, draft);
		const messages = tellings.map((telling) => messageOf(telling, now));
		await addPosts(
			tx,
			messages.filter(({ level }) => atLeast(level, of.least)),
			of.channels,
			now,
		);
		const last = rows.at(-1);
		if (last !== undefined) await moveCursor(tx, last.id, now);
		return { rows: rows.length, messages };
	});
}

async function isAnythingToDo(db: Db): Promise<boolean> {
	const newest = await db.alert.findFirst({ orderBy: { id: "desc" }, select: { id: true } });
	if ((newest?.id ?? 0) > (await cursor(db))) return true;
	return (await db.incident.findFirst({ where: { recoveredAt: null }, select: { id: true } })) !== null;
}

async function cursor(db: Db): Promise<number> {
	return Number((await db.setting.findUnique({ where: { key: CURSOR } }))?.value ?? 0);
}

async function moveCursor(db: Db, id: number, now: number): Promise<void> {
	const value = { value: String(id), updatedAt: new Date(now) };
	await db.setting.upsert({ where: { key: CURSOR }, create: { key: CURSOR, ...value }, update: value });
}

/** Those that last, the oldest first. */
export async function openIncidents(db: Db): Promise<Incident[]> {
	return (await db.incident.findMany({ where: { recoveredAt: null }, orderBy: { id: "asc" } })).flatMap(fromRow);
}

/** Those that are over, the newest first. */
export async function pastIncidents(db: Db, of: { readonly limit: number; readonly since?: number }): Promise<Incident[]> {
	const rows = await db.incident.findMany({
		where: { recoveredAt: of.since === undefined ? { not: null } : { gte: new Date(of.since) } },
		orderBy: { id: "desc" },
		take: of.limit,
	});
	return rows.flatMap(fromRow);
}

/** From now on there are no reminders of it; its end is told all the same. Throws incident-unknown, incident-over. */
export async function acknowledge(
	db: Db,
	id: number,
	of: { readonly by: string; readonly note: string | null; readonly now: number },
): Promise<Incident> {
	const row = await db.incident.findUnique({ where: { id } });
	if (row === null) return fail("incident-unknown", { id });
	if (row.recoveredAt !== null) return fail("incident-over", { id, at: row.recoveredAt.toISOString() });
	const changed = await db.incident.update({
		where: { id },
		data: { acknowledgedAt: new Date(of.now), acknowledgedBy: of.by, ...(of.note === null ? {} : { note: of.note }) },
	});
	return fromRow(changed)[0] ?? fail("incident-unknown", { id });
}

/** Removes incidents that were over before `before`, posts and alert rows as old; rows of what is still open stay. Answers how many went. */
export async function pruneAlerts(db: Db, before: number): Promise<number> {
	const at = new Date(before);
	const read = await cursor(db);
	const [posts, incidents, rows] = await db.$transaction([
		db.alertPost.deleteMany({ where: { createdAt: { lt: at }, state: { not: "waiting" } } }),
		db.incident.deleteMany({ where: { recoveredAt: { lt: at } } }),
		db.$executeRaw`
			DELETE FROM "alert" WHERE "at" < ${at} AND "id" <= ${read}
			AND NOT EXISTS (SELECT 1 FROM "incident" i WHERE i."subject" = "alert"."subject" AND i."recoveredAt" IS NULL)`,
	]);
	return posts.count + incidents.count + rows;
}

async function save(db: Db, draft: Draft): Promise<void> {
	const { id, toldAt, ...rest } = draft;
	const date = (at: number | null) => (at === null ? null : new Date(at));
	const data = {
		...rest,
		since: new Date(rest.since),
		openedAt: new Date(rest.openedAt),
		lastAt: new Date(rest.lastAt),
		remindedAt: date(toldAt),
		recoveredAt: date(rest.recoveredAt),
		acknowledgedAt: date(rest.acknowledgedAt),
	};
	if (id === null) draft.id = (await db.incident.create({ data })).id;
	else await db.incident.update({ where: { id }, data });
}

function messageOf({ what, kind, level, incidents }: Telling, at: number): AlertMessage {
	return {
		what,
		kind,
		level,
		title: kindFacts(kind).title,
		at,
		text: "",
		incidents: incidents.map(({ incident, text }) => ({
			id: incident.id ?? 0,
			subject: incident.subject,
			level: incident.level,
			text,
			did: incident.did,
			todo: incident.todo,
			since: incident.since,
			times: incident.times,
			recoveredAt: incident.recoveredAt,
		})),
	};
}

type Row = NonNullable<Awaited<ReturnType<Db["incident"]["findUnique"]>>>;

/** Nothing for a kind that this version does not know. */
function fromRow(row: Row): Incident[] {
	const { kind } = row;
	if (!isAlertKind(kind)) return [];
	return [
		{
			id: row.id,
			kind,
			subject: row.subject,
			level: row.level as AlertLevel,
			text: row.text,
			did: row.did,
			todo: row.todo,
			since: instant(row.since) ?? 0,
			openedAt: instant(row.openedAt) ?? 0,
			lastAt: instant(row.lastAt) ?? 0,
			times: row.times,
			toldAt: instant(row.remindedAt),
			recoveredAt: instant(row.recoveredAt),
			acknowledgedAt: instant(row.acknowledgedAt),
			acknowledgedBy: row.acknowledgedBy,
			note: row.note,
		},
	];
}

function plain(text: string): Record<string, unknown> {
	try {
		return JSON.parse(text) as Record<string, unknown>;
	} catch {
		// A damaged row is told without its evidence rather than not at all.
		return {};
	}
}
