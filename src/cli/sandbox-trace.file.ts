// Where a running try-out can be found by commands from other terminals: a small file in its data folder.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "../config/types.ts";

export interface SandboxTrace {
	readonly pid: number;
	/** "127.0.0.1:port" */
	readonly dns: string;
	readonly smtpPort: number;
	readonly singleAddress: boolean;
	readonly web: { readonly host: string; readonly port: number };
}

const NAME = "sandbox.json";

/** The folder of the database, where frozen campaigns, the journal and the keys of a try-out are, too. Made when it is not there. */
export function dataFolder(config: Config): string {
	const { url } = config.database;
	const folder = path.dirname(
		path.resolve(config.root, url.startsWith("file:") ? url.slice("file:".length) : "./data/wellsent.db"),
	);
	mkdirSync(folder, { recursive: true });
	return folder;
}

/** Writes it; the answer removes it. */
export function leaveTrace(folder: string, trace: SandboxTrace): () => void {
	const file = path.join(folder, NAME);
	writeFileSync(file, JSON.stringify(trace));
	return () => rmSync(file, { force: true });
}

/** The try-out that runs on that folder; null when there is none, or the file was left by a killed process. */
export function readTrace(folder: string): SandboxTrace | null {
	try {
		const trace: SandboxTrace = JSON.parse(readFileSync(path.join(folder, NAME), "utf8"));
		process.kill(trace.pid, 0);
		return trace;
	} catch {
		return null;
	}
}
