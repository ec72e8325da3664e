import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { dkimDnsRecord } from "../../../src/compose/dkim-record.ts";
import { judgeDkim } from "../../../src/reputation/dkim-judge.ts";
import { aligned, judgeDmarc } from "../../../src/reputation/dmarc.ts";
import { judgeOneClick, type OneClickAnswer } from "../../../src/reputation/one-click.ts";
import { judgeMailDomain } from "../../../src/reputation/preflight-domains.ts";
import { type AddFinding, collect, type DnsAnswer } from "../../../src/reputation/preflight-finding.ts";
import { judgePtr, looksGeneric } from "../../../src/reputation/ptr-judge.ts";
import { independentHosts, judgeProbes, type Probe } from "../../../src/reputation/tls-probe.ts";

/** "level id" of each finding, in their order. */
function told(judge: (add: AddFinding) => unknown): string[] {
	const { findings, add } = collect("x");
	judge(add);
	for (const finding of findings) if (finding.level === "fail") expect(finding.fix, finding.id).not.toBe("");
	return findings.map(({ level, id }) => `${level} ${id}`);
}

const found = (...values: string[]): DnsAnswer<string> => ({ kind: "found", values });
const none: DnsAnswer<string> = { kind: "none", noName: true };
const silent: DnsAnswer<string> = { kind: "failed", detail: "TIMEOUT" };

describe("DKIM", () => {
	const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
	const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
	const ed = generateKeyPairSync("ed25519").privateKey;
	const record = (key: typeof rsa) => dkimDnsRecord({ selector: "s1", domain: "example.com", key }).value;
	const p = (key: typeof rsa) => record(key).replace(/.*p=/, "");
	const pkcs1 = createPublicKey(rsa).export({ type: "pkcs1", format: "der" }).toString("base64");

	test.each([
		{ name: "the right RSA key", key: rsa, answer: found(record(rsa)), says: ["ok dkim"] },
		{ name: "the right Ed25519 key", key: ed, answer: found(record(ed)), says: ["ok dkim"] },
		{ name: "another text beside it", key: rsa, answer: found("hello", record(rsa)), says: ["ok dkim"] },
		{
			name: "no v=, blanks everywhere",
			key: rsa,
			answer: found(` k = rsa ; p = ${p(rsa).replace(/.{60}/g, "$& ")} ; `),
			says: ["ok dkim"],
		},
		{ name: "a bare RSAPublicKey", key: rsa, answer: found(`v=DKIM1; p=${pkcs1}`), says: ["ok dkim"] },
		{ name: "1024 bits", key: weak, answer: found(record(weak)), says: ["warn dkim-key-weak", "ok dkim"] },
		{ name: "t=y", key: rsa, answer: found(`v=DKIM1; t=y:s; p=${p(rsa)}`), says: ["warn dkim-testing", "ok dkim"] },
		{ name: "nothing", key: rsa, answer: none, says: ["fail dkim-record-missing"] },
		{ name: "silence", key: rsa, answer: silent, says: ["unknown dkim"] },
		{ name: "another text only", key: rsa, answer: found("hello"), says: ["fail dkim-record-broken"] },
		{ name: "two records", key: rsa, answer: found(record(rsa), record(weak)), says: ["fail dkim-record-broken"] },
		{ name: "a revoked key", key: rsa, answer: found("v=DKIM1; p="), says: ["fail dkim-revoked"] },
		{ name: "another key", key: rsa, answer: found(record(weak)), says: ["fail dkim-mismatch"] },
		{ name: "another kind of key", key: rsa, answer: found(record(ed)), says: ["fail dkim-mismatch"] },
		{ name: "a key that was cut off", key: rsa, answer: found(record(rsa).slice(0, 250)), says: ["fail dkim-record-broken"] },
		{ name: "v=DKIM2", key: rsa, answer: found(record(rsa).replace("DKIM1", "DKIM2")), says: ["fail dkim-record-broken"] },
		{ name: "sha1 only", key: rsa, answer: found(`v=DKIM1; h=sha1; p=${p(rsa)}`), says: ["fail dkim-record-broken"] },
		{ name: "not for mail", key: rsa, answer: found(`v=DKIM1; s=tlsrpt; p=${p(rsa)}`), says: ["fail dkim-record-broken"] },
	])("$name: $says", ({ key, answer, says }) => {
		expect(told((add) => judgeDkim({ selector: "s1", domain: "example.com", key, answer }, add))).toEqual(says);
	});

	test("the record to publish stands in the advice", () => {
		const { findings, add } = collect("x");
		judgeDkim({ selector: "s1", domain: "example.com", key: rsa, answer: none }, add);
		expect(findings[0]?.fix).toBe(`Publish a TXT record at s1._domainkey.example.com: ${record(rsa)}`);
	});
});

