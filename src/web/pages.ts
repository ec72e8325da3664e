// The dashboard: which address shows which page, who may see it, and what its buttons do. Works without JavaScript; nothing comes from elsewhere.
import { type Context, Hono } from "hono";
import { setCookie } from "hono/cookie";
import { html } from "hono/html";
import { secureHeaders } from "hono/secure-headers";
import { alertBoard } from "../alerts/board.store.ts";
import { cancelCampaign, pauseCampaign, resumeCampaign, retryCampaign, startCampaign } from "../campaign/actions.ts";
import { countDeliveries, getCampaign } from "../campaign/campaign.store.ts";
import { checkCampaign } from "../campaign/check.ts";
import { systemZone } from "../campaign/schedule.ts";
import { explainAddress } from "../deliver/explain.ts";
import { type ErrorCode, textOf, WellsentError } from "../errors.ts";
import { failuresBy, queryLog } from "../log/query.store.ts";
import { runPreflight, scopeOf } from "../reputation/preflight-run.ts";
import { campaignPage } from "./campaign.ts";
import { checkPage } from "./check.ts";
import type { PageDeps } from "./deps.ts";
import { explainPage } from "./explain.ts";
import { campaignFacts, campaignsToShow, createLedger, isSending, lanesNow, uncertainByCampaign } from "./facts.store.ts";
import { hostsPage, lanesPage, SPANS } from "./hosts.ts";
import { identitiesFacts } from "./identities.store.ts";
import { identitiesPage } from "./identities.ts";
import { layout, type PageName, plainPage } from "./layout.ts";
import { filterOf, logPage, readForm } from "./log.ts";
import { overviewPage } from "./overview.ts";
import { alertPages } from "./pages-alerts.ts";
import { blacklistPages } from "./pages-blacklists.ts";
import { calendarPages } from "./pages-calendar.ts";
import { gatewayPages } from "./pages-gateways.ts";
import type { Html, View } from "./parts.ts";
import { SCRIPT, STYLE } from "./style.ts";
import { languageOf, wordsOf } from "./words.ts";

/** The name of the sign-in cookie; the API reads the same one. */
const SESSION_COOKIE = "wellsent_session";
const DAY_MS = 86_400_000;

const POLICY = {
	defaultSrc: ["'none'"],
	styleSrc: ["'self'"],
	scriptSrc: ["'self'"],
	connectSrc: ["'self'"],
	formAction: ["'self'"],
	frameAncestors: ["'none'"],
	baseUri: ["'none'"],
};

