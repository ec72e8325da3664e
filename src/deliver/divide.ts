// What each exit of a campaign may claim now: direct ones what their lanes want, gateways by their weights. Pure but for what it remembers (shares.ts).
import type { Exit } from "./engine.ts";
import type { Shares } from "./shares.ts";

/** What is known of an exit when its turn comes. */
export interface ExitOffer {
	readonly exit: Exit;
	readonly runner: { able(now: number): boolean };
	/** Deliveries that its lane wants. */
	readonly room: number;
}

/** Deliveries that each may claim, in the order of `offers`. */
export function divided<Offer extends ExitOffer>(offers: readonly Offer[], shares: Shares, now: number): readonly Offer[] {
	if (offers.length < 2) return offers;
	const gateways = offers.flatMap(({ exit, runner, room }) =>
		exit.kind === "gateway"
			? [{ name: exit.gateway.name, weight: exit.weight, rank: exit.rank, room, able: runner.able(now) }]
			: [],
	);
	if (gateways.length === 0) return offers;
	const plan = shares.plan(gateways.toSorted((a, b) => a.rank - b.rank));
	return offers.map((offer) => ({ ...offer, room: Math.min(offer.room, plan.get(nameOf(offer.exit)) ?? 0) }));
}

export function nameOf(exit: Exit): string {
	return exit.kind === "direct" ? exit.source.name : exit.gateway.name;
}
