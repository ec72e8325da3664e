// The parts of a rehearsal that are only data: a tiny campaign's files, the settings that point at a sandbox, and lanes that hold nothing up.
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { registrableDomain } from "../../src/address/registrable.ts";
import { dkimDnsRecord } from "../../src/compose/dkim-record.ts";
import type { Config, RateLimit, TlsPolicy } from "../../src/config/types.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { World } from "../../src/sandbox/world.ts";
import { per, type SiteData } from "../../src/sites/site-data.ts";

/** Domain of the identity of every rehearsal. */
export const SENDER = "sender.test";
export const FROM = `news@${SENDER}`;

/** What a lane may do unless the test says otherwise: so much that nothing waits. */
export interface Limits {
	readonly connections: number;
	readonly connectionsPerHour: number;
	readonly messagesPerConnection: number;
	readonly rates: readonly RateLimit[];
	readonly tls: TlsPolicy;
}

export const PLENTY: Limits = {
	connections: 2,
	connectionsPerHour: 10_000,
	messagesPerConnection: 100,
	rates: [per(2_000, "s")],
	tls: "opportunistic",
};

/** One site for every registrable domain of hosts and readers, all with the same limits. */
export function sitesWith(limits: Limits, names: readonly string[]): SiteData[] {
	const domains = new Set(names.map((name) => registrableDomain(name) ?? name));
	return [...domains].map((name) => ({
		...limits,
		name,
		title: name,
		suffixes: [name],
		size: null,
		postmaster: null,
		source: "test",
		notes: "",
	}));
}

// One pair a test process: an RSA key costs a tenth of a second to make.
let keys: { readonly rsa: KeyObject; readonly ed: KeyObject } | null = null;
const dkimKeys = () => {
	keys ??= {
		rsa: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
		ed: generateKeyPairSync("ed25519").privateKey,
	};
	return keys;
};

/** Name and value of the DKIM records that belong to the rehearsal's keys. */
export function dkimRecords(): ReadonlyMap<string, string> {
	const { rsa, ed } = dkimKeys();
	return new Map(
		[dkimDnsRecord({ selector: "s1", domain: SENDER, key: rsa }), dkimDnsRecord({ selector: "e1", domain: SENDER, key: ed })].map(
			(record) => [record.name, record.value],
		),
	);
}

/** Writes both keys into `folder`; their paths. */
export async function writeKeys(folder: string): Promise<{ readonly rsa: string; readonly ed: string }> {
	const files = { rsa: path.join(folder, "rsa.pem"), ed: path.join(folder, "ed25519.pem") };
	const { rsa, ed } = dkimKeys();
	const pem = (key: KeyObject) => key.export({ type: "pkcs8", format: "pem" });
	await writeFile(files.rsa, pem(rsa), { mode: 0o600 });
	await writeFile(files.ed, pem(ed), { mode: 0o600 });
	return files;
}

/** `base` pointed at the sandbox: short waits, one identity that signs. */
export function rehearsalConfig(base: Config, sandbox: Sandbox, keyFiles: { rsa: string; ed: string }): Config {
	const world: World = sandbox.world;
	return {
		...base,
		dns: { servers: [sandbox.dns] },
		smtp: {
			...base.smtp,
			port: sandbox.smtpPort,
			timeout: { connectMs: 1_000, greetingMs: 1_000, commandMs: 500, bodyMs: 700 },
		},
		retry: { waitsMs: [80, 160, 250], giveUpMs: 60_000 },
		sources: world.sources.map((source) => ({
			...source,
			publicAddress: source.address,
			warmup: null,
			rates: [],
			connections: 500,
		})),
		identities: [
			{
				from: `@${SENDER}`,
				name: "The Sender",
				route: "direct",
				gateways: [],
				sources: [],
				returnPath: `bounces.${SENDER}`,
				dkim: [
					{ selector: "s1", domain: SENDER, keyFile: keyFiles.rsa },
					{ selector: "e1", domain: SENDER, keyFile: keyFiles.ed },
				],
				postalAddress: "1 Example Road, Seoul",
				quietHours: null,
				unsubscribe: "https://news.sender.test",
			},
		],
	};
}

/** Files of a campaign by name; those given replace the tiny default ones. */
export type CampaignFiles = Readonly<Record<string, string>>;

const TINY: CampaignFiles = {
	"campaign.toml": `name = "A letter"\nsubject = "A letter"\nidentity = "${FROM}"\nkind = "marketing"\n`,
	"body.html": `<p>Hello {{ contact.name | default: "reader" }}</p><p><a href="{{ unsubscribe_url }}">Unsubscribe</a></p>`,
	"body.txt": `Hello {{ contact.name | default: "reader" }}\n\nUnsubscribe: {{ unsubscribe_url }}\n`,
};

export async function writeCampaign(folder: string, files: CampaignFiles = {}): Promise<void> {
	await mkdir(folder, { recursive: true });
	for (const [name, text] of Object.entries({ ...TINY, ...files })) {
		await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
		await writeFile(path.join(folder, name), text);
	}
}
