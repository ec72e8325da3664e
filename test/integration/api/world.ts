// A program with real settings and a real database but no engine, and the rows that the log, the API and the pages are asked about.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { createGuard } from "../../../src/api/guard.ts";
import { type App, openApp } from "../../../src/app.ts";
import { readConfig } from "../../../src/config/load.file.ts";
import type { Db } from "../../../src/db/db.ts";
import type { DnsResolver } from "../../../src/deliver/engine.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { NOW } from "./rows.ts";

export * from "./rows.ts";

const SETTINGS = `
[dns]
servers = ["127.0.0.1:9"]
[[source]]
name = "mta1"
address = "127.0.0.1"
ehlo = "mta1.example.test"
[[identity]]
from = "news@example.test"
return_path = "bounces.example.test"
[[lane]]
site = "slow.test"
rate = ["60/h"]
`;

export interface World {
	readonly app: App;
	readonly db: Db;
	readonly clock: ManualClock;
	readonly folder: string;
	/** What DNS says; "hosts" for every domain unless set: one host mx1.DOMAIN. */
	readonly dns: Map<string, Awaited<ReturnType<DnsResolver["mx"]>>>;
	/** Everything that createApi, createHealth and createPages want. `token`: as [web] token. */
	deps(of?: { token?: string }): App & { guard: ReturnType<typeof createGuard> };
}

export async function world(settings = SETTINGS): Promise<World> {
	const folder = await mkdtemp(path.join(tmpdir(), "wellsent-web-"));
	await writeFile(path.join(folder, "wellsent.toml"), settings);
	const { config } = await readConfig({ cwd: folder, env: {}, knownSites: [] });
	const clock = new ManualClock(NOW);
	const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
	const opened = await openApp({ config, clock, log: silent });
	onTestFinished(async () => {
		await opened.close();
		await rm(folder, { recursive: true, force: true });
	});
	const dns: World["dns"] = new Map();
	const resolver: App["resolver"] = {
		...opened.resolver,
		mx: async (domain) =>
			dns.get(domain) ?? {
				kind: "hosts",
				hosts: [{ name: `mx1.${domain}`, preference: 10 }],
				implicit: false,
				until: NOW + 60_000,
			},
		addresses: async () => ({ kind: "addresses", v4: ["192.0.2.1"], v6: [], until: NOW + 60_000 }),
	};
	const app = { ...opened, resolver };
	return {
		app,
		db: app.db,
		clock,
		folder,
		dns,
		deps: (of = {}) => ({
			...app,
			guard: createGuard({ token: of.token ?? null, listen: { host: "127.0.0.1" } }),
		}),
	};
}
