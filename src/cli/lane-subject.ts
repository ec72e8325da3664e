// Which lanes a person means: "mta1/naver", "naver" (from all sources), "mta1/*", "*" (all), or the name of a gateway. Pure.
import { suggestion } from "../config/nearest.ts";
import type { Config } from "../config/types.ts";
import { gatewaySite } from "../deliver/hosts.ts";
import { SITES } from "../sites/site-of.ts";

export interface LaneSubject {
	/** "*": all sources. */
	readonly source: string;
	/** "*": all sites. */
	readonly site: string;
}

/** The lanes that were typed, or the words of what is wrong with it. `seen`: sites that were mailed, which are good whatever their name. */
export function parseLanes(typed: string, config: Config, seen: ReadonlySet<string>): LaneSubject | { readonly wrong: string } {
	const gateway = config.gateways.find((one) => one.name === typed);
	if (gateway !== undefined) return { source: gateway.name, site: gatewaySite(gateway.name) };
	const slash = typed.lastIndexOf("/");
	const source = slash < 0 ? "*" : typed.slice(0, slash);
	const site = typed.slice(slash + 1);
	const sources = config.sources.map((one) => one.name);
	if (source !== "*" && !sources.includes(source)) {
		const ways = [...sources, ...config.gateways.map((one) => one.name)];
		return { wrong: `there is no source "${source}": ${suggestion(source, ways, "source")}` };
	}
	const known = SITES.map((one) => one.name);
	if (site !== "*" && !site.includes(".") && !seen.has(site) && !known.includes(site))
		return {
			wrong: `there is no site "${site}": ${suggestion(site, [...known, ...seen], "site")} Other providers go by the domain of their MX hosts`,
		};
	return { source, site };
}

export function subjectOf({ source, site }: LaneSubject): string {
	return `${source}/${site}`;
}
