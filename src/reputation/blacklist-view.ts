// Blacklists as scripts and people read them: a row for every subject on every zone that is asked for it. Pure.
import type { ListingRow, ProofRow, StateRow } from "./blacklist.store.ts";
import { kindWord, pairKey } from "./blacklist.store.ts";
import { stateWords } from "./blacklist-words.ts";
import { readAnswer } from "./decode.ts";
import { isAskedFor } from "./names.ts";
import type { Subject } from "./subjects.ts";
import type { Severity, SubjectKind, Zone } from "./zones/zone.ts";

/** Instants in milliseconds; rowJson writes them for scripts. */
export interface BlacklistRow {
	readonly subject: string;
	readonly kind: "ip" | "domain";
	readonly zone: string;
	/** What the zone said last: unknown when it gave no answer that can be believed. */
	readonly state: "listed" | "clean" | "unknown";
	readonly codes: readonly string[];
	readonly meaning: string;
	/** Of a listing; null: there is none. */
	readonly severity: Severity | null;
	readonly text: string;
	/** The removal page; "" when there is none, or nothing to remove. */
	readonly removal: string;
	readonly firstSeen: number | null;
	readonly lastSeen: number | null;
	readonly clearedAt: number | null;
	/** Why it is unknown; "" otherwise. */
	readonly why: string;
	/** Null: never. */
	readonly checkedAt: number | null;
	/** A listing is open: two checks agreed. False while the first one waits for the second. */
	readonly confirmed: boolean;
}

export interface Known {
	readonly states: ReadonlyMap<string, StateRow>;
	readonly listings: ReadonlyMap<string, ListingRow>;
	readonly proofs: ReadonlyMap<string, ProofRow>;
}

export const proofKey = (zone: Zone, kind: SubjectKind): string => (kind === "ip6" ? `${zone.name}/ip6` : zone.name);

/** A row for each pair, in the order of zones and subjects. */
export function viewRows(subjects: readonly Subject[], zones: readonly Zone[], known: Known): BlacklistRow[] {
	return subjects.flatMap((subject) =>
		zones.filter((zone) => isAskedFor(zone, subject.subject)).map((zone) => viewRow(subject, zone, known)),
	);
}

function viewRow({ subject, kind }: Subject, zone: Zone, known: Known): BlacklistRow {
	const key = pairKey(subject, zone.name);
	const state = known.states.get(key);
	const listing = known.listings.get(key);
	const proof = known.proofs.get(proofKey(zone, kind));
	const open = listing !== undefined && listing.clearedAt === null;
	const pending = state?.state === "listed" && !open;
	const disbelieved = proof !== undefined && proof.state !== "proven";
	const said = state === undefined || disbelieved ? "unknown" : state.state;
	const why = disbelieved ? `${stateWords(proof.state)}: ${proof.why}` : state === undefined ? "not asked yet" : state.why;
	return {
		subject,
		kind: kindWord(kind),
		zone: zone.name,
		state: said,
		codes: state?.codes ?? [],
		meaning: state?.meaning ?? "",
		severity: open ? listing.severity : pending ? severityOf(zone, state.codes) : null,
		text: state?.text ?? "",
		removal: open || pending ? zone.removal.url : "",
		firstSeen: open || (listing !== undefined && !pending) ? listing.firstSeen : pending ? state.checkedAt : null,
		lastSeen: open || (listing !== undefined && !pending) ? listing.lastSeen : pending ? state.checkedAt : null,
		clearedAt: open || pending ? null : (listing?.clearedAt ?? null),
		why: said === "unknown" ? why : "",
		checkedAt: state?.checkedAt ?? null,
		confirmed: open,
	};
}

/** Of a listing that is not confirmed, or not ours. */
function severityOf(zone: Zone, addresses: readonly string[]): Severity {
	const reading = readAnswer(zone, { kind: "addresses", addresses, ttl: 0 });
	return reading.state === "listed" ? reading.severity : "minor";
}

/** A listing of the past or present as a row. */
export function listingRow(listing: ListingRow): BlacklistRow {
	const { subject, kind, zone, codes, meaning, severity, text, removal, firstSeen, lastSeen, clearedAt } = listing;
	const state = clearedAt === null ? "listed" : "clean";
	const common = { subject, kind, zone, state, codes, meaning, severity, text, removal, firstSeen, lastSeen, clearedAt } as const;
	return { ...common, why: "", checkedAt: lastSeen, confirmed: true };
}

/** With instants as ISO 8601 in UTC. */
export function rowJson(row: BlacklistRow) {
	const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString());
	const { firstSeen, lastSeen, clearedAt, checkedAt, ...rest } = row;
	return { ...rest, firstSeen: iso(firstSeen), lastSeen: iso(lastSeen), clearedAt: iso(clearedAt), checkedAt: iso(checkedAt) };
}
