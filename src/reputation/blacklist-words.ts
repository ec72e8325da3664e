// What people are told about listings, zones and the resolver: the fact and since when, what Wellsent did, what they should do. Pure.
import type { Config } from "../config/types.ts";
import type { AlertRow } from "../log/alert.store.ts";
import type { HoldChanges } from "./blacklist-holds.store.ts";
import { usersOf } from "./blacklist-holds.ts";
import type { ZoneState } from "./proof.ts";
import type { Role, Subject } from "./subjects.ts";
import { zoneNamed } from "./zones/all.ts";
import type { Severity } from "./zones/zone.ts";

/** A listing as it is told. */
export interface ToldListing {
	readonly subject: string;
	readonly zone: string;
	readonly codes: readonly string[];
	readonly meaning: string;
	readonly severity: Severity;
	readonly text: string;
	readonly firstSeen: number;
}

export function listedAlert(
	listing: ToldListing,
	of: {
		readonly subject: Subject | undefined;
		readonly holds: HoldChanges;
		readonly config: Config;
		readonly at: number;
		readonly again: boolean;
	},
): AlertRow {
	const zone = zoneNamed(listing.zone);
	const words = listing.text === "" ? "" : ` The list says: "${listing.text}".`;
	return {
		at: of.at,
		kind: "blacklist-listed",
		subject: `${listing.subject}/${listing.zone}`,
		since: listing.firstSeen,
		text: `${named(listing.subject, of.subject)} is ${of.again ? "back " : ""}on ${zone.title} (${listing.zone}) since ${utc(listing.firstSeen)}: ${listing.meaning}, ${listing.severity}.${words}`,
		facts: { codes: listing.codes, severity: listing.severity, removal: zone.removal.url, roles: of.subject?.roles ?? [] },
		did: didWords(listing, of.holds, of.config),
		todo: [zone.removal.how, zone.removal.url].filter((part) => part !== "").join(" "),
	};
}

function didWords(listing: ToldListing, holds: HoldChanges, config: Config): string {
	const key = `${listing.subject}/${listing.zone}`;
	const placed = holds.placed.filter((hold) => hold.listing === key);
	const overruled = holds.overruled.filter(({ hold }) => hold.listing === key);
	if (overruled.length > 0)
		return `Holds nothing: the hold on ${overruled.map(({ hold }) => hold.subject).join(", ")} was released by ${overruled[0]?.by}.`;
	if (placed.length === 0) {
		if (listing.severity !== "critical") return "Goes on sending: a listing of this severity does not stop mail.";
		return config.blacklist.onCritical === "alert"
			? 'Goes on sending: [blacklist] on_critical is "alert".'
			: "Goes on sending: it is neither the address of a source nor a name in an identity's mail.";
	}
	return placed
		.map(({ kind, subject }) =>
			kind === "identity"
				? `Holds the identity ${subject}: nothing of it is sent until the listing is cleared or somebody releases it.`
				: `Holds all lanes of ${subject.slice(0, -2)}. ${detourWords(subject.slice(0, -2), config, heldSources(holds))}`,
		)
		.join(" ");
}

const heldSources = (holds: HoldChanges): ReadonlySet<string> =>
	new Set(holds.placed.flatMap(({ kind, subject }) => (kind === "lane" ? [subject.slice(0, -2)] : [])));

/** Which way the mail of a held source goes meanwhile. */
function detourWords(source: string, config: Config, held: ReadonlySet<string>): string {
	const users = usersOf(source, config);
	const moved = users.flatMap(({ identity, others }) => {
		const free = others.filter((one) => !held.has(one));
		return free.length === 0 ? [] : [`${identity.from} goes on from ${free.join(", ")}`];
	});
	const waits = users.flatMap(({ identity, others }) => (others.every((one) => held.has(one)) ? [identity.from] : []));
	const parts = [...moved, ...(waits.length === 0 ? [] : [`${waits.join(", ")} has no other source and waits; no try is lost`])];
	return parts.length === 0 ? "" : `${parts.join("; ")}.`;
}

