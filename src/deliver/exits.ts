// From a route to the exits that the dispatcher divides mail among. Pure.
import type { Config, IdentityConfig } from "../config/types.ts";
import { findIdentity } from "../routing/identity.ts";
import { onItsWay } from "../routing/policy.ts";
import { chooseRoute, type Route } from "../routing/route.ts";
import type { Exit } from "./engine.ts";
import { gatewayPool, gatewaySite } from "./hosts.ts";

/** None while the route is held or refused. */
export function exitsOfRoute(route: Route): readonly Exit[] {
	switch (route.kind) {
		case "direct":
			return route.sources.map((source) => ({ kind: "direct", source }));
		case "gateways": {
			const pool = gatewayPool(route.among);
			return route.ways.map(({ gateway, weight }, rank) => ({ kind: "gateway", gateway, weight, rank, pool }));
		}
		case "held":
		case "refused":
			return [];
	}
}

/** The exits that `route` of a campaign (null: its identity) would have, whatever the policy says of it: for forecasts. */
export function exitsForecast(config: Config, identity: IdentityConfig, route: string | null): readonly Exit[] {
	const { sources, gateways } = config;
	const free = gateways.map((gateway) => ({ ...gateway, requiredFor: [] }));
	return exitsOfRoute(chooseRoute({ identity: onItsWay(identity, route), site: "", sources, gateways: free, holds: [], now: 0 }));
}

/** The exits of a campaign that chose another gateway than its identity's, told from where a delivery of it waits; null: it goes as its identity. */
export function chosenExits(config: Config, from: string, site: string | null): readonly Exit[] | null {
	const identity = findIdentity(from, config.identities);
	const name = site?.startsWith(gatewaySite("")) === true ? site.slice(gatewaySite("").length) : null;
	if (identity === null || name === null || site === gatewayPool(identity.gateways.map(({ gateway }) => gateway))) return null;
	return config.gateways.some((gateway) => gateway.name === name) ? exitsForecast(config, identity, name) : null;
}

/** Name under which the mail waits that leaves by these exits, whatever its domains; null: by domain. */
export function waitingRoom(exits: readonly Exit[]): string | null {
	const [first] = exits;
	return first?.kind === "gateway" ? first.pool : null;
}

/** Those that share the mail while all are well: a gateway without a weight only steps in. */
export function sharing(exits: readonly Exit[]): readonly Exit[] {
	const weighted = exits.filter((exit) => exit.kind === "direct" || exit.weight > 0);
	return weighted.length > 0 ? weighted : exits;
}

/** Equal for equal exits: a change means that what waits in memory has to go another way. */
export function exitsKey(exits: readonly Exit[]): string {
	return exits
		.map((exit) => (exit.kind === "direct" ? exit.source.name : `${exit.pool} ${exit.gateway.name} ${exit.weight}`))
		.join(",");
}
