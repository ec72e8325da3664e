// What the calendar shows: campaigns that wait, that run, that have been, and the next runs of the series of which no campaign is made yet.
import type { Db } from "../db/db.ts";
import type { CalendarEntry } from "./calendar.ts";
import { type Campaign, listCampaigns } from "./campaign.store.ts";
import { factsOf, timeOf, waitingCampaigns } from "./schedule.store.ts";
import { listSeries, type Series } from "./series.store.ts";
import { upcomingRuns } from "./series.ts";
import { inZone } from "./zone-time.ts";

/** A campaign that comes, or a run of a series that will make one. The soonest first. */
export type Coming =
	| { readonly kind: "campaign"; readonly at: number; readonly zone: string; readonly campaign: Campaign }
	| { readonly kind: "run"; readonly at: number; readonly zone: string; readonly series: Series };

/** Runs shown of one series. */
const RUNS = 10;
const PAST_MS = 90 * 86_400_000;

export async function comingUp(db: Db, now: number, runsOfEach = RUNS): Promise<Coming[]> {
	const campaigns = (await waitingCampaigns(db)).map(
		(campaign): Coming => ({ kind: "campaign", at: campaign.scheduledAt ?? now, zone: campaign.zone ?? "UTC", campaign }),
	);
	const runs = (await listSeries(db))
		.filter((series) => series.pausedAt === null)
		.flatMap((series) =>
			upcomingRuns(series, Math.max(now, series.doneTo), runsOfEach).map(
				(at): Coming => ({ kind: "run", at, zone: series.zone, series }),
			),
		);
	return [...campaigns, ...runs].toSorted((a, b) => a.at - b.at);
}

/** Everything for the feed: what comes, what runs, and what went out in the last 90 days. */
export async function calendarEntries(db: Db, now: number): Promise<CalendarEntry[]> {
	const past = await db.campaign.findMany({
		where: { startedAt: { gt: new Date(now - PAST_MS) }, lists: { some: {} } },
		orderBy: { id: "desc" },
		select: { id: true },
		take: 500,
	});
	const begun = await listCampaigns(db, { ids: past.map(({ id }) => id), limit: 500 });
	return [
		...begun.map((campaign) => ({
			...about(campaign),
			start: campaign.startedAt ?? now,
			end: campaign.finishedAt ?? now,
			status: campaign.state === "cancelled" ? ("CANCELLED" as const) : ("CONFIRMED" as const),
		})),
		...(await comingUp(db, now)).map((one): CalendarEntry => {
			if (one.kind === "campaign") {
				const { campaign } = one;
				const eta = factsOf(campaign)?.eta ?? 0;
				const status = campaign.state === "blocked" ? "TENTATIVE" : "CONFIRMED";
				return { ...about(campaign), start: one.at, end: one.at + eta, status };
			}
			const { series } = one;
			return {
				uid: `series-${series.id}-${one.at}@wellsent`,
				start: one.at,
				end: one.at,
				title: series.name,
				text: `A run of the series "${series.name}" (${series.cron}) at ${inZone(one.at, one.zone)}, to ${series.lists.join(", ")}. Its campaign is not made yet.`,
				status: "TENTATIVE",
			};
		}),
	];
}

function about(campaign: Campaign): Pick<CalendarEntry, "uid" | "title" | "text"> {
	const { id, name, state, stateReason, subject, identity, lists } = campaign;
	const title = state === "scheduled" || state === "finished" ? name : `${name} (${state})`;
	const when = campaign.scheduledAt === null ? "" : `, planned for ${timeOf(campaign)}`;
	return {
		// A run of a series and the campaign made of it are the same entry.
		uid:
			campaign.seriesId === null || campaign.scheduledAt === null
				? `campaign-${id}@wellsent`
				: `series-${campaign.seriesId}-${campaign.scheduledAt}@wellsent`,
		title,
		text: [
			`Campaign ${id}: ${state}${stateReason === null ? "" : ` (${stateReason})`}${when}`,
			`Subject: ${subject}`,
			`From: ${identity}`,
			`Lists: ${lists.join(", ")}`,
		].join("\n"),
	};
}
