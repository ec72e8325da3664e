// Runs the program as people do: a process of its own, real files, a real database. Temporary folders are removed when the test passes.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFailed, onTestFinished } from "vitest";
import { sandboxSettings } from "../../../src/cli/sandbox-config.ts";
import { generateDkimKey } from "../../../src/compose/dkim-record.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { defineWorld, type WorldInput } from "../../../src/sandbox/world.ts";

/** In CI the built program, which is what people run, and starts in a fifth of the time; elsewhere the source, since the build may be old. */
const PROGRAM =
	process.env["CI"] === "true"
		? [fileURLToPath(new URL("../../../dist/src/main.js", import.meta.url))]
		: ["--import", import.meta.resolve("tsx"), fileURLToPath(new URL("../../../src/main.ts", import.meta.url))];

export interface Ended {
	readonly status: number | null;
	readonly stdout: string;
	readonly stderr: string;
	/** The one JSON value on stdout. */
	json(): unknown;
	/** A JSON value a line. */
	lines(): unknown[];
}

export interface Running {
	readonly child: ChildProcess;
	stdout(): string;
	stderr(): string;
	/** Resolves when stdout or stderr holds it; rejects when the process ends before. */
	says(pattern: RegExp, withinMs?: number): Promise<string>;
	/** Ctrl-C. */
	interrupt(): void;
	ended(): Promise<Ended>;
}

export function start(
	cwd: string,
	args: readonly string[],
	options: { readonly input?: string; readonly env?: Record<string, string> } = {},
): Running {
	const env = { ...process.env, NODE_OPTIONS: "", WELLSENT_DEBUG: "1", ...options.env };
	const child = spawn(process.execPath, [...PROGRAM, ...args], { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
	let stdout = "";
	let stderr = "";
	const waiting = new Set<() => void>();
	const heard = () => {
		for (const look of [...waiting]) look();
	};
	child.stdout?.setEncoding("utf8").on("data", (piece: string) => {
		stdout += piece;
		heard();
	});
	child.stderr?.setEncoding("utf8").on("data", (piece: string) => {
		stderr += piece;
		heard();
	});
	child.stdin?.on("error", () => undefined);
	child.stdin?.end(options.input ?? "");
	const end = new Promise<Ended>((resolve) => {
		child.once("close", (status) => {
			const values = () =>
				stdout
					.split("\n")
					.filter((line) => line !== "")
					.map((line): unknown => JSON.parse(line));
			resolve({
				status,
				stdout,
				stderr,
				lines: values,
				json() {
					const [value, ...more] = values();
					if (value === undefined || more.length > 0) throw new Error(`not one JSON value:\n${stdout}\n${stderr}`);
					return value;
				},
			});
		});
	});
	onTestFinished(() => {
		if (child.exitCode === null) child.kill("SIGKILL");
	});
	return {
		child,
		stdout: () => stdout,
		stderr: () => stderr,
		says: (pattern, withinMs = 60_000) =>
			new Promise((resolve, reject) => {
				const timer = setTimeout(
					() => give(new Error(`${pattern} was not said in ${withinMs} ms:\n${stdout}\n${stderr}`)),
					withinMs,
				);
				const give = (error: Error | null) => {
					clearTimeout(timer);
					waiting.delete(look);
					if (error === null) resolve(stdout + stderr);
					else reject(error);
				};
				const look = () => {
					if (pattern.test(stdout) || pattern.test(stderr)) give(null);
				};
				waiting.add(look);
				void end.then(() => {
					look();
					if (waiting.has(look)) give(new Error(`ended before ${pattern} was said:\n${stdout}\n${stderr}`));
				});
				look();
			}),
		interrupt: () => void child.kill("SIGINT"),
		ended: () => end,
	};
}

/** Runs a command to its end. */
export function wellsent(cwd: string, ...args: readonly string[]): Promise<Ended> {
	return start(cwd, args).ended();
}

/** An empty folder, kept with its path told when the test fails. */
export async function folder(): Promise<string> {
	const made = await mkdtemp(path.join(tmpdir(), "wellsent-cli-"));
	let failed = false;
	onTestFailed(() => {
		failed = true;
		process.stderr.write(`kept for a look: ${made}\n`);
	});
	onTestFinished(async () => {
		if (!failed) await rm(made, { recursive: true, force: true });
	});
	return made;
}

const WORLD: WorldInput = {
	zones: `
good.test 300 MX 10 mx1.good.test
good.test 300 MX 10 mx2.good.test
slow.test 300 MX 10 mx1.slow.test
`,
	hosts: { "mx1.good.test": { site: "good" }, "mx2.good.test": { site: "good" }, "mx1.slow.test": {} },
	sources: [{ name: "mta1", address: "127.0.0.1", ehlo: "mta1.news.test" }],
	senderDomain: "news.test",
};

export interface Rehearsal {
	/** Holds wellsent.toml, readers.csv and the campaign folder december. */
	readonly cwd: string;
	readonly sandbox: Sandbox;
}

/** A folder with settings for a small sandbox of its own, a list of readers, and a campaign. */
export async function rehearsal(
	of: { readonly world?: Partial<WorldInput>; readonly readers?: readonly string[]; readonly settings?: string } = {},
): Promise<Rehearsal> {
	const cwd = await folder();
	const sandbox = await startSandbox({ world: defineWorld({ ...WORLD, ...of.world }) });
	onTestFinished(() => sandbox.close());
	const keys = [
		{ selector: "s1", type: "rsa", file: "keys/s1.pem" },
		{ selector: "e1", type: "ed25519", file: "keys/e1.pem" },
	] as const;
	await mkdir(path.join(cwd, "keys"));
	for (const key of keys)
		await writeFile(path.join(cwd, key.file), (await generateDkimKey(key.type)).privatePem, { mode: 0o600 });
	const settings = sandboxSettings({
		dns: sandbox.dns,
		smtpPort: sandbox.smtpPort,
		sources: sandbox.world.sources,
		domain: "news.test",
		keys,
	});
	const fast = `
[web]
listen = "127.0.0.1:0"

[[lane]]
site = "good.test"
connections = 4
connections_per_hour = 10000
rate = ["500/s"]
`;
	await writeFile(path.join(cwd, "wellsent.toml"), settings + fast + (of.settings ?? ""));
	const readers = of.readers ?? ["kim@good.test,김하나", "lee@good.test,이두리", "unknown@good.test,Nobody"];
	await writeFile(path.join(cwd, "readers.csv"), `email,name\n${readers.join("\n")}\n`);
	await writeCampaign(path.join(cwd, "december"));
	return { cwd, sandbox };
}

/** A small campaign. */
export async function writeCampaign(dir: string, files: Readonly<Record<string, string>> = {}): Promise<void> {
	const all = {
		"campaign.toml":
			'name = "겨울 편지 December"\nsubject = "Hello {{ contact.name | default: \\"reader\\" }}"\nidentity = "letter@news.test"\n',
		"body.md":
			"# Hello {{ contact.name | default: 'reader' }}\n\nThis is the letter of December, and it is long enough to be one.\n\n[수신거부 unsubscribe]({{ unsubscribe_url }}) {{ identity.postal_address }}\n",
		...files,
	};
	await mkdir(dir, { recursive: true });
	for (const [name, content] of Object.entries(all)) await writeFile(path.join(dir, name), content);
}
