// After a check: the holds that open listings ask for are made so, and people are told what is new. Both compare what is with what was said or held last,
// so a check that died half way is made good by the next one, and nothing is said twice.
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import { type AlertRow, appendAlerts, openAlerts } from "../log/alert.store.ts";
import {
	type ListingRow,
	listings,
	type ProofRow,
	readProofs,
	rememberResolver,
	resolverSilentSince,
} from "./blacklist.store.ts";
import { type HoldChanges, settleHolds } from "./blacklist-holds.store.ts";
import { wantedHolds } from "./blacklist-holds.ts";
import {
	clearedAlert,
	firstLook,
	firstLookAlert,
	firstLookOver,
	listedAlert,
	OWN_RESOLVER,
	refusedAlert,
	resolverAlert,
	resolverMendedAlert,
	zoneBrokenAlert,
	zoneMendedAlert,
} from "./blacklist-words.ts";
import { isAtLeast } from "./decode.ts";
import type { ResolverVerdict } from "./proof.ts";
import type { Subject } from "./subjects.ts";
import type { Zone } from "./zones/zone.ts";

interface TellDeps {
	readonly db: Db;
	readonly config: Config;
	readonly dns: { readonly servers: readonly string[] };
}

/** A zone that cannot be reached is told after so long: servers of small lists come and go. Milliseconds. */
const SILENCE_MS = 3 * 3_600_000;

export async function tellOf(of: {
	readonly deps: TellDeps;
	readonly now: number;
	readonly watched: readonly Subject[];
	readonly zones: readonly Zone[];
	/** Null: nothing was asked. */
	readonly resolver: ResolverVerdict | null;
	/** All that is watched is in `watched`, links included: what is missing there is not watched any more. */
	readonly complete: boolean;
}): Promise<void> {
	const { deps, now } = of;
	const open = (await listings(deps.db, { open: true }))
		.reverse()
		.filter(
			(one) =>
				of.zones.some((zone) => zone.name === one.zone) &&
				(!of.complete || of.watched.some(({ subject }) => subject === one.subject)),
		);
	const holds = await settleHolds(deps.db, wantedHolds(deps.config, of.watched, open), now);
	await appendAlerts(deps.db, [
		...(await ofListings(deps, open, holds, of.watched, now)),
		...(await ofFirstLook(deps.db, open, of.watched, now)),
		...(of.resolver === null ? [] : await ofResolver(deps, of.resolver, now)),
		...(of.resolver?.state === "believed" ? await ofZones(deps, of.zones, now) : []),
	]);
}

/** Listings that somebody should know and nobody was told of, and those that were told and are over. */
async function ofListings(
	{ db, config }: TellDeps,
	open: readonly ListingRow[],
	holds: HoldChanges,
	watched: readonly Subject[],
	at: number,
): Promise<AlertRow[]> {
	const told = (await openAlerts(db, "blacklist-listed", "blacklist-cleared")).filter(
		(one) => !one.subject.endsWith(firstLook("")),
	);
	const wanted = open.filter((one) => !one.quiet && isAtLeast(one.severity, "minor"));
	const subjectOf = (name: string) => watched.find((one) => one.subject === name);
	const alerts: AlertRow[] = [];
	for (const listing of wanted) {
		const last = told.find((one) => one.subject === `${listing.subject}/${listing.zone}`);
		const worse = listing.severity === "critical" && last?.facts["severity"] !== "critical";
		if (last !== undefined && !worse) continue;
		const again = last === undefined && (await wasTold(db, `${listing.subject}/${listing.zone}`, listing.firstSeen));
		alerts.push(listedAlert(listing, { subject: subjectOf(listing.subject), holds, config, at, again }));
	}
	for (const alert of told) {
		if (wanted.some((one) => `${one.subject}/${one.zone}` === alert.subject)) continue;
		const slash = alert.subject.lastIndexOf("/");
		const [subject, zone] = [alert.subject.slice(0, slash), alert.subject.slice(slash + 1)];
		const codes = Array.isArray(alert.facts["codes"]) ? alert.facts["codes"].map(String) : [];
		const listing = { subject, zone, codes, meaning: "", severity: "info", text: "", firstSeen: alert.since } as const;
		alerts.push(clearedAlert(listing, { subject: subjectOf(subject), holds, at }));
	}
	return alerts;
}

