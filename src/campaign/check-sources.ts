// The part of the check about the addresses that mail leaves from.
import { findIdentity } from "../routing/identity.ts";
import { onItsWay } from "../routing/policy.ts";
import type { Campaign } from "./campaign.store.ts";
import type { Add, CheckDeps } from "./check.ts";
import { writtenWay } from "./way.file.ts";

/** A source whose address this machine does not have cannot send: better known now than as a thousand failed connections. */
export async function checkSources(deps: CheckDeps, campaign: Campaign, add: Add): Promise<void> {
	const identity = findIdentity(campaign.identity, deps.config.identities);
	const { route } = await writtenWay(campaign);
	if (identity === null || onItsWay(identity, route).route !== "direct") return;
	const sources = deps.config.sources.filter((source) => identity.sources.length === 0 || identity.sources.includes(source.name));
	const missing = await Promise.all(sources.map(async (source) => ((await deps.hasAddress(source.address)) ? [] : [source])));
	for (const source of missing.flat()) {
		const all = missing.flat().length === sources.length;
		add(
			all ? "fail" : "warn",
			"source-missing",
			`source ${source.name}`,
			`this machine does not have the address ${source.address}`,
			"Give the interface that address, or correct `address` of the [[source]] (behind NAT it is the local one; the world's view goes into public_address).",
		);
	}
}
