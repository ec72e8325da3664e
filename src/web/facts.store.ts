// What the pages show, read from the database. Each question is answered by an index, except the ledger of hosts, which is kept for half a minute.
import type { Campaign, Counts } from "../campaign/campaign.store.ts";
import { countBySite, countDeliveries, listCampaigns } from "../campaign/campaign.store.ts";
import { type CampaignHold, holdsOn } from "../campaign/campaign-holds.store.ts";
import { type SiteTime, siteTimes } from "../campaign/eta.ts";
import { quietHoursOf, withQuiet } from "../campaign/quiet.ts";
import { instant } from "../db/db.ts";
import { activeRunner } from "../deliver/runner.store.ts";
import { savedLaneStates } from "../deliver/saved-lanes.store.ts";
import { type HostRow, hostLedger } from "../log/query.store.ts";
import type { LaneState } from "../throttle/lane-types.ts";
import type { PageDeps } from "./deps.ts";

export interface SiteFacts {
	readonly site: string;
	readonly counts: Counts;
	/** Queued ones that wait for a later try, and when the first of them is due. */
	readonly deferred: number;
	readonly nextTry: number | null;
	readonly time: SiteTime | null;
}

export interface CampaignFacts {
	readonly campaign: Campaign;
	readonly counts: Counts;
	readonly sites: readonly SiteFacts[];
	readonly deferred: number;
	/** Milliseconds that the lanes' limits ask for at least; 0 when nothing is left. */
	readonly left: number;
	/** What of it must wait, and why. */
	readonly holds: readonly CampaignHold[];
}

/** A campaign with its sites, those with most left first. */
export async function campaignFacts(deps: PageDeps, campaign: Campaign): Promise<CampaignFacts> {
	const { db, clock } = deps;
	const bySite = await countBySite(db, campaign.id);
	const rows = await db.$queryRaw<{ site: string | null; n: bigint | number; first: unknown }[]>`
		SELECT "site", count(*) AS "n", min("dueAt") AS "first" FROM "delivery"
		WHERE "campaignId" = ${campaign.id} AND "state" = 'queued' AND "dueAt" > ${new Date(clock.now())} GROUP BY "site"`;
	const later = new Map(rows.map((row) => [row.site ?? "", { deferred: Number(row.n), nextTry: instant(row.first) }]));
	const times = siteTimes(
		bySite.map(({ site, counts }) => ({
			site,
			messages: counts.queued + counts.sending,
			lanes: lanesOf(deps, campaign.identity, site),
			of: { campaign: campaign.id, priority: campaign.priority },
		})),
	);
	const sites = bySite.map(({ site, counts }) => ({
		site,
		counts,
		...(later.get(site) ?? { deferred: 0, nextTry: null }),
		time: times.find((one) => one.site === site) ?? null,
	}));
	const waiting = (one: SiteFacts) => one.counts.queued + one.counts.sending;
	return {
		campaign,
		counts: await countDeliveries(db, campaign.id),
		sites: sites.toSorted((a, b) => waiting(b) - waiting(a) || b.counts.total - a.counts.total),
		deferred: sites.reduce((sum, one) => sum + one.deferred, 0),
		left: withQuiet(quietHoursOf(deps.config, campaign.identity), clock.now(), times[0]?.ms ?? 0),
		holds: await holdsOn(deps, campaign),
	};
}

/** An identity that was taken out of the settings has no lanes. */
function lanesOf(deps: PageDeps, identity: string, site: string) {
	try {
		return deps.lanesOf(identity, site);
	} catch {
		return [];
	}
}

/** Campaigns that somebody may have to act on, and the newest of the others. */
export async function campaignsToShow(deps: PageDeps): Promise<{ active: Campaign[]; others: Campaign[] }> {
	const active = await listCampaigns(deps.db, { states: ["running", "paused", "blocked", "scheduled"], limit: 50 });
	const others = await listCampaigns(deps.db, { states: ["draft", "finished", "cancelled"], limit: 25 });
	return { active, others };
}

/** How many deliveries are in doubt, by campaign. */
export async function uncertainByCampaign(
	deps: PageDeps,
	campaigns: readonly Campaign[],
): Promise<{ campaign: Campaign; n: number }[]> {
	const ids = JSON.stringify(campaigns.map((campaign) => campaign.id));
	const rows = await deps.db.$queryRaw<{ id: bigint | number; n: bigint | number }[]>`
		SELECT j.value AS "id", (SELECT count(*) FROM "delivery" d WHERE d."campaignId" = j.value AND d."state" = 'uncertain') AS "n" FROM json_each(${ids}) j`;
	const counts = new Map(rows.map((row) => [Number(row.id), Number(row.n)]));
	return campaigns.map((campaign) => ({ campaign, n: counts.get(campaign.id) ?? 0 })).filter((one) => one.n > 0);
}

/** Does any process send from this database? */
export async function isSending(deps: PageDeps): Promise<boolean> {
	return deps.sendsItself?.() === true || (await activeRunner(deps.db, deps.clock)) !== null;
}

/** The lanes of this process, or as another one saved them last; those on hold first. */
export async function lanesNow(deps: PageDeps): Promise<LaneState[]> {
	const live = deps.lanes === undefined ? [] : [...deps.lanes()];
	const states = live.length > 0 ? live : await savedLaneStates(deps);
	return states.sort((a, b) => Number(b.hold !== null) - Number(a.hold !== null) || (a.key < b.key ? -1 : 1));
}

/** Adding up a million rows of the log takes two seconds of the one thread: every page that asks within this time shares one answer. */
const LEDGER_MS = 30_000;

/** The ledger of hosts since so many milliseconds ago, remembered for a while. */
export function createLedger(deps: PageDeps): (sinceMs: number | null) => Promise<readonly HostRow[]> {
	const kept = new Map<number | null, { readonly at: number; readonly rows: Promise<readonly HostRow[]> }>();
	return (sinceMs) => {
		const now = deps.clock.now();
		const known = kept.get(sinceMs);
		if (known !== undefined && now - known.at < LEDGER_MS) return known.rows;
		const rows = hostLedger(deps.db, sinceMs === null ? {} : { since: now - sinceMs });
		kept.set(sinceMs, { at: now, rows });
		rows.catch(() => kept.delete(sinceMs));
		return rows;
	};
}
