// Lists and readers in the database: made, written in sets, shown, taken off. Does not know files or what a good address is.
import type { Clock } from "../clock.ts";
import type { Db } from "../db/db.ts";
import { fail } from "../errors.ts";
import type { NewContact } from "./csv.ts";

/** A reader to be written, and whether the import has not met it before. */
export interface StoredRow {
	readonly contact: NewContact;
	readonly first: boolean;
}

export interface ListSummary {
	readonly id: number;
	readonly name: string;
	/** Instant, milliseconds. */
	readonly createdAt: number;
	readonly members: number;
}

export interface ListDetails extends ListSummary {
	/** Members who are suppressed, by address or by domain. */
	readonly suppressed: number;
	readonly mailable: number;
	/** The 20 domains with most members. */
	readonly domains: readonly { readonly domain: string; readonly members: number }[];
	/** The first members, by the time they became known (on whichever list). */
	readonly sample: readonly Reader[];
}

export interface Reader {
	readonly id: number;
	readonly email: string;
	readonly name: string | null;
	readonly attributes: Readonly<Record<string, string>>;
}

const LIST_NAME_MAX = 100;

/** The list of that name, made when there is none. Throws list-name. */
export async function ensureList(db: Db, given: string, clock: Clock): Promise<{ id: number; name: string; created: boolean }> {
	const name = given.trim().normalize("NFC");
	const refuse = (detail: string) => fail("list-name", { list: JSON.stringify(given), detail });
	if (name === "") refuse("it is empty");
	if (name.length > LIST_NAME_MAX) refuse(`it is longer than ${LIST_NAME_MAX} characters`);
	// The comma separates lists on the command line.
	if (/[\p{Cc},]/u.test(name)) refuse("it contains a line break, a control character or a comma");
	const made =
		await db.$executeRaw`INSERT INTO "list" ("name", "createdAt") VALUES (${name}, ${new Date(clock.now())}) ON CONFLICT DO NOTHING`;
	const { id } = await findList(db, name);
	return { id, name, created: made > 0 };
}

/** Throws list-unknown. */
export async function findList(db: Db, name: string): Promise<{ id: number; name: string; createdAt: number }> {
	const list = await db.list.findUnique({ where: { name: name.trim().normalize("NFC") } });
	if (list === null) return fail("list-unknown", { list: name });
	return { id: list.id, name: list.name, createdAt: list.createdAt.getTime() };
}

/**
 * Writes readers and puts them on the list, in one transaction with one JSON parameter: all or nothing. Addresses must be distinct.
 * A known reader's name and attributes are replaced where the row has some and kept where it has none; a row that
 * changes nothing writes nothing. Answers counts: `known` (of the rows that are `first`: in the database before), `added` to the list, `suppressed` (of the `first`).
 */
export async function writeContacts(
	db: Db,
	listId: number,
	rows: readonly StoredRow[],
	nowMs: number,
): Promise<{ known: number; added: number; suppressed: number }> {
	const json = JSON.stringify(
		rows.map(({ contact, first }) => [contact.email, contact.domain, contact.name, contact.attributes, first ? 1 : 0]),
	);
	const now = new Date(nowMs);
	const [[counts], , added] = await db.$transaction([
		db.$queryRaw<{ known: number | bigint; suppressed: number | bigint }[]>`
			SELECT
				COALESCE(SUM(EXISTS (SELECT 1 FROM "contact" c WHERE c."email" = j.value->>0)), 0) AS known,
				COALESCE(SUM(EXISTS (SELECT 1 FROM "suppression" s WHERE s."subject" IN (j.value->>0, '@' || (j.value->>1)))), 0) AS suppressed
			FROM json_each(${json}) j WHERE j.value->>4 = 1`,
		// "WHERE true" tells SQLite that the ON after it is not a join's. json_patch (RFC 7396): members of the second replace those of the first.
		db.$executeRaw`
			INSERT INTO "contact" ("email", "domain", "name", "attributes", "createdAt", "updatedAt")
			SELECT j.value->>0, j.value->>1, j.value->>2, j.value->3, ${now}, ${now} FROM json_each(${json}) j WHERE true
			ON CONFLICT ("email") DO UPDATE SET
				"name" = COALESCE(excluded."name", "contact"."name"),
				"attributes" = json_patch("contact"."attributes", excluded."attributes"),
				"updatedAt" = excluded."updatedAt"
			WHERE COALESCE(excluded."name", "contact"."name") IS NOT "contact"."name"
				OR json_patch("contact"."attributes", excluded."attributes") <> "contact"."attributes"`,
		db.$executeRaw`
			INSERT INTO "list_member" ("listId", "contactId", "addedAt")
			SELECT ${listId}, c."id", ${now} FROM json_each(${json}) j JOIN "contact" c ON c."email" = j.value->>0 WHERE true
			ON CONFLICT DO NOTHING`,
	]);
	return { known: Number(counts?.known ?? 0), added, suppressed: Number(counts?.suppressed ?? 0) };
}

