// The blacklist watch for the rest of the program: one check with the settings in force, and the questions that others have for it.
import { randomBytes } from "node:crypto";
import { registrableDomain } from "../address/registrable.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import type { ListState } from "../log/evidence.ts";
import { listings, newestListings, readProofs, readStates } from "./blacklist.store.ts";
import { type BlacklistRow, listingRow, proofKey, viewRows } from "./blacklist-view.ts";
import { createBlacklistDns } from "./dnsbl.client.ts";
import { kindOf } from "./names.ts";
import type { ZoneState } from "./proof.ts";
import { normalAddress, type Subject, watchedSubjects } from "./subjects.ts";
import { type CheckReport, type CheckWish, checkBlacklists } from "./watch.ts";
import { chooseZones } from "./zones/all.ts";

export interface BlacklistDeps {
	readonly db: Db;
	readonly config: Config;
	readonly clock: Clock;
}

/** One check of what is due (or wished for), through the resolvers of [dns] servers. */
export function checkNow({ db, config, clock }: BlacklistDeps, wish: CheckWish): Promise<CheckReport> {
	const dns = createBlacklistDns({ servers: config.dns.servers, clock });
	return checkBlacklists({ db, config, clock, dns, random: () => `wellsent-${randomBytes(6).toString("hex")}` }, wish);
}

/** Asks about the addresses and EHLO names of sources that a reply spoke of. True: something has changed. */
export async function checkSources(deps: BlacklistDeps, sources: readonly string[]): Promise<boolean> {
	const subjects = watchedSubjects(deps.config).subjects.filter(({ roles }) =>
		roles.some(({ role, of }) => (role === "address" || role === "ehlo") && sources.includes(of)),
	);
	if (subjects.length === 0) return false;
	const { opened, cleared } = await checkNow(deps, { subjects: subjects.map((one) => one.subject), urgent: true });
	return opened.length + cleared.length > 0;
}

/** What domain lists say of these hosts and of the domains they belong to. Holds nothing and tells nobody. */
export async function lookUpDomains(deps: BlacklistDeps, hosts: readonly string[]): Promise<readonly BlacklistRow[]> {
	const names = new Set(
		hosts.filter((host) => kindOf(host) === "domain").flatMap((host) => [host, registrableDomain(host) ?? host]),
	);
	if (names.size === 0) return [];
	return (await checkNow(deps, { subjects: [...names], silently: true })).rows;
}

/** What lists said last of an address, for the postmaster of somebody else: what is not believed now is unknown. */
export async function listStates({ db, config }: BlacklistDeps, address: string): Promise<readonly ListState[]> {
	const [states, proofs] = [await readStates(db), await readProofs(db)];
	const subject = normalAddress(address);
	const kind = kindOf(subject);
	return chooseZones(config.blacklist)
		.zones.filter((zone) => zone.takes.includes(kind))
		.flatMap((zone) => {
			const known = states.get(`${subject}/${zone.name}`);
			if (known === undefined) return [];
			const believed = proofs.get(proofKey(zone, kind))?.state === "proven";
			return [{ zone: zone.name, state: believed ? known.state : "unknown", at: known.checkedAt }];
		});
}

export interface Status {
	readonly rows: readonly BlacklistRow[];
	readonly subjects: readonly Subject[];
	readonly skipped: readonly { readonly subject: string; readonly why: string }[];
}

/** How all that is watched stands by the last checks, or these subjects; nothing is asked. Links count as watched while their last answer is a day old. */
export async function statusNow({ db, config, clock }: BlacklistDeps, named?: readonly string[]): Promise<Status> {
	const known = { states: await readStates(db), listings: await newestListings(db), proofs: await readProofs(db) };
	const watched = watchedSubjects(config);
	const since = clock.now() - 86_400_000;
	const others = [...known.states.values()]
		.filter((state) => state.checkedAt >= since && !watched.subjects.some((one) => one.subject === state.subject))
		.map(({ subject }) => subject);
	const extra = [...new Set(named === undefined ? others : named.map(normalAddress))]
		.filter((subject) => !watched.subjects.some((one) => one.subject === subject))
		.map((subject): Subject => ({ subject, kind: kindOf(subject), roles: [] }));
	const all = [...watched.subjects, ...extra];
	const wanted = named?.map(normalAddress);
	const subjects = wanted === undefined ? all : all.filter((one) => wanted.includes(one.subject));
	return { rows: viewRows(subjects, chooseZones(config.blacklist).zones, known), subjects, skipped: watched.skipped };
}

/** Listings of the past and present, the newest first. */
export async function historyOf(
	{ db }: BlacklistDeps,
	named: readonly string[],
	limit: number,
): Promise<readonly BlacklistRow[]> {
	const rows = await listings(db, { limit, ...(named.length === 0 ? {} : { subjects: named.map(normalAddress) }) });
	return rows.map(listingRow);
}

/** Instants in milliseconds. */
export interface ZoneView {
	readonly zone: string;
	readonly title: string;
	readonly takes: readonly string[];
	/** Null: it was not asked to prove itself yet. */
	readonly state: ZoneState | null;
	readonly why: string;
	readonly provenAt: number | null;
	readonly badSince: number | null;
	readonly everyMs: number;
	readonly ownResolver: boolean;
	readonly registration: string | null;
	readonly removal: string;
	readonly standard: boolean;
}

/** The zones that are asked, how they proved themselves and what they ask of us; and those that the settings name and that are not asked. */
export async function zonesNow({ db, config }: BlacklistDeps) {
	const proofs = await readProofs(db);
	const { zones, refused } = chooseZones(config.blacklist);
	const views = zones.map((zone): ZoneView => {
		const proof = proofs.get(zone.name) ?? proofs.get(`${zone.name}/ip6`);
		return {
			zone: zone.name,
			title: zone.title,
			takes: zone.takes,
			state: proof?.state ?? null,
			why: proof?.why ?? "",
			provenAt: proof?.provenAt ?? null,
			badSince: proof?.badSince ?? null,
			everyMs: zone.policy.everyMs,
			ownResolver: zone.policy.ownResolver,
			registration: zone.policy.registration,
			removal: zone.removal.url,
			standard: zone.standard,
		};
	});
	return { zones: views, refused };
}
