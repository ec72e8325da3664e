// Looks whether our addresses and domains are on blacklists.
import { linksOfWaiting } from "../src/campaign/waiting-links.ts";
import { checkNow } from "../src/reputation/blacklist.ts";
import { sumUp } from "../src/reputation/blacklist-words.ts";
import type { Job } from "./job.ts";

export const checkBlacklists: Job = {
	name: "check-blacklists",
	schedule: (config) => config.blacklist.cron,
	purpose: "asks blacklists about our addresses, names, domains and links; holds what a critical listing concerns",
	catchUp: true,
	atFirst: true,
	async run(deps) {
		const report = await checkNow(deps, { links: await linksOfWaiting(deps) });
		if (report.opened.length + report.cleared.length > 0) deps.wake();
		return sumUp(report);
	},
};
