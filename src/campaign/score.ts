// The score of a campaign's worst message by the spam filters of [score], with the source and EHLO name that it will really have.

import { sourcesOf } from "../reputation/preflight.client.ts";
import { createPreflightDns } from "../reputation/preflight-dns.client.ts";
import { askRspamd, askSpamd, type Letter } from "../reputation/score.client.ts";
import { type Score, scoreFinding } from "../reputation/score.ts";
import type { Campaign } from "./campaign.store.ts";
import type { CampaignCheck, CheckDeps } from "./check.ts";
import type { CheckFinding } from "./finding.ts";
import { prepareCampaign } from "./prepare.ts";
import { readerOf } from "./reader.store.ts";

export interface CampaignScore {
	readonly scores: readonly Score[];
	readonly findings: readonly CheckFinding[];
}

/** Asks; nothing is sent. Without a filter in the settings, or without a message, one finding says so. */
export async function scoreCampaign(deps: CheckDeps, campaign: Campaign, check: CampaignCheck): Promise<CampaignScore> {
	const { rspamd, password, spamd } = deps.config.score;
	const nothing = (what: string, fix: string): CampaignScore => ({
		scores: [],
		findings: [{ id: "score", level: "unknown", subject: "score", what, fix }],
	});
	if (rspamd === null && spamd === null)
		return nothing(
			"no spam filter is configured: only the built-in look at the content was taken",
			'Set [score] rspamd = "http://127.0.0.1:11333" or spamd = "127.0.0.1:783".',
		);
	const letter = await letterOf(deps, campaign, check);
	if (letter === null) return nothing("there is no message to score", "See what stands against the campaign above.");
	const scores = await Promise.all([
		...(rspamd === null ? [] : [askRspamd({ url: rspamd, password, letter })]),
		...(spamd === null ? [] : [askSpamd({ ...spamd, letter })]),
	]);
	return { scores, findings: scores.map(scoreFinding) };
}

async function letterOf(deps: CheckDeps, campaign: Campaign, check: CampaignCheck): Promise<Letter | null> {
	const reader = check.worstReader === null ? null : await readerOf(deps.db, check.worstReader);
	if (reader === null || check.sizes === null) return null;
	const compiled = await prepareCampaign(deps, campaign, { strict: false });
	const at = deps.clock.now();
	const { raw, mailFrom } = await compiled.compose(reader, { now: at });
	const source = sourcesOf(deps.config, compiled.parts.options.identity)[0] ?? null;
	const ptr = source === null ? null : await createPreflightDns(deps.config.dns.servers).ptr(source.publicAddress);
	return {
		raw,
		at,
		mailFrom,
		to: reader.email,
		address: source?.publicAddress ?? null,
		ehlo: source?.ehlo ?? null,
		hostname: ptr?.kind === "found" ? (ptr.values[0] ?? "unknown") : "unknown",
	};
}
