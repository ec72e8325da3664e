// Readers of a campaign, as its checks and previews need them.

import type { Reader } from "../compose/compiled.ts";
import { readAttributes } from "../contacts/contacts.store.ts";
import { type Db, Prisma } from "../db/db.ts";

interface Row {
	id: number;
	email: string;
	name: string | null;
	attributes: string;
}

const OF_CAMPAIGN = (campaign: number) => Prisma.sql`"contact"."id" IN (
	SELECT m."contactId" FROM "list_member" m JOIN "campaign_list" l ON l."listId" = m."listId" WHERE l."campaignId" = ${campaign})`;

function toReader(row: Row): Reader {
	return { contactId: row.id, deliveryId: row.id, email: row.email, name: row.name, attributes: readAttributes(row.attributes) };
}

/** One reader by address, or null. It need not be on the campaign's lists. */
export async function readerOf(db: Db, email: string): Promise<Reader | null> {
	const row = await db.contact.findUnique({ where: { email } });
	return row === null ? null : toReader(row);
}

/** Names of the attributes that readers of the campaign's lists have. Looks at every reader's column names, which are few and short. */
export async function attributeNames(db: Db, campaign: number): Promise<string[]> {
	const rows = await db.$queryRaw<{ key: string }[]>`
		SELECT DISTINCT j."key" AS "key" FROM "contact", json_each("contact"."attributes") j WHERE ${OF_CAMPAIGN(campaign)}`;
	return rows.map((row) => row.key);
}

/** Readers for whom a field is empty: how many, and the first of them. `field` is "name" or an attribute. */
export async function readersWithout(
	db: Db,
	campaign: number,
	field: string,
): Promise<{ readonly readers: number; readonly example: string | null }> {
	const value =
		field === "name" ? Prisma.sql`"name"` : Prisma.sql`json_extract("attributes", ${`$."${field.replaceAll('"', '\\"')}"`})`;
	const rows = await db.$queryRaw<{ n: bigint | number; example: string | null }[]>`
		SELECT count(*) AS "n", min("email") AS "example" FROM "contact" WHERE ${OF_CAMPAIGN(campaign)} AND coalesce(${value}, '') = ''`;
	return { readers: Number(rows[0]?.n ?? 0), example: rows[0]?.example ?? null };
}
