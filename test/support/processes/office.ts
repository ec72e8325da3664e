// A sender's office in a temp folder: settings that point at a simulated internet, DKIM keys, a newsletter, readers, a campaign.
// For tests whose sender runs in another process; both sides work on the same database file.
import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { type App, openApp } from "../../../src/app.ts";
import { addCampaign, startCampaign } from "../../../src/campaign/actions.ts";
import type { Campaign } from "../../../src/campaign/campaign.store.ts";
import { systemClock } from "../../../src/clock.ts";
import { loadConfig } from "../../../src/config/load.file.ts";
import type { Config, LaneOverride } from "../../../src/config/types.ts";
import { importContacts } from "../../../src/contacts/import-csv.file.ts";

/** A folder removed when the test passes, and kept, with its path told, when it fails. */
export async function testFolder(): Promise<string> {
	const folder = await mkdtemp(path.join(tmpdir(), "wellsent-e2e-"));
	// Not onTestFailed: vitest runs those after the hooks of onTestFinished, when the folder would be gone.
	onTestFinished(async ({ task }) => {
		if (task.result?.state === "fail") process.stderr.write(`kept for a look: ${folder}\n`);
		else await rm(folder, { recursive: true, force: true });
	});
	return folder;
}

/** No limit that a test could reach, for a site. */
export const WIDE: Omit<LaneOverride, "site"> = {
	source: null,
	connections: 10,
	connectionsPerHour: 1_000_000,
	messagesPerConnection: 1_000_000,
	rates: [],
	tls: null,
};

export interface OfficeOptions {
	readonly folder: string;
	/** "127.0.0.1:port". */
	readonly dns: string;
	readonly smtpPort: number;
	readonly lanes: readonly LaneOverride[];
	readonly retry?: Config["retry"];
	readonly commandMs?: number;
	/** Kinds of keys that sign; none: unsigned. */
	readonly sign?: readonly ("rsa" | "ed25519")[];
	/** Domain of the identity; sender.test unless given. */
	readonly domain?: string;
}

/** Settings for a folder of its own. Identity @sender.test; return paths in bounces.sender.test; selectors r1 and e1. */
export async function officeConfig(of: OfficeOptions): Promise<Config> {
	const base = await loadConfig({ cwd: of.folder, env: {} });
	const commandMs = of.commandMs ?? 10_000;
	const domain = of.domain ?? "sender.test";
	const dkim = await Promise.all((of.sign ?? []).map((kind) => keyFile(of.folder, kind, domain)));
	return {
		...base,
		dns: { servers: [of.dns] },
		smtp: {
			...base.smtp,
			port: of.smtpPort,
			timeout: { connectMs: 5_000, greetingMs: commandMs, commandMs, bodyMs: commandMs },
		},
		retry: of.retry ?? base.retry,
		lanes: of.lanes,
		sources: [
			{
				name: "mta1",
				address: "127.0.0.1",
				ehlo: "mta1.sender.test",
				warmup: null,
				publicAddress: "127.0.0.1",
				rates: [],
				connections: 500,
			},
		],
		identities: [
			{
				from: `@${domain}`,
				name: "Sender",
				route: "direct",
				gateways: [],
				sources: [],
				returnPath: `bounces.${domain}`,
				dkim,
				postalAddress: "1 Example Road, Seoul",
				quietHours: null,
				unsubscribe: "https://news.sender.test",
			},
		],
	};
}

async function keyFile(folder: string, kind: "rsa" | "ed25519", domain: string) {
	const file = path.join(folder, `${kind}.pem`);
	const { privateKey } = kind === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2048 }) : generateKeyPairSync("ed25519");
	await writeFile(file, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
	return { selector: kind === "rsa" ? "r1" : "e1", domain, keyFile: file };
}

/** One row of the list; all have the same columns. */
export type Reader = { readonly email: string } & Readonly<{ [column: string]: string }>;

const LETTER = {
	"campaign.toml":
		'name = "proof"\nsubject = "{{ contact.name | default: \\"reader\\" }}, a proof ✉️"\nidentity = "news@sender.test"\nkind = "marketing"\n',
	"body.html":
		'<html><body><p>Hello {{ contact.name | default: "reader" }}.</p><p><a href="{{ unsubscribe_url }}">stop</a></p></body></html>\n',
};

/** Imports the readers, adds the campaign (a small letter unless a folder is given) and starts it; sending is up to an engine. */
export async function beginCampaign(
	app: App,
	of: { folder: string; readers: readonly Reader[]; letter?: string },
): Promise<Campaign> {
	const csv = path.join(of.folder, "readers.csv");
	const columns = Object.keys(of.readers[0] ?? { email: "" });
	const lines = of.readers.map((reader) =>
		columns.map((column) => `"${(reader[column] ?? "").replaceAll('"', '""')}"`).join(","),
	);
	await writeFile(csv, [columns.join(","), ...lines, ""].join("\n"));
	const report = await importContacts(app.db, { list: "readers", file: csv, clock: systemClock });
	if (report.created !== of.readers.length) throw new Error(`${report.created} of ${of.readers.length} readers were imported`);
	let dir = of.letter;
	if (dir === undefined) {
		dir = path.join(of.folder, "letter");
		await mkdir(dir, { recursive: true });
		for (const [name, text] of Object.entries(LETTER)) await writeFile(path.join(dir, name), text);
	}
	const campaign = await addCampaign(app, { dir, lists: ["readers"] });
	const { started, check } = await startCampaign(app, campaign.id);
	if (started === null) throw new Error(`the campaign was not started: ${JSON.stringify(check.findings)}`);
	return started;
}

/** The app on that config, closed when the test is over. What it has to warn of fails the caller's expectations: it is collected. */
export async function openOffice(config: Config): Promise<App & { readonly troubles: readonly string[] }> {
	const troubles: string[] = [];
	const say = (facts: object, words: string) => {
		troubles.push(`${words} ${JSON.stringify(facts)}`);
	};
	const app = await openApp({ config, clock: systemClock, log: { info: () => undefined, warn: say, error: say } });
	onTestFinished(() => app.close());
	return Object.assign(app, { troubles });
}
