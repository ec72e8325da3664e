// The HTTP API: routes as data (routes-*.ts), one error shape, the document that describes it. To be mounted under /api/v1.
import { type Context, Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { type ErrorCode, textOf, WellsentError } from "../errors.ts";
import type { ApiDeps } from "./deps.ts";
import { guarded } from "./guard.ts";
import { openApi } from "./openapi.ts";
import { checked } from "./parse.ts";
import type { Route } from "./route.ts";
import { ALERT_ROUTES } from "./routes-alerts.ts";
import { BLACKLIST_ROUTES } from "./routes-blacklist.ts";
import { CAMPAIGN_ROUTES } from "./routes-campaigns.ts";
import { CHECK_ROUTES } from "./routes-checks.ts";
import { GATEWAY_ROUTES } from "./routes-gateways.ts";
import { HOST_ROUTES } from "./routes-hosts.ts";
import { JOB_ROUTES } from "./routes-jobs.ts";
import { LOG_ROUTES } from "./routes-log.ts";
import { READER_ROUTES } from "./routes-readers.ts";
import { SCHEDULE_ROUTES } from "./routes-schedule.ts";

/** All routes, in the order of the documentation. */
export const ROUTES: readonly Route[] = [
	...CAMPAIGN_ROUTES,
	...SCHEDULE_ROUTES,
	...LOG_ROUTES,
	...HOST_ROUTES,
	...BLACKLIST_ROUTES,
	...CHECK_ROUTES,
	...READER_ROUTES,
	...GATEWAY_ROUTES,
	...ALERT_ROUTES,
	...JOB_ROUTES,
];

/** Bodies are a few fields; a larger one is a mistake or an attack. */
const BODY_MAX = 64 * 1024;

/** The API as a Hono app. Nothing of it sends; changes become rows that the engine looks at (`deps.wake` tells it at once). */
export function createApi(deps: ApiDeps): Hono {
	const app = new Hono();
	app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } }));
	app.use(guarded(deps.guard));
	app.use(async (context, next) => {
		await next();
		// Replies of servers and addresses of readers stay out of shared caches.
		context.header("cache-control", "no-store");
	});
	for (const one of ROUTES) {
		app.on(one.method.toUpperCase(), one.path, async (context) => {
			const params = checked(one.params, context.req.param());
			const input = checked(one.input, await inputOf(one, context));
			const answer = await one.handle({ deps, params, input, context });
			return answer instanceof Response ? answer : context.json({ ok: true, ...answer });
		});
	}
	const document = openApi(ROUTES, deps.version ?? "0");
	app.get("/openapi.json", (context) => context.json(document));
	// Not app.notFound: that one is lost when the app is mounted in another.
	app.all("*", (context) => errorAnswer(context, new WellsentError("route-unknown", { path: context.req.path })));
	app.onError((error, context) => {
		if (error instanceof WellsentError) return errorAnswer(context, error);
		deps.log?.error({ error: textOf(error), path: context.req.path }, "a request to the API failed");
		return errorAnswer(context, new WellsentError("internal", { detail: "the request could not be answered" }, { cause: error }));
	});
	return app;
}

async function inputOf(one: Route, context: Context): Promise<unknown> {
	if (one.method !== "post") return context.req.query();
	const text = await context.req.text();
	if (text === "") return {};
	if (text.length > BODY_MAX) throw new WellsentError("request-invalid", { detail: `the body is larger than ${BODY_MAX} bytes` });
	if (/^application\/x-www-form-urlencoded/i.test(context.req.header("content-type") ?? ""))
		return Object.fromEntries(new URLSearchParams(text));
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new WellsentError("request-invalid", { detail: `the body is not JSON (${textOf(error)})` });
	}
}

/** `{ok: false, error: {code, what, fix, findings}}` with the status that fits. */
export function errorAnswer(context: Context, error: WellsentError): Response {
	const { code, what, fix, findings } = error;
	return context.json({ ok: false, error: { code, what, fix, findings } }, statusOf(error));
}

const NOT_FOUND: ReadonlySet<ErrorCode> = new Set([
	"campaign-unknown",
	"list-unknown",
	"suppression-unknown",
	"route-unknown",
	"host-unknown",
	"site-unspoken",
	"hold-unknown",
	"gateway-unknown",
	"grant-unknown",
	"series-unknown",
	"incident-unknown",
	"mute-unknown",
	"job-unknown",
]);

/** The HTTP status of an error: by its code where HTTP has a word for it, else by the exit status that the command line gives it. */
export function statusOf(error: WellsentError): 400 | 401 | 403 | 404 | 409 | 500 | 503 {
	if (NOT_FOUND.has(error.code)) return 404;
	switch (error.code) {
		case "unauthorized":
			return 401;
		case "cross-site":
			return 403;
		case "db-locked":
			return 503;
		default:
			return ({ 1: 500, 2: 400, 3: 409 } as const)[error.exit];
	}
}
