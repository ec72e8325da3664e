// Everything that is looked at before a campaign may start: folder, identity, fields of every reader, sizes of the worst one, lists, time it will take.
// Sends nothing and changes nothing but what is remembered of domains.
import type { Clock } from "../clock.ts";
import type { CompiledCampaign, Reader } from "../compose/compiled.ts";
import { lint, lintInput } from "../compose/lint.ts";
import { type Measurement, measureWorst, type SizeFinding } from "../compose/size.ts";
import type { WorstReaders } from "../compose/worst.ts";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import type { DnsResolver } from "../deliver/engine.ts";
import { exitsForecast, waitingRoom } from "../deliver/exits.ts";
import type { GatewayTokens } from "../deliver/gateway-token.store.ts";
import type { Campaign } from "./campaign.store.ts";
import { composable } from "./check-compose.ts";
import { checkLinkLists } from "./check-link-lists.ts";
import { checkLinks } from "./check-links.ts";
import { checkPreflight } from "./check-preflight.ts";
import { checkRoute } from "./check-route.ts";
import { checkSizeOfSites } from "./check-size-sites.ts";
import { checkSources } from "./check-sources.ts";
import { checkTime } from "./check-time.ts";
import { type LaneSpeed, type SiteTime, siteTimes, spell } from "./eta.ts";
import { countDomains, countReaders, saveDomainSites } from "./expand.store.ts";
import type { CheckFinding } from "./finding.ts";
import { identityFor } from "./prepare.ts";
import { quietHoursOf, withQuiet } from "./quiet.ts";
import { askOf } from "./way.file.ts";
import { findWorst } from "./worst.store.ts";

export interface CampaignCheck {
	readonly findings: readonly CheckFinding[];
	/** Null when the campaign cannot be composed at all. */
	readonly sizes: Measurement | null;
	/** The reader whose message is largest. */
	readonly worstReader: string | null;
	/** The reader whose HTML is largest; mostly the same. */
	readonly worstHtmlReader: string | null;
	/** How the worst readers were found: so many messages were measured, and whether nobody's can be larger. */
	readonly search: { readonly measured: number; readonly proven: boolean } | null;
	readonly readers: number;
	readonly suppressed: number;
	readonly sites: readonly SiteTime[];
	/** Milliseconds from its start, quiet hours included; the sites run side by side, so the slowest decides. */
	readonly eta: number;
	/** No finding forbids the start. */
	readonly passed: boolean;
}

export interface CheckDeps {
	readonly db: Db;
	readonly config: Config;
	readonly clock: Clock;
	/** The site of each domain, asked of DNS, and the domains for which DNS gave no answer. */
	readonly lookUpSites: (domains: readonly string[]) => Promise<{
		readonly sites: ReadonlyMap<string, string>;
		readonly failed: readonly { readonly domain: string; readonly detail: string }[];
	}>;
	/** Does this machine have that address? */
	readonly hasAddress: (address: string) => Promise<boolean>;
	readonly resolver: DnsResolver;
	/** Access tokens of gateways. */
	readonly tokens: GatewayTokens;
	/** The lanes of an identity to a site. */
	readonly lanesOf: (identity: string, site: string, route?: string | null) => readonly LaneSpeed[];
}

/** What the parts of the check that live in files of their own are given. */
export interface Examined {
	readonly deps: CheckDeps;
	readonly campaign: Campaign;
	/** Null when the campaign cannot be composed at all: that is said already. */
	readonly compiled: CompiledCampaign | null;
	/** The reader whose message was measured; null when there is none. */
	readonly worst: Reader | null;
	/** Of the worst messages; null when there are none. */
	readonly sizes: Measurement | null;
	readonly readers: number;
	readonly sites: readonly SiteTime[];
	readonly add: Add;
}

/** One part of the check; it adds its findings. */
export type Examination = (of: Examined) => Promise<void>;

/** Asked in this order, after lists, fields, sizes and sites. */
const EXAMINATIONS: readonly Examination[] = [
	checkSizeOfSites,
	checkPreflight,
	checkLinks,
	checkLinkLists,
	checkRoute,
	checkTime,
];

export async function checkCampaign(deps: CheckDeps, campaign: Campaign): Promise<CampaignCheck> {
	const findings: CheckFinding[] = [];
	const add = (level: CheckFinding["level"], id: string, subject: string, what: string, fix = "") =>
		findings.push({ id, level, subject, what, fix });
	const { db } = deps;

	const { readers, suppressed } = await countReaders(db, campaign.id);
	const mailed = readers - suppressed;
	if (readers === 0)
		add(
			"fail",
			"list-empty",
			campaign.lists.join(", ") || "lists",
			"the lists have no readers",
			"Import some: `wellsent contacts import LIST FILE.csv`.",
		);
	else if (mailed === 0)
		add(
			"fail",
			"list-suppressed",
			campaign.lists.join(", "),
			`all ${readers} readers are suppressed`,
			"See `wellsent suppress list`.",
		);
	else
		add(
			"ok",
			"list",
			campaign.lists.join(", "),
			`${readers} readers${suppressed > 0 ? `, ${suppressed} of them suppressed` : ""}`,
		);

	const { compiled, standIns } = await composable(deps, campaign, add);
	let sizes: Measurement | null = null;
	let found: WorstReaders | null = null;
	if (compiled !== null) {
		found = await findWorst(db, campaign.id, compiled, deps.clock.now(), standIns);
		if (found !== null) sizes = await checkMessage(deps, compiled, found, findings);
	}
	const worst = found?.message.reader ?? null;
	const sites = compiled === null || mailed === 0 ? [] : await checkSites(deps, campaign, add);
	const hours = quietHoursOf(deps.config, campaign.identity);
	const eta = withQuiet(hours, campaign.scheduledAt ?? deps.clock.now(), sites[0]?.ms ?? 0);
	for (const examine of EXAMINATIONS) await examine({ deps, campaign, compiled, worst, sizes, readers: mailed, sites, add });
	return {
		// The parts of the check that know only the message name no number.
		findings: findings.map((one) => ({ ...one, fix: one.fix.replaceAll("campaign check ID", `campaign check ${campaign.id}`) })),
		sizes,
		worstReader: worst?.email ?? null,
		worstHtmlReader: found?.html.reader.email ?? null,
		search: found === null ? null : { measured: found.measured, proven: found.proven },
		readers,
		suppressed,
		sites,
		eta,
		passed: findings.every((finding) => finding.level !== "fail"),
	};
}

