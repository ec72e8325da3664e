// What watchers share: they look at how things stand now, compare it with what was said last, and append a row only for what has changed. Stateless: the
// rows themselves are the memory, so that a restart says nothing twice.
import type { Db } from "../db/db.ts";
import { type AlertRow, appendAlerts, openAlerts } from "../log/alert.store.ts";
import type { AlertKind } from "../log/alert-kinds.ts";

/** A trouble that is there now. */
export type Trouble = Omit<AlertRow, "at" | "kind">;

/**
 * Appends a row of kind `began` for each trouble that was not said, or whose `did` is another than what was said (Wellsent did something about it
 * since), and one of kind `ended` for each that was said and is gone; `over` has the words for that, or null to say nothing yet. Answers how many.
 */
export async function sayChanges(
	db: Db,
	of: {
		readonly began: AlertKind;
		readonly ended: AlertKind;
		readonly troubles: readonly Trouble[];
		readonly over: (said: AlertRow) => string | null;
		readonly now: number;
	},
): Promise<{ readonly began: number; readonly ended: number }> {
	const said = new Map((await openAlerts(db, of.began, of.ended)).map((alert) => [alert.subject, alert]));
	// A lane may be held for two reasons at once: the first one is said.
	const firsts = of.troubles.filter((one, at) => of.troubles.findIndex((other) => other.subject === one.subject) === at);
	const fresh = firsts.filter((trouble) => {
		const before = said.get(trouble.subject);
		return before === undefined || ((trouble.did ?? "") !== "" && (before.did ?? "") !== trouble.did);
	});
	const there = new Set(of.troubles.map((trouble) => trouble.subject));
	const gone = [...said.values()].flatMap((alert): AlertRow[] => {
		if (there.has(alert.subject)) return [];
		const text = of.over(alert);
		if (text === null) return [];
		return [
			{ at: of.now, kind: of.ended, subject: alert.subject, since: of.now, text, facts: { was: alert.text, since: alert.since } },
		];
	});
	await appendAlerts(db, [...fresh.map((trouble) => ({ ...trouble, at: of.now, kind: of.began })), ...gone]);
	return { began: fresh.length, ended: gone.length };
}

/** "2 new, 1 over" for the outcome of a job. */
export function changeWords(changes: readonly { readonly began: number; readonly ended: number }[]): string {
	const began = changes.reduce((sum, one) => sum + one.began, 0);
	const ended = changes.reduce((sum, one) => sum + one.ended, 0);
	return began + ended === 0 ? "nothing new" : `${began} new, ${ended} over`;
}
