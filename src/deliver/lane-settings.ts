// What every lane may do, from wellsent.toml and the sites' data, with what people set at run time above it. Both may change while it is used.
import type { Config, GatewayConfig } from "../config/types.ts";
import type { SiteData } from "../sites/site-data.ts";
import { siteFacts } from "../sites/site-of.ts";
import { gatewayLimits, type LaneLimits, laneLimits, overruled, type SetLimits } from "../throttle/limits.ts";
import type { SharedLimits } from "../throttle/shared.ts";
import type { WarmUpPlan } from "../throttle/warm-up.ts";
import { gatewaySite } from "./hosts.ts";

export class LaneSettings {
	#config: Config;
	#set: readonly SetLimits[] = [];
	readonly #extraSites: readonly SiteData[] | undefined;

	constructor(config: Config, extraSites?: readonly SiteData[]) {
		this.#config = config;
		this.#extraSites = extraSites;
	}

	/** Other settings from now on. */
	setConfig(config: Config): void {
		this.#config = config;
	}

	/** Other limits set by people from now on. */
	setByPeople(set: readonly SetLimits[]): void {
		this.#set = set;
	}

	/** The limits in force for a source (or gateway) and a site. */
	readonly limitsFor = (source: string, site: string): LaneLimits =>
		overruled(this.#written(source, site), this.#set, source, site);

	/** The ceilings that lane shares with others: all that leaves its source, or the account that several gateways log in to. */
	readonly sharedFor = (source: string, site: string): readonly SharedLimits[] => {
		const gateway = this.#gateway(source, site);
		if (gateway !== undefined) return this.#account(gateway);
		const own = this.#config.sources.find((one) => one.name === source);
		if (own === undefined) return [];
		const name = `source ${source}`;
		const from = `wellsent.toml [[source]] "${source}"`;
		return [
			{ name, kind: "message", rates: own.rates, from },
			{ name, kind: "connection", rates: [], connections: own.connections, from },
		];
	};

	/** The ramp of a source that is being warmed up; null: it is warm. Gateways are somebody else's address and always are. */
	readonly warmUpFor = (source: string, site: string): WarmUpPlan | null => {
		const own = this.#config.sources.find((one) => one.name === source);
		if (own === undefined || own.warmup === null || this.#gateway(source, site) !== undefined) return null;
		const since = new Date(own.warmup).toISOString().slice(0, 10);
		return { curve: this.#config.warmup.curve, since: own.warmup, from: `warm-up of source ${source} since ${since}` };
	};

	/** What a reply teaches lasts no longer than the longest wait of the schedule: whoever was deferred for it comes back by then. */
	readonly longestMs = (): number => Math.max(...this.#config.retry.waitsMs);

	#written(source: string, site: string): LaneLimits {
		const gateway = this.#gateway(source, site);
		if (gateway !== undefined) return gatewayLimits(gateway);
		const limits = laneLimits({ site: siteFacts(site, this.#extraSites), overrides: this.#config.lanes, source });
		// [smtp] tls = "required" is a floor under what the site's data says.
		return this.#config.smtp.tls === "required" ? { ...limits, tls: "required" } : limits;
	}

	#gateway(source: string, site: string): GatewayConfig | undefined {
		return site === gatewaySite(source) ? this.#config.gateways.find((gateway) => gateway.name === source) : undefined;
	}

	/** Two gateways that log in as the same user of the same host spend the same allowance: what is lower of the two counts for both together. */
	#account(gateway: GatewayConfig): SharedLimits[] {
		const { host, user } = gateway;
		const same = this.#config.gateways.filter((one) => user !== null && one.user === user && one.host === host);
		if (same.length < 2) return [];
		const name = `account ${user} at ${host}`;
		const from = `wellsent.toml [[gateway]] ${same.map((one) => `"${one.name}"`).join(", ")}`;
		const connections = Math.min(...same.map((one) => gatewayLimits(one).connections));
		const rates = same.flatMap((one) => one.rates.map((rate) => ({ ...rate, text: `${rate.text} of ${name}` })));
		return [
			{ name, kind: "message", rates, from },
			{ name, kind: "connection", rates: [], connections, from },
		];
	}
}