export type Add = (level: CheckFinding["level"], id: string, subject: string, what: string, fix?: string) => void;

async function checkMessage(
	deps: CheckDeps,
	compiled: CompiledCampaign,
	worst: WorstReaders,
	findings: CheckFinding[],
): Promise<Measurement> {
	const now = deps.clock.now();
	const sizes = await measureWorst(compiled, worst, { now, limits: deps.config.limits });
	const about = (id: SizeFinding["id"]) =>
		id === "attachment-size" ? "attachments" : `message to ${(id.startsWith("html") ? worst.html : worst.message).reader.email}`;
	findings.push(...sizes.findings.map((finding) => ({ ...finding, subject: about(finding.id) })));
	const searched = worst.proven
		? `the largest of ${worst.measured}`
		: `the largest of ${worst.measured} likely ones (the templates have conditions: no proof)`;
	if (sizes.findings.length === 0)
		findings.push({
			id: "size",
			level: "ok",
			subject: about("message-size"),
			what: `HTML ${Math.max(sizes.html, sizes.htmlEncoded)} bytes, message ${sizes.message} bytes; ${searched}`,
			fix: "",
		});
	const rendered = compiled.render(worst.message.reader, { now });
	findings.push(...lint(lintInput(compiled, rendered)).map((finding) => ({ ...finding, subject: "content" })));
	return sizes;
}

async function checkSites(deps: CheckDeps, campaign: Campaign, add: Add): Promise<readonly SiteTime[]> {
	const domains = await countDomains(deps.db, campaign.id);
	const { route } = await askOf(campaign);
	const unknown = domains.filter((domain) => domain.site === null).map((domain) => domain.domain);
	const { sites: found, failed } = await deps.lookUpSites(unknown);
	const trusted = new Map([...found].filter(([domain]) => !failed.some((one) => one.domain === domain)));
	await saveDomainSites(deps.db, trusted, deps.clock.now());
	const servers = deps.config.dns.servers.length > 0 ? deps.config.dns.servers.join(", ") : "the system's resolvers";
	const [first] = failed;
	if (first !== undefined && failed.length === unknown.length && unknown.length === domains.length)
		add(
			"fail",
			"dns-silent",
			servers,
			`DNS gives no answer (${first.domain}: ${first.detail})`,
			"See that the servers in [dns] servers run and are reachable, then check again.",
		);
	else if (first !== undefined)
		add(
			"warn",
			"dns-failed",
			servers,
			`DNS gave no answer for ${failed.length} of ${domains.length} domains, e.g. ${first.domain}: ${first.detail}`,
			"Their readers are tried later by themselves; if there are many, look at the servers in [dns] servers.",
		);
	await checkSources(deps, campaign, add);
	// Whatever the domains are: through a gateway all of it goes by one lane.
	const room = waitingRoom(exitsForecast(deps.config, identityFor(deps.config, campaign.identity), route));
	const bySite = new Map<string, number>();
	for (const { domain, readers, site } of domains) {
		const name = room ?? site ?? found.get(domain) ?? domain;
		bySite.set(name, (bySite.get(name) ?? 0) + readers);
	}
	const sites = siteTimes(
		[...bySite].map(([site, messages]) => ({
			site,
			messages,
			lanes: deps.lanesOf(campaign.identity, site, route),
			of: { campaign: campaign.id, priority: campaign.priority },
		})),
	);
	const slowest = sites[0];
	if (slowest === undefined) return sites;
	const hours = quietHoursOf(deps.config, campaign.identity);
	const needed = withQuiet(hours, campaign.scheduledAt ?? deps.clock.now(), slowest.ms);
	const quiet = needed > slowest.ms ? `, ${spell(needed)} with the quiet hours` : "";
	if (deps.lanesOf(campaign.identity, slowest.site, route).length === 0)
		add(
			"fail",
			"no-way-out",
			campaign.identity,
			"no source or gateway may send for this identity",
			"Name sources in the [[identity]], or add a [[source]].",
		);
	else
		add(
			"ok",
			"eta",
			"time",
			`${slowest.ms < 1_000 ? "" : "about "}${spell(slowest.ms)}${quiet}: the slowest part is ${slowest.site}, ${slowest.messages} message${slowest.messages === 1 ? "" : "s"} at ${slowest.limit}`,
		);
	return sites;
}