describe("DMARC", () => {
	const facts = {
		domain: "news.example.com",
		own: none,
		organisation: none,
		signing: ["example.com"],
		returnPath: "bounces.example.com",
	};
	test.each([
		{
			name: "a record of its own",
			over: { own: found("v=DMARC1; p=reject; rua=mailto:a@example.com") },
			says: ["ok dmarc", "ok dmarc-aligned"],
		},
		{
			name: "that of the registered domain",
			over: { organisation: found("v=DMARC1;p=none;sp=reject;rua=mailto:a@example.com") },
			says: ["ok dmarc", "ok dmarc-aligned"],
		},
		{
			name: "no reports",
			over: { own: found("v=DMARC1; p=none") },
			says: ["ok dmarc", "warn dmarc-no-reports", "ok dmarc-aligned"],
		},
		{ name: "none", over: {}, says: ["fail dmarc-missing"] },
		{ name: "silence", over: { own: silent }, says: ["unknown dmarc"] },
		{ name: "two", over: { own: found("v=DMARC1; p=none", "v=DMARC1; p=none") }, says: ["fail dmarc-broken"] },
		{ name: "no policy", over: { own: found("v=DMARC1; sp=none") }, says: ["fail dmarc-broken"] },
		{
			name: "a broken policy with reports counts as none",
			over: { own: found("v=DMARC1; p=maybe; rua=mailto:a@example.com") },
			says: ["ok dmarc", "ok dmarc-aligned"],
		},
		{ name: "another text", over: { own: found("v=spf1 -all") }, says: ["fail dmarc-missing"] },
		{
			name: "strict, and nothing is the same",
			over: { own: found("v=DMARC1; p=none; adkim=s; aspf=s; rua=mailto:a@example.com") },
			says: ["ok dmarc", "fail dmarc-not-aligned"],
		},
		{
			name: "foreign signature and return path",
			over: { own: found("v=DMARC1; p=none; rua=mailto:a@b.example"), signing: ["esp.example"], returnPath: "esp.example" },
			says: ["ok dmarc", "fail dmarc-not-aligned"],
		},
		{
			name: "only the return path is ours",
			over: { own: found("v=DMARC1; p=none; rua=mailto:a@b.example"), signing: [] },
			says: ["ok dmarc", "ok dmarc-aligned", "warn dmarc-dkim-not-aligned"],
		},
	])("$name: $says", ({ over, says }) => {
		expect(told((add) => judgeDmarc({ ...facts, ...over }, add))).toEqual(says);
	});

	test.each([
		["example.com", "example.com", "strict", true],
		["example.com", "mail.example.com", "strict", false],
		["a.example.com", "b.example.com", "relaxed", true],
		["example.co.kr", "other.co.kr", "relaxed", false],
	] as const)("%s and %s, %s: %s", (from, other, mode, expected) => expect(aligned(from, other, mode)).toBe(expected));
});

