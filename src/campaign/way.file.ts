// Which way a campaign asks to leave, read from its campaign.toml (the frozen copy once it started), and what the policy says to it.
import { readCampaignSettings } from "../compose/folder.file.ts";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import { fail } from "../errors.ts";
import { readGrants } from "../routing/policy.store.ts";
import { judgeRoute, type RouteAsk, type RouteVerdict } from "../routing/policy.ts";
import type { Campaign } from "./campaign.store.ts";
import { identityFor } from "./prepare.ts";

/** What the campaign asks for. Throws campaign-missing and campaign-invalid. */
export async function askOf(campaign: Pick<Campaign, "identity" | "folder" | "frozen">): Promise<RouteAsk> {
	const { route, group } = await readCampaignSettings(campaign.frozen ?? campaign.folder);
	return { from: campaign.identity, group, route };
}

/** The way as scripts read it; nulls also where the folder cannot be read any more, which others tell. */
export async function writtenWay(
	campaign: Pick<Campaign, "identity" | "folder" | "frozen">,
): Promise<{ readonly route: string | null; readonly group: string | null }> {
	try {
		const { route, group } = await askOf(campaign);
		return { route, group };
	} catch {
		return { route: null, group: null };
	}
}

/** What the policy says to it now. Throws identity-unknown. */
export async function verdictOn(of: { readonly db: Db; readonly config: Config }, ask: RouteAsk): Promise<RouteVerdict> {
	const identity = identityFor(of.config, ask.from);
	return judgeRoute(ask, { identity, gateways: of.config.gateways, grants: await readGrants(of.db) });
}

/** Throws route-refused, naming the rule, when the campaign may not leave the way it asks. */
export async function requireRoute(
	of: { readonly db: Db; readonly config: Config },
	campaign: Pick<Campaign, "identity" | "folder" | "frozen">,
): Promise<void> {
	const verdict = await verdictOn(of, await askOf(campaign));
	if (verdict.kind === "refused") fail("route-refused", { what: verdict.what, rule: verdict.rule, fix: verdict.fix });
}
