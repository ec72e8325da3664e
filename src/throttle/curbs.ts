// What was learned (adapt.ts), as limits: never above the configured ones. Pure.
import { CURBED, type Curbed, type Learned, type Speeds } from "./adapt.ts";
import type { LaneLimits } from "./limits.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** One learned limit, for display. */
export interface LearnedLimit {
	readonly limit: Curbed;
	/** "10/min", "1 connection at once" … */
	readonly text: string;
	/** Share of the configured limit that is left, in (0, 1]. */
	readonly factor: number;
	readonly since: number;
	/** Success raises it from then on. */
	readonly raiseAt: number;
	/** The reply rule that taught it. */
	readonly because: string;
}

/** The configured limits as speeds. The rate is the tightest of those over an hour or less, since those are what is felt as "too fast". */
export function speedsOf(limits: LaneLimits): Speeds {
	const rates = limits.rates.filter((rate) => rate.windowMs <= HOUR_MS);
	const perMinute = (rates.length > 0 ? rates : limits.rates).map((rate) => (rate.limit * MINUTE_MS) / rate.windowMs);
	return {
		rate: Math.min(Number.POSITIVE_INFINITY, ...perMinute),
		connections: limits.connections,
		connectionsPerHour: limits.connectionsPerHour ?? Number.POSITIVE_INFINITY,
		messagesPerConnection: limits.messagesPerConnection,
	};
}

/** The limits in force: the configured ones, lowered by what was learned. The same object when nothing was. */
export function curbed(limits: LaneLimits, learned: Learned): LaneLimits {
	const { curbs } = learned;
	if (Object.keys(curbs).length === 0) return limits;
	const origin: Record<keyof LaneLimits["origin"], string> = { ...limits.origin };
	const lower = (limit: "connections" | "connectionsPerHour" | "messagesPerConnection", configured: number): number => {
		const curb = curbs[limit];
		const value = curb === undefined ? configured : Math.min(configured, Math.max(1, Math.floor(curb.value)));
		if (curb !== undefined && value < configured) origin[limit] = from(curb.because);
		return value;
	};
	const perHour = lower("connectionsPerHour", limits.connectionsPerHour ?? Number.POSITIVE_INFINITY);
	return {
		...limits,
		connections: lower("connections", limits.connections),
		connectionsPerHour: Number.isFinite(perHour) ? perHour : null,
		messagesPerConnection: lower("messagesPerConnection", limits.messagesPerConnection),
		rates:
			curbs.rate === undefined
				? limits.rates
				: [...limits.rates, { ...rateOf(curbs.rate.value), from: from(curbs.rate.because) }],
		origin,
	};
}

/** What was learned, for display. */
export function learnedLimits(limits: LaneLimits, learned: Learned): LearnedLimit[] {
	const configured = speedsOf(limits);
	return CURBED.flatMap((limit) => {
		const curb = learned.curbs[limit];
		if (curb === undefined) return [];
		const factor = Number.isFinite(configured[limit]) ? Math.min(1, curb.value / configured[limit]) : 1;
		return [{ limit, text: textOf(limit, curb.value), factor, since: curb.since, raiseAt: curb.raiseAt, because: curb.because }];
	});
}

/** By the minute, or by the hour where it is less than one a minute. Always of the same window, so that a raise keeps what was counted. */
export function rateOf(perMinute: number): { readonly limit: number; readonly windowMs: number; readonly text: string } {
	if (perMinute >= 1) {
		const limit = Math.floor(perMinute);
		return { limit, windowMs: MINUTE_MS, text: `${limit}/min` };
	}
	const limit = Math.max(1, Math.floor(perMinute * 60));
	return { limit, windowMs: HOUR_MS, text: `${limit}/h` };
}

function textOf(limit: Curbed, value: number): string {
	const n = Math.max(1, Math.floor(value));
	switch (limit) {
		case "rate":
			return rateOf(value).text;
		case "connections":
			return n === 1 ? "1 connection at once" : `${n} connections at once`;
		case "connectionsPerHour":
			return `${n} connections/h`;
		case "messagesPerConnection":
			return n === 1 ? "1 message a connection" : `${n} messages a connection`;
	}
}

function from(because: string): string {
	return `learned: ${because}`;
}
