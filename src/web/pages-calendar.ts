// The addresses of the calendar, of the forms that give a campaign its time, and of the buttons of series.
import type { Context, Hono } from "hono";
import { comingUp } from "../campaign/calendar.store.ts";
import { getCampaign } from "../campaign/campaign.store.ts";
import { scheduleCampaign, timeTyped, unscheduleCampaign } from "../campaign/schedule.ts";
import { listSeries } from "../campaign/series.store.ts";
import { pauseSeries, resumeSeries, upcomingRuns } from "../campaign/series.ts";
import { WellsentError } from "../errors.ts";
import { calendarPage } from "./calendar.ts";
import type { PageDeps } from "./deps.ts";
import type { PageName } from "./layout.ts";
import type { Html, View } from "./parts.ts";

/** Of each series. */
const RUNS = 3;

type Show = (
	context: Context,
	of: { title: string; page: PageName | null; live?: number },
	body: (view: View) => Html,
) => Promise<Response>;

export function calendarPages(app: Hono, deps: PageDeps, show: Show): void {
	const { db, clock, guard } = deps;
	app.get("/calendar", async (context) => {
		const now = clock.now();
		const { origin } = new URL(context.req.url);
		const scheme = context.req.header("x-forwarded-proto") === "https" ? origin.replace(/^http:/, "https:") : origin;
		const facts = {
			coming: await comingUp(db, now, RUNS),
			series: (await listSeries(db)).map((series) => ({ series, next: upcomingRuns(series, now, 1)[0] ?? null })),
			feed: `${scheme}/api/v1/calendar.ics${guard.feedKey === null ? "" : `?key=${guard.feedKey}`}`,
			secret: guard.feedKey !== null,
		};
		return show(context, { title: "Calendar", page: "calendar", live: 30 }, (view) => calendarPage(facts, view));
	});
	app.post("/campaigns/:id{[0-9]+}/schedule", async (context) => {
		const id = Number(context.req.param("id"));
		const form = await context.req.parseBody();
		const which = form["which"] === "first" || form["which"] === "second" ? form["which"] : undefined;
		const given = { zone: text(form["zone"]), now: clock.now() };
		const time = timeTyped(text(form["at"]), which === undefined ? given : { ...given, which });
		const { scheduled, check } = await scheduleCampaign(deps, id, time);
		if (scheduled === null) {
			const failed = check.findings.filter((finding) => finding.level === "fail");
			const { name } = await getCampaign(db, id);
			throw new WellsentError(
				"schedule-refused",
				{ id, name, count: failed.length },
				{ findings: failed.map((one) => ({ where: one.subject, what: one.what, fix: one.fix })) },
			);
		}
		return context.redirect(`/campaigns/${id}`, 303);
	});
	app.post("/campaigns/:id{[0-9]+}/unschedule", async (context) => {
		const id = Number(context.req.param("id"));
		await unscheduleCampaign(deps, id);
		return context.redirect(`/campaigns/${id}`, 303);
	});
	app.post("/series/:id{[0-9]+}/:action{pause|resume}", async (context) => {
		const act = context.req.param("action") === "pause" ? pauseSeries : resumeSeries;
		await act(deps, context.req.param("id"));
		return context.redirect("/calendar", 303);
	});
}

const text = (value: unknown): string => (typeof value === "string" ? value.trim().slice(0, 100) : "");
