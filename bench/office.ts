// A sender's database with a list of readers, in a temp folder, for the parts that need one.
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type App, openApp } from "../src/app.ts";
import { addCampaign, startCampaign } from "../src/campaign/actions.ts";
import { systemClock } from "../src/clock.ts";
import { loadConfig } from "../src/config/load.file.ts";
import type { Config, IdentityConfig } from "../src/config/types.ts";
import { importContacts } from "../src/contacts/import-csv.file.ts";
import { letterFolder } from "./letter.ts";

export interface BenchOffice extends AsyncDisposable {
	readonly app: App;
	readonly folder: string;
	/** PEM of the RSA key of the identity that signs. */
	readonly pem: string;
	/** A campaign to all readers, started; nothing sends it yet. */
	begin(identity: "signed" | "unsigned"): Promise<number>;
}

export const SITE = "sink-host.test";
export const DOMAIN = "sink.test";

/** An office whose one site, with ten connections, has no other limit. */
export async function benchOffice(of: { readers: number; dns?: string; smtpPort?: number }): Promise<BenchOffice> {
	const folder = await mkdtemp(path.join(tmpdir(), "wellsent-bench-"));
	const pem = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
	const keyFile = path.join(folder, "rsa.pem");
	await writeFile(keyFile, pem, { mode: 0o600 });
	const base = await loadConfig({ cwd: folder, env: {} });
	const identity = (domain: string, dkim: IdentityConfig["dkim"]): IdentityConfig => ({
		from: `@${domain}`,
		name: "Wellsent",
		route: "direct",
		gateways: [],
		sources: [],
		returnPath: `bounces.${domain}`,
		dkim,
		postalAddress: "Seoul",
		quietHours: null,
		unsubscribe: `https://news.${domain}`,
	});
	const config: Config = {
		...base,
		dns: { servers: of.dns === undefined ? [] : [of.dns] },
		smtp: { ...base.smtp, port: of.smtpPort ?? base.smtp.port },
		sources: [
			{
				name: "mta1",
				address: "127.0.0.1",
				ehlo: "mta1.wellsent.test",
				warmup: null,
				publicAddress: "127.0.0.1",
				rates: [],
				connections: 500,
			},
		],
		identities: [identity("signed.test", [{ selector: "r1", domain: "signed.test", keyFile }]), identity("unsigned.test", [])],
		lanes: [
			{
				site: SITE,
				source: null,
				connections: 10,
				connectionsPerHour: 1_000_000,
				messagesPerConnection: 1_000_000,
				rates: [],
				tls: null,
			},
		],
	};
	const complain = (facts: object, words: string) => console.error(words, facts);
	const log = { info: () => undefined, warn: complain, error: complain };
	const app = await openApp({ config, clock: systemClock, log });
	const csv = path.join(folder, "readers.csv");
	const lines = Array.from({ length: of.readers }, (_, index) => `reader${index}@${DOMAIN},김 ${index}\n`);
	await writeFile(csv, `email,name\n${lines.join("")}`);
	await importContacts(app.db, { list: "readers", file: csv, clock: systemClock });
	return {
		app,
		folder,
		pem,
		async begin(kind) {
			const dir = await letterFolder(folder, `news@${kind}.test`);
			const campaign = await addCampaign(app, { dir, lists: ["readers"] });
			const { started, check } = await startCampaign(app, campaign.id);
			if (started === null) throw new Error(`the campaign was not started: ${JSON.stringify(check.findings)}`);
			return campaign.id;
		},
		async [Symbol.asyncDispose]() {
			await app.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
}
