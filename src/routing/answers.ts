// What DNS records mean for mail: where a domain's mail goes and which addresses a host has. Pure: records in, answers out.
import { isIP } from "node:net";
import type { DnsMessage, DnsRecord, QuestionType } from "./dns-wire.ts";
import type { MxHost } from "./mx.ts";

/** What one question came to, after retries. TTLs in seconds. */
export type Found =
	| { readonly kind: "records"; readonly records: readonly DnsRecord[]; readonly ttl: number }
	/** The name exists, without records of that type. */
	| { readonly kind: "no-data"; readonly ttl: number }
	| { readonly kind: "no-such-domain"; readonly ttl: number }
	| { readonly kind: "failed"; readonly detail: string };

/** The next step of a look-up: an end, or the name that a CNAME leads to and that the server did not follow itself. */
export type Step = Found | { readonly kind: "ask"; readonly name: string; readonly ttl: number };

/** A negative answer without SOA: RFC 2308 says it should not be kept; a minute spares the servers in a campaign. */
const NEGATIVE_TTL = 60;
/** As many links of a chain of CNAMEs as common resolvers follow. */
export const LONGEST_CHAIN = 11;

/** Reads an answer, following CNAMEs inside it. */
export function readAnswer(message: DnsMessage, name: string, type: QuestionType): Step {
	let at = name;
	let ttl = Number.POSITIVE_INFINITY;
	for (let link = 0; link <= LONGEST_CHAIN; link++) {
		const here = at;
		const records = message.records.filter((record) => record.type === type && record.name === here);
		if (records.length > 0) return { kind: "records", records, ttl: Math.min(ttl, ...records.map((record) => record.ttl)) };
		const alias = message.records.find((record) => record.type === "CNAME" && record.name === here);
		if (alias === undefined || alias.type !== "CNAME") break;
		at = alias.target;
		ttl = Math.min(ttl, alias.ttl);
	}
	const negative = Math.min(ttl, message.negativeTtl ?? NEGATIVE_TTL);
	if (message.rcode === "NXDOMAIN") return { kind: "no-such-domain", ttl: negative };
	if (at === name || message.negativeTtl !== null) return { kind: "no-data", ttl: negative };
	return { kind: "ask", name: at, ttl };
}

/** What a set of MX records says. */
export type MxMeaning =
	| { readonly kind: "hosts"; readonly hosts: readonly MxHost[] }
	| { readonly kind: "null-mx" }
	| { readonly kind: "unusable"; readonly detail: string };

/**
 * The hosts of MX records. A lone "." is a null MX (RFC 7505); beside others it is a mistake and dropped. An IP address in the place of a
 * name is forbidden (RFC 5321 section 5.1) and dropped, as is what is no host name; when nothing is left, that is trouble which its owner
 * may mend and not proof that the domain takes no mail. A host named twice keeps its best preference.
 */
export function readMx(records: readonly DnsRecord[]): MxMeaning {
	const best = new Map<string, number>();
	const dropped: string[] = [];
	let isNull = false;
	for (const record of records) {
		if (record.type !== "MX") continue;
		if (record.exchange === "") isNull = true;
		else if (!isHostName(record.exchange)) dropped.push(record.exchange);
		else best.set(record.exchange, Math.min(record.preference, best.get(record.exchange) ?? record.preference));
	}
	if (best.size > 0) return { kind: "hosts", hosts: [...best].map(([name, preference]) => ({ name, preference })) };
	if (isNull && dropped.length === 0) return { kind: "null-mx" };
	const shown = dropped.slice(0, 3).map((name) => name.slice(0, 80).replace(/[^\x21-\x7e]/g, "?"));
	return { kind: "unusable", detail: `no MX record names a usable host: ${shown.join(", ")}` };
}

/** Underscores are no host name by the letter, but do occur and do work. */
function isHostName(name: string): boolean {
	return isIP(name) === 0 && name.length <= 253 && /^(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.)*[a-z0-9_][a-z0-9_-]{0,62}$/.test(name);
}

/** Milliseconds for which an answer is kept: what DNS says, between 30 s and a day. */
export function keepPositive(ttl: number): number {
	return clamp(ttl, 30, 86_400) * 1000;
}

/** Milliseconds for which "there is none" is kept: a domain that was set up wrongly shall not wait for a day. */
export function keepNegative(ttl: number): number {
	return clamp(ttl, 60, 300) * 1000;
}

/** Milliseconds after a failure until it is asked again: 15 s, doubled at each further failure, 60 s at most. */
export function keepFailure(failuresBefore: number): number {
	return clamp(15 * 2 ** failuresBefore, 15, 60) * 1000;
}

function clamp(value: number, least: number, most: number): number {
	return Math.min(most, Math.max(least, value));
}
