// Runs of jobs as rows. The row decides who runs: of several machines that reach the same moment one writes it, and none begins while another's row is open.
import { type Db, instant } from "../db/db.ts";

export interface JobRunRow {
	readonly name: string;
	/** Instants in milliseconds. */
	readonly plannedAt: number;
	readonly startedAt: number;
	/** Null while it runs. */
	readonly finishedAt: number | null;
	readonly ok: boolean | null;
	/** What it did, or why it failed. */
	readonly outcome: string;
	/** "schedule", "missed", or who asked for it. */
	readonly because: string;
	/** "host/pid" of the process. */
	readonly runner: string;
}

/** A job as people see it. */
export interface JobView {
	readonly name: string;
	readonly purpose: string;
	/** Null: off by the settings. */
	readonly schedule: string | null;
	readonly zone: "UTC";
	/** The run under way or the latest one. */
	readonly last: JobRunRow | null;
	readonly next: number | null;
}

/** What commands, API and pages do with jobs. */
export interface JobDesk {
	list(): Promise<readonly JobView[]>;
	/** Runs one now, in this process. Throws job-unknown, job-running, job-failed. Answers what it did. */
	run(name: string, because: string): Promise<string>;
}

/** A run that was begun so long ago and never ended is given up: its machine is gone. */
const ABANDONED_MS = 3_600_000;

/** Writes the row that allows a run. False: another process has that moment, or runs the job now. */
export async function claimRun(
	db: Db,
	run: Pick<JobRunRow, "name" | "plannedAt" | "startedAt" | "because" | "runner">,
): Promise<boolean> {
	const { name, because, runner } = run;
	const startedAt = new Date(run.startedAt);
	const gone = new Date(run.startedAt - ABANDONED_MS);
	const n = await db.$executeRaw`
		INSERT INTO "job_run" ("name", "plannedAt", "startedAt", "outcome", "because", "runner")
		SELECT ${name}, ${new Date(run.plannedAt)}, ${startedAt}, '', ${because}, ${runner}
		WHERE NOT EXISTS (SELECT 1 FROM "job_run" WHERE "name" = ${name} AND "finishedAt" IS NULL AND "startedAt" > ${gone})
		ON CONFLICT DO NOTHING`;
	return n > 0;
}

export async function finishRun(
	db: Db,
	run: Pick<JobRunRow, "name" | "plannedAt">,
	end: { readonly ok: boolean; readonly outcome: string; readonly at: number },
): Promise<void> {
	await db.jobRun.updateMany({
		where: { name: run.name, plannedAt: new Date(run.plannedAt) },
		data: { ok: end.ok, outcome: end.outcome, finishedAt: new Date(end.at) },
	});
}

/** The latest row of each job, by name. */
export async function latestRuns(db: Db): Promise<Map<string, JobRunRow>> {
	const rows = await db.$queryRaw<Stored[]>`
		SELECT * FROM "job_run" WHERE "id" IN (SELECT max("id") FROM "job_run" GROUP BY "name")`;
	return new Map(rows.map((row) => [row.name, fromRow(row)]));
}

/** Runs that were never ended, begun by processes of which `isGone` says so, are ended as failed. Answers their names. */
export async function endAbandoned(db: Db, isGone: (runner: string) => boolean, now: number): Promise<string[]> {
	const open = await db.jobRun.findMany({ where: { finishedAt: null } });
	const gone = open.filter((row) => isGone(row.runner) || now - (instant(row.startedAt) ?? 0) > ABANDONED_MS);
	await db.jobRun.updateMany({
		where: { id: { in: gone.map((row) => row.id) } },
		data: { ok: false, outcome: "the process ended before the job did", finishedAt: new Date(now) },
	});
	return gone.map((row) => row.name);
}

/** Rows kept of one job, the newest; and no row older than `keepMs`, but the newest of each. Answers how many went. */
export async function pruneRuns(
	db: Db,
	of: { readonly each: number; readonly keepMs: number; readonly now: number },
): Promise<number> {
	return db.$executeRaw`
		DELETE FROM "job_run" WHERE "id" IN (
			SELECT "id" FROM (SELECT "id", "startedAt", row_number() OVER (PARTITION BY "name" ORDER BY "id" DESC) AS "place" FROM "job_run")
			WHERE "place" > ${of.each} OR ("place" > 1 AND "startedAt" < ${new Date(of.now - of.keepMs)}))`;
}

interface Stored {
	name: string;
	plannedAt: unknown;
	startedAt: unknown;
	finishedAt: unknown;
	ok: unknown;
	outcome: string;
	because: string;
	runner: string;
}

function fromRow(row: Stored): JobRunRow {
	return {
		name: row.name,
		plannedAt: instant(row.plannedAt) ?? 0,
		startedAt: instant(row.startedAt) ?? 0,
		finishedAt: instant(row.finishedAt),
		ok: row.ok === null ? null : Boolean(Number(row.ok)),
		outcome: row.outcome,
		because: row.because,
		runner: row.runner,
	};
}
