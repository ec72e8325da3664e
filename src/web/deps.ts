// What the dashboard needs from the rest of the program. Declared here, by its user.
import type { Context } from "hono";
import type { ActionDeps } from "../campaign/actions.ts";
import type { ExplainDeps } from "../deliver/explain.ts";
import type { WellsentError } from "../errors.ts";
import type { JobDesk } from "../log/job-run.store.ts";
import type { Site } from "../sites/site.ts";
import type { LaneState } from "../throttle/lane-types.ts";

/** Who may see the pages. The API's guard fits, so that both have the same lock. */
export interface PageGuard {
	/** Why a request is refused, or null. */
	refusal(context: Context): WellsentError | null;
	/** The cookie's value for whoever shows the right token, or null. */
	session(token: string): string | null;
	readonly locked: boolean;
	/** The key of the calendar feed, or null when none is needed. */
	readonly feedKey: string | null;
}

export interface PageDeps extends ActionDeps, ExplainDeps {
	readonly guard: PageGuard;
	readonly siteFacts: (name: string) => Site;
	/** Tells the engine of this process, if there is one, that something changed. */
	readonly wake?: () => void;
	/** The lanes as they are in this process; absent: as they were saved last. */
	readonly lanes?: () => Iterable<LaneState>;
	/** The jobs of this process; absent: it runs none. */
	readonly jobs?: JobDesk;
	readonly log?: { error(facts: Readonly<Record<string, unknown>>, words: string): void };
	/** True when nothing can leave the machine: said on every page. */
	readonly sandbox?: boolean;
}
