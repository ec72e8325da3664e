// Watches the hosts while mail is sent: takes in every answer, and says when a host begins to refuse us, when it serves us again, when a de-listing has
// reached it, and when it calls too many readers unknown. Keeps no clock and writes nothing: time is in the answers.
import { isInvalidBurst, type Judgement, judge } from "./detector.ts";
import { emptyRecord, type HostRecord, withAnswer } from "./host-record.ts";
import type { ResponseRow } from "./response.ts";

export interface HostPlace {
	readonly source: string;
	readonly site: string;
	readonly mxHost: string;
	readonly mxAddress: string;
}

export type HostEvent =
	| (HostPlace & {
			readonly kind: "host-refusing";
			readonly at: number;
			readonly record: HostRecord;
			readonly judgement: Judgement;
	  })
	| (HostPlace & { readonly kind: "host-recovered"; readonly at: number; readonly since: number; readonly refusedSince: number })
	/** Told for every such refusal as long as the burst lasts; `begins`: it was not so before this one. */
	| (HostPlace & { readonly kind: "invalid-burst"; readonly at: number; readonly since: number; readonly begins: boolean })
	/** The first acceptance of a host since the watch on a de-listing began, or since it refused last. */
	| (HostPlace & { readonly kind: "delisting-host"; readonly at: number });

/** So many acceptances in a row before a host counts as recovered: one may be a lucky machine behind a shared address. */
const RECOVERED_AFTER = 3;
/** Counts above this are halved, so that what is usual at a site follows the times. */
const MOST_COUNTED = 20_000;
/** A host that was not asked for so long is forgotten (the ledger keeps it). */
const FORGOTTEN_MS = 48 * 3_600_000;
const SWEEP_EVERY = 50_000;
/** Invalid-recipient refusals are compared within the last two of these. */
const SLOT_MS = 30 * 60_000;

interface Watched {
	readonly place: HostPlace;
	record: HostRecord;
	lastAt: number;
	/** Since when it refuses, as was announced; null: it does not. */
	refusingSince: number | null;
	/** A de-listing was announced for it since it refused last. */
	announced: boolean;
	slot: number;
	invalid: [number, number];
	accepted: [number, number];
	invalidSince: number;
	burst: boolean;
}

export class HostWatch {
	readonly #sites = new Map<string, Map<string, Watched>>();
	#delistings: ReadonlySet<string> = new Set();
	#seen = 0;

	/** Goes on from what the ledger knows, and from what was announced and is not over. */
	constructor(
		known: readonly { readonly site: string; readonly source: string; readonly record: HostRecord }[] = [],
		refusing: readonly (HostPlace & { readonly since: number })[] = [],
	) {
		for (const { site, source, record } of known) {
			const { mxHost, mxAddress } = record;
			const watched = this.#watched({ site, source, mxHost, mxAddress }, record.lastServed ?? record.lastAboutUs ?? 0);
			watched.record = record;
		}
		for (const { since, ...place } of refusing) this.#watched(place, since).refusingSince = since;
	}

	/** The de-listings that are being watched, as "source site". */
	watchDelistings(open: readonly { readonly source: string; readonly site: string }[]): void {
		const before = this.#delistings;
		this.#delistings = new Set(open.map(({ source, site }) => keyOf(source, site)));
		for (const key of this.#delistings) {
			if (before.has(key)) continue;
			for (const watched of this.#sites.get(key)?.values() ?? []) watched.announced = false;
		}
	}

	/** Takes in answers, in the order of their time. */
	observe(rows: readonly ResponseRow[]): HostEvent[] {
		const events: HostEvent[] = [];
		for (const row of rows) {
			if (row.mxAddress === "" || row.class === "skipped") continue;
			this.#take(row, events);
			this.#seen += 1;
			if (this.#seen % SWEEP_EVERY === 0) this.#sweep(row.at);
		}
		return events;
	}

	/** The hosts that refuse, as was announced. */
	refusing(): readonly (HostPlace & { readonly since: number })[] {
		return [...this.#sites.values()].flatMap((hosts) =>
			[...hosts.values()].flatMap(({ place, refusingSince }) =>
				refusingSince === null ? [] : [{ ...place, since: refusingSince }],
			),
		);
	}

	#take(row: ResponseRow, events: HostEvent[]): void {
		const { source, site, mxHost, mxAddress, at } = row;
		const place = { source, site, mxHost, mxAddress };
		const watched = this.#watched(place, at);
		const before = watched.record;
		watched.record = bounded(withAnswer(before, { class: row.class, stage: row.stage, at, text: textOf(row) }));
		watched.lastAt = at;
		const { record } = watched;
		if (record.aboutUs > before.aboutUs) this.#refused(watched, at, events);
		else if (record.servedAgain > before.servedAgain) this.#served(watched, at, events);
		if (row.class === "invalid-recipient" || row.class === "accepted") this.#countInvalid(watched, row, events);
	}

	#refused(watched: Watched, at: number, events: HostEvent[]): void {
		const { place, record } = watched;
		watched.announced = false;
		if (watched.refusingSince !== null) return;
		const judgement = judge(
			record,
			this.#siblings(watched).map((one) => one.record),
		);
		if (judgement.verdict !== "refusing") return;
		watched.refusingSince = judgement.since ?? at;
		events.push({ ...place, kind: "host-refusing", at, record, judgement });
	}

