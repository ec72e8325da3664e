// Forgets alerts that are long over.
import { pruneAlerts as prune } from "../src/alerts/incident.store.ts";
import type { Job } from "./job.ts";

const KEEP_MS = 365 * 86_400_000;

export const pruneAlerts: Job = {
	name: "prune-alerts",
	schedule: () => "27 3 * * *",
	purpose: "removes alerts that were over a year ago, and what was sent of them",
	async run({ db, clock }) {
		const rows = await prune(db, clock.now() - KEEP_MS);
		return rows === 0 ? "nothing was old enough" : `${rows} rows removed`;
	},
};
