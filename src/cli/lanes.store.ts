// Reads the lanes: every source or gateway × every site that was mailed or is overridden, with the limits in force and what was used of them.

import { gatewaySite } from "../deliver/hosts.ts";
import { loadLanes } from "../deliver/lane-state.store.ts";
import { laneKey } from "../throttle/lane-set.ts";
import { type LaneHold, type LaneSnapshot, readLaneSnapshot } from "../throttle/lane-types.ts";
import type { CliApp } from "./ports.ts";

export interface LaneRow {
	/** Name of the source, or of the gateway. */
	readonly source: string;
	readonly site: string;
	readonly limits: {
		readonly connections: number;
		readonly connectionsPerHour: number | null;
		readonly messagesPerConnection: number;
		/** "5/s" … */
		readonly rates: readonly string[];
		readonly tls: string;
		/** Where the rates come from. */
		readonly from: string;
	};
	readonly now: {
		/** When the windows were saved; null: nothing was sent there in the last day. */
		readonly savedAt: string | null;
		readonly windows: readonly { readonly text: string; readonly used: number; readonly limit: number }[];
		readonly hold: LaneHold | null;
	};
}

const HOUR_MS = 3_600_000;

export async function laneTable(app: CliApp): Promise<LaneRow[]> {
	const { config, db } = app;
	const kept = new Map((await loadLanes(db)).map((lane) => [lane.key, lane]));
	const mailed = await db.domainSite.findMany({ distinct: ["site"], select: { site: true }, orderBy: { site: "asc" } });
	const sites = [...new Set([...mailed.map((row) => row.site), ...config.lanes.map((lane) => lane.site)])].sort();
	const direct = config.sources.flatMap((source) =>
		sites.filter((site) => !site.startsWith("gateway:")).map((site) => ({ source: source.name, site })),
	);
	const gateways = config.gateways.map(({ name }) => ({ source: name, site: gatewaySite(name) }));
	return [...direct, ...gateways].map(({ source, site }) => {
		const limits = app.limitsFor(source, site);
		const lane = kept.get(laneKey(source, site));
		const snapshot = lane === undefined ? null : readLaneSnapshot(lane.state);
		const { connections, connectionsPerHour, messagesPerConnection, rates, tls, origin } = limits;
		const windows = [
			...rates.map((rate) => ({
				text: rate.text,
				limit: rate.limit,
				used: used(snapshot, "messages", rate.windowMs, app.clock.now()),
			})),
			...(connectionsPerHour === null
				? []
				: [
						{
							text: `${connectionsPerHour} connections/h`,
							limit: connectionsPerHour,
							used: used(snapshot, "connections", HOUR_MS, app.clock.now()),
						},
					]),
		];
		return {
			source,
			site,
			limits: {
				connections,
				connectionsPerHour,
				messagesPerConnection,
				rates: rates.map((rate) => rate.text),
				tls,
				from: origin.rates,
			},
			now: { savedAt: lane === undefined ? null : new Date(lane.savedAt).toISOString(), windows, hold: snapshot?.hold ?? null },
		};
	});
}

/** Events of a saved window that still count now. */
function used(snapshot: LaneSnapshot | null, of: "messages" | "connections", windowMs: number, now: number): number {
	const window = snapshot?.[of].windows.find((one) => one.windowMs === windowMs);
	return (window?.entries ?? []).reduce((sum, [at, n]) => (at > now - windowMs ? sum + n : sum), 0);
}
