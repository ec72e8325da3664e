// The preflight against a real DNS server and real mail servers on loopback: what is in order, and each thing that can be wrong.
import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { preflight as preflightJob } from "../../../jobs/preflight.ts";
import { dkimDnsRecord } from "../../../src/compose/dkim-record.ts";
import { listAlerts } from "../../../src/log/alert.store.ts";
import { keptReports } from "../../../src/reputation/preflight.store.ts";
import { passes } from "../../../src/reputation/preflight-finding.ts";
import { checklists, quickPreflight, runPreflight, scopeOf } from "../../../src/reputation/preflight-run.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { defineWorld } from "../../../src/sandbox/world.ts";
import { type TempApp, tempApp } from "../../support/temp-app.ts";

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const DKIM = dkimDnsRecord({ selector: "s1", domain: "sender.test", key: privateKey });

const ZONES = `
sender.test MX 10 mx.sender.test
bounces.sender.test MX 10 mx.sender.test
bounces.sender.test TXT "v=spf1 ip4:127.3.0.1 -all"
mx.sender.test A 127.3.0.25
mta1.sender.test A 127.3.0.1
mta1.sender.test TXT "v=spf1 a -all"
1.0.3.127.in-addr.arpa PTR mta1.sender.test
_dmarc.sender.test TXT "v=DMARC1; p=none; rua=mailto:dmarc@sender.test"
${DKIM.name} TXT "${DKIM.value}"
one.test MX 10 mx.one.test
two.test MX 10 mx.two.test
`;

interface Office extends TempApp {
	readonly sandbox: Sandbox;
}

