// `wellsent sandbox`: says where the simulated internet is, writes settings that send into it, and waits.
import path from "node:path";
import { dkimDnsRecord, generateDkimKey } from "../compose/dkim-record.ts";
import type { SandboxTotals } from "./demo.ts";
import { writeNewFile } from "./files.file.ts";
import type { SandboxOptions } from "./ports.ts";
import { text } from "./printable.ts";
import { sandboxSettings } from "./sandbox-config.ts";

/** A sandbox that is up. */
export interface UpSandbox {
	/** "127.0.0.1:port" */
	readonly dns: string;
	readonly smtpPort: number;
	readonly singleAddress: boolean;
	readonly world: {
		readonly hosts: readonly unknown[];
		readonly sources: readonly { readonly name: string; readonly address: string; readonly ehlo: string }[];
		readonly senderDomain: string | null;
	};
	readonly arrivals: { totals(): SandboxTotals };
	/** Publishes records, written as zone text. */
	addRecords(zoneText: string): void;
}

/** Until the signal; the totals at the end. Answers the exit status. */
export async function showSandbox(of: SandboxOptions, sandbox: UpSandbox): Promise<number> {
	const { out, signal } = of;
	const { dns, smtpPort, singleAddress, world } = sandbox;
	const file = of.configFolder === undefined ? null : await writeSettings(path.resolve(out.io.cwd, of.configFolder), sandbox);
	await out.answer(
		() => ({ ready: true, dns, smtpPort, singleAddress, hosts: world.hosts.length, sources: world.sources, config: file }),
		() =>
			out.say(
				[
					`The simulated internet is up: ${world.hosts.length} mail servers${singleAddress ? ", all on 127.0.0.1" : ""}.`,
					`  DNS         ${dns}`,
					`  SMTP port   ${smtpPort}`,
					`  sources     ${world.sources.map((source) => `${source.name} ${source.address}`).join(", ")}`,
					file === null
						? "  settings    --write-config FOLDER writes a wellsent.toml that sends into it"
						: text`  settings    ${file}`,
					"Ctrl-C ends it.",
				].join("\n"),
			),
	);
	const alive = setInterval(() => undefined, 60_000);
	if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
	clearInterval(alive);
	const { connections, refusedConnections, accepted, refused } = sandbox.arrivals.totals();
	await out.answer(
		() => ({ connections, refusedConnections, accepted, refused }),
		() =>
			out.say(
				`${accepted} messages accepted, ${refused} refused, ${connections} connections, ${refusedConnections} of them refused.`,
			),
	);
	return 0;
}

const KEYS = [
	{ selector: "s1", type: "rsa", file: "keys/s1.pem" },
	{ selector: "e1", type: "ed25519", file: "keys/e1.pem" },
] as const;

async function writeSettings(folder: string, sandbox: UpSandbox): Promise<string> {
	const { dns, smtpPort, world } = sandbox;
	const domain = world.senderDomain ?? "wellsent.test";
	const settings = sandboxSettings({ dns, smtpPort, sources: world.sources, domain, keys: KEYS });
	// The settings of somebody's real sending must not become those of a sandbox by a mistyped folder.
	const mine = await isOurs(path.join(folder, "wellsent.toml"));
	const file = await writeNewFile(folder, "wellsent.toml", settings, { replace: mine });
	for (const { selector, type, file: keyFile } of KEYS) {
		const { privatePem, key } = await generateDkimKey(type);
		await writeNewFile(folder, keyFile, privatePem, { mode: 0o600, replace: mine });
		const { name, value } = dkimDnsRecord({ selector, domain, key });
		sandbox.addRecords(`${name} TXT "${value}"`);
	}
	return file;
}

async function isOurs(file: string): Promise<boolean> {
	const { readFile } = await import("node:fs/promises");
	const [first] = (await readFile(file, "utf8").catch(() => "")).split("\n");
	return (
		first !== undefined &&
		first !== "" &&
		sandboxSettings({ dns: "", smtpPort: 0, sources: [], domain: "", keys: [] }).startsWith(first)
	);
}
