// The lanes as another process saved them last, with the orders that are in force now: for whoever shows lanes and does not send. Grants nothing.
import type { Clock } from "../clock.ts";
import type { Db } from "../db/db.ts";
import { LaneSet } from "../throttle/lane-set.ts";
import type { LaneState } from "../throttle/lane-types.ts";
import { keptLanesOf } from "./explain.store.ts";
import { readLaneOrders } from "./lane-orders.store.ts";
import type { LaneSettings } from "./lane-settings.ts";
import { loadLanes } from "./lane-state.store.ts";

export interface SavedLanesDeps {
	readonly db: Db;
	readonly clock: Clock;
	/** What lanes may do, what they share, and their warm-up: a lane waits for the tightest of all. */
	readonly settings: Pick<LaneSettings, "limitsFor" | "sharedFor" | "warmUpFor">;
}

/** All lanes, or those with one of these keys. Saved every 30 s while mail is sent, so no older than that beside a sender. */
export async function savedLanes(
	deps: SavedLanesDeps,
	keys?: readonly string[],
): Promise<{ readonly set: LaneSet; readonly savedAt: ReadonlyMap<string, number> }> {
	const { db, clock, settings } = deps;
	const { limitsFor, sharedFor, warmUpFor } = settings;
	const set = new LaneSet({ clock, limitsFor, sharedFor, warmUpFor });
	const kept = keys === undefined ? await loadLanes(db) : await keptLanesOf(db, keys);
	set.restore(kept);
	set.setOrders((await readLaneOrders(db, clock.now())).holds);
	return { set, savedAt: new Map(kept.map((lane) => [lane.key, lane.savedAt])) };
}

/** How every lane stands that was saved, by its key. */
export async function savedLaneStates(deps: SavedLanesDeps): Promise<LaneState[]> {
	const { set, savedAt } = await savedLanes(deps);
	return [...savedAt.keys()]
		.filter((key) => key.includes("/") && !key.startsWith("shared:"))
		.map((key) => set.lane(key.slice(0, key.lastIndexOf("/")), key.slice(key.lastIndexOf("/") + 1)).state())
		.sort((a, b) => (a.key < b.key ? -1 : 1));
}
