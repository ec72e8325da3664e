// A campaign as the API tells it: the fields of `wellsent campaign show --json`, and for one campaign its sites.

import { type Campaign, type Counts, countBySite, countDeferred, countDeliveries } from "../campaign/campaign.store.ts";
import { holdsOn } from "../campaign/campaign-holds.store.ts";
import { campaignJson } from "../campaign/campaign-json.ts";
import { type SiteTime, siteTimes } from "../campaign/eta.ts";
import { quietHoursOf, withQuiet } from "../campaign/quiet.ts";
import { writtenWay } from "../campaign/way.file.ts";
import { instant } from "../db/db.ts";
import { failuresBy } from "../log/query.store.ts";
import { CLASSES } from "../replies/classes.ts";
import { REPLY_CLASSES } from "../replies/outcome.ts";
import type { ApiDeps } from "./deps.ts";

export interface Problem {
	readonly kind: "state" | "hold" | "failed" | "uncertain" | "deferred";
	/** Class of the last replies; null when there was none. */
	readonly class: string | null;
	readonly deliveries: number;
	readonly what: string;
	readonly fix: string;
	readonly example: { readonly to: string; readonly text: string } | null;
}

/** Why readers were not reached, or not yet, the most frequent first. */
export async function problemsOf(
	deps: Pick<ApiDeps, "db" | "config" | "clock">,
	campaign: Campaign,
	counts: Counts,
): Promise<Problem[]> {
	const problems: Problem[] = [];
	if (campaign.stateReason !== null)
		problems.push({
			kind: "state",
			class: null,
			deliveries: 0,
			what: `${campaign.state}: ${campaign.stateReason}`,
			fix: campaign.state === "paused" ? `wellsent campaign resume ${campaign.id}` : "",
			example: null,
		});
	for (const { what, fix } of await holdsOn(deps, campaign))
		problems.push({ kind: "hold", class: null, deliveries: 0, what, fix, example: null });
	for (const kind of ["failed", "uncertain", "deferred"] as const) {
		if (counts[kind === "deferred" ? "queued" : kind] === 0) continue;
		for (const row of await failuresBy(deps.db, campaign.id, "class", kind)) {
			const name = REPLY_CLASSES.find((one) => one === row.key);
			problems.push({
				kind,
				class: row.key === "" ? null : row.key,
				deliveries: row.deliveries,
				what: name === undefined ? row.key : CLASSES[name].meaning.en,
				fix: name === undefined ? "" : CLASSES[name].advice.en,
				example: row.example,
			});
		}
	}
	return problems;
}

export interface CampaignView {
	readonly campaign: Campaign;
	readonly counts: Counts;
	readonly deferred: number;
	readonly sites: readonly { readonly site: string; readonly counts: Counts }[];
	readonly times: readonly SiteTime[];
	/** Instant at which the last message will have gone by the lanes' limits; null when nothing is being sent. */
	readonly eta: number | null;
	readonly problems: readonly Problem[];
	/** Route and group of its campaign.toml. */
	readonly way: Awaited<ReturnType<typeof writtenWay>>;
}

export async function viewOf(deps: ApiDeps, campaign: Campaign): Promise<CampaignView> {
	const counts = await countDeliveries(deps.db, campaign.id);
	const sites = await countBySite(deps.db, campaign.id);
	const times = siteTimes(
		sites.map(({ site, counts: of }) => ({
			site,
			messages: of.queued + of.sending,
			lanes: lanesOf(deps, campaign.identity, site),
			of: { campaign: campaign.id, priority: campaign.priority },
		})),
	);
	const now = deps.clock.now();
	const hours = quietHoursOf(deps.config, campaign.identity);
	const running = campaign.state === "running" && counts.queued + counts.sending > 0;
	const [last] = await deps.db.$queryRaw<{ at: unknown }[]>`
		SELECT max("dueAt") AS "at" FROM "delivery" WHERE "campaignId" = ${campaign.id} AND "state" = 'queued'`;
	return {
		campaign,
		counts,
		deferred: await countDeferred(deps.db, campaign.id),
		sites,
		times,
		// Not before the last of the later tries.
		eta: running ? Math.max(now + withQuiet(hours, now, times[0]?.ms ?? 0), instant(last?.at) ?? 0) : null,
		problems: await problemsOf(deps, campaign, counts),
		way: await writtenWay(campaign),
	};
}

/** An identity that is not in the settings any more has no lanes. */
function lanesOf(deps: ApiDeps, identity: string, site: string) {
	try {
		return deps.lanesOf(identity, site);
	} catch {
		return [];
	}
}

export function viewJson(view: CampaignView) {
	const { campaign, counts, eta, problems, sites, times, deferred, way } = view;
	return {
		...campaignJson(campaign, counts, { way, eta, problems }),
		deferred,
		sites: sites.map(({ site, counts: of }) => {
			const time = times.find((one) => one.site === site);
			return { site, counts: of, remainingMs: time?.ms ?? 0, limit: time?.limit ?? "" };
		}),
	};
}

export const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
