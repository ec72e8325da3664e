// Which holds concern a campaign: on its identity, on the lanes of the sources it may leave by, on itself at a site. One line each, for its view.
import type { Clock } from "../clock.ts";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import { type HoldRow, holdsInForce } from "../deliver/hold.store.ts";
import { findIdentity } from "../routing/identity.ts";
import { onItsWay } from "../routing/policy.ts";
import { heldVia } from "../routing/route.ts";
import { isMeant } from "../throttle/orders.ts";
import type { Campaign } from "./campaign.store.ts";
import { writtenWay } from "./way.file.ts";

export interface CampaignHold {
	readonly id: number;
	readonly subject: string;
	/** What is on hold, why, and where its mail goes meanwhile. */
	readonly what: string;
	readonly fix: string;
}

/** Holds in force that a campaign on its way feels; none for one that is over or a draft. */
export async function holdsOn(
	{ db, config, clock }: { readonly db: Db; readonly config: Config; readonly clock: Clock },
	campaign: Campaign,
): Promise<readonly CampaignHold[]> {
	if (!["running", "paused", "scheduled", "blocked"].includes(campaign.state)) return [];
	const own = findIdentity(campaign.identity, config.identities);
	if (own === null) return [];
	const identity = onItsWay(own, (await writtenWay(campaign)).route);
	const all = config.sources.map((source) => source.name);
	const sources = identity.route !== "direct" ? [] : identity.sources.length === 0 ? all : identity.sources;
	const rows = await holdsInForce(db, clock.now());
	const held = (source: string) => rows.some(({ kind, subject }) => kind === "lane" && isMeant(subject, source, "*"));
	return rows.flatMap((row) => {
		const words = wordsOf(row, {
			from: identity.from,
			campaign: campaign.id,
			sources,
			free: sources.filter((one) => !held(one)),
		});
		return words === null ? [] : [{ id: row.id, subject: row.subject, what: words, fix: `wellsent holds release ${row.id}` }];
	});
}

function wordsOf(
	{ kind, subject, reason }: HoldRow,
	of: { readonly from: string; readonly campaign: number; readonly sources: readonly string[]; readonly free: readonly string[] },
): string | null {
	switch (kind) {
		case "identity":
			if (subject.startsWith(heldVia(of.from, ""))) return `${subject} is on hold, by its other gateways it goes on: ${reason}`;
			return subject === of.from ? `identity ${subject} is on hold, nothing of this campaign leaves: ${reason}` : null;
		case "campaign-site":
			return subject.startsWith(`${of.campaign}/`)
				? `waits at ${subject.slice(subject.indexOf("/") + 1)}, other sites go on: ${reason}`
				: null;
		case "lane": {
			const slash = subject.lastIndexOf("/");
			const [source, site] = [subject.slice(0, slash), subject.slice(slash + 1)];
			const mine = of.sources.filter((one) => source === "*" || source === one);
			if (mine.length === 0) return null;
			if (site !== "*") return `lane ${subject} is on hold: ${reason}`;
			const detour =
				of.free.length === 0
					? "no other source is free, so its mail waits"
					: `its mail goes from ${of.free.join(", ")} meanwhile`;
			return `${source === "*" ? "every source" : `source ${source}`} is on hold, ${detour}: ${reason}`;
		}
		case "host":
			return null;
	}
}
