// The working memory of one check of the blacklist watch: what is due by each zone's policy, which zones are believed, which answers are doubted, and
// how each answer changes the history. The steps are put together in watch.ts.
import type { Db } from "../db/db.ts";
import {
	clearListing,
	kindWord,
	type ListingRow,
	openListing,
	type ProofRow,
	pairKey,
	type StateRow,
	saveProofs,
	saveStates,
	sightListing,
} from "./blacklist.store.ts";
import { proofKey } from "./blacklist-view.ts";
import type { BlacklistDns } from "./dnsbl.client.ts";
import { follow, wantsSecondLook } from "./history.ts";
import { isAskedFor, kindOf, questionName } from "./names.ts";
import { type Answer, askOnce, proveZone, type RoundPorts } from "./round.ts";
import type { Subject } from "./subjects.ts";
import { askedAt, type SubjectKind, URGENT_MS, type Zone } from "./zones/zone.ts";

/** A zone proves itself so often, and besides before each listing that it opens. Milliseconds. */
const PROOF_HOLDS_MS = 12 * 3_600_000;

interface RoundDeps {
	readonly db: Db;
	readonly dns: BlacklistDns;
	readonly ports: RoundPorts;
	readonly now: number;
	readonly urgent: boolean;
	readonly watched: readonly Subject[];
	readonly known: {
		readonly states: Map<string, StateRow>;
		readonly listings: Map<string, ListingRow>;
		readonly proofs: Map<string, ProofRow>;
	};
}

export interface Due {
	readonly zone: Zone;
	readonly subjects: readonly string[];
}

/** One check. */
export class Round {
	readonly #deps: RoundDeps;
	readonly #ports: RoundPorts;
	readonly #now: number;
	readonly #known: RoundDeps["known"];
	readonly #watched: ReadonlySet<string>;
	/** Zones that proved themselves in this very check. */
	readonly #fresh = new Set<string>();
	/** Verdicts of this check, to be kept. */
	readonly #judged = new Map<string, ProofRow>();

	constructor(deps: RoundDeps) {
		this.#deps = deps;
		this.#ports = deps.ports;
		this.#now = deps.now;
		this.#known = deps.known;
		this.#watched = new Set(deps.watched.map((one) => one.subject));
	}

	/** What may be asked now, by each zone's policy. */
	due(zones: readonly Zone[], subjects: readonly Subject[]): readonly Due[] {
		return zones.flatMap((zone) => {
			const asked = subjects.filter(({ subject, kind }) => {
				if (!isAskedFor(zone, subject)) return false;
				const proof = this.#known.proofs.get(proofKey(zone, kind));
				if (proof !== undefined && proof.state !== "proven")
					return this.#mayAsk(proof.checkedAt, proof.checkedAt + zone.policy.everyMs);
				const state = this.#known.states.get(pairKey(subject, zone.name));
				return state === undefined || this.#mayAsk(state.checkedAt, state.freshUntil);
			});
			return asked.length === 0 ? [] : [{ zone, subjects: asked.map((one) => one.subject) }];
		});
	}

