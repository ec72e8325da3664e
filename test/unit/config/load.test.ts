import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { explainConfig, explainText } from "../../../src/config/explain.ts";
import { loadConfig, readConfig } from "../../../src/config/load.file.ts";
import { MASK } from "../../../src/config/secrets.ts";
import { explainError, WellsentError } from "../../../src/errors.ts";

const env = {
	PARTNER_PASSWORD: "hunter2",
	SPAMHAUS_DQS_KEY: "abc123",
	HOOK_SECRET: "hush",
	WELLSENT_TOKEN: "t0ken",
	DB_PASSWORD: "s3cret",
};
let cwd = "";
beforeEach(() => {
	cwd = mkdtempSync(join(tmpdir(), "wellsent-config-"));
});
afterEach((context) => {
	if (context.task.result?.state !== "fail") rmSync(cwd, { recursive: true });
});

const write = (text: string, name = "wellsent.toml") => writeFileSync(join(cwd, name), text, { mode: 0o600 });
const pem = (make: () => { privateKey: string }) => make().privateKey;
const rsa = (bits: number) => () =>
	generateKeyPairSync("rsa", {
		modulusLength: bits,
		publicKeyEncoding: { type: "spki", format: "pem" },
		privateKeyEncoding: { type: "pkcs8", format: "pem" },
	});
const ed25519 = () =>
	generateKeyPairSync("ed25519", {
		publicKeyEncoding: { type: "spki", format: "pem" },
		privateKeyEncoding: { type: "pkcs8", format: "pem" },
	});

function key(text: string, mode = 0o600): void {
	mkdirSync(join(cwd, "keys"), { recursive: true });
	writeFileSync(join(cwd, "keys/s1.pem"), text);
	chmodSync(join(cwd, "keys/s1.pem"), mode);
}

async function errorOf(options: Parameters<typeof loadConfig>[0]): Promise<WellsentError> {
	try {
		await loadConfig(options);
	} catch (error) {
		if (error instanceof WellsentError) return error;
		throw error;
	}
	throw new Error("the settings were accepted");
}

const FULL = `
[database]
url = "postgresql://wellsent:\${DB_PASSWORD}@db.example.com/wellsent"
[dns]
servers = ["127.0.0.1:5353", "::1"]
[smtp]
timeout = { body = "10m" }
[[source]]
name = "mta1"
address = "10.0.0.5"
ehlo = "MTA1.example.com."
warmup = 2026-11-01
public_address = "203.0.113.10"
[[gateway]]
name = "partner"
host = "smtp.partner.test"
user = "news@partner.test"
password = "\${PARTNER_PASSWORD}"
limits = { rate = "500/d", connections = 2 }
[[gateway]]
name = "ms"
service = "outlook"
user = "a@example.com"
oauth2 = { client_id = "i", client_secret = "s", refresh_token = "r" }
[[gateway]]
name = "relay"
service = "gmail-workspace"
port = 465
[[identity]]
from = "News@Bücher.example"
sources = ["mta1"]
dkim = [{ selector = "s1", key = "file:keys/s1.pem" }]
unsubscribe = "https://news.example.com/"
[[identity]]
from = "@partner.test"
route = "partner"
return_path = "bounces.partner.test"
[[lane]]
site = "naver"
source = "mta1"
connections_per_hour = 60
rate = ["5/s", "600/h"]
[blacklist]
dqs_key = "\${SPAMHAUS_DQS_KEY}"
[alerts]
webhook = [{ url = "https://hooks.example.com/T0/B0/x", secret = "\${HOOK_SECRET}" }]
mail = { to = ["postmaster@example.com"], gateway = "partner" }
[web]
listen = "0.0.0.0:8420"
token = "\${WELLSENT_TOKEN}"
[inbound]
listen = "[::]:25"
`;

