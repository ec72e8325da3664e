import { generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { expect, test } from "vitest";
import { dnsRecords, reverseName, zoneLine } from "../../../src/config/dns-records.ts";
import { fillIn } from "../../../src/config/environment.ts";
import { configKeys } from "../../../src/config/keys.ts";
import { readConfig } from "../../../src/config/load.file.ts";
import { configSchema } from "../../../src/config/schema.ts";
import { type Starter, starterConfig } from "../../../src/config/starter.ts";

const starter: Starter = {
	domain: "example.com",
	from: "news@example.com",
	name: 'The "Example" News',
	address: "203.0.113.10",
	publicAddress: null,
	ehlo: "mta1.example.com",
	selector: "s1",
	keyFile: "keys/s1.pem",
	returnPath: "bounces.example.com",
	unsubscribe: "https://news.example.com",
	warmup: "2026-11-01",
};

test("the starter file loads as it is, without a warning", async () => {
	const cwd = mkdtempSync(join(tmpdir(), "wellsent-starter-"));
	mkdirSync(join(cwd, "keys"));
	const { privateKey } = generateKeyPairSync("ed25519", {
		publicKeyEncoding: { type: "spki", format: "pem" },
		privateKeyEncoding: { type: "pkcs8", format: "pem" },
	});
	writeFileSync(join(cwd, "keys/s1.pem"), privateKey, { mode: 0o600 });
	writeFileSync(join(cwd, "wellsent.toml"), starterConfig(starter));
	const { config, warnings } = await readConfig({ cwd, env: {} });
	expect(warnings).toEqual([]);
	expect(config.identities).toMatchObject([
		{ from: "news@example.com", name: 'The "Example" News', returnPath: "bounces.example.com", dkim: [{ selector: "s1" }] },
	]);
	expect(config.sources).toMatchObject([{ name: "mta1", address: "203.0.113.10", warmup: Date.UTC(2026, 10, 1) }]);
	expect(config.gateways).toEqual([]);
	rmSync(cwd, { recursive: true });
});

test("the starter file holds every key of the schema in its section", () => {
	const sections = new Map(
		starterConfig(starter)
			.split(/\n(?=#[^\n]*\n(?:# )?\[)/)
			.map((part) => [/^(?:# )?\[+([a-z]+)\]+$/m.exec(part)?.[1] ?? "", part]),
	);
	for (const info of configKeys()) {
		const text = sections.get(info.path[0] ?? "");
		expect(text, info.key).toBeDefined();
		const name = info.path.at(-1) ?? "";
		if (info.path.length > 1) expect(text, info.key).toMatch(new RegExp(`^(# )?${name} = |^# {3}(\\w+\\.)*${name}: `, "m"));
		expect(text, info.key).toContain(info.description);
	}
});

test.each(
	configKeys()
		.filter(({ path, kind }) => path.length > 1 && kind !== "section")
		.map((info) => [info.key, info] as const),
)("the example and the default of %s are accepted by the schema", (_, info) => {
	for (const written of [info.example, info.fallback].filter((text) => text !== null)) {
		let value: unknown = fillIn(
			parse(`x = ${written}`)["x"],
			new Proxy(
				{},
				{ get: () => "secret1", has: () => true, getOwnPropertyDescriptor: () => ({ value: "secret1", configurable: true }) },
			),
		).value;
		for (const part of [...info.path].reverse()) value = part === "[]" ? [value] : { [part]: value };
		const issues = configSchema.safeParse(value).error?.issues ?? [];
		const wanted = info.path.map((part) => (part === "[]" ? 0 : part)).join(".");
		expect(issues.filter(({ path, code }) => code === "unrecognized_keys" || path.join(".").startsWith(wanted))).toEqual([]);
	}
});

test("the DNS records cover PTR, SPF, DKIM, DMARC and the return path", () => {
	const records = dnsRecords({
		domain: "example.com",
		returnPath: "bounces.example.com",
		ehlo: "mta1.example.com",
		addresses: ["203.0.113.10", "2001:db8::10"],
		dkim: [{ selector: "s1", type: "rsa", publicKey: "A".repeat(392) }],
		reports: "postmaster@example.com",
	});
	expect(records.map(({ name, type, value }) => `${name} ${type} ${value.slice(0, 60)}`)).toEqual([
		"10.113.0.203.in-addr.arpa PTR mta1.example.com",
		"0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa PTR mta1.example.com",
		"mta1.example.com A 203.0.113.10",
		"mta1.example.com AAAA 2001:db8::10",
		"mta1.example.com TXT v=spf1 a -all",
		"bounces.example.com TXT v=spf1 ip4:203.0.113.10 ip6:2001:db8::10 -all",
		"bounces.example.com MX 10 mta1.example.com",
		"example.com TXT v=spf1 ip4:203.0.113.10 ip6:2001:db8::10 -all",
		`s1._domainkey.example.com TXT v=DKIM1; k=rsa; p=${"A".repeat(42)}`,
		"_dmarc.example.com TXT v=DMARC1; p=none; rua=mailto:postmaster@example.com",
	]);
	for (const { why } of records) expect(why).toMatch(/\.$/);
});

test("a TXT record for a zone file is cut into pieces of at most 255 bytes that give the whole again", () => {
	const value = `v=DKIM1; k=rsa; p=${"A".repeat(392)}`;
	const pieces = [...zoneLine({ name: "s1._domainkey.example.com", type: "TXT", value, why: "" }).matchAll(/"([^"]*)"/g)].map(
		(found) => found[1] ?? "",
	);
	expect(pieces.map((piece) => piece.length)).toEqual([255, value.length - 255]);
	expect(pieces.join("")).toBe(value);
});

test("an embedded IPv4 part of an IPv6 address is reversed by its nibbles", () => {
	expect(reverseName("::ffff:203.0.113.10")).toBe("a.0.1.7.0.0.b.c.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa");
});