	#mayAsk(checkedAt: number, freshUntil: number): boolean {
		return this.#now >= freshUntil || (this.#deps.urgent && this.#now >= checkedAt + URGENT_MS);
	}

	/** Proves the zones whose proof is missing, bad or old. */
	async prove(due: readonly Due[]): Promise<void> {
		const wanted = due.flatMap(({ zone, subjects }) =>
			[...new Set(subjects.map(kindOf))].flatMap((kind) => {
				const last = this.#known.proofs.get(proofKey(zone, kind));
				const holds = last?.state === "proven" && this.#now - last.checkedAt < PROOF_HOLDS_MS;
				return holds ? [] : [{ zone, kind }];
			}),
		);
		await Promise.all(wanted.map(({ zone, kind }) => this.#proveNow(zone, kind)));
	}

	async #proveNow(zone: Zone, kind: SubjectKind): Promise<void> {
		const { state, why } = await proveZone(zone, kind, this.#ports);
		const key = proofKey(zone, kind);
		if (state === "proven") this.#fresh.add(key);
		this.#verdict(key, state, why);
	}

	#verdict(key: string, state: ProofRow["state"], why: string): void {
		const last = this.#known.proofs.get(key);
		const good = state === "proven";
		const proof: ProofRow = {
			zone: key,
			state,
			why,
			checkedAt: this.#now,
			provenAt: good ? this.#now : (last?.provenAt ?? null),
			badSince: good ? null : (last?.badSince ?? this.#now),
		};
		this.#known.proofs.set(key, proof);
		this.#judged.set(key, proof);
	}

	#isProven(zone: Zone, subject: string): boolean {
		return this.#known.proofs.get(proofKey(zone, kindOf(subject)))?.state === "proven";
	}

	/** The questions to zones that are believed. */
	proven(due: readonly Due[]): readonly Due[] {
		return due.map(({ zone, subjects }) => ({ zone, subjects: subjects.filter((one) => this.#isProven(zone, one)) }));
	}

	/** Unknown, for all that was due and not asked because its zone is not believed. */
	unproven(due: readonly Due[]): readonly Answer[] {
		return due.flatMap(({ zone, subjects }) =>
			subjects
				.filter((one) => !this.#isProven(zone, one))
				.map((subject) => unknown(subject, zone, this.#known.proofs.get(proofKey(zone, kindOf(subject)))?.why ?? "not proven")),
		);
	}

	disbelieve(due: readonly Due[], why: string): readonly Answer[] {
		return due.flatMap(({ zone, subjects }) => subjects.map((subject) => unknown(subject, zone, why)));
	}

	comparison({ subject, zone, reading }: Answer): { readonly zone: string; readonly listed: boolean; readonly before: boolean } {
		const key = pairKey(subject, zone.name);
		const listing = this.#known.listings.get(key);
		const before = this.#known.states.get(key)?.state === "listed" || listing?.clearedAt === null;
		return { zone: zone.name, listed: reading.state === "listed", before };
	}

	/**
	 * What a zone says is doubted before it counts. One that is silent, refuses, or answers strangely is not believed from now on; one that would
	 * open a listing proves itself again first: lists die by naming the whole world.
	 */
	async doubted(answers: readonly Answer[]): Promise<readonly Answer[]> {
		const groups = new Map<string, Answer[]>();
		for (const answer of answers) {
			const key = proofKey(answer.zone, kindOf(answer.subject));
			groups.set(key, [...(groups.get(key) ?? []), answer]);
		}
		await Promise.all(
			[...groups].map(async ([key, group]) => {
				const [first] = group;
				if (first === undefined) return;
				const bad = group.map(({ reading }) => (reading.state === "unknown" ? reading : null));
				const complaint = bad.find((one) => one?.kind === "refused") ?? bad.find((one) => one?.kind === "strange");
				if (complaint !== undefined && complaint !== null)
					this.#verdict(key, complaint.kind === "refused" ? "refused" : "hijacked", complaint.why);
				else if (bad.every((one) => one !== null)) this.#verdict(key, "unreachable", bad[0]?.why ?? "");
				else if (!this.#fresh.has(key) && group.some((one) => this.#comparisonIsNew(one)))
					await this.#proveNow(first.zone, kindOf(first.subject));
			}),
		);
		return answers.map((answer) => {
			if (answer.reading.state === "unknown" || this.#isProven(answer.zone, answer.subject)) return answer;
			return unknown(
				answer.subject,
				answer.zone,
				this.#known.proofs.get(proofKey(answer.zone, kindOf(answer.subject)))?.why ?? "",
			);
		});
	}

	#comparisonIsNew(answer: Answer): boolean {
		const { listed, before } = this.comparison(answer);
		return listed && !before;
	}

	/** Follows each answer into the history. */
	async record(answers: readonly Answer[]): Promise<{ readonly opened: readonly string[]; readonly cleared: readonly string[] }> {
		const opened: string[] = [];
		const cleared: string[] = [];
		const looked = await Promise.all(answers.map((answer) => this.#lookTwice(answer)));
		// One write for all: beside a daemon that sends, each waits for its turn.
		await saveProofs(this.#deps.db, [...this.#judged.values()]);
		const rows: StateRow[] = [];
		for (const { answer, confirmed, text } of looked) {
			const { subject, zone, reading } = answer;
			const key = pairKey(subject, zone.name);
			const before = this.#known.states.get(key) ?? null;
			// Of a pair that never gave an answer nothing is kept, so that its first answer is its first.
			if (reading.state === "unknown" && before === null) continue;
			const listing = this.#known.listings.get(key) ?? null;
			const { agreeing, change } = follow({ before, reading, confirmed, listing, now: this.#now });
			const common = { subject, zone: zone.name, kind: kindWord(kindOf(subject)) };
			if (reading.state === "listed" && this.#watched.has(subject)) {
				const said = { codes: reading.codes, meaning: reading.meaning, severity: reading.severity, text, lastSeen: this.#now };
				const { url } = zone.removal;
				if (change.kind === "open") {
					const { firstSeen, quiet } = change;
					if (await openListing(this.#deps.db, { ...common, ...said, removal: url, firstSeen, quiet })) opened.push(key);
				} else if (change.kind === "reopen" || change.kind === "seen") {
					const reopen = change.kind === "reopen";
					const done = await sightListing(this.#deps.db, change.id, { ...said, reopen });
					if (done && reopen) opened.push(key);
				}
			}
			if (change.kind === "clear" && (await clearListing(this.#deps.db, change.id, this.#now))) cleared.push(key);
			const row: StateRow = {
				...common,
				state: reading.state,
				codes: reading.state === "unknown" ? [] : reading.codes,
				meaning: reading.state === "unknown" ? "" : reading.meaning,
				text,
				why: reading.state === "unknown" ? reading.why : "",
				checkedAt: this.#now,
				agreeing,
				freshUntil: this.#now + Math.max(zone.policy.everyMs, Math.min(answer.ttl, 86_400) * 1000),
			};
			this.#known.states.set(key, row);
			rows.push(row);
		}
		await saveStates(this.#deps.db, rows);
		return { opened, cleared };
	}

	/** A second look where one is due, and the words of a listing. */
	async #lookTwice(answer: Answer): Promise<{ readonly answer: Answer; readonly confirmed: boolean; readonly text: string }> {
		const { subject, zone, reading } = answer;
		const key = pairKey(subject, zone.name);
		const listing = this.#known.listings.get(key) ?? null;
		const open = listing !== null && listing.clearedAt === null ? listing : null;
		const before = this.#known.states.get(key);
		if (reading.state === "unknown" || !this.#watched.has(subject)) return { answer, confirmed: false, text: "" };
		const { dns } = this.#deps;
		const at = askedAt(zone, this.#ports.dqsKey);
		const isAddress = kindOf(subject) !== "domain";
		const text =
			reading.state === "listed"
				? before?.text !== undefined && before.text !== "" && before.codes.join() === reading.codes.join()
					? before.text
					: (await dns.text(questionName(subject, at))).join(" ").slice(0, 500)
				: "";
		if (wantsSecondLook(reading, open)) {
			const seen = reading.state === "listed" && isAddress && (await dns.confirms(subject, at));
			const agrees = seen || (await askOnce(zone, subject, this.#ports)).reading.state === reading.state;
			return { answer, confirmed: agrees, text };
		}
		// Less weighty lists have time: they open at the second check, and somebody else's look-up has to see it then, too.
		const opens = reading.state === "listed" && open === null && before?.state === "listed";
		if (opens && isAddress && !(await dns.confirms(subject, at)))
			return { answer: unknown(subject, zone, "two look-ups at the same time did not agree"), confirmed: false, text: "" };
		return { answer, confirmed: false, text };
	}
}

function unknown(subject: string, zone: Zone, why: string): Answer {
	return { subject, zone, reading: { state: "unknown", kind: "silent", why }, ttl: 0 };
}
