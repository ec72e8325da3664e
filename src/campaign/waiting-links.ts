// The hosts that stand in the links of campaigns on their way: the blacklist watch keeps an eye on them before readers' filters do.
import type { Clock } from "../clock.ts";
import { hostsOf } from "../compose/lint-links.ts";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import { WellsentError } from "../errors.ts";
import { listCampaigns } from "./campaign.store.ts";
import { prepareCampaign } from "./prepare.ts";

/** Campaigns looked at, the newest: more do not wait at the same time. */
const MOST = 50;

/** Of every campaign that is scheduled, blocked, running or paused. One that cannot be composed has no links that anybody will see. */
export async function linksOfWaiting(deps: {
	db: Db;
	config: Config;
	clock: Clock;
}): Promise<readonly { readonly campaign: number; readonly hosts: readonly string[] }[]> {
	const campaigns = await listCampaigns(deps.db, { states: ["scheduled", "blocked", "running", "paused"], limit: MOST });
	const found: { campaign: number; hosts: readonly string[] }[] = [];
	for (const campaign of campaigns) {
		try {
			const compiled = await prepareCampaign(deps, campaign, { strict: false });
			const hosts = hostsOf(compiled.parts.sources.html).filter((host) => /^[a-z0-9.-]+\.[a-z0-9-]+$/.test(host));
			if (hosts.length > 0) found.push({ campaign: campaign.id, hosts });
		} catch (error) {
			if (!(error instanceof WellsentError)) throw error;
		}
	}
	return found;
}
