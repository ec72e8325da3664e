// Keeps the lanes' windows over a restart.
import { type Db, instant } from "../db/db.ts";

export interface KeptLane {
	readonly key: string;
	readonly state: string;
	readonly savedAt: number;
}

export async function loadLanes(db: Db): Promise<KeptLane[]> {
	const rows = await db.laneState.findMany();
	return rows.map((row) => ({ key: row.lane, state: row.state, savedAt: instant(row.savedAt) ?? 0 }));
}

/** Replaces what is kept of those lanes, in one statement. */
export async function saveLanes(
	db: Db,
	lanes: readonly { readonly key: string; readonly state: string }[],
	now: number,
): Promise<void> {
	if (lanes.length === 0) return;
	const at = new Date(now);
	await db.$executeRaw`
		INSERT INTO "lane_state" ("lane", "state", "savedAt") SELECT value->>'key', value->>'state', ${at} FROM json_each(${JSON.stringify(lanes)}) WHERE true
		ON CONFLICT ("lane") DO UPDATE SET "state" = excluded."state", "savedAt" = excluded."savedAt"`;
}
