// Files a campaign's deliveries under the sites that serve their domains, beside the sending: a domain whose DNS is slow keeps nobody waiting but itself.
import type { MxHost } from "../routing/mx.ts";
import type { DnsResolver, Exit } from "./engine.ts";
import { lookUpSites } from "./hosts.ts";

export interface FilingPorts {
	readonly resolver: DnsResolver;
	readonly siteOf: (hosts: readonly MxHost[], domain: string) => string;
	/** Domains of queued deliveries that have no site yet; the same ones again until they are filed. */
	readonly domainsWithoutSite: (campaign: number) => Promise<readonly string[]>;
	readonly fileUnderSites: (campaign: number, sites: ReadonlyMap<string, string>) => Promise<number>;
	readonly trouble: (what: string, error: unknown) => void;
}

/** Domains that are asked about together: the slowest of them decides when the others are filed. */
const TOGETHER = 20;

export class Filing {
	readonly #campaign: number;
	readonly #ports: FilingPorts;
	/** Their answer has not come yet. */
	readonly #asking = new Set<string>();
	#looking = false;

	constructor(campaign: number, ports: FilingPorts) {
		this.#campaign = campaign;
		this.#ports = ports;
	}

	/** Nobody is being asked about. */
	get idle(): boolean {
		return this.#asking.size === 0 && !this.#looking;
	}

	/** Looks for domains without a site and asks about them. Resolves when they are being asked about; `filed` is called for each part that was filed. */
	async look(exits: readonly Exit[], filed: () => void): Promise<void> {
		if (this.#looking) return;
		this.#looking = true;
		try {
			const domains = (await this.#ports.domainsWithoutSite(this.#campaign)).filter((domain) => !this.#asking.has(domain));
			for (let from = 0; from < domains.length; from += TOGETHER) {
				const part = domains.slice(from, from + TOGETHER);
				for (const domain of part) this.#asking.add(domain);
				void this.#file(part, exits).then(filed);
			}
		} finally {
			this.#looking = false;
		}
	}

	async #file(domains: readonly string[], exits: readonly Exit[]): Promise<void> {
		try {
			const gateway = exits.find((exit) => exit.kind === "gateway");
			const sites =
				gateway?.kind === "gateway"
					? new Map(domains.map((domain) => [domain, gateway.pool]))
					: (await lookUpSites(domains, this.#ports.resolver, this.#ports.siteOf)).sites;
			await this.#ports.fileUnderSites(this.#campaign, sites);
		} catch (error) {
			this.#ports.trouble("deliveries could not be filed under their sites", error);
		} finally {
			for (const domain of domains) this.#asking.delete(domain);
		}
	}
}
