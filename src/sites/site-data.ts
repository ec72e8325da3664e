// The shape of a provider's facts in data/, and the defaults for sites that nobody wrote down. Pure data, no look-up: see site-of.ts.
import type { RateLimit, TlsPolicy } from "../config/types.ts";
import type { Site } from "./site.ts";

export interface SiteData {
	/** Lower case without dots, so that it cannot collide with a site that is named after its domain. */
	readonly name: string;
	readonly title: string;
	/** "google.com" also means aspmx.l.google.com. */
	readonly suffixes: readonly string[];
	readonly connections: number;
	readonly connectionsPerHour: number;
	readonly messagesPerConnection: number;
	readonly rates: readonly RateLimit[];
	readonly tls: TlsPolicy;
	/** Bytes in the SIZE it has been seen to announce; null: not known. */
	readonly size: number | null;
	readonly postmaster: string | null;
	/** Where the numbers come from. "chosen low" where nobody publishes one. */
	readonly source: string;
	readonly notes: string;
}

const WINDOWS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** "at most `limit` in any window of one second, minute, hour or day". */
export const per = (limit: number, unit: keyof typeof WINDOWS): RateLimit => ({
	limit,
	windowMs: WINDOWS[unit],
	text: `${limit}/${unit}`,
});

/** What a provider gets that publishes nothing but is built for volume: a step above unknown sites, far below what it could take. */
export const LARGE = { connections: 5, connectionsPerHour: 240, messagesPerConnection: 20, rates: [per(5, "s")] } as const;

/**
 * What any site gets that we know nothing about.
 *
 * Most are one small server of one company, whose administrator notices 20 connections at once, and whose Postfix or Exim by default
 * refuses a client's 50th and 20th simultaneous connection (anvil, smtp_accept_max_per_host where set). Two at once and 2/s stay far below,
 * and still a campaign of 500 readers there takes about four minutes and one of 50,000 less than a day.
 */
export const UNKNOWN = {
	connections: 2,
	connectionsPerHour: 120,
	messagesPerConnection: 20,
	rates: [per(2, "s")],
	tls: "opportunistic",
	size: null,
	postmaster: null,
} as const satisfies Omit<Site, "name" | "title" | "known">;
