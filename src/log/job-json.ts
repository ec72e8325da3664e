// A job for scripts: the same shape from the command line and over HTTP. Pure.
import type { JobView } from "./job-run.store.ts";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export function jobJson({ last, next, ...job }: JobView) {
	return {
		...job,
		next: iso(next),
		last:
			last === null
				? null
				: {
						plannedAt: iso(last.plannedAt),
						startedAt: iso(last.startedAt),
						finishedAt: iso(last.finishedAt),
						durationMs: last.finishedAt === null ? null : last.finishedAt - last.startedAt,
						ok: last.ok,
						outcome: last.outcome,
						because: last.because,
						runner: last.runner,
					},
	};
}
