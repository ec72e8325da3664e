// What is known of blacklists, kept: the last answer of every zone about every subject, listings with their history, and how zones proved themselves.
import { type Db, instant } from "../db/db.ts";
import type { KnownListing, KnownState } from "./history.ts";
import type { ZoneState } from "./proof.ts";
import type { Severity, SubjectKind } from "./zones/zone.ts";

export interface StateRow extends KnownState {
	readonly subject: string;
	readonly zone: string;
	readonly kind: "ip" | "domain";
	readonly meaning: string;
	readonly text: string;
	/** Why it is unknown; "" otherwise. */
	readonly why: string;
	/** Not asked again before, by the zone's policy and the answer's TTL. Milliseconds. */
	readonly freshUntil: number;
}

export interface ListingRow extends KnownListing {
	readonly subject: string;
	readonly zone: string;
	readonly kind: "ip" | "domain";
	readonly meaning: string;
	readonly text: string;
	readonly removal: string;
}

export interface ProofRow {
	/** The zone; for IPv6 with "/ip6" behind it, which is a proof of its own. */
	readonly zone: string;
	readonly state: ZoneState;
	readonly why: string;
	readonly checkedAt: number;
	readonly provenAt: number | null;
	readonly badSince: number | null;
}

export const pairKey = (subject: string, zone: string): string => `${subject}/${zone}`;

export const kindWord = (kind: SubjectKind): "ip" | "domain" => (kind === "domain" ? "domain" : "ip");

/** The last answers, by pairKey. */
export async function readStates(db: Db): Promise<Map<string, StateRow>> {
	const rows = await db.blacklistState.findMany();
	return new Map(
		rows.map((row) => [
			pairKey(row.subject, row.zone),
			{
				...row,
				kind: row.kind as StateRow["kind"],
				state: row.state as StateRow["state"],
				codes: JSON.parse(row.codes) as string[],
				checkedAt: instant(row.checkedAt) ?? 0,
				freshUntil: instant(row.freshUntil) ?? 0,
			},
		]),
	);
}

export async function saveStates(db: Db, rows: readonly StateRow[]): Promise<void> {
	if (rows.length === 0) return;
	const list = JSON.stringify(
		rows.map((r) => [
			r.subject,
			r.zone,
			r.kind,
			r.state,
			JSON.stringify(r.codes),
			r.meaning,
			r.text,
			r.why,
			r.checkedAt,
			r.agreeing,
			r.freshUntil,
		]),
	);
	await db.$executeRaw`
		INSERT INTO "blacklist_state" ("subject", "zone", "kind", "state", "codes", "meaning", "text", "why", "checkedAt", "agreeing", "freshUntil")
		SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9, value->>10
		FROM json_each(${list}) WHERE true
		ON CONFLICT ("subject", "zone") DO UPDATE SET "kind" = excluded."kind", "state" = excluded."state", "codes" = excluded."codes",
			"meaning" = excluded."meaning", "text" = excluded."text", "why" = excluded."why", "checkedAt" = excluded."checkedAt",
			"agreeing" = excluded."agreeing", "freshUntil" = excluded."freshUntil"`;
}

/** The newest listing of every subject on every zone, by pairKey. One that was told as cleared since it began has come back before. */
export async function newestListings(db: Db): Promise<Map<string, ListingRow>> {
	const rows = await db.$queryRaw<Stored[]>`
		SELECT l.*, EXISTS (SELECT 1 FROM "alert" a WHERE a."kind" = 'blacklist-cleared' AND a."subject" = l."subject" || '/' || l."zone"
			AND a."at" >= l."firstSeen") AS "cameBack"
		FROM "listing" l WHERE l."id" IN (SELECT max("id") FROM "listing" GROUP BY "subject", "zone")`;
	return new Map(rows.map((row) => [pairKey(row.subject, row.zone), fromRow(row)]));
}

/** Listings, the newest first: of these subjects, or of all. */
export async function listings(
	db: Db,
	of: { readonly subjects?: readonly string[]; readonly open?: boolean; readonly limit?: number } = {},
): Promise<ListingRow[]> {
	const rows = await db.listing.findMany({
		where: {
			...(of.subjects === undefined ? {} : { subject: { in: [...of.subjects] } }),
			...(of.open === true ? { clearedAt: null } : {}),
		},
		orderBy: { id: "desc" },
		take: of.limit ?? 1_000,
	});
	return rows.map((row) => fromRow({ ...row, cameBack: 0 }));
}

type NewListing = Omit<ListingRow, "id" | "clearedAt" | "cameBack">;

