// The address of the page of gateways, and what its button does.
import type { Context, Hono } from "hono";
import { gatewayViews } from "../reputation/gateway-view.store.ts";
import { testGateway } from "../reputation/gateway-watch.store.ts";
import { policyHistory } from "../routing/policy.store.ts";
import type { PageDeps } from "./deps.ts";
import { gatewaysPage } from "./gateways.ts";
import type { PageName } from "./layout.ts";
import type { Html, View } from "./parts.ts";

type Show = (
	context: Context,
	of: { title: string; page: PageName | null; live?: number },
	body: (view: View) => Html,
) => Promise<Response>;

const CHANGES = 50;

export function gatewayPages(app: Hono, deps: PageDeps, show: Show): void {
	app.get("/gateways", async (context) => {
		const gateways = await gatewayViews(deps);
		const changes = await policyHistory(deps.db, { limit: CHANGES });
		return show(context, { title: "Gateways", page: "gateways" }, (view) => gatewaysPage(gateways, changes, view));
	});
	app.post("/gateways/:name/test", async (context) => {
		const gateway = deps.config.gateways.find((one) => one.name === context.req.param("name"));
		if (gateway !== undefined) await testGateway(deps, gateway);
		deps.wake?.();
		return context.redirect("/gateways", 303);
	});
}
