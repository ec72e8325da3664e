// What the commands need from the rest of the program. Declared here, by their user; main.ts hands it in, because doors import no wiring and no other door.
import type { ActionDeps } from "../campaign/actions.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/types.ts";
import type { Exit } from "../deliver/engine.ts";
import type { RunnerRole } from "../deliver/runner.store.ts";
import type { SavedLanesDeps } from "../deliver/saved-lanes.store.ts";
import type { JobDesk } from "../log/job-run.store.ts";
import type { Rule } from "../replies/rule.ts";
import type { RuleSet } from "../replies/rule-set.ts";
import type { MxHost } from "../routing/mx.ts";
import type { Resolver } from "../routing/resolver.client.ts";
import type { Site } from "../sites/site.ts";
import type { SiteData } from "../sites/site-data.ts";
import type { Output } from "./output.ts";
import type { SandboxTrace } from "./sandbox-trace.file.ts";

/** Says what happens to whoever operates the process. */
export interface Logger {
	info(facts: Readonly<Record<string, unknown>>, words: string): void;
	warn(facts: Readonly<Record<string, unknown>>, words: string): void;
	error(facts: Readonly<Record<string, unknown>>, words: string): void;
}

/** An engine that sends. */
export interface Sender {
	/** What the last process left behind and how it was settled. */
	readonly recovered: { readonly settled: number; readonly uncertain: number; readonly requeued: number };
	/** Something changed in the database: look now. */
	wake(): void;
	/** What is being sent is finished first. */
	stop(): Promise<void>;
}

/** The opened program. */
export interface CliApp extends ActionDeps {
	readonly database: { readonly file: string; readonly migrated: readonly string[] };
	readonly resolver: Resolver;
	readonly siteOf: (hosts: readonly MxHost[], domain: string) => string;
	readonly siteFacts: (name: string) => Site;
	/** What lanes may do, as written and as set by people. */
	readonly settings: SavedLanesDeps["settings"];
	readonly exitsOf: (from: string) => readonly Exit[];
	/** When the quiet hours of an identity are over; null: it has none now. */
	readonly quietUntil: (from: string) => number | null;
	/** How replies are understood. */
	readonly rules: RuleSet;
	readonly log: Logger;
	/** Throws already-running. */
	startSender(role: RunnerRole): Promise<Sender>;
	/** The jobs, to be listed and run by hand. */
	jobs(): Promise<JobDesk>;
	close(): Promise<void>;
}

/** What `wellsent serve` is told. */
export interface ServeOptions {
	readonly config: Config;
	readonly out: Output;
	readonly clock: Clock;
	/** Aborted when it is to end. */
	readonly signal: AbortSignal;
}

/** What `wellsent sandbox` is told. */
export interface SandboxOptions {
	readonly dnsPort: number;
	readonly smtpPort: number;
	/** JSON lines of what arrives are appended here. */
	readonly recordFile: string | undefined;
	/** Each message is written into this folder. */
	readonly messageFolder: string | undefined;
	/** A folder in which settings for it are written as wellsent.toml. */
	readonly configFolder: string | undefined;
	readonly out: Output;
	readonly signal: AbortSignal;
}

export interface Ports {
	readonly clock: Clock;
	/** Opens the database and puts together all that does not send. Throws the db-* errors. */
	open(of: {
		readonly config: Config;
		readonly extraSites: readonly SiteData[];
		readonly extraRules: readonly Rule[];
		readonly clock: Clock;
		readonly log: Logger;
	}): Promise<CliApp>;
	/** The settings for commands beside a try-out that another process runs. */
	besideSandbox(
		base: Config,
		trace: SandboxTrace,
	): Promise<{ readonly config: Config; readonly extraSites: readonly SiteData[]; readonly extraRules: readonly Rule[] }>;
	/** Runs until the signal; answers the exit status. */
	serve(of: ServeOptions): Promise<number>;
	sandbox(of: SandboxOptions): Promise<number>;
}

/** A logger for commands: only what a person should see of it, as lines on stderr. */
export function quietLogger(out: Output): Logger {
	const line = (facts: Readonly<Record<string, unknown>>, words: string) =>
		out.note(`${words}${Object.keys(facts).length === 0 ? "" : ` ${JSON.stringify(facts)}`}`);
	return { info: () => undefined, warn: line, error: line };
}

export type { Config };
