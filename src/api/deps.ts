// What the API needs from the rest of the program. Declared here, by its user; app.ts has most of it.
import type { ActionDeps } from "../campaign/actions.ts";
import type { ExplainDeps } from "../deliver/explain.ts";
import type { JobDesk } from "../log/job-run.store.ts";
import type { Site } from "../sites/site.ts";
import type { LaneState } from "../throttle/lane-types.ts";
import type { Guard } from "./guard.ts";

export interface ApiDeps extends ActionDeps, ExplainDeps {
	readonly guard: Guard;
	readonly siteFacts: (name: string) => Site;
	/** Tells the engine of this process, if there is one, that something changed. */
	readonly wake?: () => void;
	/** The lanes as they are in this process; absent: as they were saved last. */
	readonly lanes?: () => Iterable<LaneState>;
	/** The jobs of this process; absent: it runs none. */
	readonly jobs?: JobDesk;
	/** What bounces and complaints came by mail since this process began, by kind; absent: it does not listen for them. */
	readonly arrived?: () => ReadonlyMap<string, number>;
	readonly log?: { error(facts: Readonly<Record<string, unknown>>, words: string): void };
	/** Told in the OpenAPI document. */
	readonly version?: string;
}
