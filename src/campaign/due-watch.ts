// Waits for the next campaign's time in a process that sends, and starts it then. What other commands schedule is noticed within half a second: the question is
// one step in an index. The job start-due-campaigns asks the same now and then; a start is one conditional statement, so it does not matter who is first.
import { pause } from "../clock.ts";
import { textOf } from "../errors.ts";
import type { ActionDeps } from "./actions.ts";
import { nextScheduled } from "./schedule.store.ts";
import { type DueReport, startDue } from "./schedule-due.ts";

const LOOK_MS = 500;
/** A campaign that could not be started (its folder cannot be copied) is tried again after this. */
const AGAIN_MS = 15_000;

export interface DueWatch {
	stop(): Promise<void>;
}

export function watchDue(
	deps: ActionDeps,
	events: {
		readonly wake: () => void;
		readonly report: (report: DueReport) => void;
		readonly trouble: (error: unknown) => void;
	},
): DueWatch {
	const { clock } = deps;
	const stopping = new AbortController();
	const { signal } = stopping;
	const later = new Map<number, number>();
	const look = async (): Promise<number> => {
		const next = await nextScheduled(deps.db);
		const now = clock.now();
		if (next === null || next > now) return next === null ? LOOK_MS : Math.min(LOOK_MS, next - now);
		for (const [id, at] of later) if (at <= now) later.delete(id);
		const report = await startDue(deps, { skip: new Set(later.keys()), onStarted: events.wake });
		for (const { id } of report.troubles) later.set(id, clock.now() + AGAIN_MS);
		if (report.started.length + report.held.length + report.blocked.length + report.troubles.length > 0) events.report(report);
		return report.more ? 1 : LOOK_MS;
	};
	const work = (async () => {
		while (!signal.aborted) {
			const wait = await look().catch((error) => {
				events.trouble(error);
				return 10 * LOOK_MS;
			});
			await pause(clock, wait, signal);
		}
	})();
	return {
		async stop() {
			stopping.abort();
			await work;
		},
	};
}

/** What happened, in words for the log. */
export function dueWords(report: DueReport): string {
	const list = (ids: readonly number[]) => ids.slice(0, 20).join(", ") + (ids.length > 20 ? ` and ${ids.length - 20} more` : "");
	return [
		report.started.length === 0 ? "" : `started ${list(report.started)}`,
		report.held.length === 0 ? "" : `held ${list(report.held)}: too late`,
		report.blocked.length === 0 ? "" : `blocked ${list(report.blocked)}`,
		...report.troubles.slice(0, 3).map(({ id, why }) => `${id} could not be started: ${textOf(why)}`),
	]
		.filter((part) => part !== "")
		.join("; ");
}
