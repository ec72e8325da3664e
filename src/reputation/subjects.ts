// What is watched on blacklists: the addresses and names that receivers see of us, each with what it is to us. Pure: config in, subjects out.
import ipaddr from "ipaddr.js";
import { registrableDomain } from "../address/registrable.ts";
import type { Config } from "../config/types.ts";
import { kindOf } from "./names.ts";
import type { SubjectKind } from "./zones/zone.ts";

/** What a subject is to us; a listing of it concerns that source or identity. */
export interface Role {
	/** address: a source sends from it. ehlo, identity, return-path, dkim, unsubscribe: a name in its mail. link: in a waiting campaign. extra: [blacklist] subjects. */
	readonly role: "address" | "ehlo" | "identity" | "return-path" | "dkim" | "unsubscribe" | "link" | "extra";
	/** Name of the source, the identity's from, or "campaign 12"; "" for an extra. */
	readonly of: string;
}

export interface Subject {
	/** "203.0.113.10", "2001:db8::10", "mta1.example.com". */
	readonly subject: string;
	readonly kind: SubjectKind;
	readonly roles: readonly Role[];
}

export interface Watched {
	readonly subjects: readonly Subject[];
	/** Addresses of sources that are not asked for, with the reason. */
	readonly skipped: readonly { readonly subject: string; readonly why: string }[];
}

/** Host names that stand in the links of a campaign that has not been sent yet. */
export interface CampaignLinks {
	readonly campaign: number;
	readonly hosts: readonly string[];
}

/** Ranges that nobody outside can see, so no blacklist knows them (RFC 1918, 4193, 6598, 3927 …). */
const UNSEEN: Readonly<Record<string, string>> = {
	private: "a private address",
	uniqueLocal: "a private address",
	carrierGradeNat: "an address behind a provider's NAT",
	loopback: "a loopback address",
	linkLocal: "a link-local address",
	unspecified: "no address",
	multicast: "a multicast address",
	broadcast: "a broadcast address",
};

/**
 * All subjects, the sources' addresses first; one that has several roles stands there once. Addresses that the world cannot see are skipped, unless
 * [blacklist] subjects names them: then somebody runs a list that knows them. Of each name also its registrable domain is watched, because some
 * lists know that only.
 */
export function watchedSubjects(config: Config, links: readonly CampaignLinks[] = []): Watched {
	const found = new Map<string, Role[]>();
	const add = (subject: string, role: Role["role"], of: string) => {
		const roles = found.get(subject) ?? [];
		found.set(subject, roles);
		if (!roles.some((one) => one.role === role && one.of === of)) roles.push({ role, of });
	};
	const addName = (host: string, role: Role["role"], of: string) => {
		add(host, role, of);
		const domain = registrableDomain(host);
		if (domain !== null && domain !== host) add(domain, role, of);
	};
	for (const source of config.sources) add(normalAddress(source.publicAddress), "address", source.name);
	for (const source of config.sources) if (source.ehlo.includes(".")) addName(source.ehlo.toLowerCase(), "ehlo", source.name);
	for (const identity of config.identities) {
		const { from } = identity;
		addName(from.slice(from.lastIndexOf("@") + 1), "identity", from);
		addName(identity.returnPath, "return-path", from);
		for (const key of identity.dkim) addName(key.domain, "dkim", from);
		if (identity.unsubscribe !== null) addHost(new URL(identity.unsubscribe).hostname, "unsubscribe", from);
	}
	for (const { campaign, hosts } of links) for (const host of hosts) addHost(host, "link", `campaign ${campaign}`);
	for (const extra of config.blacklist.subjects) {
		if (kindOf(extra) === "domain") addName(extra.toLowerCase(), "extra", "");
		else add(normalAddress(extra), "extra", "");
	}
	function addHost(host: string, role: Role["role"], of: string): void {
		const name = host.replace(/^\[|\]$/g, "").toLowerCase();
		if (kindOf(name) === "domain") addName(name, role, of);
		else add(normalAddress(name), role, of);
	}

	const subjects: Subject[] = [];
	const skipped: { subject: string; why: string }[] = [];
	for (const [subject, roles] of found) {
		const kind = kindOf(subject);
		const why = kind === "domain" || roles.some((one) => one.role === "extra") ? null : unseen(subject);
		if (why === null) subjects.push({ subject, kind, roles });
		else if (roles.some((one) => one.role === "address"))
			skipped.push({ subject, why: `${why}: no blacklist can know it${hint(roles)}` });
	}
	return { subjects, skipped };
}

/** The IPv4 address inside a mapped one, and IPv6 in its short writing, so that one address has one row. */
export function normalAddress(address: string): string {
	return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address.toLowerCase();
}

function unseen(address: string): string | null {
	return UNSEEN[ipaddr.process(address).range()] ?? null;
}

function hint(roles: readonly Role[]): string {
	const source = roles.find((one) => one.role === "address");
	return source === undefined ? "" : ` (behind NAT, set public_address of source "${source.of}")`;
}