async function office(
	of: { change?: (sandbox: Sandbox) => unknown; unsubscribe?: string; toml?: string; dns?: string } = {},
): Promise<Office> {
	const world = defineWorld({ zones: ZONES, hosts: { "mx.one.test": {}, "mx.two.test": {} } });
	const sandbox = await startSandbox({ world });
	onTestFinished(() => sandbox.close());
	of.change?.(sandbox);
	const temp = await tempApp({
		toml: `
[dns]
servers = ["${of.dns ?? sandbox.dns}"]
[smtp]
port = ${sandbox.smtpPort}
[[source]]
name = "mta1"
address = "127.3.0.1"
ehlo = "mta1.sender.test"
[[identity]]
from = "@sender.test"
return_path = "bounces.sender.test"
unsubscribe = "${of.unsubscribe ?? (await link())}"
${of.toml ?? ""}`,
		change: (config) => ({
			...config,
			identities: config.identities.map((one) => ({
				...one,
				dkim: [{ selector: "s1", domain: "sender.test", keyFile: path.join(config.root, "s1.pem") }],
			})),
		}),
	});
	await writeFile(path.join(temp.folder, "s1.pem"), privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
	const at = new Date(temp.clock.now());
	for (const [id, domain] of ["one.test", "two.test"].entries())
		await temp.app.db.contact.create({
			data: { email: `kim${id}@${domain}`, domain, attributes: "{}", createdAt: at, updatedAt: at },
		});
	return { ...temp, sandbox };
}

let server: Server | null = null;
afterEach(() => void server?.close());

/** A page behind /u/ that answers every POST with 200. */
async function link(): Promise<string> {
	server?.close();
	const listening = createServer((request, response) => response.writeHead(request.method === "POST" ? 200 : 405).end());
	server = listening;
	await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
	const address = listening.address();
	return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

const deps = (one: Office) => ({ db: one.app.db, config: one.app.config, clock: one.clock });
const run = async (one: Office) => runPreflight(deps(one), scopeOf(one.app.config, null));
/** Ids of all findings that are not ok, without those of blacklists and of http on loopback. */
async function trouble(one: Office): Promise<string[]> {
	const findings = (await run(one)).flatMap((report) => report.findings);
	return findings
		.filter(({ id, level }) => level !== "ok" && id !== "blacklist" && id !== "one-click-loopback")
		.map(({ id, level }) => `${level} ${id}`);
}

test("a sender whose records are in order passes, quickly, and hosts are only greeted", async () => {
	const one = await office();
	const started = performance.now();
	const reports = await run(one);
	expect(performance.now() - started).toBeLessThan(3_000);
	expect(reports.map((report) => [report.kind, report.subject, passes(report.findings)])).toEqual([
		["source", "mta1", true],
		["identity", "@sender.test", true],
	]);
	const ids = reports
		.flatMap((report) => report.findings)
		.filter(({ level }) => level === "ok")
		.map(({ id }) => id);
	expect(ids.toSorted()).toEqual([
		"bimi",
		"dkim",
		"dmarc",
		"dmarc-aligned",
		"ehlo",
		"from",
		"one-click",
		"port",
		"ptr",
		"return-path",
		"spf",
		"spf-ehlo",
		"tls",
	]);
	expect(one.sandbox.arrivals.rows()).toEqual([]);
	expect(one.sandbox.arrivals.totals().connections).toBe(2);
	const failed = checklists(one.app.config, reports).filter((row) => row.state === "failed");
	expect(new Set(failed.map((row) => row.topic))).toEqual(new Set(["one-click"]));
});

describe("what is wrong is named", () => {
	test.each<{ name: string; change: (sandbox: Sandbox) => unknown; expected: string[] }>([
		{ name: "no PTR", change: (s) => s.removeRecords("1.0.3.127.in-addr.arpa"), expected: ["unknown ptr"] },
		{
			name: "a PTR that leads elsewhere",
			change: (s) => [s.removeRecords("1.0.3.127.in-addr.arpa"), s.addRecords("1.0.3.127.in-addr.arpa PTR mx.sender.test")],
			expected: ["fail ptr-not-confirmed"],
		},
		{ name: "no SPF", change: (s) => s.removeRecords("bounces.sender.test", "TXT"), expected: ["fail spf-missing"] },
		{
			name: "SPF without this source",
			change: (s) => [
				s.removeRecords("bounces.sender.test", "TXT"),
				s.addRecords('bounces.sender.test TXT "v=spf1 ip4:127.3.0.2 -all"'),
			],
			expected: ["fail spf-fail"],
		},
		{
			name: "two SPF records",
			change: (s) => s.addRecords('bounces.sender.test TXT "v=spf1 -all"'),
			expected: ["fail spf-broken"],
		},
		{ name: "no DKIM record", change: (s) => s.removeRecords(DKIM.name), expected: ["fail dkim-record-missing"] },
		{
			name: "a revoked DKIM key",
			change: (s) => [s.removeRecords(DKIM.name), s.addRecords(`${DKIM.name} TXT "v=DKIM1; p="`)],
			expected: ["fail dkim-revoked"],
		},
		{ name: "no DMARC", change: (s) => s.removeRecords("_dmarc.sender.test"), expected: ["fail dmarc-missing"] },
		{
			name: "a return path that takes no mail",
			change: (s) => [s.removeRecords("bounces.sender.test", "MX"), s.addRecords("bounces.sender.test MX 0 .")],
			expected: ["fail return-path-null-mx"],
		},
		{
			name: "TLS that fails with both hosts",
			change: (s) => ["mx.one.test", "mx.two.test"].map((host) => s.setManners(host, { starttls: "broken" })),
			expected: ["fail tls-failed"],
		},
		{
			name: "silence about one record",
			change: (s) => s.addRecords("_dmarc.sender.test FAULT SERVFAIL"),
			expected: ["unknown dmarc"],
		},
	])("$name: $expected", async ({ change, expected }) => {
		expect(await trouble(await office({ change }))).toEqual(expected);
	});
});

test("a DNS server that is silent makes everything unknown and nothing failed, within seconds", async () => {
	// Nobody listens there; the port was free a moment ago.
	const one = await office({ dns: "127.0.0.1:9" });
	const started = performance.now();
	const found = await trouble(one);
	expect(performance.now() - started).toBeLessThan(9_000);
	expect(found.filter((text) => text.startsWith("fail"))).toEqual([]);
	expect(found).toEqual(expect.arrayContaining(["unknown ptr", "unknown spf", "unknown dkim", "unknown dmarc", "unknown port"]));
}, 20_000);

test("a link that does not answer POST with 2xx fails", async () => {
	expect(await trouble(await office({ unsubscribe: "http://127.0.0.1:9" }))).toEqual(["fail one-click-failed"]);
	expect(await trouble(await office({ unsubscribe: "https://nowhere.sender.test" }))).toEqual(["fail one-click-failed"]);
});

test("results are kept, and alerts come on change only", async () => {
	const one = await office();
	const kinds = async () => (await listAlerts(one.app.db, 10)).map(({ kind, subject }) => `${kind} ${subject}`);
	expect(await preflightJob.run(one.jobs)).toBe("all 2 pass");
	expect(await kinds()).toEqual([]);
	one.sandbox.removeRecords(DKIM.name);
	expect(await preflightJob.run(one.jobs)).toBe("1 of 2 fail: identity @sender.test");
	await preflightJob.run(one.jobs);
	expect(await kinds()).toEqual(["preflight-failed identity @sender.test"]);
	const [told] = await listAlerts(one.app.db, 1);
	expect(told?.todo).toContain(DKIM.value);
	one.sandbox.addRecords(`${DKIM.name} TXT "${DKIM.value}"`);
	await preflightJob.run(one.jobs);
	expect(await kinds()).toEqual(["preflight-passed identity @sender.test", "preflight-failed identity @sender.test"]);
	expect((await keptReports(one.app.db)).map(({ kind, subject, passed }) => [kind, subject, passed])).toEqual([
		["source", "mta1", true],
		["identity", "@sender.test", true],
	]);
});

test("the quick preflight of a campaign connects to nobody and takes over what connections said last", async () => {
	const one = await office();
	await run(one);
	const before = one.sandbox.arrivals.totals().connections;
	const reports = await quickPreflight(deps(one), scopeOf(one.app.config, null));
	expect(one.sandbox.arrivals.totals().connections).toBe(before);
	expect(reports.flatMap((report) => report.findings).map(({ id }) => id)).toEqual(
		expect.arrayContaining(["port", "tls", "one-click", "spf", "dkim"]),
	);
});

test("a blacklisting that the watch knows of fails the source, with where it is removed", async () => {
	const one = await office();
	const at = new Date(one.clock.now());
	await one.app.db.listing.create({
		data: {
			subject: "127.3.0.1",
			kind: "ip",
			zone: "zen.example",
			codes: '["127.0.0.2"]',
			meaning: "SBL",
			severity: "critical",
			text: "",
			removal: "https://remove.example",
			firstSeen: at,
			lastSeen: at,
		},
	});
	const findings = (await run(one)).flatMap((report) => report.findings);
	expect(findings.find(({ id }) => id === "blacklist-listed")).toMatchObject({
		level: "fail",
		subject: "source mta1",
		fix: "https://remove.example",
	});
});