/** The pages as a Hono app, to be mounted at the root and after all others: it answers every address, and its guard stands before what follows. */
export function createPages(deps: PageDeps): Hono {
	const { db, guard } = deps;
	const app = new Hono();
	const ledger = createLedger(deps);
	const titleOf = (site: string) => deps.siteFacts(site).title;
	const show = async (
		context: Context,
		of: { title: string; page: PageName | null; live?: number; status?: 200 | 400 | 404 | 409 | 500 },
		body: (view: View) => Html,
	) => {
		const language = languageOf(context.req.header("accept-language"));
		const view = { language, words: wordsOf(language), now: deps.clock.now() };
		const sending = await isSending(deps).catch(() => false);
		const frame = { ...view, live: 0, ...of, sending, sandbox: deps.sandbox === true, locked: guard.locked };
		context.header("cache-control", "no-store");
		context.header("vary", "Accept-Language");
		return context.html(layout(frame, body(view)), of.status ?? 200);
	};

	app.use(secureHeaders({ contentSecurityPolicy: POLICY, referrerPolicy: "same-origin" }));
	app.get("/style.css", (context) => context.body(STYLE, 200, { "content-type": "text/css; charset=utf-8" }));
	app.get("/live.js", (context) => context.body(SCRIPT, 200, { "content-type": "text/javascript; charset=utf-8" }));
	app.get("/login", (context) => signIn(context, null));
	app.post("/login", async (context) => {
		const form = await context.req.parseBody();
		const session = guard.session(typeof form["token"] === "string" ? form["token"].trim() : "");
		if (session === null) return signIn(context, new WellsentError("unauthorized").what);
		setCookie(context, SESSION_COOKIE, session, { ...cookieOptions(context), maxAge: 30 * 86_400 });
		return context.redirect("/", 303);
	});
	app.post("/logout", (context) => {
		setCookie(context, SESSION_COOKIE, "", { ...cookieOptions(context), maxAge: 0 });
		return context.redirect("/login", 303);
	});
	app.use(async (context, next) => {
		const refusal = guard.refusal(context);
		if (refusal === null) return next();
		if (refusal.code === "unauthorized" && context.req.method === "GET") return context.redirect("/login", 303);
		return context.text(`${refusal.what}\n${refusal.fix}\n`, refusal.code === "unauthorized" ? 401 : 403);
	});

	app.get("/", async (context) => {
		const { active, others } = await campaignsToShow(deps);
		const cards = [];
		for (const campaign of active) cards.push(await campaignFacts(deps, campaign));
		const rows = [];
		for (const campaign of others) rows.push({ campaign, counts: await countDeliveries(db, campaign.id) });
		const facts = {
			incidents: (await alertBoard(db, deps.clock.now(), 0)).open,
			active: cards,
			others: rows,
			uncertain: await uncertainByCampaign(deps, [...active, ...others]),
			heldLanes: (await lanesNow(deps)).filter((lane) => lane.hold !== null),
			badHosts: (await ledger(DAY_MS))
				.filter((row) => row.verdict === "refusing" || row.verdict === "suspect")
				.toSorted((a, b) => Number(b.verdict === "refusing") - Number(a.verdict === "refusing")),
			sending: await isSending(deps),
			titleOf,
		};
		return show(context, { title: "Overview", page: "overview", live: 4 }, (view) => overviewPage(facts, view));
	});

	app.get("/campaigns/:id{[0-9]+}", async (context) => {
		const campaign = await getCampaign(db, Number(context.req.param("id")));
		const facts = {
			...(await campaignFacts(deps, campaign)),
			failed: await failuresBy(db, campaign.id, "class", "failed"),
			waitFor: await failuresBy(db, campaign.id, "class", "deferred"),
			doubtful: await failuresBy(db, campaign.id, "class", "uncertain"),
			byHost: await failuresBy(db, campaign.id, "mxHost", "failed"),
			here: systemZone(),
			quietUntil: campaign.state === "running" ? (deps.quietUntil?.(campaign.identity) ?? null) : null,
			titleOf,
		};
		const live = campaign.state === "running" ? 3 : 0;
		return show(context, { title: campaign.name, page: "overview", live }, (view) => campaignPage(facts, view));
	});

	app.get("/campaigns/:id{[0-9]+}/check", async (context) => {
		const campaign = await getCampaign(db, Number(context.req.param("id")));
		const check = await checkCampaign(deps, campaign);
		return show(context, { title: campaign.name, page: "overview" }, (view) => checkPage(campaign, check, view));
	});

	app.post("/campaigns/:id{[0-9]+}/:action{start|pause|resume|cancel|retry}", async (context) => {
		const id = Number(context.req.param("id"));
		const form = await context.req.parseBody();
		await act(deps, id, context.req.param("action"), form["what"] === "uncertain" ? "uncertain" : "failed");
		deps.wake?.();
		return context.redirect(`/campaigns/${id}`, 303);
	});

	app.get("/log", async (context) => {
		const form = readForm(context.req.query());
		const rows = await queryLog(db, filterOf(form, deps.clock.now()));
		return show(context, { title: "Log", page: "log" }, (view) => logPage(rows, form, view));
	});

	app.get("/hosts", async (context) => {
		const since = context.req.query("since") ?? "24h";
		const span = SPANS[since];
		const form = {
			site: context.req.query("site") ?? "",
			since: span === undefined ? "24h" : since,
			problems: context.req.query("problems") === "1",
		};
		const rows = await ledger(span === undefined ? DAY_MS : span);
		return show(context, { title: "Hosts", page: "hosts" }, (view) => hostsPage(rows, form, titleOf, view));
	});

	app.get("/lanes", async (context) => {
		const lanes = await lanesNow(deps);
		return show(context, { title: "Lanes", page: "lanes", live: 3 }, (view) => lanesPage(lanes, view));
	});

	app.get("/identities", async (context) => {
		const facts = await identitiesFacts(deps);
		return show(context, { title: "Identities", page: "identities" }, (view) => identitiesPage(facts, view));
	});

	app.post("/identities/check", async (context) => {
		await runPreflight(deps, scopeOf(deps.config, null));
		return context.redirect("/identities", 303);
	});

	alertPages(app, deps, show);

	gatewayPages(app, deps, show);
	blacklistPages(app, deps, show);
	calendarPages(app, deps, show);

	app.get("/explain", async (context) => {
		const to = (context.req.query("to") ?? "").trim().slice(0, 320);
		let answer = null;
		let trouble: string | null = null;
		try {
			if (to !== "") answer = await explainAddress(deps, to);
		} catch (error) {
			if (!(error instanceof WellsentError)) throw error;
			trouble = error.what;
		}
		const status = trouble === null ? 200 : 400;
		return show(context, { title: "Explain", page: "explain", status }, (view) => explainPage({ to, answer, trouble }, view));
	});

	// Not app.notFound: that one is lost when the app is mounted in another.
	app.all("*", (context) =>
		show(
			context,
			{ title: "404", page: null, status: 404 },
			(view) => html`<div class="card empty">${view.words.notFound}</div>`,
		),
	);
	app.onError((error, context) => {
		const known = error instanceof WellsentError ? error : null;
		if (known === null) deps.log?.error({ error: textOf(error), path: context.req.path }, "a page could not be shown");
		const told = known ?? new WellsentError("internal", { detail: "the page could not be made" });
		return show(context, { title: "!", page: null, status: statusOf(told) }, (view) => errorCard(told, view));
	});
	return app;
}

