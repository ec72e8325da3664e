// Reads the lanes: every source or gateway × every site that was mailed or is overridden, with the limits in force and how it stands.
import { gatewaySite } from "../deliver/hosts.ts";
import { readLaneOrders } from "../deliver/lane-orders.store.ts";
import { savedLanes } from "../deliver/saved-lanes.store.ts";
import type { LearnedLimit } from "../throttle/curbs.ts";
import { laneKey } from "../throttle/lane-set.ts";
import type { LaneHold, Next } from "../throttle/lane-types.ts";
import type { WarmUpView } from "../throttle/warm-up-meter.ts";
import type { CliApp } from "./ports.ts";

export interface LaneRow {
	/** Name of the source, or of the gateway. */
	readonly source: string;
	readonly site: string;
	/** In force: as configured and set, lowered by what was learned. */
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
		/** Limits that replies have lowered for now. */
		readonly learned: readonly LearnedLimit[];
		readonly warmUp: WarmUpView | null;
		/** When the next message may go, and the one rule that makes it wait. */
		readonly next: Next;
	};
}

export async function laneTable(app: CliApp): Promise<LaneRow[]> {
	const { clock, config, db } = app;
	const { set: lanes, savedAt } = await savedLanes(app);
	const { set } = await readLaneOrders(db, clock.now());
	const mailed = await db.domainSite.findMany({ distinct: ["site"], select: { site: true }, orderBy: { site: "asc" } });
	const named = [...mailed, ...config.lanes, ...set].map((row) => row.site);
	const sites = [...new Set(named)].filter((site) => !site.startsWith("gateway:")).sort();
	const direct = config.sources.flatMap((source) => sites.map((site) => ({ source: source.name, site })));
	const gateways = config.gateways.map(({ name }) => ({ source: name, site: gatewaySite(name) }));
	return [...direct, ...gateways].map(({ source, site }) => {
		const lane = lanes.lane(source, site);
		const { connections, connectionsPerHour, messagesPerConnection, rates, tls, origin } = lane.limits;
		const { uses, hold, learned, warmUp, nextMessage } = lane.state();
		const at = savedAt.get(laneKey(source, site));
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
			now: {
				savedAt: at === undefined ? null : new Date(at).toISOString(),
				windows: [...uses.filter((use) => use.kind === "message"), ...uses.filter((use) => use.kind === "connection")].map(
					({ text, used, limit }) => ({ text, used, limit }),
				),
				hold,
				learned,
				warmUp,
				next: nextMessage,
			},
		};
	});
}