describe("PTR and EHLO", () => {
	const facts = {
		address: "203.0.113.10",
		ehlo: "mta1.example.com",
		ptr: found("mta1.example.com"),
		back: new Map([["mta1.example.com", found("203.0.113.10")]]),
		ehloAddresses: found("203.0.113.10"),
	};
	const other = { ptr: found("other.example.com"), back: new Map([["other.example.com", found("203.0.113.10")]]) };
	test.each([
		{ name: "all in order", over: {}, says: ["ok ptr", "ok ehlo"] },
		{ name: "no PTR", over: { ptr: none }, says: ["fail ptr-missing", "ok ehlo"] },
		{
			name: "no PTR of a private address",
			over: { ptr: none, address: "10.0.0.1", ehloAddresses: found("10.0.0.1") },
			says: ["unknown ptr", "ok ehlo"],
		},
		{ name: "silence", over: { ptr: silent, ehloAddresses: silent }, says: ["unknown ptr", "unknown ehlo"] },
		{
			name: "a name that leads elsewhere",
			over: { back: new Map([["mta1.example.com", found("203.0.113.11")]]) },
			says: ["fail ptr-not-confirmed", "ok ehlo"],
		},
		{
			name: "a name that leads nowhere",
			over: { back: new Map([["mta1.example.com", none]]) },
			says: ["fail ptr-not-confirmed", "ok ehlo"],
		},
		{
			name: "a name that nobody answers for",
			over: { back: new Map([["mta1.example.com", silent]]) },
			says: ["unknown ptr", "ok ehlo"],
		},
		{ name: "another name than EHLO", over: other, says: ["ok ptr", "warn ptr-other-name", "ok ehlo"] },
		{ name: "EHLO without an address", over: { ehloAddresses: none }, says: ["ok ptr", "fail ehlo-unresolved"] },
		{
			name: "EHLO that leads elsewhere",
			over: { ehloAddresses: found("203.0.113.11") },
			says: ["ok ptr", "warn ehlo-elsewhere"],
		},
		{
			name: "IPv6 in two spellings",
			over: {
				address: "2001:db8::1",
				back: new Map([["mta1.example.com", found("2001:db8:0:0:0:0:0:1")]]),
				ehloAddresses: found("2001:0db8::1"),
			},
			says: ["ok ptr", "ok ehlo"],
		},
	])("$name: $says", ({ over, says }) => expect(told((add) => judgePtr({ ...facts, ...over }, add))).toEqual(says));

	test.each([
		["203-0-113-10.pool.example.net", true],
		["ip-203-0-113-10.example.net", true],
		["10.113.0.203.static.example.net", true],
		["cb00710a.example.net", true],
		["dsl-7.example.net", true],
		["dyn7.example.net", true],
		["mta1.example.com", false],
		["mail10.example.com", false],
		["dynamo.example.com", false],
		["out-113.mail.example.com", false],
	])("%s looks generic: %s", (name, expected) => expect(looksGeneric(name, "203.0.113.10")).toBe(expected));
});

describe("domains that shall take mail", () => {
	const facts = {
		role: "return-path",
		domain: "bounces.example.com",
		mx: found("mx.example.com"),
		hasAddress: true,
		host: "mta1.example.com",
	} as const;
	test.each([
		{ name: "MX with an address", over: {}, says: ["ok return-path"] },
		{ name: "no MX, its own address", over: { mx: none }, says: ["warn return-path-no-mx-record"] },
		{ name: "nothing", over: { mx: none, hasAddress: false }, says: ["fail return-path-no-mx"] },
		{ name: "null MX", over: { mx: found("") }, says: ["fail return-path-null-mx"] },
		{ name: "MX without an address", over: { hasAddress: false }, says: ["fail return-path-dead-mx"] },
		{ name: "silence", over: { mx: silent }, says: ["unknown return-path"] },
		{ name: "silence about the hosts", over: { hasAddress: null }, says: ["unknown return-path"] },
	])("$name: $says", ({ over, says }) => expect(told((add) => judgeMailDomain({ ...facts, ...over }, add))).toEqual(says));
});

