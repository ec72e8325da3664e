// The blacklist watch, one check: prove the zones, ask them what is due, follow what they say, and then hold and tell (watch-tell.ts). It steps in this
// order: resolver → zones → questions → second looks → history. DNS, clock and database come in; when to check is the jobs' matter.
import type { Clock } from "../clock.ts";
import type { Config } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import { newestListings, readProofs, readStates } from "./blacklist.store.ts";
import { type BlacklistRow, viewRows } from "./blacklist-view.ts";
import type { BlacklistDns } from "./dnsbl.client.ts";
import { isAskedFor, kindOf } from "./names.ts";
import { flippedZones, type ResolverVerdict, ZONES_THAT_FLIP } from "./proof.ts";
import { type Answer, askZones, probeResolver, type RoundPorts } from "./round.ts";
import { type CampaignLinks, normalAddress, type Subject, watchedSubjects } from "./subjects.ts";
import { Round } from "./watch-round.ts";
import { tellOf } from "./watch-tell.ts";
import { chooseZones } from "./zones/all.ts";

export interface WatchDeps {
	readonly db: Db;
	readonly config: Config;
	readonly clock: Clock;
	readonly dns: BlacklistDns;
	/** A label nobody has. */
	readonly random: () => string;
}

export interface CheckWish {
	/** Only these; all that is watched unless given. Others than the watched ones are looked up and answered, but neither held against us nor told. */
	readonly subjects?: readonly string[];
	/** Links of campaigns that wait to be sent, as far as the caller knows them. */
	readonly links?: readonly CampaignLinks[];
	/** Somebody waits for it, or a reply spoke of a list: ask again what was asked more than a minute ago. */
	readonly urgent?: boolean;
	/** Only answer and remember: no hold and no alert comes of it. */
	readonly silently?: boolean;
}

export interface CheckReport {
	readonly resolver: ResolverVerdict;
	readonly rows: readonly BlacklistRow[];
	/** Pairs of subject and zone that were asked for now, and those whose last answer still holds. */
	readonly asked: number;
	readonly remembered: number;
	/** "203.0.113.10/zen.spamhaus.org" */
	readonly opened: readonly string[];
	readonly cleared: readonly string[];
	readonly skipped: readonly { readonly subject: string; readonly why: string }[];
}

/** One check. Never throws for trouble with DNS; throws what the database throws. */
export async function checkBlacklists(deps: WatchDeps, wish: CheckWish = {}): Promise<CheckReport> {
	const { db, config, dns } = deps;
	const now = deps.clock.now();
	const ports: RoundPorts = { address: dns.address, dqsKey: config.blacklist.dqsKey, random: deps.random };
	const { zones } = chooseZones(config.blacklist);
	const watched = watchedSubjects(config, wish.links);
	const subjects = chosenSubjects(watched.subjects, wish.subjects);
	const known = { states: await readStates(db), listings: await newestListings(db), proofs: await readProofs(db) };
	const round = new Round({ db, dns, ports, now, urgent: wish.urgent === true, known, watched: watched.subjects });

	let resolver: ResolverVerdict = { state: "believed" };
	let answers: readonly Answer[] = [];
	const due = round.due(zones, subjects);
	if (due.length > 0) {
		resolver = await probeResolver(ports);
		if (resolver.state === "believed") {
			await round.prove(due);
			answers = await askZones(round.proven(due), ports);
			const flipped = flippedZones(answers.map((answer) => round.comparison(answer)));
			if (flipped.length >= ZONES_THAT_FLIP) resolver = { state: "rewrites", why: flipWords(flipped) };
			else answers = await round.doubted(answers);
		}
		if (resolver.state !== "believed") answers = round.disbelieve(due, resolver.why);
		else answers = [...answers, ...round.unproven(due)];
	}
	const { opened, cleared } = await round.record(answers);
	const complete = wish.links !== undefined && wish.subjects === undefined;
	if (wish.silently !== true)
		await tellOf({ deps, now, watched: watched.subjects, zones, resolver: due.length > 0 ? resolver : null, complete });
	const after = { ...known, listings: await newestListings(db) };
	const pairs = zones.reduce((sum, zone) => sum + subjects.filter((one) => isAskedFor(zone, one.subject)).length, 0);
	const asked = due.reduce((sum, one) => sum + one.subjects.length, 0);
	return {
		resolver,
		rows: viewRows(subjects, zones, after),
		asked,
		remembered: pairs - asked,
		opened,
		cleared,
		skipped: watched.skipped,
	};
}

/** The watched ones that were named, and what was named beside them. */
function chosenSubjects(watched: readonly Subject[], wanted: readonly string[] | undefined): readonly Subject[] {
	if (wanted === undefined) return watched;
	return [...new Set(wanted.map(normalAddress))].map(
		(subject) => watched.find((one) => one.subject === subject) ?? { subject, kind: kindOf(subject), roles: [] },
	);
}

function flipWords(zones: readonly string[]): string {
	return `${zones.length} lists that had nothing against us name all our addresses or domains at once (${zones.slice(0, 4).join(", ")})`;
}
