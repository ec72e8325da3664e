// One run of one job: the row that allows it, the work, how it ended, and the alert when a job begins to fail or works again.
import { hostname } from "node:os";
import { textOf } from "../src/errors.ts";
import { appendAlerts, openAlerts } from "../src/log/alert.store.ts";
import { claimRun, finishRun, latestRuns } from "../src/log/job-run.store.ts";
import type { Job, JobDeps } from "./job.ts";

export type RunEnd =
	| { readonly kind: "done"; readonly outcome: string }
	| { readonly kind: "failed"; readonly outcome: string }
	/** Another process has that moment, or runs the job now. */
	| { readonly kind: "elsewhere" };

/** Who runs jobs here: "host/pid". */
export const RUNNER = `${hostname()}/${process.pid}`;

/** True when that runner was a process of this machine which is no more. */
export function isGone(runner: string): boolean {
	const [host, pid] = runner.split("/");
	if (host !== hostname() || runner === RUNNER) return false;
	try {
		process.kill(Number(pid), 0);
		return false;
	} catch (error) {
		// EPERM: it lives, and belongs to somebody else.
		return !(error instanceof Error && "code" in error && error.code === "EPERM");
	}
}

/**
 * `plannedAt`: its moment, milliseconds; null: now, whatever was planned. `because`: "schedule", "missed", or who asked for it. What the work throws is an
 * answer; what the database throws is thrown.
 */
export async function runJob(
	job: Job,
	of: { readonly plannedAt: number | null; readonly because: string; readonly deps: JobDeps },
): Promise<RunEnd> {
	const { deps, because } = of;
	const { db, clock } = deps;
	const startedAt = clock.now();
	const plannedAt = of.plannedAt ?? Math.max(startedAt, ((await latestRuns(db)).get(job.name)?.plannedAt ?? 0) + 1);
	if (!(await claimRun(db, { name: job.name, plannedAt, startedAt, because, runner: RUNNER }))) return { kind: "elsewhere" };
	const end = await job.run(deps).then(
		(outcome): RunEnd & { readonly outcome: string } => ({ kind: "done", outcome }),
		(error): RunEnd & { readonly outcome: string } => ({ kind: "failed", outcome: textOf(error) }),
	);
	const at = clock.now();
	await finishRun(db, { name: job.name, plannedAt }, { ok: end.kind === "done", outcome: end.outcome, at });
	await tellChange(job, { ok: end.kind === "done", outcome: end.outcome, startedAt, at, asked: !PLANNED.has(because) }, deps);
	return end;
}

const PLANNED: ReadonlySet<string> = new Set(["schedule", "missed", "first start"]);

/** On change only. A run that a person asked for and that failed is told to that person. */
async function tellChange(
	job: Job,
	end: { ok: boolean; outcome: string; startedAt: number; at: number; asked: boolean },
	{ db }: JobDeps,
): Promise<void> {
	if (!end.ok && end.asked) return;
	const open = (await openAlerts(db, "job-failing", "job-working")).find((alert) => alert.subject === job.name);
	if (end.ok === (open === undefined)) return;
	const { at, outcome } = end;
	await appendAlerts(db, [
		open === undefined
			? {
					at,
					kind: "job-failing",
					subject: job.name,
					since: end.startedAt,
					text: `The job ${job.name} fails: ${outcome}`,
					did: "It is tried again at each of its times.",
					todo: `Remove the cause, then try it by hand: wellsent jobs run ${job.name}`,
					facts: { purpose: job.purpose, outcome },
				}
			: {
					at,
					kind: "job-working",
					subject: job.name,
					since: end.startedAt,
					text: `The job ${job.name} works again (it had failed since ${new Date(open.since).toISOString()}): ${outcome}`,
					facts: { outcome, failedSince: open.since },
				},
	]);
}
