// The addresses of the page of blacklists, and what its button does.
import type { Context, Hono } from "hono";
import { linksOfWaiting } from "../campaign/waiting-links.ts";
import { BLACKLIST, holdsInForce } from "../deliver/hold.store.ts";
import { checkNow, historyOf, statusNow, zonesNow } from "../reputation/blacklist.ts";
import { blacklistPage } from "./blacklist.ts";
import type { PageDeps } from "./deps.ts";
import type { PageName } from "./layout.ts";
import type { Html, View } from "./parts.ts";

type Show = (
	context: Context,
	of: { title: string; page: PageName | null; live?: number },
	body: (view: View) => Html,
) => Promise<Response>;

const HISTORY = 30;

export function blacklistPages(app: Hono, deps: PageDeps, show: Show): void {
	app.get("/blacklists", async (context) => {
		const facts = {
			status: await statusNow(deps),
			...(await zonesNow(deps)),
			history: await historyOf(deps, [], HISTORY),
			holds: (await holdsInForce(deps.db, deps.clock.now())).filter((hold) => hold.by === BLACKLIST),
		};
		return show(context, { title: "Blacklists", page: "blacklists" }, (view) => blacklistPage(facts, view));
	});
	app.post("/blacklists/check", async (context) => {
		await checkNow(deps, { links: await linksOfWaiting(deps), urgent: true });
		deps.wake?.();
		return context.redirect("/blacklists", 303);
	});
}
