// An app with two sources and an identity on a manual clock, and its blacklist watch on a played DNS server.
import { randomUUID } from "node:crypto";
import { systemClock } from "../../src/clock.ts";
import type { Config } from "../../src/config/types.ts";
import { createBlacklistDns } from "../../src/reputation/dnsbl.client.ts";
import { type CheckReport, type CheckWish, checkBlacklists } from "../../src/reputation/watch.ts";
import { type BlacklistDns, startBlacklistDns } from "./blacklist-dns.ts";
import { type TempApp, tempApp } from "./temp-app.ts";

/** Addresses of the two sources, as the world sees them. */
export const MTA1 = "203.0.113.10";
export const MTA2 = "203.0.113.20";

const TOML = `
[[source]]
name = "mta1"
address = "${MTA1}"
ehlo = "mta1.sender.test"
[[source]]
name = "mta2"
address = "${MTA2}"
ehlo = "mta2.sender.test"
[[identity]]
from = "@sender.test"
`;

export interface WatchedApp extends TempApp, AsyncDisposable {
	readonly lists: BlacklistDns;
	/** One check, at the time of the clock. Time-outs of DNS are real ones. */
	check(wish?: CheckWish): Promise<CheckReport>;
	/** Kind and subject of all alerts, in their order. */
	alerts(): Promise<string[]>;
	/** Subjects of the watch's holds in force. */
	holds(): Promise<string[]>;
}

/** `zones`: played and asked, and no others. */
export async function watchedApp(
	zones: readonly string[],
	of: {
		toml?: string;
		timeoutMs?: number;
		servers?: (played: string) => readonly string[];
		change?: (config: Config) => Config;
	} = {},
): Promise<WatchedApp> {
	const lists = await startBlacklistDns(zones);
	const servers = of.servers?.(lists.server) ?? [lists.server];
	const temp = await tempApp({
		toml: of.toml ?? TOML,
		change: (config) => {
			const ours = { ...config, dns: { servers }, blacklist: { ...config.blacklist, zones: zones.map((zone) => `+${zone}`) } };
			return of.change?.(ours) ?? ours;
		},
	});
	const dns = createBlacklistDns({ servers, clock: systemClock, timeoutMs: of.timeoutMs ?? 300 });
	const { app } = temp;
	return {
		...temp,
		lists,
		check: (wish = { links: [] }) =>
			checkBlacklists(
				{ db: app.db, config: app.config, clock: temp.clock, dns, random: () => `wellsent-${randomUUID().slice(0, 8)}` },
				wish,
			),
		alerts: async () => (await app.db.alert.findMany({ orderBy: { id: "asc" } })).map((one) => `${one.kind} ${one.subject}`),
		holds: async () =>
			(await app.db.hold.findMany({ where: { releasedAt: null }, orderBy: { id: "asc" } })).map(
				(one) => `${one.kind} ${one.subject}`,
			),
		[Symbol.asyncDispose]: () => lists[Symbol.asyncDispose](),
	};
}
