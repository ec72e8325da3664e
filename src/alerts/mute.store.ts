// What nobody wants to hear of until a date. Ended, never deleted.
import { type Db, instant } from "../db/db.ts";
import { fail } from "../errors.ts";
import type { Mute } from "./incident.ts";

/** Those in force. */
export async function listMutes(db: Db, now: number): Promise<Mute[]> {
	const rows = await db.mute.findMany({ where: { endedAt: null, until: { gt: new Date(now) } }, orderBy: { id: "asc" } });
	return rows.map(({ endedAt, ...row }) => ({ ...row, until: instant(row.until) ?? 0, createdAt: instant(row.createdAt) ?? 0 }));
}

/** Silences a kind ("*": all) on a subject ("*": all) until then. What is still open when it ends is told then. */
export async function mute(db: Db, of: Omit<Mute, "id">): Promise<Mute> {
	const row = await db.mute.create({ data: { ...of, until: new Date(of.until), createdAt: new Date(of.createdAt) } });
	return { ...of, id: row.id };
}

/** Ends one mute. Throws mute-unknown. */
export async function unmute(db: Db, id: number, now: number): Promise<void> {
	const { count } = await db.mute.updateMany({
		where: { id, endedAt: null, until: { gt: new Date(now) } },
		data: { endedAt: new Date(now) },
	});
	if (count === 0) fail("mute-unknown", { id });
}
