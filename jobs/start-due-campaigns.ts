// Starts campaigns whose time has come. The daemon waits for the very second by itself (src/campaign/due-watch.ts); this is its second look, and for doing it by hand.
import { dueWords } from "../src/campaign/due-watch.ts";
import { startDue } from "../src/campaign/schedule-due.ts";
import type { Job } from "./job.ts";

export const startDueCampaigns: Job = {
	name: "start-due-campaigns",
	schedule: () => "* * * * *",
	purpose: "starts scheduled campaigns whose time has come; holds those that missed it by more than [schedule] grace",
	often: true,
	async run({ app, wake }) {
		const report = await startDue(app, { onStarted: wake });
		return dueWords(report) || "none is due";
	},
};