describe("loading", () => {
	test("without a file there are the defaults, and no file", async () => {
		const config = await loadConfig({ cwd, env: {} });
		expect(config).toMatchObject({
			file: null,
			root: cwd,
			database: { url: "file:./data/wellsent.db" },
			smtp: {
				port: 25,
				tls: "opportunistic",
				timeout: { connectMs: 30_000, greetingMs: 60_000, commandMs: 60_000, bodyMs: 300_000 },
			},
			retry: { giveUpMs: 259_200_000 },
			limits: { htmlWarn: 90_000, htmlMax: 104_448, onHtmlMax: "block", messageWarn: 10_485_760, messageMax: 26_214_400 },
			web: { listen: { host: "127.0.0.1", port: 8420 }, token: null },
			inbound: { listen: null, complaints: [], tls: null },
			log: { keepMs: 7_776_000_000, level: "info" },
			sources: [],
		});
		expect(config.retry.waitsMs).toEqual([...config.retry.waitsMs].sort((a, b) => a - b));
	});

	test("a full file gives every setting in the program's units", async () => {
		key(pem(rsa(2048)));
		write(FULL);
		const { config, warnings } = await readConfig({ cwd, env, knownSites: ["naver"] });
		expect(warnings).toEqual([]);
		expect(config.file).toBe(join(cwd, "wellsent.toml"));
		expect(config.dns.servers).toEqual(["127.0.0.1:5353", "[::1]:53"]);
		expect(config.smtp.timeout).toEqual({ connectMs: 30_000, greetingMs: 60_000, commandMs: 60_000, bodyMs: 600_000 });
		expect(config.sources).toEqual([
			{
				name: "mta1",
				address: "10.0.0.5",
				ehlo: "mta1.example.com",
				warmup: Date.UTC(2026, 10, 1),
				publicAddress: "203.0.113.10",
				rates: [],
				connections: 500,
			},
		]);
		expect(config.gateways).toMatchObject([
			{
				name: "partner",
				port: 587,
				security: "starttls",
				password: "hunter2",
				connections: 2,
				rates: [{ limit: 500, windowMs: 86_400_000, text: "500/d" }],
			},
			{
				host: "smtp.office365.com",
				port: 587,
				connections: 3,
				oauth2: { clientId: "i", clientSecret: "s", refreshToken: "r" },
				rates: [{ text: "30/min" }, { text: "10000/d" }],
			},
			{ host: "smtp-relay.gmail.com", port: 465, security: "tls", user: null },
		]);
		expect(config.identities).toMatchObject([
			{
				from: "news@xn--bcher-kva.example",
				name: null,
				route: "direct",
				gateways: [],
				sources: ["mta1"],
				returnPath: "xn--bcher-kva.example",
				dkim: [{ selector: "s1", domain: "xn--bcher-kva.example", keyFile: join(cwd, "keys/s1.pem") }],
				postalAddress: null,
				unsubscribe: "https://news.example.com",
			},
			{
				from: "@partner.test",
				name: null,
				route: "partner",
				gateways: [{ gateway: "partner", weight: 1 }],
				sources: [],
				returnPath: "bounces.partner.test",
				dkim: [],
				postalAddress: null,
				unsubscribe: null,
			},
		]);
		expect(config.lanes).toEqual([
			{
				site: "naver",
				source: "mta1",
				connections: null,
				connectionsPerHour: 60,
				messagesPerConnection: null,
				rates: [
					{ limit: 5, windowMs: 1000, text: "5/s" },
					{ limit: 600, windowMs: 3_600_000, text: "600/h" },
				],
				tls: null,
			},
		]);
		expect(config.inbound.listen).toEqual({ host: "::", port: 25 });
	});

	test("a file named with --config must exist, and its folder is the root", async () => {
		expect((await errorOf({ cwd, file: "other.toml", env })).code).toBe("config-missing");
		mkdirSync(join(cwd, "etc"));
		write("", "etc/other.toml");
		expect(await loadConfig({ cwd, file: "etc/other.toml", env })).toMatchObject({
			root: join(cwd, "etc"),
			file: join(cwd, "etc/other.toml"),
		});
	});

	test("a folder, and text that is not UTF-8, are told as such", async () => {
		mkdirSync(join(cwd, "wellsent.toml"));
		expect(explainError(await errorOf({ cwd, env }))).toContain("it is a folder");
		writeFileSync(join(cwd, "latin1.toml"), Buffer.from([0x23, 0xe9]));
		expect(explainError(await errorOf({ cwd, file: "latin1.toml", env }))).toContain("it is not UTF-8 text");
	});

	test("a byte order mark, CRLF and a doubled dollar are taken as meant", async () => {
		key(pem(ed25519));
		write(
			'\uFEFF[[source]]\r\nname = "mta1"\r\naddress = "203.0.113.10"\r\nehlo = "a.example.com"\r\n[[identity]]\r\nfrom = "a@example.com"\r\nname = "$${x} & Co"\r\n',
		);
		expect((await loadConfig({ cwd, env })).identities[0]?.name).toBe(["$", "{x} & Co"].join(""));
	});
});

