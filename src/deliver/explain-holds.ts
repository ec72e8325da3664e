// Which holds concern one reader's mail, and which of them decide. Pure.

import { heldVia } from "../routing/route.ts";
import { laneKey } from "../throttle/lane-set.ts";
import { isMeant } from "../throttle/orders.ts";
import { nameOf } from "./divide.ts";
import type { Exit } from "./engine.ts";
import type { ExplainedHold } from "./explain.store.ts";
import { siteThrough } from "./hosts.ts";

/** Subjects of holds on the sender: the address, its domain, each at one of its gateways. */
export function identitySubjects(
	from: string,
	exits: readonly Exit[],
): { readonly kind: "identity"; readonly subject: string }[] {
	const names = [from, from.slice(from.lastIndexOf("@"))];
	const atGateways = exits.flatMap((exit) => names.map((name) => heldVia(name, nameOf(exit))));
	return [...names, ...atGateways].map((subject) => ({ kind: "identity", subject }));
}

/** Under these names a person may have held the lanes to that site: each, all of a source, all to the site, all. */
export function laneSubjects(exits: readonly Exit[], site: string): string[] {
	const names = exits.map(nameOf);
	return [...names.flatMap((name) => [laneKey(name, site), laneKey(name, "*")]), laneKey("*", site), laneKey("*", "*")];
}

/** The holds that stop the delivery: any on identity or campaign; those on lanes only when every lane has one, the one that ends first leading. */
export function decisive(holds: readonly ExplainedHold[], exits: readonly Exit[], site: string): ExplainedHold[] {
	// At one of several gateways a hold on an identity is no more than one on that lane.
	const through = (hold: ExplainedHold, exit: Exit) =>
		hold.kind === "identity" && hold.subject.endsWith(heldVia("", nameOf(exit)));
	const general = holds.filter((hold) => hold.kind !== "lane" && !exits.some((exit) => through(hold, exit)));
	if (general.length > 0) return general;
	if (
		exits.length === 0 ||
		!exits.every((exit) =>
			holds.some((hold) => through(hold, exit) || isMeant(hold.subject, nameOf(exit), siteThrough(exit, site))),
		)
	)
		return [];
	return holds.toSorted((a, b) => (a.until ?? Number.POSITIVE_INFINITY) - (b.until ?? Number.POSITIVE_INFINITY));
}
