// How long a campaign needs, told from the limits of its lanes and how they stand. Pure. Honest about what it cannot know: deferrals and refusals come on top.
import type { RateLimit } from "../config/types.ts";
import { type ForecastLane, forecast } from "../throttle/forecast.ts";
import type { LaneHold, LaneSnapshot } from "../throttle/lane-types.ts";

/** How a lane stands. */
export interface LaneOutlook {
	/** When it was seen so, wall clock. */
	readonly at: number;
	/** Null: nothing was sent lately. */
	readonly now: LaneSnapshot | null;
	/** A hold by order; null: none. */
	readonly order: LaneHold | null;
	/** What one message takes on one connection there, milliseconds; null: unknown. */
	readonly messageMs: number | null;
	/** What other running campaigns have queued for the site. */
	readonly others: readonly { readonly campaign: number; readonly priority: number; readonly messages: number }[];
}

/** What a lane may do. */
export interface LaneSpeed {
	readonly connections: number;
	readonly connectionsPerHour: number | null;
	readonly messagesPerConnection: number;
	readonly rates: readonly RateLimit[];
	/** Absent: the lane is taken for fresh and idle. */
	readonly outlook?: LaneOutlook;
}

export interface SiteShare {
	readonly site: string;
	/** Messages still to go. */
	readonly messages: number;
	/** The lanes that share them: one a source. */
	readonly lanes: readonly LaneSpeed[];
	/** Whose messages they are: those of other campaigns that go before or in between are reckoned with. Absent: they are not. */
	readonly of?: { readonly campaign: number; readonly priority: number };
}

export interface SiteTime {
	readonly site: string;
	readonly messages: number;
	readonly ms: number;
	/** The limit that decides, as a person writes it: "600/h", "2 connections". */
	readonly limit: string;
}

/** One message on one connection takes about so long on the Internet: a round trip for the envelope, one for the body, the server's filters. */
const MESSAGE_MS = 500;
const HOUR = 3_600_000;

/** Time a lane needs for `n` messages, and the limit that decides. */
export function laneTime(lane: LaneSpeed, n: number): { readonly ms: number; readonly limit: string } {
	if (n <= 0) return { ms: 0, limit: "" };
	let slowest = {
		ms: (Math.ceil(n / lane.connections) - 1) * MESSAGE_MS + MESSAGE_MS,
		limit: `${lane.connections} connection${lane.connections === 1 ? "" : "s"}`,
	};
	const consider = (ms: number, limit: string) => {
		if (ms > slowest.ms) slowest = { ms, limit };
	};
	for (const { limit, windowMs, text } of lane.rates) {
		// A window of an hour or a day lets a first part of a tenth go at once (throttle/pace.ts); shorter ones are spread from the beginning.
		const burst = windowMs >= HOUR ? Math.max(1, Math.floor(limit / 10)) : 1;
		consider(n <= burst ? 0 : ((n - burst) * windowMs) / limit, text);
	}
	if (lane.connectionsPerHour !== null) {
		const sessions = Math.ceil(n / lane.messagesPerConnection);
		const burst = Math.max(1, Math.floor(lane.connectionsPerHour / 10));
		consider(
			sessions <= burst ? 0 : ((sessions - burst) * HOUR) / lane.connectionsPerHour,
			`${lane.connectionsPerHour} connections an hour`,
		);
	}
	return slowest;
}

/** So many sites, the slowest by a rough reckoning, are played through; for the many small ones behind them the rough one will do. */
const PLAYED = 25;

/** Times by site, the longest first. */
export function siteTimes(shares: readonly SiteShare[]): SiteTime[] {
	const rough = shares.map((share) => ({ share, ...roughTime(share) })).sort((a, b) => b.ms - a.ms);
	return rough
		.map(({ share, ms, limit }, index) => {
			const { site, messages } = share;
			return index < PLAYED ? { site, messages, ...playedTime(share) } : { site, messages, ms, limit };
		})
		.sort((a, b) => b.ms - a.ms || b.messages - a.messages);
}

function playedTime(share: SiteShare): { readonly ms: number; readonly limit: string } {
	const at = Math.max(0, ...share.lanes.map((lane) => lane.outlook?.at ?? 0));
	return share.messages === 0 ? { ms: 0, limit: "" } : forecast(share.lanes.map(played), share.messages + before(share), at);
}

function played(lane: LaneSpeed): ForecastLane {
	const { outlook } = lane;
	return { ...lane, now: outlook?.now ?? null, order: outlook?.order ?? null, messageMs: outlook?.messageMs ?? MESSAGE_MS };
}

/** Messages of other campaigns that go before the last one of ours: all of higher priority, and of equal priority as many as ours, since they take turns. */
function before({ lanes, messages, of }: SiteShare): number {
	if (of === undefined) return 0;
	const others = (lanes[0]?.outlook?.others ?? []).filter((other) => other.campaign !== of.campaign);
	return others.reduce((sum, other) => {
		if (other.priority > of.priority) return sum + other.messages;
		return other.priority === of.priority ? sum + Math.min(messages, other.messages) : sum;
	}, 0);
}

/** The messages shared evenly by the lanes, each fresh and idle but for its hold. */
function roughTime(share: SiteShare): { readonly ms: number; readonly limit: string } {
	const { lanes } = share;
	const messages = share.messages === 0 ? 0 : share.messages + before(share);
	const each = lanes.length === 0 ? messages : Math.ceil(messages / lanes.length);
	const times = lanes.map((lane) => {
		const { ms, limit } = laneTime(lane, each);
		const until = messages === 0 ? null : (lane.outlook?.now?.hold?.until ?? null);
		return { ms: ms + Math.max(0, until === null ? 0 : until - (lane.outlook?.at ?? 0)), limit };
	});
	return times.toSorted((a, b) => b.ms - a.ms)[0] ?? { ms: 0, limit: "no way out" };
}

/** "6 h 20 min", "45 s", "less than a second". */
export function spell(ms: number): string {
	if (ms < 1_000) return "less than a second";
	const seconds = Math.round(ms / 1_000);
	const units: readonly (readonly [string, number])[] = [
		["d", 86_400],
		["h", 3_600],
		["min", 60],
		["s", 1],
	];
	const first = units.findIndex(([, size]) => seconds >= size);
	const parts: string[] = [];
	let left = seconds;
	for (const [name, size] of units.slice(first, first + 2)) {
		const n = Math.floor(left / size);
		left -= n * size;
		if (n > 0) parts.push(`${n} ${name}`);
	}
	return parts.join(" ");
}