describe("key files", () => {
	const sign =
		'[[source]]\nname = "mta1"\naddress = "203.0.113.10"\nehlo = "a.example.com"\n[[identity]]\nfrom = "a@example.com"\ndkim = [{ selector = "s1", key = "file:keys/s1.pem" }]\n';

	test.each([
		["RSA of 2048 bits", rsa(2048)],
		["Ed25519", ed25519],
	])("%s is taken without a word", async (_, make) => {
		key(pem(make));
		write(sign);
		expect((await readConfig({ cwd, env })).warnings).toEqual([]);
	});

	test("one that others may read is only warned about", async () => {
		key(pem(ed25519), 0o644);
		write(sign);
		expect((await readConfig({ cwd, env })).warnings).toEqual([
			{
				where: "wellsent.toml line 7, identity[a@example.com].dkim[s1].key",
				what: "keys/s1.pem can be read by other users of this machine",
				fix: "run `chmod 600 keys/s1.pem`",
			},
		]);
	});

	test("RSA of 1024 bits is warned about", async () => {
		key(pem(rsa(1024)));
		write(sign);
		expect((await readConfig({ cwd, env })).warnings[0]?.what).toBe("keys/s1.pem has only 1024 bits");
	});

	test.each([
		["RSA of 512 bits", rsa(512), "receivers ignore signatures of less than 1024"],
		[
			"a key of a kind that DKIM has not",
			() =>
				generateKeyPairSync("ec", {
					namedCurve: "P-256",
					publicKeyEncoding: { type: "spki", format: "pem" },
					privateKeyEncoding: { type: "pkcs8", format: "pem" },
				}),
			"which DKIM does not have",
		],
		[
			"a key with a passphrase",
			() =>
				generateKeyPairSync("rsa", {
					modulusLength: 1024,
					publicKeyEncoding: { type: "spki", format: "pem" },
					privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" },
				}),
			"is protected by a passphrase",
		],
	])("%s is refused", async (_, make, words) => {
		key(pem(make));
		write(sign);
		expect((await errorOf({ cwd, env })).findings[0]?.what).toContain(words);
	});
});

describe("warnings", () => {
	test("a private address, a lane without limits and sources of a gateway's identity are allowed, and told", async () => {
		write(
			'[[source]]\nname = "a"\naddress = "192.168.1.5"\nehlo = "a.example.com"\n[[lane]]\nsite = "naver"\n[[gateway]]\nname = "g"\nhost = "h.test"\n[[identity]]\nfrom = "@x.test"\nroute = "g"\nsources = ["a"]\n',
		);
		const { warnings } = await readConfig({ cwd, env });
		expect(warnings.map(({ where, what }) => `${where}: ${what}`)).toEqual([
			"wellsent.toml line 3, source[a].address: 192.168.1.5 is private, so blacklists know nothing of it",
			"wellsent.toml line 5, lane[naver]: changes nothing",
			'wellsent.toml line 13, identity[@x.test].sources: are not used: the route is the gateway "g"',
		]);
	});
});

describe("config print", () => {
	test("tells each value and where it comes from", async () => {
		key(pem(ed25519));
		write(FULL);
		const rows = explainConfig(await readConfig({ cwd, env }));
		const row = (name: string) => rows.find(({ key: one }) => one === name);
		expect(row("smtp.timeout.body")).toMatchObject({ value: "10m", from: "wellsent.toml line 7" });
		expect(row("smtp.timeout.connect")).toMatchObject({ value: "30s", from: "default" });
		expect(row("gateway[partner].password")).toMatchObject({ value: MASK, from: "environment PARTNER_PASSWORD" });
		expect(row("gateway[ms].host")).toMatchObject({ value: "smtp.office365.com", from: "service outlook" });
		expect(row("gateway[relay].security")).toMatchObject({ value: "tls" });
		expect(row("identity[@partner.test].dkim")).toMatchObject({ value: null, otherwise: "none" });
		expect(row("database.url")).toMatchObject({
			value: `postgresql://wellsent:${MASK}@db.example.com/wellsent`,
			from: "environment DB_PASSWORD",
		});
		expect(row("alerts.webhook[1].url")).toMatchObject({ value: `https://hooks.example.com/${MASK}` });
		expect(new Set(rows.map(({ key: one }) => one)).size).toBe(rows.length);
	});

	test("shows no secret, neither from the environment nor from the file", async () => {
		key(pem(ed25519));
		write(FULL);
		const loaded = await readConfig({ cwd, env });
		const text = `${explainText(explainConfig(loaded))}\n${JSON.stringify(explainConfig(loaded))}`;
		for (const secret of [...Object.values(env), "/T0/B0/x", "client_secret = "]) expect(text).not.toContain(secret);
	});
});