/** All lists by name, with their sizes. */
export async function listLists(db: Db): Promise<ListSummary[]> {
	const lists = await db.list.findMany({ orderBy: { name: "asc" }, include: { _count: { select: { members: true } } } });
	return lists.map((list) => ({
		id: list.id,
		name: list.name,
		createdAt: list.createdAt.getTime(),
		members: list._count.members,
	}));
}

/** One list with what is in it; `sample` readers of it (20 unless given). Throws list-unknown. */
export async function showList(db: Db, name: string, options: { readonly sample?: number } = {}): Promise<ListDetails> {
	const list = await findList(db, name);
	const [totals] = await db.$queryRaw<{ members: number | bigint; suppressed: number | bigint }[]>`
		SELECT COUNT(*) AS members,
			COALESCE(SUM(EXISTS (SELECT 1 FROM "suppression" s WHERE s."subject" IN (c."email", '@' || c."domain"))), 0) AS suppressed
		FROM "list_member" m JOIN "contact" c ON c."id" = m."contactId" WHERE m."listId" = ${list.id}`;
	const domains = await db.$queryRaw<{ domain: string; members: number | bigint }[]>`
		SELECT c."domain" AS domain, COUNT(*) AS members FROM "list_member" m JOIN "contact" c ON c."id" = m."contactId"
		WHERE m."listId" = ${list.id} GROUP BY c."domain" ORDER BY members DESC, c."domain" LIMIT 20`;
	const members = Number(totals?.members ?? 0);
	const suppressed = Number(totals?.suppressed ?? 0);
	return {
		...list,
		members,
		suppressed,
		mailable: members - suppressed,
		domains: domains.map((row) => ({ domain: row.domain, members: Number(row.members) })),
		sample: await readersAfter(db, list.id, 0, options.sample ?? 20),
	};
}

/** Members of a list with a contact id above `after`, in that order: page by page through a list of any size. */
export async function readersAfter(db: Db, listId: number, after: number, limit: number): Promise<Reader[]> {
	const rows = await db.$queryRaw<{ id: number | bigint; email: string; name: string | null; attributes: string }[]>`
		SELECT c."id" AS id, c."email" AS email, c."name" AS name, c."attributes" AS attributes
		FROM "list_member" m JOIN "contact" c ON c."id" = m."contactId"
		WHERE m."listId" = ${listId} AND m."contactId" > ${after} ORDER BY m."contactId" LIMIT ${limit}`;
	return rows.map((row) => ({
		id: Number(row.id),
		email: row.email,
		name: row.name,
		attributes: readAttributes(row.attributes),
	}));
}

/**
 * Takes readers (normalised addresses) off a list. They stay known, since deliveries refer to them, and stay on other lists; whoever wants no mail
 * at all is suppressed instead. Answers how many were on the list. Throws list-unknown.
 */
export async function removeFromList(
	db: Db,
	name: string,
	emails: readonly string[],
): Promise<{ removed: number; notOnList: number }> {
	const list = await findList(db, name);
	const distinct = [...new Set(emails)];
	const removed = await db.$executeRaw`
		DELETE FROM "list_member" WHERE "listId" = ${list.id} AND "contactId" IN
			(SELECT c."id" FROM json_each(${JSON.stringify(distinct)}) j JOIN "contact" c ON c."email" = j.value)`;
	return { removed, notOnList: distinct.length - removed };
}

/** The stored JSON of attributes as strings; what is no string (written by another hand) is left out. */
export function readAttributes(json: string): Record<string, string> {
	const parsed: unknown = JSON.parse(json);
	if (typeof parsed !== "object" || parsed === null) return {};
	return Object.fromEntries(Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