async function act(deps: PageDeps, id: number, action: string, what: "failed" | "uncertain"): Promise<void> {
	switch (action) {
		case "start": {
			const { started, check } = await startCampaign(deps, id);
			if (started !== null) return;
			const failed = check.findings.filter((finding) => finding.level === "fail");
			const { name } = await getCampaign(deps.db, id);
			throw new WellsentError(
				"campaign-refused",
				{ id, name, count: failed.length },
				{ findings: failed.map((one) => ({ where: one.subject, what: one.what, fix: one.fix })) },
			);
		}
		case "pause":
			await pauseCampaign(deps, id);
			return;
		case "resume":
			await resumeCampaign(deps, id);
			return;
		case "cancel":
			await cancelCampaign(deps, id);
			return;
		case "retry":
			await retryCampaign(deps, id, what);
	}
}

const NOT_FOUND: ReadonlySet<ErrorCode> = new Set(["campaign-unknown", "list-unknown", "incident-unknown", "mute-unknown"]);

function statusOf(error: WellsentError): 400 | 404 | 409 | 500 {
	return NOT_FOUND.has(error.code) ? 404 : ({ 1: 500, 2: 400, 3: 409 } as const)[error.exit];
}

function errorCard(error: WellsentError, view: View): Html {
	return html`<section class="card"><p class="why">${error.what}</p>
<ul>${error.findings.map((finding) => html`<li>${finding.where}: ${finding.what}${finding.fix ? html`<div class="tip">${finding.fix}</div>` : ""}</li>`)}</ul>
<p class="soft">${error.fix}</p><a class="button" href="/">${view.words.overview}</a></section>`;
}

function signIn(context: Context, trouble: string | null) {
	const language = languageOf(context.req.header("accept-language"));
	const words = wordsOf(language);
	context.header("cache-control", "no-store");
	const body = html`<h1>Wellsent</h1>${trouble === null ? "" : html`<p class="soft">${trouble}</p>`}
<form method="post" action="/login"><label>${words.token}<input type="password" name="token" autocomplete="current-password" required></label><button class="main">${words.signIn}</button></form>`;
	return context.html(plainPage({ language, title: words.signIn, style: "/style.css" }, body), trouble === null ? 200 : 401);
}

/** Lax: a link in an alert may lead here signed in; what changes something is a POST, which carries the cookie from these pages only. */
function cookieOptions(context: Context) {
	const secure = new URL(context.req.url).protocol === "https:" || context.req.header("x-forwarded-proto") === "https";
	return { httpOnly: true, sameSite: "Lax", path: "/", secure } as const;
}
