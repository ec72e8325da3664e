// The ledger of MX hosts: what each host of each site said to each source, added up from the log, with a verdict (verdict.ts).
import { type Db, instant, Prisma } from "../db/db.ts";
import type { ReplyClass } from "../replies/outcome.ts";
import { ABOUT_US, type HostVerdict, TROUBLE, verdictOf } from "./verdict.ts";

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
}

interface Group {
	site: string;
	mxHost: string;
	mxAddress: string;
	source: string;
	class: ReplyClass;
	n: bigint | number;
	last: unknown;
}

interface Entry {
	readonly site: string;
	readonly mxHost: string;
	readonly mxAddress: string;
	readonly source: string;
	accepted: number;
	refused: number;
	byClass: Partial<Record<ReplyClass, number>>;
	lastAccepted: number | null;
	lastRefused: number | null;
	lastAboutUs: number | null;
	lastTrouble: number | null;
}

/**
 * The hosts that were spoken to (or passed over) since that instant (milliseconds; absent: as far as the log goes), by site and name.
 * Adds up every row of that time: about 1.5 s for a million of them, so pages ask for a day.
 */
export async function hostLedger(db: Db, filter: { readonly site?: string; readonly since?: number } = {}): Promise<HostRow[]> {
	const where = [
		Prisma.sql`"mxHost" <> ''`,
		...(filter.site === undefined ? [] : [Prisma.sql`"site" = ${filter.site}`]),
		...(filter.since === undefined ? [] : [Prisma.sql`"at" >= ${new Date(filter.since)}`]),
	];
	const groups = await db.$queryRaw<Group[]>`
		SELECT "site", "mxHost", "mxAddress", "source", "class", count(*) AS "n", max("at") AS "last" FROM "response"
		WHERE ${Prisma.join(where, " AND ")} GROUP BY "site", "mxHost", "mxAddress", "source", "class"`;
	const entries = addUp(groups);
	return entries
		.filter((entry) => entry.mxAddress !== "" || !onlySkipped(entry) || !hasAddress(entries, entry))
		.map((entry) => {
			const { lastAboutUs, lastTrouble, ...row } = entry;
			return { ...row, verdict: verdictOf({ ...entry, siblingAccepts: siblingAccepts(entries, entry) }) };
		})
		.sort((a, b) => compare(a.site, b.site) || compare(a.mxHost, b.mxHost) || compare(a.mxAddress, b.mxAddress));
}

function addUp(groups: readonly Group[]): Entry[] {
	const entries = new Map<string, Entry>();
	for (const { site, mxHost, mxAddress, source, ...group } of groups) {
		const key = JSON.stringify([site, mxHost, mxAddress, source]);
		let entry = entries.get(key);
		if (entry === undefined) {
			entry = {
				site,
				mxHost,
				mxAddress,
				source,
				accepted: 0,
				refused: 0,
				byClass: {},
				lastAccepted: null,
				lastRefused: null,
				lastAboutUs: null,
				lastTrouble: null,
			};
			entries.set(key, entry);
		}
		const n = Number(group.n);
		const last = instant(group.last);
		if (group.class === "accepted") {
			entry.accepted = n;
			entry.lastAccepted = last;
			continue;
		}
		entry.byClass[group.class] = n;
		if (group.class === "skipped") continue;
		entry.refused += n;
		entry.lastRefused = later(entry.lastRefused, last);
		if (ABOUT_US.has(group.class)) entry.lastAboutUs = later(entry.lastAboutUs, last);
		if (TROUBLE.has(group.class)) entry.lastTrouble = later(entry.lastTrouble, last);
	}
	return [...entries.values()];
}

const onlySkipped = (entry: Entry): boolean => entry.accepted === 0 && entry.refused === 0;

/** A host that was passed over has rows without an address; they say nothing once the same host was spoken to. */
const hasAddress = (entries: readonly Entry[], entry: Entry): boolean =>
	entries.some((other) => other.mxHost === entry.mxHost && other.source === entry.source && other.mxAddress !== "");

const siblingAccepts = (entries: readonly Entry[], entry: Entry): boolean =>
	entries.some(
		(other) =>
			other.site === entry.site &&
			other.source === entry.source &&
			(other.mxHost !== entry.mxHost || other.mxAddress !== entry.mxAddress) &&
			(other.lastAccepted ?? Number.NEGATIVE_INFINITY) >= (entry.lastAboutUs ?? Number.NEGATIVE_INFINITY) &&
			other.lastAccepted !== null,
	);

const later = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
