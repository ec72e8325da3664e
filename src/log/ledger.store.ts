// The ledger of MX hosts: what each host of each site said to each source, hour by hour, with a verdict (detector.ts). Reads the roll-up `host_hour`,
// which is written with every settlement and outlives the responses: 10,000,000 responses are some ten thousand rows here.
import { type Db, instant, Prisma } from "../db/db.ts";
import type { ReplyClass, Stage } from "../replies/outcome.ts";
import { type Judgement, judge } from "./detector.ts";
import { type HostCount, type HostRecord, recordOf } from "./host-record.ts";
import { hourOf } from "./roll-up.ts";
import type { HostVerdict, LedgerClass } from "./verdict.ts";

export interface HostRow {
	readonly site: string;
	readonly mxHost: string;
	/** "" where no connection was made. */
	readonly mxAddress: string;
	/** Name of the source; "" on a gateway. */
	readonly source: string;
	readonly accepted: number;
	/** Responses that were not acceptances, whomever they are about; passing a host over is none. */
	readonly refused: number;
	/** Responses of each class but `accepted`. */
	readonly byClass: Readonly<Partial<Record<ReplyClass, number>>>;
	/** Instants, milliseconds. */
	readonly lastAccepted: number | null;
	readonly lastRefused: number | null;
	readonly verdict: HostVerdict;
	/** Since when the verdict holds. */
	readonly since: number | null;
	/** What the verdict rests on. */
	readonly judgement: Judgement;
	/** Refusals about us since it last let us in. */
	readonly streak: number;
	/** Responses that were not acceptances, by the stage at which they came. */
	readonly byStage: Readonly<Partial<Record<Stage, number>>>;
	/** Times it was passed over, and connections on which nothing was asked. */
	readonly skipped: number;
	readonly connected: number;
	readonly firstAt: number;
	readonly lastAt: number;
	/** The last refusal about us, or else the last words that were not an acceptance; "" when there are none. */
	readonly lastText: string;
}

interface Group {
	site: string;
	mxHost: string;
	mxAddress: string;
	source: string;
	stage: Stage;
	class: LedgerClass;
	n: bigint | number;
	firstAt: unknown;
	/** The last instant in 15 digits, and the last text behind it: one maximum finds both. */
	last: string;
}

export interface LedgerFilter {
	readonly site?: string;
	readonly source?: string;
	readonly mxHost?: string;
	/** Not the hours before the one of that instant (milliseconds). */
	readonly since?: number;
}

/**
 * The hosts that were spoken to (or passed over), by site and name. Counts are of whole hours. Measured on 10,000,000 responses: bench/parts/audit.ts.
 */
export async function hostLedger(db: Db, filter: LedgerFilter = {}): Promise<HostRow[]> {
	const bySite = new Map<string, Entry[]>();
	for (const entry of await readEntries(db, filter)) {
		const key = JSON.stringify([entry.site, entry.source]);
		const entries = bySite.get(key);
		if (entries === undefined) bySite.set(key, [entry]);
		else entries.push(entry);
	}
	return [...bySite.values()]
		.flatMap((entries) => {
			const shown = withoutShadows(entries);
			return shown.map((entry) => rowOf(entry, shown));
		})
		.sort(
			(a, b) =>
				compare(a.site, b.site) ||
				compare(a.mxHost, b.mxHost) ||
				compare(a.mxAddress, b.mxAddress) ||
				compare(a.source, b.source),
		);
}

/** The records of all hosts since that instant, by site and source: what the watch begins with when the program starts. */
export async function hostRecords(
	db: Db,
	since: number,
): Promise<{ readonly site: string; readonly source: string; readonly record: HostRecord }[]> {
	return (await readEntries(db, { since }))
		.filter((entry) => entry.mxAddress !== "")
		.map(({ site, source, record }) => ({ site, source, record }));
}

async function readEntries(db: Db, filter: LedgerFilter): Promise<Entry[]> {
	const entries = entriesOf(
		await readGroups(db, [
			...(filter.site === undefined ? [] : [Prisma.sql`"site" = ${filter.site}`]),
			...(filter.source === undefined ? [] : [Prisma.sql`"source" = ${filter.source}`]),
			...(filter.mxHost === undefined ? [] : [Prisma.sql`"mxHost" = ${filter.mxHost}`]),
			...(filter.since === undefined ? [] : [Prisma.sql`"hour" >= ${new Date(hourOf(filter.since))}`]),
		]),
	);
	// Added up over days, a streak cannot be told from refusals long ago; for the few hosts that have one the hours are read one by one.
	const unsure = entries.filter(({ record }) => record.streak > 0 && record.lastServed !== null);
	const exact = await Promise.all(unsure.map((entry) => withHours(db, entry)));
	const better = new Map(unsure.map((entry, index) => [entry, exact[index] ?? entry]));
	return entries.map((entry) => better.get(entry) ?? entry);
}

