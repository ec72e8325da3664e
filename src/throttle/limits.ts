// Which limits apply to a lane, and where each of them comes from. Pure; the numbers themselves are data of sites/ and wellsent.toml.
import type { GatewayConfig, LaneOverride, RateLimit, TlsPolicy } from "../config/types.ts";
import type { Site } from "../sites/site.ts";

const FIELDS = ["connections", "connectionsPerHour", "messagesPerConnection", "rates", "tls"] as const;
type Field = (typeof FIELDS)[number];

/** A rate that may come from elsewhere than the others. */
export interface LaneRate extends RateLimit {
	/** In words; absent: as `origin` says. */
	readonly from?: string;
}

/** The limits in force on one lane, and for each, in words, where it comes from. */
export interface LaneLimits {
	/** Connections open at once. */
	readonly connections: number;
	/** Connections opened in any 60 minutes; null: no such limit. */
	readonly connectionsPerHour: number | null;
	/** Messages sent on one connection before it is closed; kept by whoever speaks on it. */
	readonly messagesPerConnection: number;
	/** All of them hold, each in every sliding window. */
	readonly rates: readonly LaneRate[];
	readonly tls: TlsPolicy;
	/** "site data", "default for unknown sites", or the place in wellsent.toml. */
	readonly origin: Readonly<Record<Field, string>>;
}

/**
 * The limits of the lane source × site. For each field alone the most specific override that sets it wins: source × site, then site, then
 * the site's own data. Between two overrides of the same kind the later one in the file wins.
 */
export function laneLimits(of: { site: Site; overrides: readonly LaneOverride[]; source: string }): LaneLimits {
	const { site, source } = of;
	const mine = of.overrides.filter((o) => o.site === site.name && (o.source === null || o.source === source));
	const ranked = [...mine.filter((o) => o.source === null), ...mine.filter((o) => o.source !== null)].reverse();
	const base = site.known ? "site data" : "default for unknown sites";

	const pick = <K extends Field>(field: K): { value: Site[K] | NonNullable<LaneOverride[K]>; origin: string } => {
		for (const override of ranked) {
			const value = override[field];
			if (value !== null && value !== undefined) return { value, origin: placeOf(override) };
		}
		return { value: site[field], origin: base };
	};

	const connections = pick("connections");
	const connectionsPerHour = pick("connectionsPerHour");
	const messagesPerConnection = pick("messagesPerConnection");
	const rates = pick("rates");
	const tls = pick("tls");
	return {
		connections: connections.value,
		connectionsPerHour: connectionsPerHour.value,
		messagesPerConnection: messagesPerConnection.value,
		rates: rates.value,
		tls: tls.value,
		origin: {
			connections: connections.origin,
			connectionsPerHour: connectionsPerHour.origin,
			messagesPerConnection: messagesPerConnection.origin,
			rates: rates.origin,
			tls: tls.origin,
		},
	};
}

/** Limits that a person set at run time, above wellsent.toml. Null: unchanged. */
export interface SetLimits {
	readonly site: string;
	/** Null: all sources. */
	readonly source: string | null;
	readonly connections: number | null;
	readonly connectionsPerHour: number | null;
	readonly messagesPerConnection: number | null;
	readonly rates: readonly RateLimit[] | null;
	/** Who and why, in words. */
	readonly from: string;
}

/** The limits with what people set put over them: the most specific of theirs first, of two alike the later one. */
export function overruled(limits: LaneLimits, set: readonly SetLimits[], source: string, site: string): LaneLimits {
	const mine = set.filter((one) => one.site === site && (one.source === null || one.source === source));
	if (mine.length === 0) return limits;
	const origin: Record<Field, string> = { ...limits.origin };
	const over = <K extends "connections" | "connectionsPerHour" | "messagesPerConnection" | "rates">(field: K): LaneLimits[K] => {
		const named = (one: SetLimits) => one.source !== null && one[field] !== null;
		const last = mine.findLast(named) ?? mine.findLast((one) => one[field] !== null);
		if (last === undefined) return limits[field];
		origin[field] = last.from;
		return last[field] as LaneLimits[K];
	};
	return {
		...limits,
		connections: over("connections"),
		connectionsPerHour: over("connectionsPerHour"),
		messagesPerConnection: over("messagesPerConnection"),
		rates: over("rates"),
		origin,
	};
}

/** What a gateway gets that says nothing about connections: submission servers of mailbox providers commonly allow a handful. */
const GATEWAY_CONNECTIONS = 2;
const GATEWAY_MESSAGES_PER_CONNECTION = 100;

/**
 * The limits of a gateway. They belong to its account, so they are given to a lane as shared ones (LaneSet) when the gateway's mail is split
 * into lanes by site, and as the lane's own when it is one lane. TLS is always required there: a password travels.
 */
export function gatewayLimits(gateway: GatewayConfig): LaneLimits {
	const place = `wellsent.toml [[gateway]] "${gateway.name}"`;
	const base = "default for gateways";
	return {
		connections: gateway.connections ?? GATEWAY_CONNECTIONS,
		connectionsPerHour: null,
		messagesPerConnection: GATEWAY_MESSAGES_PER_CONNECTION,
		rates: gateway.rates,
		tls: "required",
		origin: {
			connections: gateway.connections === null ? base : place,
			connectionsPerHour: base,
			messagesPerConnection: base,
			rates: gateway.rates.length > 0 ? place : base,
			tls: base,
		},
	};
}

function placeOf(override: LaneOverride): string {
	return `wellsent.toml [[lane]] site "${override.site}"${override.source === null ? "" : `, source "${override.source}"`}`;
}
