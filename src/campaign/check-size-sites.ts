// The part of the check that holds the largest message against what each site takes: what its hosts announced or refused, else what the provider
// has been seen to announce. Says how many readers would get nothing.

import { formatBytes } from "../compose/text.ts";
import { nameOf } from "../deliver/divide.ts";
import { exitsForecast, waitingRoom } from "../deliver/exits.ts";
import { findIdentity } from "../routing/identity.ts";
import { siteFacts } from "../sites/site-of.ts";
import type { Examination } from "./check.ts";
import { type HeardSize, heardSizes } from "./site-sizes.store.ts";
import { writtenWay } from "./way.file.ts";

/** A site whose limit is below the message. */
export interface TightSite {
	readonly site: string;
	readonly readers: number;
	readonly takes: number;
	/** "mx1.naver.test announced it", … */
	readonly because: string;
}

/**
 * The sites that take less than `size` bytes, the one with most readers first. Of several hosts of a site the most generous counts: mail that one
 * refuses for its size may still go to another, and a limit that only one of them has is its own mistake. A refusal counts for its host alone.
 */
export function tightSites(
	size: number,
	sites: readonly { readonly site: string; readonly messages: number }[],
	heard: readonly HeardSize[],
	factsOf: (site: string) => { readonly title: string; readonly size: number | null },
): readonly TightSite[] {
	return sites
		.flatMap(({ site, messages }): TightSite[] => {
			const hosts = new Map<string, HeardSize>();
			for (const one of heard)
				if (one.site === site && one.takes < (hosts.get(one.mxHost)?.takes ?? Number.POSITIVE_INFINITY))
					hosts.set(one.mxHost, one);
			const best = [...hosts.values()].reduce<HeardSize | null>(
				(most, one) => (one.takes > (most?.takes ?? -1) ? one : most),
				null,
			);
			const facts = factsOf(site);
			const takes = best?.takes ?? facts.size;
			if (takes === null || takes >= size) return [];
			const because =
				best === null
					? `${facts.title} has been seen to announce it`
					: best.by === "announced"
						? `${best.mxHost} announced it on ${day(best.at)}`
						: `${best.mxHost} refused ${formatBytes(best.takes + 1)} on ${day(best.at)}`;
			return [{ site, readers: messages, takes, because }];
		})
		.toSorted((a, b) => b.readers - a.readers);
}

const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
const FIX = "Make the message smaller: `wellsent campaign check ID --fix` turns large attachments into links.";

/** Adds `size-site` findings: red when no reader at all could get the message, else amber. */
export const checkSizeOfSites: Examination = async ({ deps, campaign, sizes, sites, readers, add }) => {
	if (sizes === null || readers === 0) return;
	const size = sizes.message;
	const identity = findIdentity(campaign.identity, deps.config.identities);
	const { route } = await writtenWay(campaign);
	const exits = identity === null ? [] : exitsForecast(deps.config, identity, route);
	if (waitingRoom(exits) !== null) {
		const names = new Set(exits.map(nameOf));
		for (const { name, messageMax } of deps.config.gateways.filter((gateway) => names.has(gateway.name)))
			if (messageMax !== null && size > messageMax)
				add(
					"fail",
					"size-gateway",
					`gateway ${name}`,
					`it takes ${formatBytes(messageMax)}, your message is ${formatBytes(size)}: ${readers} readers`,
					FIX,
				);
		return;
	}
	const tight = tightSites(size, sites, await heardSizes(deps.db, deps.clock.now()), (site) => siteFacts(site));
	const lost = tight.reduce((sum, one) => sum + one.readers, 0);
	for (const { site, takes, readers: concerned, because } of tight)
		add(
			lost >= readers ? "fail" : "warn",
			"size-site",
			`site ${site}`,
			`takes ${formatBytes(takes)} (${because}), your message is ${formatBytes(size)}: ${concerned} reader${concerned === 1 ? "" : "s"}`,
			FIX,
		);
};
