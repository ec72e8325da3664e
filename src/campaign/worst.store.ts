// The reader of a campaign's lists whose message is largest. Walks the lists in short steps: flat memory, and the loop is free in between.
// What makes a message large is compose/worst.ts' knowledge.
import type { CompiledCampaign, Reader } from "../compose/compiled.ts";
import { compileMeter, type WorstReaders, WorstSearch } from "../compose/worst.ts";
import type { Db } from "../db/db.ts";

/** Readers of one step: some 30 ms of the one thread. */
const STEP = 2_000;

/**
 * The worst reader of the lists as they are now, suppressed ones left out; null when nobody can be written to. `now` in milliseconds. `standIns`: values
 * for fields that a reader does not have.
 * A million readers and a template of plain fields: see docs/sizes.md for what it takes.
 */
export async function findWorst(
	db: Db,
	campaign: number,
	compiled: CompiledCampaign,
	now: number,
	standIns: Readonly<Record<string, string>> = {},
): Promise<WorstReaders | null> {
	const search = new WorstSearch(compiled, await compileMeter(compiled, now));
	const lists = await db.campaignList.findMany({ where: { campaignId: campaign }, select: { listId: true } });
	for (const { listId } of lists)
		for await (const step of members(db, listId)) {
			for (const row of step) search.offer(toReader(row, standIns));
			await pause();
		}
	return search.end(pause);
}

const pause = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Id, address, name, attributes. */
type Row = readonly [number, string, string | null, Readonly<Record<string, unknown>>];

/** A list's readers by id. A reader on two lists comes twice, which does no harm here. */
async function* members(db: Db, list: number): AsyncGenerator<readonly Row[]> {
	for (let last = 0; ; ) {
		// One text for the whole step: as rows of their own they would take twice the time of everything else (11 µs each).
		const answer = await db.$queryRaw<{ rows: string }[]>`
			SELECT json_group_array(json_array("id", "email", "name", json("attributes"))) AS "rows" FROM (
				SELECT c."id", c."email", c."name", c."attributes" FROM "list_member" m JOIN "contact" c ON c."id" = m."contactId"
				WHERE m."listId" = ${list} AND m."contactId" > ${last}
					AND NOT EXISTS (SELECT 1 FROM "suppression" WHERE "subject" IN (c."email", '@' || c."domain"))
				ORDER BY m."contactId" LIMIT ${STEP})`;
		const rows: readonly Row[] = JSON.parse(answer[0]?.rows ?? "[]");
		if (rows.length === 0) return;
		last = rows.reduce((most, row) => Math.max(most, row[0]), last);
		yield rows;
	}
}

/** Deliveries are numbered when the campaign starts; the number does not change a message's size. */
function toReader([contactId, email, name, stored]: Row, standIns: Readonly<Record<string, string>>): Reader {
	const attributes: Record<string, string> = { ...standIns };
	for (const key of Object.keys(stored)) {
		const value = stored[key];
		if (typeof value === "string") attributes[key] = value;
	}
	return { contactId, deliveryId: contactId, email, name, attributes };
}
