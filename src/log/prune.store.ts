// Removes old rows of the log in small steps, so that nobody waits for the database meanwhile.
import { type Clock, pause } from "../clock.ts";
import { type Db, instant } from "../db/db.ts";

/** Rows looked at in one step: at most about 20 ms of the one writer. */
const STEP = 2_000;
/** Between two steps others have their turn. */
const BREATH_MS = 50;
/** What was refused is asked about longer than what was accepted. */
const FAILURES_LAST_TIMES_LONGER = 4;

/**
 * Removes accepted responses older than `keepMs`, and all others older than four times that. Answers how many rows went.
 *
 * Goes through the log once, by time: a step that asked for the oldest removable rows would read all refusals that are kept before them, each time.
 */
export async function pruneResponses(db: Db, options: { keepMs: number; clock: Clock; signal?: AbortSignal }): Promise<number> {
	const { clock, keepMs, signal } = options;
	const accepted = clock.now() - keepMs;
	const everything = clock.now() - keepMs * FAILURES_LAST_TIMES_LONGER;
	let removed = 0;
	let from = 0;
	while (signal?.aborted !== true && from < accepted) {
		const to = await endOfStep(db, from, accepted);
		removed += await db.$executeRaw`
			DELETE FROM "response" WHERE "at" >= ${new Date(from)} AND "at" < ${new Date(to)}
				AND (+"class" = 'accepted' OR "at" < ${new Date(everything)})`;
		from = to;
		if (from < accepted) await pause(clock, BREATH_MS, signal);
	}
	return removed;
}

/** The instant before which a step from `from` ends: so many rows further on, or `last` when there are fewer. */
async function endOfStep(db: Db, from: number, last: number): Promise<number> {
	const rows = await db.$queryRaw<{ at: unknown }[]>`
		SELECT "at" FROM "response" WHERE "at" >= ${new Date(from)} AND "at" < ${new Date(last)} ORDER BY "at" LIMIT 1 OFFSET ${STEP}`;
	const at = instant(rows[0]?.at);
	// More rows than a step holds in one millisecond (an import) are one step.
	return at === null ? last : Math.max(at, from + 1);
}
