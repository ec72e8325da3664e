// What is known of one DNS blacklist ("zone"): whom it lists, what its answers mean, how it says no, how one gets off it, what it asks of those who
// query it. Plain data; the zones themselves are the files next to this one, and decode.ts reads their answers.

/** What a listing does. critical: most receivers refuse; serious: many do; minor: some weigh it; info: told on request only. */
export type Severity = "critical" | "serious" | "minor" | "info";

export type SubjectKind = "ip4" | "ip6" | "domain";

export interface ZoneCode {
	/** A short name: "CSS". */
	readonly name: string;
	/** One clause for people. */
	readonly meaning: string;
	/** "none": an answer, and no listing (welcome lists, test entries). */
	readonly severity: Severity | "none";
}

export type ZoneAnswers =
	/** Each address means one thing: "127.0.0.2", or a range of the last octet, "127.0.2.5-24". `other`: any other address in 127.0.0.0/8. */
	| { readonly kind: "codes"; readonly codes: Readonly<Record<string, ZoneCode>>; readonly other: Severity }
	/** The last octet is a sum of bits, each with a meaning. Bit 1 is a refusal (SURBL, URIBL). */
	| { readonly kind: "bits"; readonly bits: Readonly<Record<number, ZoneCode>> };

/** Points that prove a zone to be alive (RFC 5782 section 5): one that it must list, one that it must not. */
export interface TestPoints {
	readonly listed: string;
	/** Null: the zone answers for its own negative point (Hostkarma); a name made up at random takes its place. */
	readonly clean: string | null;
}

export interface Zone {
	/** As in config, log and tables: "zen.spamhaus.org". With a DQS key the question goes elsewhere (see askedAt). */
	readonly name: string;
	readonly title: string;
	readonly takes: readonly SubjectKind[];
	/** In the shipped set that "default" means. */
	readonly standard: boolean;
	readonly answers: ZoneAnswers;
	/** Answers beside 127.255.255.0/24 that are no listing but a complaint about the question, with the reason. */
	readonly errors: Readonly<Record<string, string>>;
	/** By kind of subject; RFC 5782's own where absent. */
	readonly tests?: Partial<Readonly<Record<SubjectKind, TestPoints>>>;
	readonly removal: { readonly url: string; readonly how: string; readonly ko?: string };
	readonly policy: {
		/** The same name is asked at most so often by the schedule. Milliseconds. */
		readonly everyMs: number;
		/** Public resolvers are refused. */
		readonly ownResolver: boolean;
		/** What must be done before it answers; null: nothing. */
		readonly registration: string | null;
	};
	/** "registrable": it lists domains as they are registered and wants to be asked for nothing else. */
	readonly names?: "registrable";
	/** Under KEY.NAME.dq.spamhaus.net with a key of the Data Query Service: that NAME. */
	readonly dqs?: { readonly label: string; readonly only: boolean };
	/** Where the codes were taken from. */
	readonly source: string;
}

/** RFC 5782 section 5; for IPv6 the same addresses mapped. */
export const RFC_TESTS: Readonly<Record<SubjectKind, TestPoints>> = {
	ip4: { listed: "127.0.0.2", clean: "127.0.0.1" },
	ip6: { listed: "::ffff:127.0.0.2", clean: "::ffff:127.0.0.1" },
	domain: { listed: "test", clean: "invalid" },
};

const MINUTE_MS = 60_000;

/** No name is asked again sooner, whoever asks for it (a reply, a person): the answer would come from the resolver's memory anyway. */
export const URGENT_MS = MINUTE_MS;

/** Twenty minutes: below that a list's own data hardly changes (Spamhaus rebuilds its zones every five to fifteen minutes). */
export const FREELY = { everyMs: 20 * MINUTE_MS, ownResolver: false, registration: null } as const;
/** For lists of one operator, run on a shoestring. */
export const SPARINGLY = { everyMs: 60 * MINUTE_MS, ownResolver: false, registration: null } as const;

/** A code with its meaning. */
export function code(name: string, meaning: string, severity: ZoneCode["severity"]): ZoneCode {
	return { name, meaning, severity };
}

/** Where a zone is asked: its own name, or the one that belongs to the key. */
export function askedAt(zone: Zone, dqsKey: string | null): string {
	return zone.dqs === undefined || dqsKey === null ? zone.name : `${dqsKey}.${zone.dqs.label}.dq.spamhaus.net`;
}
