// Reads how far a campaign has come. One pass over an index, no delivery is touched: about 100 ms for a million of them.
import { getCampaign } from "../campaign/campaign.store.ts";
import { quietHoursOf } from "../campaign/quiet.ts";
import { type Db, instant } from "../db/db.ts";
import type { CliApp } from "./ports.ts";
import { type Progress, type RateMeter, type SiteProgress, settledOf, timeLeft } from "./progress.ts";

interface Row {
	site: string | null;
	state: string;
	later: bigint | number;
	n: bigint | number;
	first: unknown;
	last: unknown;
}

/** The facts now; `meter` remembers earlier ones for the rates. Throws campaign-unknown. */
export async function readProgress(app: CliApp, id: number, meter: RateMeter): Promise<Progress> {
	const { db, clock } = app;
	const campaign = await getCampaign(db, id);
	const at = clock.now();
	const { sites, sending } = await siteProgress(db, id, at);
	const sum = (pick: (site: SiteProgress) => number) => sites.reduce((total, site) => total + pick(site), 0);
	const waiting = sum((site) => site.left + site.deferred);
	const counts = {
		total: sum((site) => site.total),
		queued: waiting - sending,
		sending,
		delivered: sum((site) => site.delivered),
		failed: sum((site) => site.failed),
		suppressed: sum((site) => site.suppressed),
		uncertain: sum((site) => site.uncertain),
		cancelled: sum((site) => site.cancelled),
	};
	const done = new Map(sites.map((site) => [site.site, settledOf(site)]));
	const rates = meter.add(at, new Map([...done, ["*", sum(settledOf)]]));
	const tries = sites.flatMap((site) => (site.nextTry === null ? [] : [site.nextTry]));
	const lasts = sites.flatMap((site) => (site.lastTry === null ? [] : [site.lastTry]));
	return {
		at,
		campaign: { id, name: campaign.name, state: campaign.state },
		counts,
		deferred: sum((site) => site.deferred),
		nextTry: tries.length === 0 ? null : Math.min(...tries),
		lastTry: lasts.length === 0 ? null : Math.max(...lasts),
		sites,
		rate: rates?.get("*") ?? null,
		siteRates: rates ?? new Map(),
		...timeLeft(
			sites,
			(site) => lanesTo(app, campaign.identity, site),
			at,
			{ campaign: id, priority: campaign.priority },
			quietHoursOf(app.config, campaign.identity),
		),
	};
}

/** An identity that was taken out of the settings has no lanes; the engine says so where it matters. */
export function lanesTo(app: CliApp, identity: string, site: string) {
	try {
		return app.lanesOf(identity, site);
	} catch {
		return [];
	}
}

/** By site, what has most left first. A queued delivery that is not due yet is one that waits for a later try. */
async function siteProgress(db: Db, id: number, now: number): Promise<{ sites: SiteProgress[]; sending: number }> {
	const rows = await db.$queryRaw<Row[]>`
		SELECT "site", "state", ("state" = 'queued' AND "dueAt" > ${new Date(now)}) AS "later", count(*) AS "n", min("dueAt") AS "first", max("dueAt") AS "last"
		FROM "delivery" WHERE "campaignId" = ${id} GROUP BY 1, 2, 3`;
	const sites = new Map<string, Mutable>();
	let sending = 0;
	for (const row of rows) {
		if (row.state === "sending") sending += Number(row.n);
		const name = row.site ?? "";
		const site = sites.get(name) ?? empty(name);
		sites.set(name, site);
		const n = Number(row.n);
		site.total += n;
		switch (row.state) {
			case "delivered":
			case "failed":
			case "uncertain":
			case "suppressed":
			case "cancelled":
				site[row.state] += n;
				break;
			default:
				if (Number(row.later) === 0) site.left += n;
				else {
					site.deferred += n;
					site.nextTry = instant(row.first);
					site.lastTry = instant(row.last);
				}
		}
	}
	const sorted = [...sites.values()].sort(
		(a, b) => b.left - a.left || b.deferred - a.deferred || b.total - a.total || (a.site < b.site ? -1 : 1),
	);
	return { sites: sorted, sending };
}

type Mutable = { -readonly [Key in keyof SiteProgress]: SiteProgress[Key] };

function empty(site: string): Mutable {
	const none = { total: 0, delivered: 0, failed: 0, uncertain: 0, suppressed: 0, cancelled: 0, left: 0, deferred: 0 };
	return { site, ...none, nextTry: null, lastTry: null };
}
