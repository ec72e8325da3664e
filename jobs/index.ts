// All jobs, and the one place where node-cron is used: UTC ticks, no run beside itself, a missed run made up for, stop waits for what runs.
import { type ScheduledTask, schedule } from "node-cron";
import { textOf } from "../src/errors.ts";
import type { Job, JobDeps } from "./job.ts";
import { pruneLog } from "./prune-log.ts";

export const JOBS: readonly Job[] = [pruneLog];

export interface JobLog {
	info(facts: Readonly<Record<string, unknown>>, words: string): void;
	error(facts: Readonly<Record<string, unknown>>, words: string): void;
}

export interface RunningJobs {
	/** Runs one now, beside its schedule. Null when there is none of that name. */
	run(name: string): Promise<string> | null;
	stop(): Promise<void>;
}

/** A job that is still running when the program stops is waited for so long. */
const STOP_PATIENCE_MS = 10_000;

export function startJobs(jobs: readonly Job[], deps: JobDeps, log: JobLog): RunningJobs {
	const busy = new Map<string, Promise<string>>();
	const runOnce = (job: Job): Promise<string> => {
		const running = busy.get(job.name);
		if (running !== undefined) return running;
		const run = job
			.run(deps)
			.then((outcome) => {
				log.info({ job: job.name, outcome }, "a job has run");
				return outcome;
			})
			.finally(() => busy.delete(job.name));
		busy.set(job.name, run);
		return run;
	};
	const quietly = (job: Job) =>
		runOnce(job).catch((error) =>
			log.error({ job: job.name, error: textOf(error) }, "a job failed; it runs again at its next time"),
		);

	const tasks: ScheduledTask[] = jobs.map((job) => {
		const task = schedule(job.schedule(deps.config), () => quietly(job), { name: job.name, timezone: "UTC", noOverlap: true });
		// The event loop was busy, or the machine slept: late is better than not at all.
		task.on("execution:missed", () => void quietly(job));
		return task;
	});
	return {
		run(name) {
			const job = jobs.find((one) => one.name === name);
			return job === undefined ? null : runOnce(job);
		},
		async stop() {
			await Promise.all(tasks.map((task) => task.destroy()));
			// node-cron's stop() returns at once, whatever still runs.
			await Promise.race([
				Promise.allSettled(busy.values()),
				new Promise((resolve) => setTimeout(resolve, STOP_PATIENCE_MS).unref()),
			]);
		},
	};
}
