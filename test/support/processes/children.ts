// Starts the sandbox and the sender as processes of their own, and ends them: politely, or with SIGKILL.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Config } from "../../../src/config/types.ts";
import type { RecoveryReport } from "../../../src/deliver/service.ts";
import type { WorldInput } from "../../../src/sandbox/world.ts";
import type { SandboxOrder, SandboxUp } from "./sandbox-process.ts";
import type { SenderNews, SenderOrder } from "./sender-process.ts";

const START_LIMIT_MS = 20_000;

export interface SandboxProcess extends SandboxUp, AsyncDisposable {
	readonly pid: number;
	/** Closes it; its record file is complete then. */
	stop(): Promise<void>;
}

/** The simulated internet in another process. Connections are written to the record when they close. */
export async function startSandboxProcess(of: { world: WorldInput; recordFile?: string }): Promise<SandboxProcess> {
	const child = start("./sandbox-process.ts");
	const order: SandboxOrder = { world: of.world, recordFile: of.recordFile ?? null };
	child.send(order);
	const up = await firstMessage<SandboxUp>(child, (message): message is SandboxUp => isObject(message) && "dns" in message);
	const stop = () => end(child);
	return { ...up, pid: child.pid ?? 0, stop, [Symbol.asyncDispose]: stop };
}

export interface SenderProcess extends AsyncDisposable {
	readonly pid: number;
	/** Resolves with what it recovered once it sends; rejects when the process ends before. */
	readonly ready: Promise<RecoveryReport>;
	/** All that it said, oldest first. */
	readonly news: readonly SenderNews[];
	/** SIGKILL: no farewell, nothing flushed. Resolves when it is gone. */
	kill(): Promise<void>;
	/** Lets it finish what is in flight. */
	stop(): Promise<void>;
}

/** The sender in another process, on the config's database. */
export function startSender(of: { config: Config; reportMs?: number }): SenderProcess {
	const child = start("./sender-process.ts");
	const news: SenderNews[] = [];
	child.on("message", (message) => news.push(message as SenderNews));
	const order: SenderOrder = { config: of.config, reportMs: of.reportMs ?? null };
	child.send(order);
	const ready = firstMessage<Extract<SenderNews, { kind: "ready" }>>(
		child,
		(message): message is Extract<SenderNews, { kind: "ready" }> =>
			isObject(message) && "kind" in message && message.kind === "ready",
	).then((message) => message.recovered);
	// A sender may be killed before it is ready; who cares asks.
	ready.catch(() => undefined);
	const stop = () => end(child);
	return {
		pid: child.pid ?? 0,
		ready,
		news,
		stop,
		async kill() {
			if (gone(child)) return;
			const exit = once(child, "exit");
			child.kill("SIGKILL");
			await exit;
		},
		[Symbol.asyncDispose]: stop,
	};
}

function start(script: string): ChildProcess {
	return fork(fileURLToPath(new URL(script, import.meta.url)), [], {
		execArgv: ["--import", "tsx"],
		stdio: ["ignore", "inherit", "inherit", "ipc"],
	});
}

function firstMessage<T>(child: ChildProcess, wanted: (message: unknown) => message is T): Promise<T> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => reject(new Error(`not ready within ${START_LIMIT_MS / 1000} s`)), START_LIMIT_MS);
		child.on("message", (message: unknown) => {
			if (!wanted(message)) return;
			clearTimeout(timer);
			resolve(message);
		});
		child.once("exit", (code, signal) => {
			clearTimeout(timer);
			reject(new Error(`the process ended before it was ready (${signal ?? code})`));
		});
	});
}

async function end(child: ChildProcess): Promise<void> {
	if (gone(child)) return;
	const exit = once(child, "exit");
	child.send("stop");
	const timer = setTimeout(() => child.kill("SIGKILL"), START_LIMIT_MS);
	await exit;
	clearTimeout(timer);
	if (child.signalCode !== null) throw new Error(`a process had to be ended with ${child.signalCode}`);
}

function gone(child: ChildProcess): boolean {
	return child.exitCode !== null || child.signalCode !== null;
}

function isObject(value: unknown): value is object {
	return typeof value === "object" && value !== null;
}
