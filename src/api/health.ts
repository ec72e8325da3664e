// What other machines ask: is it alive, is it ready, how is it doing. /health and /ready tell nothing that needs a token; /metrics names sites and does.
import { Hono } from "hono";
import { activeRunner } from "../deliver/runner.store.ts";
import { textOf } from "../errors.ts";
import type { ApiDeps } from "./deps.ts";
import { createMetrics } from "./metrics.ts";

/** GET /health (the process answers), /ready (the database answers and somebody sends), /metrics (Prometheus). */
export function createHealth(deps: ApiDeps): Hono {
	const app = new Hono();
	const metrics = createMetrics(deps);
	app.get("/health", (context) => context.json({ ok: true }));
	app.get("/ready", async (context) => {
		const database = await databaseAnswers(deps);
		const sender = database && (deps.sendsItself?.() === true || (await activeRunner(deps.db, deps.clock)) !== null);
		const ok = database && sender;
		return context.json({ ok, database, sender }, ok ? 200 : 503);
	});
	app.get("/metrics", async (context) => {
		const refusal = deps.guard.refusal(context);
		if (refusal !== null) return context.text(`${refusal.what}\n${refusal.fix}\n`, refusal.code === "unauthorized" ? 401 : 403);
		return context.body(await metrics.text(), 200, { "content-type": metrics.contentType });
	});
	app.onError((error, context) => {
		deps.log?.error({ error: textOf(error), path: context.req.path }, "the metrics could not be read");
		return context.text("the database gave no answer\n", 503);
	});
	return app;
}

async function databaseAnswers({ db }: ApiDeps): Promise<boolean> {
	try {
		await db.$queryRaw`SELECT 1`;
		return true;
	} catch {
		return false;
	}
}
