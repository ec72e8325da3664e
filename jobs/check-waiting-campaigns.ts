// Checks campaigns that wait for their time. Looks every minute for what is due for a check: every [schedule] check_every, and at the times of check_before.
import { checkWaiting } from "../src/campaign/watch-waiting.ts";
import type { Job } from "./job.ts";

export const checkWaitingCampaigns: Job = {
	name: "check-waiting-campaigns",
	schedule: () => "* * * * *",
	purpose: "checks campaigns before their time ([schedule] check_every, check_before), blocks those that may not go, and says so",
	catchUp: true,
	often: true,
	async run({ app }) {
		const { waiting, checked, blocked, unblocked, troubles } = await checkWaiting(app);
		const said = [
			`${waiting} waiting, ${checked} checked`,
			blocked.length === 0 ? "" : `blocked ${blocked.join(", ")}`,
			unblocked.length === 0 ? "" : `scheduled again ${unblocked.join(", ")}`,
		]
			.filter((part) => part !== "")
			.join("; ");
		const [first] = troubles;
		// All others are done: now it may be said aloud.
		if (first !== undefined)
			throw new Error(`${said}; ${troubles.length} could not be checked, e.g. campaign ${first.id}: ${first.why}`);
		return said;
	},
};
