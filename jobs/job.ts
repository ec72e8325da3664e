// What a job is: a name, a schedule, and work that answers in words what it did.
import type { App } from "../src/app.ts";
import type { Clock } from "../src/clock.ts";
import type { Config } from "../src/config/types.ts";
import type { Db } from "../src/db/db.ts";

export interface JobDeps {
	readonly db: Db;
	/** As it is now: read again on SIGHUP. */
	readonly config: Config;
	readonly clock: Clock;
	/** Everything that does not send: actions on campaigns, resolver, sites, log. */
	readonly app: App;
	/** Tells the engine of this process that something changed; nothing when there is none. */
	readonly wake: () => void;
}

export interface Job {
	/** As in `wellsent jobs run NAME`. */
	readonly name: string;
	/**
	 * Cron expression in UTC, so that a machine's zone and its changes of clocks do not move it: five fields, or six with seconds in front for what runs
	 * more than once a minute. Null: off by these settings.
	 */
	readonly schedule: (config: Config) => string | null;
	/** What it is for, in one line. */
	readonly purpose: string;
	/** A run that was missed because nothing was running at its time is made up for at the next start, once however many there were. */
	readonly catchUp?: boolean;
	/** Runs at once in an installation where it never ran: nobody wants to wait for the first answer. */
	readonly atFirst?: boolean;
	/** Runs so often that a run is told to the log only when it says something else than the one before. */
	readonly often?: boolean;
	/** Does it once. The answer is for the log: "nothing to do", "1,200 rows removed". */
	readonly run: (deps: JobDeps) => Promise<string>;
}
