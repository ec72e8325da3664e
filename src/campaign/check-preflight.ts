// The preflight of the campaign's identity and its sources, before the start. Only what receivers would surely refuse forbids it.
import { quickPreflight, scopeOf } from "../reputation/preflight-run.ts";
import { campaignVerdict } from "../reputation/preflight-verdict.ts";
import { onItsWay } from "../routing/policy.ts";
import type { Examination } from "./check.ts";
import { writtenWay } from "./way.file.ts";

export const checkPreflight: Examination = async ({ deps, campaign, compiled, readers, add }) => {
	// What cannot be sent at all need not be asked about.
	if (compiled === null || readers === 0) return;
	const { route } = await writtenWay(campaign);
	const scope = scopeOf(deps.config, onItsWay(compiled.parts.options.identity, route));
	const reports = await quickPreflight(deps, scope);
	const addresses = scope.sources.map((source) => source.publicAddress);
	for (const { level, id, subject, what, fix } of campaignVerdict(reports, addresses)) add(level, id, subject, what, fix);
};
