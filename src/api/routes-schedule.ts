// The time of campaigns over HTTP: schedule, take back, what comes, series, and the calendar feed. Series are added on the command line: they name a folder.

import { z } from "zod";
import { calendarEntries, comingUp } from "../campaign/calendar.store.ts";
import { iCalendar } from "../campaign/calendar.ts";
import { countDeliveries, getCampaign } from "../campaign/campaign.store.ts";
import { campaignJson } from "../campaign/campaign-json.ts";
import { scheduleCampaign, timeTyped, unscheduleCampaign } from "../campaign/schedule.ts";
import { latestSeriesRuns, listSeries, type Series } from "../campaign/series.store.ts";
import { findSeries, pauseSeries, removeSeries, resumeSeries, upcomingRuns } from "../campaign/series.ts";
import { CAMPAIGN_STATES } from "../campaign/states.ts";
import { writtenWay } from "../campaign/way.file.ts";
import { fail } from "../errors.ts";
import { iso } from "./campaign-view.ts";
import type { ApiDeps } from "./deps.ts";
import { CAMPAIGN_ID, NOTHING, type Route, route } from "./route.ts";
import { CAMPAIGN, FINDING } from "./shapes.ts";

const tag = "schedule";
const time = z.iso.datetime();
const RUNS = 10;

const SERIES = z.object({
	id: z.number(),
	name: z.string(),
	folder: z.string(),
	lists: z.array(z.string()),
	cron: z.string(),
	zone: z.string(),
	createdAt: time,
	pausedAt: time.nullable(),
	next: z.array(time).describe("its next ten runs"),
});
const SERIES_NAME = z.object({ name: z.string().min(1).max(200).describe("name or number of the series") });

const COMING = z.object({
	kind: z.enum(["campaign", "run"]).describe("run: a run of a series of which no campaign is made yet"),
	at: time,
	zone: z.string(),
	name: z.string(),
	lists: z.array(z.string()),
	id: z.number().nullable(),
	state: z.enum(CAMPAIGN_STATES).nullable(),
	stateReason: z.string().nullable(),
	checkedAt: time.nullable(),
	passed: z.boolean().nullable().describe("how the last check ended"),
});

function seriesJson({ clock }: ApiDeps, series: Series) {
	const { id, name, folder, lists, cron, zone, createdAt, pausedAt } = series;
	const next = upcomingRuns(series, clock.now(), RUNS).map(iso);
	return { id, name, folder, lists, cron, zone, createdAt: iso(createdAt), pausedAt: iso(pausedAt), next };
}

async function short(deps: ApiDeps, id: number) {
	const campaign = await getCampaign(deps.db, id);
	const way = await writtenWay(campaign);
	return campaignJson(campaign, await countDeliveries(deps.db, id), { way, eta: null, problems: [] });
}

const change = (action: "pause" | "resume" | "remove", summary: string, of: typeof pauseSeries): Route =>
	route({
		method: "post",
		path: `/series/:name/${action}`,
		tag,
		summary,
		params: SERIES_NAME,
		input: NOTHING,
		output: z.object({ series: SERIES }),
		async handle({ deps, params }) {
			return { series: seriesJson(deps, await of(deps, params.name)) };
		},
	});

