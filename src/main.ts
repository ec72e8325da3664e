#!/usr/bin/env node
// The program `wellsent`: hands the command line what it needs of the rest. Everything large is loaded when a command asks for it.
import { readFileSync } from "node:fs";
import path from "node:path";
import { runCli } from "./cli/run.ts";
import { systemClock } from "./clock.ts";
import { projectRoot } from "./config/project-root.ts";

const { stdout, stderr, stdin, env } = process;

// A reader that goes away (`wellsent log | head`) is told to whoever writes, by the callback of the write; as an event it would end the process with a trace.
for (const stream of [stdout, stderr]) stream.on("error", () => undefined);

const { version } = JSON.parse(readFileSync(path.join(projectRoot(), "package.json"), "utf8")) as { readonly version: string };

process.exitCode = await runCli(process.argv.slice(2), {
	version,
	io: { stdout, stderr, stdin, env, cwd: process.cwd() },
	ports: {
		clock: systemClock,
		open: async (of) => {
			const { openApp } = await import("./app.ts");
			const app = await openApp(of);
			return {
				...app,
				startSender: async (role) => (await import("./daemon.ts")).startSender(app, role),
				jobs: async () => (await import("./daemon.ts")).jobDesk(app),
			};
		},
		besideSandbox: async (base, trace) => (await import("./daemon.ts")).besideSandbox(base, trace),
		serve: async (of) => (await import("./daemon.ts")).serve(of),
		sandbox: async (of) => (await import("./daemon.ts")).runSandbox(of),
	},
});
