// Removes old rows of the log in small steps, so that nobody waits for the database meanwhile.
import { type Clock, pause } from "../clock.ts";
import type { Db } from "../db/db.ts";

/** Rows of one step: about 20 ms of the one writer. */
const STEP = 2_000;
/** Between two steps others have their turn. */
const BREATH_MS = 50;
/** What was refused is asked about longer than what was accepted. */
const FAILURES_LAST_TIMES_LONGER = 4;

/** Removes accepted responses older than `keepMs`, and all others older than four times that. Answers how many rows went. */
export async function pruneResponses(db: Db, options: { keepMs: number; clock: Clock; signal?: AbortSignal }): Promise<number> {
	const { clock, keepMs, signal } = options;
	const accepted = new Date(clock.now() - keepMs);
	const everything = new Date(clock.now() - keepMs * FAILURES_LAST_TIMES_LONGER);
	let removed = 0;
	while (signal?.aborted !== true) {
		const n = await db.$executeRaw`
			DELETE FROM "response" WHERE "id" IN (
				SELECT "id" FROM "response" WHERE "at" < ${accepted} AND ("class" = 'accepted' OR "at" < ${everything}) ORDER BY "at" LIMIT ${STEP})`;
		removed += n;
		if (n < STEP) return removed;
		await pause(clock, BREATH_MS, signal);
	}
	return removed;
}
