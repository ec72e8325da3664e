// Makes the campaigns of series some time before their runs.
import { makeCampaigns } from "../src/campaign/series.ts";
import type { Job } from "./job.ts";

export const makeSeriesCampaigns: Job = {
	name: "make-series-campaigns",
	schedule: () => "* * * * *",
	purpose: "makes the next campaigns of series, [schedule] make_ahead of their time; reports runs that were missed",
	catchUp: true,
	often: true,
	async run({ app }) {
		const { made, missed, troubles } = await makeCampaigns(app);
		const said = [
			made.length === 0 ? "" : `made ${made.join(", ")}`,
			missed === 0 ? "" : `${missed} runs missed`,
			...troubles.map(({ series, why }) => `${series}: ${why}`),
		].filter((part) => part !== "");
		return said.join("; ") || "nothing to make";
	},
};
