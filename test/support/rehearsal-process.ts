// An engine in a process of its own, so that a test can kill it in the middle of its work, as a power cut or `kill -9` does.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { Config } from "../../src/config/types.ts";
import type { SiteData } from "../../src/sites/site-data.ts";

/** What the other process is told, in a file. */
export interface EngineOrders {
	readonly config: Config;
	readonly sites: readonly SiteData[];
}

export interface EngineProcess {
	readonly pid: number;
	/** SIGKILL: it cannot put anything in order. Resolves when it is gone. */
	kill(): Promise<void>;
}

const CHILD = path.join(import.meta.dirname, "rehearsal-child.ts");
let spawned = 0;

/** Resolves when it sends. Throws with its words when it could not start. */
export async function spawnEngine(of: EngineOrders & { readonly folder: string }): Promise<EngineProcess> {
	spawned += 1;
	const orders = path.join(of.folder, `orders-${spawned}.json`);
	await writeFile(orders, JSON.stringify({ config: of.config, sites: of.sites } satisfies EngineOrders));
	const child = spawn(process.execPath, ["--import", "tsx", CHILD, orders], { stdio: ["ignore", "pipe", "pipe"] });
	let words = "";
	child.stderr?.on("data", (chunk: Buffer) => {
		words += chunk.toString();
	});
	const started = await Promise.race([
		once(child.stdout ?? child, "data").then(() => true),
		once(child, "exit").then(() => false),
	]);
	if (!started) throw new Error(`the engine's process did not start: ${words}`);
	return { pid: child.pid ?? 0, kill: () => killed(child) };
}

async function killed(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = once(child, "exit");
	child.kill("SIGKILL");
	await gone;
}
