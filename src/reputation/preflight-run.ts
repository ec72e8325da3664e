// The preflight as a whole: everything about the sources and identities asked at once, blacklists read from what the watch knows, results kept.
import type { Clock } from "../clock.ts";
import type { Config, IdentityConfig, SourceConfig } from "../config/types.ts";
import { isLoopback, isPrivate } from "../config/values.ts";
import type { Db } from "../db/db.ts";
import { setting } from "../db/setting.store.ts";
import { type BulkRow, bulkChecklist } from "./bulk-rules.ts";
import { domainOf, examineIdentity, examineSource, sourcesOf } from "./preflight.client.ts";
import { blacklistWord, type KeptReport, keepReports, keptReports, largestDomains } from "./preflight.store.ts";
import { createPreflightDns } from "./preflight-dns.client.ts";
import { type AddFinding, collect, type PreflightFinding, type PreflightReport } from "./preflight-finding.ts";
import { CONNECTION_IDS, WELL_KNOWN } from "./tls-probe.ts";

export interface PreflightDeps {
	readonly db: Db;
	readonly config: Config;
	readonly clock: Clock;
}

/** What is looked at. */
export interface PreflightScope {
	readonly sources: readonly SourceConfig[];
	readonly identities: readonly IdentityConfig[];
}

/** Domains of the lists that are looked at for hosts to connect to. */
const DOMAINS = 8;

/** Everything that is configured; with an identity, that one and its sources. */
export function scopeOf(config: Config, identity: IdentityConfig | null): PreflightScope {
	if (identity === null) return { sources: config.sources, identities: config.identities };
	return { sources: sourcesOf(config, identity), identities: [identity] };
}

/**
 * Looks, with connections to a few MX hosts and to the one-click links, keeps what it found and tells of changes. A few seconds at most.
 */
export async function runPreflight(deps: PreflightDeps, scope: PreflightScope): Promise<readonly PreflightReport[]> {
	const port25 = deps.config.smtp.port === 25 ? WELL_KNOWN : [];
	const domains = [...new Set([...(await largestDomains(deps.db, DOMAINS)), ...port25])];
	const reports = await examine(deps, scope, domains);
	await keepReports(deps.db, reports, deps.clock.now());
	return reports;
}

/**
 * The same for the check of a campaign: DNS is asked anew, and what connections said is taken over from the last whole run. Each connection counts
 * against what providers allow a source, and the lanes would not know of them. Keeps nothing.
 */
export async function quickPreflight(deps: PreflightDeps, scope: PreflightScope): Promise<readonly PreflightReport[]> {
	const [reports, kept] = await Promise.all([examine(deps, scope, null), keptReports(deps.db)]);
	return reports.map((report) => ({ ...report, findings: [...report.findings, ...connected(report, kept)] }));
}

function connected(report: PreflightReport, kept: readonly KeptReport[]): readonly PreflightFinding[] {
	const before = kept.find((one) => one.kind === report.kind && one.subject === report.subject);
	const taken = (before?.findings ?? []).filter(
		(finding) => CONNECTION_IDS.has(finding.id) || finding.id.startsWith("one-click"),
	);
	return taken.filter((finding) => !report.findings.some((fresh) => fresh.id === finding.id));
}

async function examine(
	deps: PreflightDeps,
	scope: PreflightScope,
	domains: readonly string[] | null,
): Promise<PreflightReport[]> {
	const { db, config, clock } = deps;
	const gather = { config, dns: createPreflightDns(config.dns.servers), secret: await setting(db, "secret", clock), domains };
	const word = await blacklistWord(db, [...scope.sources.flatMap(namesOfSource), ...scope.identities.flatMap(namesOfIdentity)]);
	const sources = scope.sources.map(async (source): Promise<PreflightReport> => {
		const found = await examineSource(gather, source);
		return {
			kind: "source",
			subject: source.name,
			findings: [...found, ...listed(`source ${source.name}`, namesOfSource(source), word)],
		};
	});
	const identities = scope.identities.map(async (identity): Promise<PreflightReport> => {
		const found = await examineIdentity(gather, identity);
		const listings = listed(`identity ${identity.from}`, namesOfIdentity(identity), word);
		return { kind: "identity", subject: identity.from, findings: [...found, ...listings] };
	});
	return Promise.all([...sources, ...identities]);
}

function namesOfSource(source: SourceConfig): readonly string[] {
	return [source.publicAddress, source.ehlo];
}

function namesOfIdentity(identity: IdentityConfig): readonly string[] {
	const link = identity.unsubscribe === null ? [] : [new URL(identity.unsubscribe).hostname];
	return [...new Set([domainOf(identity), identity.returnPath, ...identity.dkim.map((key) => key.domain), ...link])];
}

type Word = Awaited<ReturnType<typeof blacklistWord>>;

/** What the blacklist watch knows; DNS is not asked here, since lists count and forbid questions. */
function listed(subject: string, names: readonly string[], word: Word): readonly PreflightFinding[] {
	const { findings, add } = collect(subject);
	const mine = word.listings.filter((listing) => names.includes(listing.subject));
	for (const listing of mine) tell(listing, add);
	if (mine.length > 0) return findings;
	const public_ = names.filter((name) => !isLoopback(name) && !isPrivate(name));
	if (names.some((name) => word.asked.has(name)))
		add("ok", "blacklist", `${names.join(", ")}: on no blacklist, as the watch knows`);
	else if (public_.length > 0)
		add(
			"unknown",
			"blacklist",
			"no blacklist has been asked yet",
			"The daemon asks them by its schedule; now: `wellsent blacklist check`.",
		);
	return findings;
}

function tell(listing: Word["listings"][number], add: AddFinding): void {
	const level = listing.severity === "critical" ? "fail" : listing.severity === "info" ? "ok" : "warn";
	const since = new Date(listing.since).toISOString().slice(0, 16).replace("T", " ");
	add(
		level,
		"blacklist-listed",
		`${listing.subject} is on ${listing.zone}${listing.meaning === "" ? "" : ` (${listing.meaning})`} since ${since} UTC`,
		listing.removal,
	);
}

/** The checklists of the identities among the reports. */
export function checklists(config: Config, reports: readonly PreflightReport[]): readonly BulkRow[] {
	return reports.flatMap((report) => {
		if (report.kind !== "identity") return [];
		const identity = config.identities.find((one) => one.from === report.subject);
		const sources = identity === undefined ? [] : sourcesOf(config, identity).map((source) => source.name);
		const theirs = reports.filter((one) => one.kind === "source" && sources.includes(one.subject)).flatMap((one) => one.findings);
		return bulkChecklist(report.subject, [...report.findings, ...theirs]);
	});
}