/** Opens a listing. False: another process has opened it already. */
export async function openListing(db: Db, of: NewListing): Promise<boolean> {
	const n = await db.$executeRaw`
		INSERT INTO "listing" ("subject", "kind", "zone", "codes", "meaning", "severity", "text", "removal", "firstSeen", "lastSeen", "quiet")
		SELECT ${of.subject}, ${of.kind}, ${of.zone}, ${JSON.stringify(of.codes)}, ${of.meaning}, ${of.severity}, ${of.text}, ${of.removal},
			${new Date(of.firstSeen)}, ${new Date(of.lastSeen)}, ${of.quiet}
		WHERE NOT EXISTS (SELECT 1 FROM "listing" WHERE "clearedAt" IS NULL AND "subject" = ${of.subject} AND "zone" = ${of.zone})`;
	return n > 0;
}

/** It is still, or again, there. False: it was cleared meanwhile, or (to reopen it) opened again by another process. */
export async function sightListing(
	db: Db,
	id: number,
	of: Pick<NewListing, "codes" | "meaning" | "severity" | "text" | "lastSeen"> & { readonly reopen: boolean },
): Promise<boolean> {
	const { count } = await db.listing.updateMany({
		where: { id, clearedAt: of.reopen ? { not: null } : null },
		data: {
			codes: JSON.stringify(of.codes),
			meaning: of.meaning,
			severity: of.severity,
			text: of.text,
			lastSeen: new Date(of.lastSeen),
			...(of.reopen ? { clearedAt: null, quiet: false } : {}),
		},
	});
	return count > 0;
}

/** It is over. False: another process has said so already. */
export async function clearListing(db: Db, id: number, now: number): Promise<boolean> {
	const { count } = await db.listing.updateMany({ where: { id, clearedAt: null }, data: { clearedAt: new Date(now) } });
	return count > 0;
}

/** How the zones proved themselves last, by zone (see ProofRow). */
export async function readProofs(db: Db): Promise<Map<string, ProofRow>> {
	const rows = await db.zoneProof.findMany();
	return new Map(
		rows.map((row) => [
			row.zone,
			{
				zone: row.zone,
				state: row.state as ZoneState,
				why: row.why,
				checkedAt: instant(row.checkedAt) ?? 0,
				provenAt: instant(row.provenAt),
				badSince: instant(row.badSince),
			},
		]),
	);
}

export async function saveProofs(db: Db, proofs: readonly ProofRow[]): Promise<void> {
	if (proofs.length === 0) return;
	const list = JSON.stringify(proofs.map((p) => [p.zone, p.state, p.why, p.checkedAt, p.provenAt, p.badSince]));
	await db.$executeRaw`
		INSERT INTO "zone_proof" ("zone", "state", "why", "checkedAt", "provenAt", "badSince")
		SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each(${list}) WHERE true
		ON CONFLICT ("zone") DO UPDATE SET "state" = excluded."state", "why" = excluded."why", "checkedAt" = excluded."checkedAt",
			"provenAt" = excluded."provenAt", "badSince" = excluded."badSince"`;
}

/** Since when the resolver has given no answer; null: it answered last time. */
export async function resolverSilentSince(db: Db): Promise<number | null> {
	const row = await db.setting.findUnique({ where: { key: RESOLVER } });
	return row === null || row.value === "" ? null : Number(row.value);
}

export async function rememberResolver(db: Db, silentSince: number | null, now: number): Promise<void> {
	const values = { value: silentSince === null ? "" : String(silentSince), updatedAt: new Date(now) };
	await db.setting.upsert({ where: { key: RESOLVER }, create: { key: RESOLVER, ...values }, update: values });
}

const RESOLVER = "blacklist.resolver-silent-since";

interface Stored {
	id: number | bigint;
	subject: string;
	kind: string;
	zone: string;
	codes: string;
	meaning: string;
	severity: string;
	text: string;
	removal: string;
	firstSeen: unknown;
	lastSeen: unknown;
	clearedAt: unknown;
	quiet: unknown;
	cameBack: unknown;
}

function fromRow(row: Stored): ListingRow {
	return {
		id: Number(row.id),
		subject: row.subject,
		kind: row.kind as ListingRow["kind"],
		zone: row.zone,
		codes: JSON.parse(row.codes) as string[],
		meaning: row.meaning,
		severity: row.severity as Severity,
		text: row.text,
		removal: row.removal,
		firstSeen: instant(row.firstSeen) ?? 0,
		lastSeen: instant(row.lastSeen) ?? 0,
		clearedAt: instant(row.clearedAt),
		quiet: Boolean(row.quiet),
		cameBack: Boolean(Number(row.cameBack)),
	};
}
