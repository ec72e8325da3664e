// How long a campaign needs, told from the limits of its lanes. Pure. Honest about what it cannot know: deferrals and refusals come on top.
import type { RateLimit } from "../config/types.ts";

/** What a lane may do. */
export interface LaneSpeed {
	readonly connections: number;
	readonly connectionsPerHour: number | null;
	readonly messagesPerConnection: number;
	readonly rates: readonly RateLimit[];
}

export interface SiteShare {
	readonly site: string;
	/** Messages still to go. */
	readonly messages: number;
	/** The lanes that share them: one a source. */
	readonly lanes: readonly LaneSpeed[];
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

/** Times by site, the longest first. The messages of a site are shared evenly by its lanes. */
export function siteTimes(shares: readonly SiteShare[]): SiteTime[] {
	return shares
		.map(({ site, messages, lanes }) => {
			const each = lanes.length === 0 ? messages : Math.ceil(messages / lanes.length);
			const times = lanes.map((lane) => laneTime(lane, each));
			const longest = times.toSorted((a, b) => b.ms - a.ms)[0] ?? { ms: 0, limit: "no way out" };
			return { site, messages, ms: longest.ms, limit: longest.limit };
		})
		.sort((a, b) => b.ms - a.ms || b.messages - a.messages);
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
