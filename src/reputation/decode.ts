// What a blacklist's answer means: listed, clean, or unknown (D8). Pure: addresses in, a reading out.
import type { Severity, Zone, ZoneCode } from "./zones/zone.ts";

/** What one question to a blacklist came to. Seconds. */
export type Told =
	| { readonly kind: "addresses"; readonly addresses: readonly string[]; readonly ttl: number }
	/** The name does not exist, or has no address: not on the list. */
	| { readonly kind: "none"; readonly ttl: number }
	/** "TIMEOUT", "SERVFAIL from 192.0.2.53" … */
	| { readonly kind: "failed"; readonly why: string };

export type Reading =
	| {
			readonly state: "listed";
			/** The answers, sorted: "127.0.0.2". */
			readonly codes: readonly string[];
			/** "SBL, CSS: …" */
			readonly meaning: string;
			readonly severity: Severity;
	  }
	| { readonly state: "clean"; readonly codes: readonly string[]; readonly meaning: string }
	| {
			readonly state: "unknown";
			readonly why: string;
			/** silent: no answer; refused: the zone does not want our question; strange: an answer no blacklist gives. */
			readonly kind: "silent" | "refused" | "strange";
	  };

const WEIGHT: readonly Severity[] = ["critical", "serious", "minor", "info"];

/** By convention of Spamhaus, Validity and others: the last octet says what is wrong with the question. */
const REFUSALS: Readonly<Record<string, string>> = {
	"127.255.255.252": "refused: there is a mistake in the name of the zone",
	"127.255.255.254": "refused: the question came through a public resolver",
	"127.255.255.255": "refused: too many questions, or the resolver is not registered",
};

/** Reads an answer. Timeouts, SERVFAIL, REFUSED and refusal codes are unknown: never clean, and never listed. */
export function readAnswer(zone: Zone, told: Told): Reading {
	switch (told.kind) {
		case "none":
			return { state: "clean", codes: [], meaning: "" };
		case "failed":
			return { state: "unknown", kind: /^REFUSED/.test(told.why) ? "refused" : "silent", why: told.why };
		case "addresses":
			return readAddresses(zone, [...new Set(told.addresses)].sort());
	}
}

function readAddresses(zone: Zone, addresses: readonly string[]): Reading {
	for (const address of addresses) {
		if (!address.startsWith("127."))
			return {
				state: "unknown",
				kind: "strange",
				why: `answered ${address}, which no blacklist does: its domain is parked, or the resolver rewrites answers`,
			};
		const complaint =
			zone.errors[address] ??
			REFUSALS[address] ??
			(address.startsWith("127.255.255.") ? "refused: it answers with an error code" : null);
		if (complaint !== null) return { state: "unknown", kind: "refused", why: `${complaint} (${address})` };
	}
	const found = addresses.flatMap((address) => meaningsOf(zone, address));
	const listings = found.flatMap((one) => (one.severity === "none" ? [] : [{ ...one, severity: one.severity }]));
	if (listings.length === 0) return { state: "clean", codes: addresses, meaning: found.map(({ meaning }) => meaning).join("; ") };
	const severity = listings.map((one) => one.severity).sort((a, b) => WEIGHT.indexOf(a) - WEIGHT.indexOf(b))[0] ?? "minor";
	const clauses = new Map(listings.map((one) => [`${one.name} ${one.meaning}`, `${one.name} (${one.meaning})`]));
	return { state: "listed", codes: addresses, meaning: [...clauses.values()].join(", "), severity };
}

function meaningsOf(zone: Zone, address: string): readonly ZoneCode[] {
	const { answers } = zone;
	const last = Number(address.slice(address.lastIndexOf(".") + 1));
	if (answers.kind === "bits") {
		const bits = Object.entries(answers.bits).flatMap(([bit, one]) => ((last & Number(bit)) === 0 ? [] : [one]));
		return bits.length > 0 ? bits : [{ name: `bits ${last}`, meaning: "a kind that is not documented", severity: "minor" }];
	}
	for (const [pattern, one] of Object.entries(answers.codes)) if (covers(pattern, address, last)) return [one];
	// RFC 5782 section 2.3 keeps 127.0.0.1 out of the codes, so nobody means a listing by it.
	if (address === "127.0.0.1") return [{ name: "127.0.0.1", meaning: "an answer without a meaning", severity: "none" }];
	return [{ name: address, meaning: "a kind that is not documented", severity: answers.other }];
}

/** "127.0.0.2", or "127.0.2.5-24" for a range of the last octet. */
function covers(pattern: string, address: string, last: number): boolean {
	const range = /^(.*\.)(\d+)-(\d+)$/.exec(pattern);
	if (range === null) return pattern === address;
	return address.startsWith(range[1] ?? "") && last >= Number(range[2]) && last <= Number(range[3]);
}

/** The severer of two. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
	return WEIGHT.indexOf(severity) <= WEIGHT.indexOf(least);
}
