// The addresses of the pages of alerts and jobs, and what their buttons do.
import type { Context, Hono } from "hono";
import { alertBoard } from "../alerts/board.store.ts";
import { acknowledge } from "../alerts/incident.store.ts";
import { mute, unmute } from "../alerts/mute.store.ts";
import { fail, WellsentError } from "../errors.ts";
import { isAlertKind } from "../log/alert-kinds.ts";
import { alertsPage, MUTE_DAYS } from "./alerts.ts";
import type { PageDeps } from "./deps.ts";
import { jobsPage } from "./jobs.ts";
import type { PageName } from "./layout.ts";
import type { Html, View } from "./parts.ts";

type Show = (
	context: Context,
	of: { title: string; page: PageName | null; live?: number },
	body: (view: View) => Html,
) => Promise<Response>;

const DAY_MS = 86_400_000;
/** Of those that are over. */
const PAST = 50;
/** Who presses buttons here: the one who may sign in. */
const BY = "dashboard";
const LONGEST_NOTE = 300;

export function alertPages(app: Hono, deps: PageDeps, show: Show): void {
	const { db, clock } = deps;
	app.get("/alerts", async (context) => {
		const board = await alertBoard(db, clock.now(), PAST);
		return show(context, { title: "Alerts", page: "alerts", live: 10 }, (view) => alertsPage(board, view));
	});
	app.post("/alerts/:id{[0-9]+}/ack", async (context) => {
		const note = field(await context.req.parseBody(), "note");
		await acknowledge(db, Number(context.req.param("id")), { by: BY, note: note === "" ? null : note, now: clock.now() });
		return context.redirect("/alerts", 303);
	});
	app.post("/alerts/mute", async (context) => {
		const form = await context.req.parseBody();
		const kind = field(form, "kind");
		if (!isAlertKind(kind)) fail("request-invalid", { detail: `there is no kind ${JSON.stringify(kind)}` });
		const days = MUTE_DAYS.find((n) => String(n) === field(form, "days")) ?? 1;
		const subject = field(form, "all") === "1" ? "*" : field(form, "subject");
		const now = clock.now();
		await mute(db, { kind, subject, until: now + days * DAY_MS, by: BY, reason: field(form, "reason"), createdAt: now });
		return context.redirect("/alerts", 303);
	});
	app.post("/alerts/mutes/:id{[0-9]+}/end", async (context) => {
		await unmute(db, Number(context.req.param("id")), clock.now());
		return context.redirect("/alerts", 303);
	});
	app.get("/jobs", async (context) => {
		const jobs = (await deps.jobs?.list()) ?? null;
		return show(context, { title: "Jobs", page: "jobs", live: 10 }, (view) => jobsPage(jobs, view));
	});
	app.post("/jobs/:name/run", async (context) => {
		await deps.jobs?.run(context.req.param("name"), BY).catch((error) => {
			// How it went is shown by the page.
			if (!(error instanceof WellsentError) || error.code !== "job-failed") throw error;
		});
		return context.redirect("/jobs", 303);
	});
}

function field(form: Readonly<Record<string, unknown>>, name: string): string {
	const value = form[name];
	return typeof value === "string" ? value.trim().slice(0, LONGEST_NOTE) : "";
}