async function wasTold(db: Db, subject: string, since: number): Promise<boolean> {
	return (await db.alert.count({ where: { kind: "blacklist-cleared", subject, at: { gte: new Date(since) } } })) > 0;
}

async function ofFirstLook(db: Db, open: readonly ListingRow[], watched: readonly Subject[], at: number): Promise<AlertRow[]> {
	const told = (await openAlerts(db, "blacklist-listed", "blacklist-cleared")).filter((one) =>
		one.subject.endsWith(firstLook("")),
	);
	const quiet = open.filter((one) => one.quiet && isAtLeast(one.severity, "minor"));
	const subjectOf = (name: string) => watched.find((one) => one.subject === name);
	const subjects = [...new Set(quiet.map((one) => one.subject))];
	return [
		...subjects
			.filter((subject) => !told.some((one) => one.subject === firstLook(subject)))
			.map((subject) =>
				firstLookAlert(
					subject,
					quiet.filter((one) => one.subject === subject),
					subjectOf(subject),
					at,
				),
			),
		...told
			.filter((one) => !subjects.some((subject) => firstLook(subject) === one.subject))
			.map((one) => {
				const subject = one.subject.slice(0, -firstLook("").length);
				return firstLookOver(subject, subjectOf(subject), one.since, at);
			}),
	];
}

/** A resolver that rewrites is told at once; one that is silent when it is so twice in a row, since lines break for a moment. */
async function ofResolver({ db, dns }: TellDeps, verdict: ResolverVerdict, at: number): Promise<AlertRow[]> {
	const [told] = await openAlerts(db, "resolver-broken", "resolver-mended");
	const silentSince = await resolverSilentSince(db);
	if (verdict.state !== "silent" && silentSince !== null) await rememberResolver(db, null, at);
	switch (verdict.state) {
		case "believed":
			return told === undefined ? [] : [resolverMendedAlert(dns.servers, told.since, at)];
		case "rewrites":
			return told === undefined ? [resolverAlert(verdict.why, dns.servers, at, at)] : [];
		case "silent":
			if (silentSince === null) await rememberResolver(db, at, at);
			return told === undefined && silentSince !== null
				? [resolverAlert(`it gives no answer (${verdict.why})`, dns.servers, silentSince, at)]
				: [];
	}
}

/** Zones that are not believed: those that refuse are told together, for they do it for one reason. */
async function ofZones({ db, config, dns }: TellDeps, zones: readonly Zone[], at: number): Promise<AlertRow[]> {
	const told = await openAlerts(db, "zone-broken", "zone-mended");
	const proofs = [...(await readProofs(db)).values()].filter(({ zone }) => zones.some((one) => one.name === zone));
	const isBad = ({ state, badSince }: ProofRow) =>
		state !== "proven" && state !== "refused" && (state !== "unreachable" || at - (badSince ?? at) >= SILENCE_MS);
	const refused = proofs.filter(({ state }) => state === "refused");
	const bad = proofs.filter(isBad);
	const alerts = bad
		.filter((proof) => !told.some((one) => one.subject === proof.zone))
		.map(({ zone, state, why, badSince }) => zoneBrokenAlert(zone, state, why, badSince ?? at, at));
	const { dqsKey } = config.blacklist;
	if (refused.length > 0 && !told.some((one) => one.subject === OWN_RESOLVER)) {
		const since = Math.min(...refused.map(({ badSince }) => badSince ?? at));
		alerts.push(refusedAlert(refused, { servers: dns.servers, dqsKey, since, at }));
	}
	for (const one of told) {
		const still =
			one.subject === OWN_RESOLVER
				? refused.length > 0
				: proofs.some((proof) => proof.zone === one.subject && proof.state !== "proven");
		if (!still) alerts.push(zoneMendedAlert(one.subject, one.since, at));
	}
	return alerts;
}
