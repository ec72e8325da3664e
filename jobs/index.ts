// All jobs, and the one place where node-cron is used: UTC ticks, no run beside itself, one machine of several, a missed run made up for, stop waits for
// what runs. What a run is lies in run.ts; node-cron's own coordinator is not used, because the rows decide (and are the history, too).
import { parse, type ScheduledTask, schedule } from "node-cron";
import { nearest } from "../src/config/nearest.ts";
import { fail, textOf } from "../src/errors.ts";
import { endAbandoned, type JobDesk, type JobView, latestRuns } from "../src/log/job-run.store.ts";
import { checkBlacklists } from "./check-blacklists.ts";
import { checkWaitingCampaigns } from "./check-waiting-campaigns.ts";
import { digest } from "./digest.ts";
import type { Job, JobDeps } from "./job.ts";
import { makeSeriesCampaigns } from "./make-series-campaigns.ts";
import { preflight } from "./preflight.ts";
import { pruneAlerts } from "./prune-alerts.ts";
import { pruneJobs } from "./prune-jobs.ts";
import { pruneLog } from "./prune-log.ts";
import { isGone, runJob } from "./run.ts";
import { startDueCampaigns } from "./start-due-campaigns.ts";
import { tell } from "./tell.ts";
import { lastTick, nextTick } from "./ticks.ts";
import { watchDisk } from "./watch-disk.ts";
import { watchHolds } from "./watch-holds.ts";
import { watchRates } from "./watch-rates.ts";
import { watchStalled } from "./watch-stalled.ts";

export type { JobDeps } from "./job.ts";

export const JOBS: readonly Job[] = [
	startDueCampaigns,
	makeSeriesCampaigns,
	checkWaitingCampaigns,
	checkBlacklists,
	preflight,
	tell,
	watchHolds,
	watchRates,
	watchStalled,
	watchDisk,
	digest,
	pruneLog,
	pruneJobs,
	pruneAlerts,
];

export interface JobLog {
	info(facts: Readonly<Record<string, unknown>>, words: string): void;
	error(facts: Readonly<Record<string, unknown>>, words: string): void;
}

export interface RunningJobs extends JobDesk {
	/** Resolves when what an earlier process left behind is settled, and what was missed has been begun. */
	readonly ready: Promise<void>;
	/** The settings were read again: schedules that changed count from now on. */
	reschedule(): void;
	stop(): Promise<void>;
}

/** A job that is still running when the program stops is waited for so long. */
const STOP_PATIENCE_MS = 10_000;

/** Lists jobs and runs one by hand, without any schedule: for commands. */
export function createJobDesk(jobs: readonly Job[], deps: JobDeps): JobDesk {
	return {
		list: () => views(jobs, deps),
		async run(name, because) {
			const job = jobOf(jobs, name);
			return outcomeOf(job, await runJob(job, { plannedAt: null, because, deps }));
		},
	};
}