	#served(watched: Watched, at: number, events: HostEvent[]): void {
		const { place, record } = watched;
		if (watched.refusingSince !== null && record.servedAgain >= RECOVERED_AFTER) {
			events.push({ ...place, kind: "host-recovered", at, since: record.servedSince ?? at, refusedSince: watched.refusingSince });
			watched.refusingSince = null;
		}
		if (!watched.announced && this.#delistings.has(keyOf(place.source, place.site))) {
			watched.announced = true;
			events.push({ ...place, kind: "delisting-host", at });
		}
	}

	#countInvalid(watched: Watched, row: ResponseRow, events: HostEvent[]): void {
		const slot = Math.floor(row.at / SLOT_MS);
		turn(watched, slot);
		if (row.class === "accepted") {
			watched.accepted[0] += 1;
			return;
		}
		if (watched.invalid[0] + watched.invalid[1] === 0) watched.invalidSince = row.at;
		watched.invalid[0] += 1;
		const siblings = this.#siblings(watched).filter((one) => one.place.mxHost !== watched.place.mxHost);
		for (const one of siblings) turn(one, slot);
		const burst = isInvalidBurst(shareOf(watched), siblings.map(shareOf));
		if (burst)
			events.push({ ...watched.place, kind: "invalid-burst", at: row.at, since: watched.invalidSince, begins: !watched.burst });
		watched.burst = burst;
	}

	#siblings(watched: Watched): Watched[] {
		const hosts = this.#sites.get(keyOf(watched.place.source, watched.place.site));
		return hosts === undefined ? [] : [...hosts.values()].filter((one) => one !== watched);
	}

	#watched(place: HostPlace, at: number): Watched {
		const siteKey = keyOf(place.source, place.site);
		const hosts = this.#sites.get(siteKey) ?? new Map<string, Watched>();
		this.#sites.set(siteKey, hosts);
		const key = keyOf(place.mxHost, place.mxAddress);
		const known = hosts.get(key);
		if (known !== undefined) return known;
		const watched: Watched = {
			place,
			record: emptyRecord(place.mxHost, place.mxAddress),
			lastAt: at,
			refusingSince: null,
			announced: false,
			slot: 0,
			invalid: [0, 0],
			accepted: [0, 0],
			invalidSince: 0,
			burst: false,
		};
		hosts.set(key, watched);
		return watched;
	}

	#sweep(now: number): void {
		for (const [siteKey, hosts] of this.#sites) {
			for (const [key, one] of hosts) if (one.refusingSince === null && one.lastAt + FORGOTTEN_MS < now) hosts.delete(key);
			if (hosts.size === 0) this.#sites.delete(siteKey);
		}
	}
}

const keyOf = (a: string, b: string): string => `${a} ${b}`;

const shareOf = ({ invalid, accepted }: Watched) => ({ invalid: invalid[0] + invalid[1], accepted: accepted[0] + accepted[1] });

/** Moves to the present half hour. */
function turn(watched: Watched, slot: number): void {
	if (slot === watched.slot) return;
	const next = slot === watched.slot + 1;
	watched.invalid = [0, next ? watched.invalid[0] : 0];
	watched.accepted = [0, next ? watched.accepted[0] : 0];
	watched.slot = slot;
}

function bounded(record: HostRecord): HostRecord {
	if (record.served + record.aboutUs + record.trouble <= MOST_COUNTED) return record;
	const half = (n: number) => Math.floor(n / 2);
	const aboutUs = Math.max(record.streak, half(record.aboutUs));
	return { ...record, served: half(record.served), aboutUs, trouble: half(record.trouble), neutral: half(record.neutral) };
}

/** "554 5.7.1 blocked", in one line. */
function textOf(row: ResponseRow): string {
	const codes = `${row.code > 0 ? `${row.code} ` : ""}${row.enhanced === null ? "" : `${row.enhanced} `}`;
	return `${codes}${row.text}`.replace(/\s+/g, " ").trim().slice(0, 300);
}
