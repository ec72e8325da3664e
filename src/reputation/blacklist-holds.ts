// Which holds the open listings ask for: lanes of a source whose address or EHLO name is on a list that stops mail, an identity whose domain is. Pure.
import type { Config, IdentityConfig } from "../config/types.ts";
import type { Subject } from "./subjects.ts";
import { zoneNamed } from "./zones/all.ts";
import type { Severity } from "./zones/zone.ts";

/** What of a listing decides about holds. */
export interface HoldingListing {
	readonly subject: string;
	readonly zone: string;
	readonly codes: readonly string[];
	readonly meaning: string;
	readonly severity: Severity;
	readonly firstSeen: number;
}

export interface WantedHold {
	readonly kind: "lane" | "identity";
	/** "mta1/*", or the identity's from. */
	readonly subject: string;
	readonly reason: string;
	/** The listing in its present form: a hold that somebody released stays released until this changes. */
	readonly cause: string;
	/** The listing it belongs to, "203.0.113.10/zen.spamhaus.org". */
	readonly listing: string;
	readonly since: number;
}

/** The holds that must be in force now; none when [blacklist] on_critical is "alert". */
export function wantedHolds(
	config: Config,
	subjects: readonly Subject[],
	open: readonly HoldingListing[],
): readonly WantedHold[] {
	if (config.blacklist.onCritical !== "hold") return [];
	return open.flatMap((listing) => {
		const subject = subjects.find((one) => one.subject === listing.subject);
		if (subject === undefined || listing.severity !== "critical") return [];
		const { title } = zoneNamed(listing.zone);
		const common = {
			reason: `${listing.subject} is on ${title} (${listing.zone}): ${listing.meaning}`,
			cause: `${listing.zone} ${listing.subject} ${listing.codes.join("+")}`,
			listing: `${listing.subject}/${listing.zone}`,
			since: listing.firstSeen,
		};
		const lanes = new Set(subject.roles.flatMap(({ role, of }) => (role === "address" || role === "ehlo" ? [`${of}/*`] : [])));
		const identities = new Set(subject.roles.flatMap(({ role, of }) => (IN_THE_MAIL.has(role) ? [of] : [])));
		// A domain that all identities and sources share: the identity's hold says it all.
		if (subject.kind === "domain" && identities.size > 0) lanes.clear();
		return [
			...[...lanes].map((name) => ({ kind: "lane" as const, subject: name, ...common })),
			...[...identities].map((name) => ({ kind: "identity" as const, subject: name, ...common })),
		];
	});
}

/** Names that receivers see in every message of an identity. */
const IN_THE_MAIL: ReadonlySet<string> = new Set(["identity", "return-path", "dkim", "unsubscribe"]);

/** The identities that send from a source, with the other sources each may use. */
export function usersOf(
	source: string,
	config: Config,
): readonly { readonly identity: IdentityConfig; readonly others: readonly string[] }[] {
	const all = config.sources.map((one) => one.name);
	return config.identities.flatMap((identity) => {
		const mine = identity.sources.length === 0 ? all : identity.sources;
		return identity.route === "direct" && mine.includes(source)
			? [{ identity, others: mine.filter((one) => one !== source) }]
			: [];
	});
}
