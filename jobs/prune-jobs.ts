// Keeps the list of runs short: what runs every few seconds would fill it.
import { pruneRuns } from "../src/log/job-run.store.ts";
import type { Job } from "./job.ts";

const EACH = 200;
const KEEP_MS = 90 * 86_400_000;

export const pruneJobs: Job = {
	name: "prune-jobs",
	schedule: () => "7 * * * *",
	purpose: `forgets old runs of jobs: ${EACH} of each are kept, for 90 days at most`,
	often: true,
	async run({ db, clock }) {
		const rows = await pruneRuns(db, { each: EACH, keepMs: KEEP_MS, now: clock.now() });
		return rows === 0 ? "nothing was old enough" : `${rows} runs forgotten`;
	},
};
