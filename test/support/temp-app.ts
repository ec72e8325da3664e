// An app on a database of its own in a temp folder: everything that does not send. Removed when the test passes.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { JobDeps } from "../../jobs/job.ts";
import { type App, openApp } from "../../src/app.ts";
import { loadConfig } from "../../src/config/load.file.ts";
import type { Config } from "../../src/config/types.ts";
import type { SiteData } from "../../src/sites/site-data.ts";
import { ManualClock } from "./manual-clock.ts";
import { START } from "./temp-db.ts";

export interface TempApp {
	readonly app: App;
	readonly clock: ManualClock;
	/** The folder it lies in, for other files of the test. */
	readonly folder: string;
	/** What jobs are given. `wakes` counts the calls of wake(). */
	readonly jobs: JobDeps & { wakes: number };
}

/** Call it inside a test. `toml`: wellsent.toml; `change`: a last word about the parsed settings. */
export async function tempApp(
	of: { toml?: string; env?: Record<string, string>; extraSites?: readonly SiteData[]; change?: (config: Config) => Config } = {},
): Promise<TempApp> {
	const folder = await mkdtemp(path.join(tmpdir(), "wellsent-test-"));
	await writeFile(path.join(folder, "wellsent.toml"), of.toml ?? "");
	const read = await loadConfig({ cwd: folder, env: of.env ?? {} });
	// No test may ask the machine's own resolvers: where none is given, a port that refuses stands for DNS that is silent.
	const given = read.dns.servers.length > 0 ? read : { ...read, dns: { ...read.dns, servers: ["127.0.0.1:9"] } };
	const config = of.change?.(given) ?? given;
	const clock = new ManualClock(START);
	const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
	const app = await openApp({ config, clock, log, ...(of.extraSites === undefined ? {} : { extraSites: of.extraSites }) });
	onTestFinished(async () => {
		await app.close();
		await rm(folder, { recursive: true, force: true });
	});
	const jobs = {
		app,
		db: app.db,
		clock,
		wakes: 0,
		wake() {
			jobs.wakes++;
		},
		get config() {
			return app.config;
		},
	};
	return { app, clock, folder, jobs };
}
