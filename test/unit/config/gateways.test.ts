// Routes of several gateways, secrets in files, and what may not be gone around, as wellsent.toml has them.
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { explainConfig } from "../../../src/config/explain.ts";
import { readConfig } from "../../../src/config/load.file.ts";
import { parseRoute } from "../../../src/config/values-gateway.ts";
import { explainError } from "../../../src/errors.ts";
import { shippedCertificate } from "../../../src/sandbox/certificates.file.ts";

async function load(
	toml: string,
	files: Readonly<Record<string, { text: string; mode?: number }>> = {},
	env: Readonly<Record<string, string>> = {},
) {
	const cwd = await mkdtemp(path.join(tmpdir(), "wellsent-gateways-"));
	onTestFinished(() => rm(cwd, { recursive: true, force: true }));
	await writeFile(path.join(cwd, "wellsent.toml"), toml);
	await chmod(path.join(cwd, "wellsent.toml"), 0o644);
	for (const [name, { text, mode }] of Object.entries(files)) {
		await writeFile(path.join(cwd, name), text);
		await chmod(path.join(cwd, name), mode ?? 0o600);
	}
	return readConfig({ cwd, env }).then(
		(loaded) => ({ loaded, problem: "" }),
		(error: unknown) => ({ loaded: null, problem: explainError(error) }),
	);
}

const GATEWAY = '[[gateway]]\nname = "partner"\nhost = "smtp.partner.test"\nuser = "news@partner.test"\n';

describe("a route", () => {
	it.each([
		{ written: "direct", told: [] },
		{ written: "partner", told: [["partner", 1]] },
		{
			written: ["a", "b", "c"],
			told: [
				["a", 1],
				["b", 0],
				["c", 0],
			],
		},
		{
			written: [
				{ gateway: "a", weight: 3 },
				{ gateway: "b", weight: 1 },
			],
			told: [
				["a", 3],
				["b", 1],
			],
		},
		{
			written: [{ gateway: "a" }, { gateway: "b", weight: 0 }],
			told: [
				["a", 1],
				["b", 0],
			],
		},
	])("$written means $told", ({ written, told }) => {
		const parsed = parseRoute(written);
		expect(parsed.ok && parsed.value.map(({ gateway, weight }) => [gateway, weight])).toEqual(told);
	});

	it.each([
		[""],
		[[]],
		[7],
		[["a", "a"]],
		[["a", "direct"]],
		[[{ gateway: "a", weight: 0 }]],
		[[{ gateway: "a", wieght: 1 }]],
		[[{ gateway: "a", weight: -1 }]],
	])("%j is none", (written) => {
		expect(parseRoute(written)).toMatchObject({ ok: false, fix: expect.not.stringMatching(/^$/) });
	});
});

describe("files of a gateway", () => {
	it("a password and a certificate are read, and the password is shown nowhere", async () => {
		const { cert } = shippedCertificate("good");
		const { loaded } = await load(`${GATEWAY}password = "file:pw"\nca = "file:ca.pem"\n`, {
			pw: { text: "hush-hush\n" },
			"ca.pem": { text: cert },
		});
		expect(loaded?.config.gateways).toMatchObject([{ password: "hush-hush", ca: cert.trim() }]);
		expect(JSON.stringify(loaded === null ? "" : explainConfig(loaded))).not.toContain("hush-hush");
		expect(loaded?.warnings).toEqual([]);
	});

	it.each([
		{ name: "open to everybody", file: { text: "hush-hush", mode: 0o644 }, says: "open to every user" },
		{ name: "empty", file: { text: "\n" }, says: "is empty" },
		{ name: "of several lines", file: { text: "a\nb\n" }, says: "more than one line" },
	])("a password file that is $name is refused", async ({ file, says }) => {
		const { problem } = await load(`${GATEWAY}password = "file:pw"\n`, { pw: file });
		expect(problem).toContain(says);
		expect(problem).not.toContain("hush-hush");
	});

	it("a password written into a wellsent.toml that everybody can read is warned about, one from the environment is not", async () => {
		const { loaded } = await load(`${GATEWAY}password = "hush-hush"\n`);
		expect(loaded?.warnings).toMatchObject([{ what: expect.stringContaining("every user of this machine can read") }]);
		expect(JSON.stringify(loaded?.warnings)).not.toContain("hush-hush");
		const other = await load(`${GATEWAY}password = "\${PW}"\n`, {}, { PW: "hush-hush" });
		expect(other.loaded?.warnings).toEqual([]);
	});

	it("one that its group can read is only warned about", async () => {
		const { loaded } = await load(`${GATEWAY}password = "file:pw"\n`, { pw: { text: "x", mode: 0o640 } });
		expect(loaded?.warnings).toMatchObject([{ what: expect.stringContaining("can be read by its group") }]);
	});

	it("one that is missing, and a certificate that is none, are told", async () => {
		const { problem } = await load(`${GATEWAY}password = "file:pw"\nca = "file:ca"\n`, { ca: { text: "no" } });
		expect(problem).toContain("does not exist");
		expect(problem).toContain("holds no certificate in PEM");
	});
});

describe("what must fit together", () => {
	const login = `${GATEWAY}password = "x"\n`;
	it.each([
		{
			name: "a route around a required gateway",
			toml: `${login}required_for = ["@company.test"]\n[[source]]\nname="m"\naddress="203.0.113.9"\nehlo="m.company.test"\n[[identity]]\nfrom = "hr@company.test"\n`,
			says: '"direct" goes around the gateway "partner"',
		},
		{
			name: "a second gateway around a required one",
			toml: `${login}required_for = ["@company.test"]\n[[gateway]]\nname = "b"\nhost = "b.partner.test"\n[[identity]]\nfrom = "@company.test"\nroute = ["partner", "b"]\n`,
			says: '"b" goes around the gateway "partner"',
		},
		{
			name: "an address as return path with verp",
			toml: `${login}return_path = "a@b.test"\n`,
			says: "each message is to have one of its own (verp)",
		},
		{
			name: "a domain as return path without verp",
			toml: `${login}verp = false\nreturn_path = "b.test"\n`,
			says: "all messages have the same return path",
		},
		{
			name: "a token endpoint without TLS",
			toml: `${GATEWAY}oauth2 = { access_url = "http://login.test/token", client_id = "i", refresh_token = "r" }\n`,
			says: "a secret would travel unencrypted",
		},
		{
			name: "a subject that is none",
			toml: `${login}allow = ["partner.test"]\n`,
			says: 'write "news@example.com", "@example.com" or "group:partners"',
		},
		{
			name: "a local domain with two hosts",
			toml: '[[local]]\ndomains = ["a.test"]\nhost = "x.a.test"\n[[local]]\ndomains = ["A.test"]\nhost = "y.a.test"\n',
			says: "has a host already",
		},
		{
			name: "a route that names no gateway",
			toml: `${login}[[identity]]\nfrom = "@a.test"\nroute = ["partner", "prtner"]\n`,
			says: 'there is no gateway "prtner"',
		},
	])("$name is told", async ({ toml, says }) => {
		expect((await load(toml)).problem).toContain(says);
	});
});