export const SCHEDULE_ROUTES: readonly Route[] = [
	route({
		method: "post",
		path: "/campaigns/:id/schedule",
		tag,
		summary: "Check it and start it at a time, or give it another time; 409 with the findings when a check fails",
		params: CAMPAIGN_ID,
		input: z.object({
			at: z.string().max(60).describe('local time in the zone: "2026-12-01 09:00", also with seconds or an offset'),
			zone: z.string().max(60).optional().describe("IANA name; that of the server unless given"),
			which: z.enum(["first", "second"]).optional().describe("of a time that comes twice because the clocks are set back"),
		}),
		output: z.object({ campaign: CAMPAIGN, findings: z.array(FINDING) }),
		async handle({ deps, params, input }) {
			const given = { zone: input.zone ?? null, now: deps.clock.now() };
			const at = timeTyped(input.at, input.which === undefined ? given : { ...given, which: input.which });
			const { scheduled, check } = await scheduleCampaign(deps, params.id, at);
			if (scheduled === null) {
				const failed = check.findings.filter((finding) => finding.level === "fail");
				const { name } = await getCampaign(deps.db, params.id);
				return fail(
					"schedule-refused",
					{ id: params.id, name, count: failed.length },
					{ findings: failed.map(({ subject, what, fix }) => ({ where: subject, what, ...(fix === "" ? {} : { fix }) })) },
				);
			}
			return { campaign: await short(deps, params.id), findings: check.findings };
		},
	}),
	route({
		method: "post",
		path: "/campaigns/:id/unschedule",
		tag,
		summary: "Take its time back: it is a draft again",
		params: CAMPAIGN_ID,
		input: NOTHING,
		output: z.object({ campaign: CAMPAIGN }),
		async handle({ deps, params }) {
			await unscheduleCampaign(deps, params.id);
			return { campaign: await short(deps, params.id) };
		},
	}),
	route({
		method: "get",
		path: "/coming",
		tag,
		summary: "What comes when: scheduled and blocked campaigns and the next runs of series, the soonest first",
		params: NOTHING,
		input: NOTHING,
		output: z.object({ coming: z.array(COMING) }),
		async handle({ deps }) {
			const coming = (await comingUp(deps.db, deps.clock.now())).map((one) => {
				const { kind, at, zone } = one;
				const common = { kind, at: iso(at), zone };
				if (one.kind === "run") {
					const { name, lists } = one.series;
					return { ...common, name, lists, id: null, state: null, stateReason: null, checkedAt: null, passed: null };
				}
				const { id, name, lists, state, stateReason, checked } = one.campaign;
				const check = { checkedAt: iso(checked?.at ?? null), passed: checked?.passed ?? null };
				return { ...common, name, lists, id, state, stateReason, ...check };
			});
			return { coming };
		},
	}),
	route({
		method: "get",
		path: "/calendar.ics",
		tag,
		summary: "The same as a calendar feed; for calendar programs also with ?key=…, as the page Calendar shows it",
		params: NOTHING,
		input: z.object({ key: z.string().max(200).optional().describe("opens this feed and nothing else") }),
		output: NOTHING,
		also: ["text/calendar"],
		async handle({ deps }) {
			const now = deps.clock.now();
			const text = iCalendar(await calendarEntries(deps.db, now), { name: "Wellsent", now });
			return new Response(text, { headers: { "content-type": "text/calendar; charset=utf-8" } });
		},
	}),
	route({
		method: "get",
		path: "/series",
		tag,
		summary: "Series, with their next runs",
		params: NOTHING,
		input: NOTHING,
		output: z.object({ series: z.array(SERIES) }),
		async handle({ deps }) {
			return { series: (await listSeries(deps.db)).map((series) => seriesJson(deps, series)) };
		},
	}),
	route({
		method: "get",
		path: "/series/:name",
		tag,
		summary: "One series, with what became of its last runs",
		params: SERIES_NAME,
		input: NOTHING,
		output: z.object({
			series: SERIES,
			runs: z.array(
				z.object({
					tick: time,
					campaign: z.object({ id: z.number(), name: z.string(), state: z.enum(CAMPAIGN_STATES) }).nullable(),
					outcome: z.string(),
					at: time,
				}),
			),
		}),
		async handle({ deps, params }) {
			const series = await findSeries(deps, params.name);
			const runs = await latestSeriesRuns(deps.db, series.id, 50);
			return {
				series: seriesJson(deps, series),
				runs: runs.map(({ tick, campaign, outcome, at }) => ({ tick: iso(tick), campaign, outcome, at: iso(at) })),
			};
		},
	}),
	change("pause", "Make no more campaigns of it; those that are made stay", pauseSeries),
	change("resume", "Go on; runs that came during the pause are not made up for", resumeSeries),
	change("remove", "End it; its campaigns stay", removeSeries),
];