export function clearedAlert(
	listing: ToldListing,
	of: { readonly subject: Subject | undefined; readonly holds: HoldChanges; readonly at: number },
): AlertRow {
	const zone = zoneNamed(listing.zone);
	const cause = `${listing.zone} ${listing.subject} `;
	const freed = of.holds.released.filter((one) => one.cause.startsWith(cause)).map((one) => one.subject);
	return {
		at: of.at,
		kind: "blacklist-cleared",
		subject: `${listing.subject}/${listing.zone}`,
		since: listing.firstSeen,
		text: `${named(listing.subject, of.subject)} is off ${zone.title} (${listing.zone}) again, after ${spell(of.at - listing.firstSeen)}.`,
		facts: { codes: listing.codes, severity: listing.severity },
		did: freed.length === 0 ? "" : `Released its own hold on ${freed.join(", ")}: mail goes that way again.`,
		todo: "",
	};
}

/** What was on lists already when they were asked for the first time: one alert for each subject, whatever the number of lists. */
export function firstLookAlert(
	subject: string,
	found: readonly ToldListing[],
	watched: Subject | undefined,
	at: number,
): AlertRow {
	const lists = found.map((one) => `${zoneNamed(one.zone).title} (${one.severity}: ${one.meaning})`);
	return {
		at,
		kind: "blacklist-listed",
		subject: firstLook(subject),
		since: at,
		text: `${named(subject, watched)} was on ${lists.join(", ")} already when it was looked up for the first time.`,
		facts: { zones: found.map((one) => one.zone) },
		did: "Recorded it and goes on sending: none of these stops mail.",
		todo: `See \`wellsent blacklist status ${subject}\` for the removal pages.`,
	};
}

export function firstLookOver(subject: string, watched: Subject | undefined, since: number, at: number): AlertRow {
	const text = `${named(subject, watched)} is off all lists that it was on at the first look.`;
	return { at, kind: "blacklist-cleared", subject: firstLook(subject), since, text, facts: {} };
}

export const firstLook = (subject: string): string => `${subject}/first look`;

/** Why a zone is not believed, and what to do. */
export function zoneBrokenAlert(zone: string, state: ZoneState, why: string, since: number, at: number): AlertRow {
	return {
		at,
		kind: "zone-broken",
		subject: zone,
		since,
		text: `The blacklist ${zone} is not to be believed since ${utc(since)}: ${stateWords(state)} (${why}).`,
		facts: { state },
		did: 'Counts what it says as "unknown"; listings it had are left as they were.',
		todo: `If it stays so, leave it out: [blacklist] zones = ["default", "-${zone}"].`,
	};
}

export function zoneMendedAlert(subject: string, since: number, at: number): AlertRow {
	const text =
		subject === OWN_RESOLVER
			? "Blacklists answer our resolver again."
			: `The blacklist ${subject} proves itself again, or is not asked any more.`;
	return { at, kind: "zone-mended", subject, since, text, facts: {} };
}

/** Subject of the one alert about all zones that refuse our questions. */
export const OWN_RESOLVER = "refusals";

/** Said once for all zones that refuse: they do it for the same reason. */
export function refusedAlert(
	zones: readonly { readonly zone: string; readonly why: string }[],
	of: { readonly servers: readonly string[]; readonly dqsKey: string | null; readonly since: number; readonly at: number },
): AlertRow {
	const first = zones[0];
	const names = zones.map(({ zone }) => zone);
	return {
		at: of.at,
		kind: "zone-broken",
		subject: OWN_RESOLVER,
		since: of.since,
		text: `${names.length === 1 ? "A blacklist refuses" : `${names.length} blacklists refuse`} our questions by ${of.servers.join(", ")}: ${names.join(", ")} (${first?.why ?? ""}).`,
		facts: { zones: names },
		did: 'Counts what they say as "unknown".',
		todo: refusalAdvice(names, of.dqsKey),
	};
}

/** Resolver of one's own, a key, a registration. */
export function refusalAdvice(zones: readonly string[], dqsKey: string | null): string {
	const registrations = zones.flatMap((zone) => zoneNamed(zone).policy.registration ?? []);
	return [
		"Blacklists do not answer public resolvers: run one of your own (unbound on this machine, without forwarding) and name it in [dns] servers.",
		...(dqsKey === null && zones.some((zone) => zoneNamed(zone).dqs !== undefined)
			? [
					"For Spamhaus a free key of the Data Query Service does as well: https://www.spamhaus.com/free-trial/sign-up-for-a-free-data-query-service-account/, then [blacklist] dqs_key.",
				]
			: []),
		...registrations.map((what) => `${what.charAt(0).toUpperCase()}${what.slice(1)}.`),
	].join(" ");
}

