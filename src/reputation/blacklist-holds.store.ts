// Places and ends the holds of the blacklist watch: rows of the table hold, held by "blacklist", which the engine reads at its next look. It ends its own
// rows only, and never places again what a person released, as long as the listing is what it was.
import type { Db } from "../db/db.ts";
import { BLACKLIST } from "../deliver/hold.store.ts";
import type { WantedHold } from "./blacklist-holds.ts";

export interface HoldChanges {
	readonly placed: readonly WantedHold[];
	/** "203.0.113.10/zen.spamhaus.org" → what was on hold for it: "mta1/*". */
	readonly released: readonly { readonly cause: string; readonly subject: string }[];
	/** Wanted, and left alone because a person released it; by whom. */
	readonly overruled: readonly { readonly hold: WantedHold; readonly by: string }[];
}

/** Makes the holds in force what is wanted. `cause` stands in the row's class, so that each row knows its listing. */
export async function settleHolds(db: Db, wanted: readonly WantedHold[], now: number): Promise<HoldChanges> {
	const rows = await db.hold.findMany({ where: { heldBy: BLACKLIST }, orderBy: { id: "desc" }, take: 1_000 });
	const sameAs = (hold: WantedHold) => (row: (typeof rows)[number]) =>
		row.kind === hold.kind && row.subject === hold.subject && row.class === hold.cause;
	const placed: WantedHold[] = [];
	const overruled: { hold: WantedHold; by: string }[] = [];
	for (const hold of wanted) {
		const last = rows.find(sameAs(hold));
		if (last !== undefined && last.releasedAt === null) continue;
		if (last !== undefined && last.releasedBy !== BLACKLIST && last.createdAt.getTime() >= hold.since) {
			overruled.push({ hold, by: last.releasedBy ?? "somebody" });
			continue;
		}
		const { kind, subject, reason, cause } = hold;
		await db.hold.create({ data: { kind, subject, reason, class: cause, heldBy: BLACKLIST, createdAt: new Date(now) } });
		placed.push(hold);
	}
	const over = rows.filter((row) => row.releasedAt === null && !wanted.some((hold) => sameAs(hold)(row)));
	if (over.length > 0)
		await db.hold.updateMany({
			where: { id: { in: over.map((row) => row.id) }, releasedAt: null },
			data: { releasedAt: new Date(now), releasedBy: BLACKLIST },
		});
	return { placed, released: over.map((row) => ({ cause: row.class ?? "", subject: row.subject })), overruled };
}