describe("one-click links", () => {
	const https = "https://news.example.com";
	test.each<{ name: string; base: string | null; answer: OneClickAnswer | null; says: string[] }>([
		{ name: "it works", base: https, answer: { kind: "status", status: 200 }, says: ["ok one-click"] },
		{ name: "there is none", base: null, answer: null, says: ["warn one-click-missing"] },
		{
			name: "http on loopback",
			base: "http://127.0.0.1:8420",
			answer: { kind: "status", status: 200 },
			says: ["warn one-click-loopback", "ok one-click"],
		},
		{ name: "a redirect", base: https, answer: { kind: "status", status: 302 }, says: ["fail one-click-failed"] },
		{ name: "404", base: https, answer: { kind: "status", status: 404 }, says: ["fail one-click-failed"] },
		{ name: "no such host", base: https, answer: { kind: "no-host", detail: "" }, says: ["fail one-click-failed"] },
		{ name: "DNS is silent", base: https, answer: { kind: "no-host", detail: "TIMEOUT" }, says: ["unknown one-click"] },
		{
			name: "refused",
			base: https,
			answer: { kind: "trouble", code: "ECONNREFUSED", detail: "x" },
			says: ["fail one-click-failed"],
		},
		{
			name: "a bad certificate",
			base: https,
			answer: { kind: "trouble", code: "CERT_HAS_EXPIRED", detail: "x" },
			says: ["fail one-click-failed"],
		},
		{ name: "silence", base: https, answer: { kind: "trouble", code: "ETIMEDOUT", detail: "x" }, says: ["unknown one-click"] },
	])("$name: $says", ({ base, answer, says }) => expect(told((add) => judgeOneClick(base, answer, add))).toEqual(says));
});

describe("the port outward", () => {
	const at = (n: number) => ({ domain: `d${n}.test`, host: `mx.d${n}.test`, address: `192.0.2.${n}` });
	const tls = { version: "TLSv1.3", cipher: "x", verified: true };
	const open = (n: number): Probe => ({ ...at(n), kind: "open", tls });
	const plain = (n: number): Probe => ({ ...at(n), kind: "open", tls: null });
	const fails = (n: number, trouble: "timeout" | "connect-failed" | "connect-refused" | "source-missing"): Probe => ({
		...at(n),
		kind: "failed",
		stage: "connect",
		trouble,
		said: "x",
	});
	const greeting = (n: number): Probe => ({ ...at(n), kind: "failed", stage: "greeting", trouble: null, said: "554 go away" });
	const broken = (n: number): Probe => ({ ...at(n), kind: "failed", stage: "tls", trouble: "tls-failed", said: "handshake" });
	test.each<{ name: string; probes: Probe[]; says: string[] }>([
		{ name: "all answer", probes: [open(1), open(2)], says: ["ok port", "ok tls"] },
		{
			name: "one refuses, one answers",
			probes: [fails(1, "connect-refused"), open(2)],
			says: ["ok port", "warn port-refused", "ok tls"],
		},
		{
			name: "one is silent, one answers",
			probes: [fails(1, "timeout"), open(2)],
			says: ["ok port", "warn port-refused", "ok tls"],
		},
		{
			name: "all silent: a firewall",
			probes: [fails(1, "timeout"), fails(2, "connect-failed"), fails(3, "timeout")],
			says: ["fail port-blocked"],
		},
		{
			name: "all refuse: a firewall too",
			probes: [fails(1, "connect-refused"), fails(2, "connect-refused")],
			says: ["fail port-blocked"],
		},
		{ name: "a single one says nothing", probes: [fails(1, "timeout")], says: ["unknown port"] },
		{ name: "nobody to ask", probes: [], says: ["unknown port"] },
		{
			name: "the address is not ours",
			probes: [fails(1, "source-missing"), fails(2, "source-missing")],
			says: ["fail source-missing"],
		},
		{
			name: "turned away at the greeting is an open port",
			probes: [greeting(1)],
			says: ["ok port", "warn greeting-refused", "unknown tls"],
		},
		{ name: "TLS fails with one", probes: [broken(1)], says: ["ok port", "warn tls-failed"] },
		{ name: "TLS fails with all", probes: [broken(1), broken(2)], says: ["ok port", "fail tls-failed"] },
		{ name: "nobody offers TLS", probes: [plain(1), plain(2)], says: ["ok port", "warn tls-failed"] },
	])("$name: $says", ({ probes, says }) =>
		expect(told((add) => judgeProbes({ address: "203.0.113.10", port: 25, probes }, add))).toEqual(says),
	);

	test("no two hosts of one owner are asked", () => {
		const hosts = ["mx1.a.test", "mx2.a.test", "mx.b.test", "mx.c.test"].map((host) => ({ domain: "x", host, address: "y" }));
		expect(independentHosts(hosts, 2).map(({ host }) => host)).toEqual(["mx1.a.test", "mx.b.test"]);
	});
});