export function resolverAlert(why: string, servers: readonly string[], since: number, at: number): AlertRow {
	return {
		at,
		kind: "resolver-broken",
		subject: "resolver",
		since,
		text: `The resolver (${servers.join(", ")}) is not to be believed about blacklists since ${utc(since)}: ${why}.`,
		facts: { servers },
		did: "Believes no answer of any blacklist meanwhile; listings and holds stay as they were.",
		todo: "Name a resolver of your own that does not rewrite or filter answers in [dns] servers, e.g. unbound on this machine.",
	};
}

export function resolverMendedAlert(servers: readonly string[], since: number, at: number): AlertRow {
	const text = `The resolver (${servers.join(", ")}) gives answers that can be believed again.`;
	return { at, kind: "resolver-mended", subject: "resolver", since, text, facts: {} };
}

export function stateWords(state: ZoneState): string {
	const words: Readonly<Record<ZoneState, string>> = {
		proven: "it proves itself",
		refused: "it refuses our questions",
		dead: "it is dead",
		"lists-the-world": "it lists the whole world",
		hijacked: "its answers are not those of a blacklist",
		unreachable: "it cannot be reached",
	};
	return words[state];
}

/** A check in one line. */
export function sumUp(report: {
	readonly resolver: { readonly state: string; readonly why?: string };
	readonly rows: readonly { readonly subject: string; readonly zone: string; readonly state: string }[];
	readonly asked: number;
	readonly opened: readonly string[];
	readonly cleared: readonly string[];
}): string {
	if (report.rows.length === 0) return "nothing to ask for: no public address and no domain is configured";
	if (report.resolver.state !== "believed")
		return `nothing could be asked: the resolver is not to be believed (${report.resolver.why ?? ""})`;
	const of = (state: string) => report.rows.filter((row) => row.state === state);
	const subjects = new Set(report.rows.map((row) => row.subject)).size;
	const zones = new Set(report.rows.map((row) => row.zone)).size;
	const parts = [
		`${subjects} subject${subjects === 1 ? "" : "s"} on ${zones} list${zones === 1 ? "" : "s"}: ${of("listed").length} listed, ${of("clean").length} clean, ${of("unknown").length} unknown`,
		`${report.asked} asked now`,
		...(report.opened.length === 0 ? [] : [`new: ${report.opened.join(", ")}`]),
		...(report.cleared.length === 0 ? [] : [`cleared: ${report.cleared.join(", ")}`]),
	];
	return parts.join("; ");
}

/** "203.0.113.10 (source mta1)" */
export function named(name: string, subject: Subject | undefined): string {
	const roles = [...new Set((subject?.roles ?? []).map(roleWords))].filter((words) => words !== "");
	return roles.length === 0 ? name : `${name} (${roles.slice(0, 4).join(", ")}${roles.length > 4 ? " …" : ""})`;
}

export function roleWords({ role, of }: Role): string {
	switch (role) {
		case "address":
			return `source ${of}`;
		case "ehlo":
			return `EHLO name of ${of}`;
		case "identity":
			return `identity ${of}`;
		case "return-path":
			return `return path of ${of}`;
		case "dkim":
			return `DKIM domain of ${of}`;
		case "unsubscribe":
			return `unsubscribe links of ${of}`;
		case "link":
			return `link in ${of}`;
		case "extra":
			return "";
	}
}

/** "2026-11-21 09:00 UTC" */
export function utc(at: number): string {
	return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** "40 minutes", "3 hours", "2 days" */
function spell(ms: number): string {
	const [n, unit] =
		ms < 5_400_000 ? [ms / 60_000, "minute"] : ms < 48 * 3_600_000 ? [ms / 3_600_000, "hour"] : [ms / 86_400_000, "day"];
	const whole = Math.max(1, Math.round(n));
	return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}