export function startJobs(jobs: readonly Job[], deps: JobDeps, log: JobLog): RunningJobs {
	const busy = new Map<string, ReturnType<typeof runJob>>();
	const said = new Map<string, string>();
	const tasks = new Map<string, { readonly expression: string; readonly task: ScheduledTask }>();
	let stopping = false;

	const runOnce = (job: Job, plannedAt: number | null, because: string): ReturnType<typeof runJob> => {
		const running = busy.get(job.name);
		if (running !== undefined) return running;
		const run = runJob(job, { plannedAt, because, deps })
			.then((end) => {
				if (end.kind === "failed")
					log.error({ job: job.name, error: end.outcome }, "a job failed; it runs again at its next time");
				if (end.kind === "done" && !(job.often === true && said.get(job.name) === end.outcome))
					log.info({ job: job.name, outcome: end.outcome }, "a job has run");
				if (end.kind !== "elsewhere") said.set(job.name, end.outcome);
				return end;
			})
			.finally(() => busy.delete(job.name));
		busy.set(job.name, run);
		return run;
	};
	const quietly = (job: Job, plannedAt: number | null, because: string) =>
		runOnce(job, plannedAt, because).catch((error) =>
			log.error({ job: job.name, error: textOf(error) }, "a job could not be run; it runs again at its next time"),
		);

	const reschedule = () => {
		if (stopping) return;
		for (const job of jobs) {
			const expression = job.schedule(deps.config);
			const known = tasks.get(job.name);
			if (known?.expression === expression) continue;
			void known?.task.destroy();
			tasks.delete(job.name);
			if (expression === null) continue;
			const options = { name: job.name, timezone: "UTC", noOverlap: true, suppressMissedWarning: true } as const;
			const task = schedule(expression, ({ date }) => quietly(job, wholeSecond(date.getTime()), "schedule"), options);
			// The event loop was busy, or the machine slept: late is better than not at all, once.
			task.on("execution:missed", ({ date }) => void quietly(job, wholeSecond(date.getTime()), "missed"));
			tasks.set(job.name, { expression, task });
		}
	};

	const settle = async () => {
		await endAbandoned(deps.db, isGone, deps.clock.now());
		const latest = await latestRuns(deps.db);
		for (const job of jobs) {
			const last = latest.get(job.name);
			const expression = job.schedule(deps.config);
			if (stopping || job.catchUp !== true || expression === null) continue;
			// A job that never ran has missed nothing: the installation is new, or the job is.
			if (last === undefined) {
				if (job.atFirst === true) void quietly(job, null, "first start");
				continue;
			}
			const tick = lastTick(parse(expression), deps.clock.now());
			if (tick !== null && last.plannedAt < tick) void quietly(job, tick, "missed");
			// It was under way when the process ended: that moment is used up, the work is not done.
			else if (last.ok === false && last.outcome.startsWith("the process ended")) void quietly(job, null, "missed");
		}
	};

	reschedule();
	const ready = settle().catch((error) => log.error({ error: textOf(error) }, "missed jobs could not be looked for"));
	return {
		ready,
		reschedule,
		list: () => views(jobs, deps),
		async run(name, because) {
			const job = jobOf(jobs, name);
			return outcomeOf(job, await runOnce(job, null, because));
		},
		async stop() {
			stopping = true;
			await Promise.all([...tasks.values()].map(({ task }) => task.destroy()));
			// node-cron's stop() returns at once, whatever still runs.
			await Promise.race([
				Promise.allSettled([ready, ...busy.values()]),
				new Promise((resolve) => setTimeout(resolve, STOP_PATIENCE_MS).unref()),
			]);
		},
	};
}

const wholeSecond = (at: number): number => Math.floor(at / 1_000) * 1_000;

function jobOf(jobs: readonly Job[], name: string): Job {
	const names = jobs.map((job) => job.name);
	const near = nearest(name, names);
	return (
		jobs.find((job) => job.name === name) ??
		fail("job-unknown", { name, hint: near === null ? `Jobs: ${names.join(", ")}.` : `Did you mean "${near}"?` })
	);
}

function outcomeOf(job: Job, end: Awaited<ReturnType<typeof runJob>>): string {
	switch (end.kind) {
		case "done":
			return end.outcome;
		case "failed":
			return fail("job-failed", { name: job.name, detail: end.outcome });
		case "elsewhere":
			return fail("job-running", { name: job.name });
	}
}

async function views(jobs: readonly Job[], { db, config, clock }: JobDeps): Promise<JobView[]> {
	const latest = await latestRuns(db);
	return jobs.map((job) => {
		const expression = job.schedule(config);
		return {
			name: job.name,
			purpose: job.purpose,
			schedule: expression,
			zone: "UTC" as const,
			last: latest.get(job.name) ?? null,
			next: expression === null ? null : nextTick(parse(expression), clock.now()),
		};
	});
}
