// A check as scripts read it: the same fields from the command line and over HTTP.
import type { Campaign } from "./campaign.store.ts";
import type { CampaignCheck } from "./check.ts";

/** Times in milliseconds, sizes in bytes; `sizes.parts` has a row for each part of the largest message. */
export function checkJson(campaign: Campaign, check: CampaignCheck) {
	const { passed, findings, sizes, worstReader, worstHtmlReader, search, readers, suppressed, eta, sites } = check;
	const { id, name } = campaign;
	return { campaign: id, name, passed, findings, sizes, worstReader, worstHtmlReader, search, readers, suppressed, eta, sites };
}