function readGroups(db: Db, conditions: readonly Prisma.Sql[], hourly = false): Promise<Group[]> {
	const where = Prisma.join([Prisma.sql`true`, ...conditions], " AND ");
	const hour = hourly ? Prisma.sql`, "hour"` : Prisma.empty;
	return db.$queryRaw<Group[]>`
		SELECT "site", "mxHost", "mxAddress", "source", "stage", "class", sum("n") AS "n", min("firstAt") AS "firstAt",
			max(printf('%015d', "lastAt") || "lastText") AS "last"
		FROM "host_hour" WHERE ${where} GROUP BY "site", "source", "mxHost", "mxAddress", "stage", "class" ${hour}`;
}

/** The streak counted by the hours since it was last served. */
async function withHours(db: Db, entry: Entry): Promise<Entry> {
	const { site, source, mxHost, mxAddress, record } = entry;
	const [hours] = entriesOf(
		await readGroups(
			db,
			[
				Prisma.sql`"mxHost" = ${mxHost}`,
				Prisma.sql`"hour" >= ${new Date(hourOf(record.lastServed ?? 0))}`,
				Prisma.sql`"site" = ${site} AND "source" = ${source} AND "mxAddress" = ${mxAddress}`,
			],
			true,
		),
	);
	if (hours === undefined) return entry;
	const { streak, streakSince, blocked, troubles } = hours.record;
	return { ...entry, record: { ...record, streak, streakSince, blocked, troubles } };
}

interface Entry {
	readonly site: string;
	readonly mxHost: string;
	readonly mxAddress: string;
	readonly source: string;
	readonly counts: HostCount[];
	readonly record: HostRecord;
}

function entriesOf(groups: readonly Group[]): Entry[] {
	const found = new Map<string, Omit<Entry, "record">>();
	for (const { site, mxHost, mxAddress, source, ...group } of groups) {
		const key = JSON.stringify([site, mxHost, mxAddress, source]);
		const entry = found.get(key) ?? { site, mxHost, mxAddress, source, counts: [] };
		found.set(key, entry);
		entry.counts.push({
			class: group.class,
			stage: group.stage,
			n: Number(group.n),
			firstAt: instant(group.firstAt) ?? 0,
			lastAt: Number(group.last.slice(0, 15)),
			lastText: group.last.slice(15),
		});
	}
	return [...found.values()].map((entry) => ({ ...entry, record: recordOf(entry.mxHost, entry.mxAddress, entry.counts) }));
}

/** A host that was passed over has rows without an address; they are joined to the same host's row once it was spoken to. */
function withoutShadows(entries: readonly Entry[]): Entry[] {
	const spoken = entries.filter((entry) => entry.mxAddress !== "");
	const shadows = entries.filter((entry) => entry.mxAddress === "");
	const joined = spoken.map((entry, index) => {
		const first = spoken.findIndex((other) => other.mxHost === entry.mxHost) === index;
		const own = first ? shadows.filter((shadow) => shadow.mxHost === entry.mxHost) : [];
		if (own.length === 0) return entry;
		// Being passed over is no answer: the record stays what it is.
		return { ...entry, counts: [...entry.counts, ...own.flatMap((shadow) => shadow.counts)] };
	});
	return [...joined, ...shadows.filter((shadow) => !spoken.some((entry) => entry.mxHost === shadow.mxHost))];
}

function rowOf(entry: Entry, all: readonly Entry[]): HostRow {
	const { site, mxHost, mxAddress, source, counts, record } = entry;
	const siblings = all.filter((other) => other !== entry).map((other) => other.record);
	const judgement = judge(record, siblings);
	const byClass: Partial<Record<ReplyClass, number>> = {};
	const byStage: Partial<Record<Stage, number>> = {};
	let accepted = 0;
	let connected = 0;
	let lastAccepted: number | null = null;
	let last: HostCount | null = null;
	for (const one of counts) {
		if (one.class === "connected") connected += one.n;
		else if (one.class === "accepted") {
			accepted += one.n;
			lastAccepted = Math.max(lastAccepted ?? 0, one.lastAt);
		} else {
			byClass[one.class] = (byClass[one.class] ?? 0) + one.n;
			if (one.class === "skipped") continue;
			byStage[one.stage] = (byStage[one.stage] ?? 0) + one.n;
			if (last === null || one.lastAt > last.lastAt) last = one;
		}
	}
	return {
		site,
		mxHost,
		mxAddress,
		source,
		accepted,
		refused: Object.values(byStage).reduce((sum, n) => sum + n, 0),
		byClass,
		lastAccepted,
		lastRefused: last?.lastAt ?? null,
		verdict: judgement.verdict,
		since: judgement.since,
		judgement,
		streak: record.streak,
		byStage,
		skipped: byClass.skipped ?? 0,
		connected,
		firstAt: Math.min(...counts.map((one) => one.firstAt)),
		lastAt: Math.max(...counts.map((one) => one.lastAt)),
		lastText: record.lastText === "" ? (last?.lastText ?? "") : record.lastText,
	};
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
