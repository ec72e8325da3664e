// A campaign as scripts read it: the same fields from the command line and over HTTP.
import type { Campaign, Counts } from "./campaign.store.ts";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** `way`: what campaign.toml asks for. `eta`: the instant at which the last message will have gone by the lanes' limits; null when nothing is being sent. */
export function campaignJson<Problem>(
	campaign: Campaign,
	counts: Counts,
	of: {
		way: { readonly route: string | null; readonly group: string | null };
		eta: number | null;
		problems: readonly Problem[];
	},
) {
	const { id, name, state, stateReason, identity, subject, kind, lists, scheduledAt, zone, createdAt, startedAt, finishedAt } =
		campaign;
	return {
		id,
		name,
		state,
		identity,
		lists,
		scheduledAt: iso(scheduledAt),
		zone,
		counts,
		eta: iso(of.eta),
		problems: of.problems,
		stateReason,
		subject,
		kind,
		route: of.way.route,
		group: of.way.group,
		createdAt: iso(createdAt),
		startedAt: iso(startedAt),
		finishedAt: iso(finishedAt),
	};
}
