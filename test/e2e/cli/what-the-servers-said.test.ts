// After a newsletter: who refuses us, the words for its postmaster, what failed of what, which replies nobody knows, and rules of one's own for them.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { rehearsal, wellsent } from "./wellsent.ts";

const LISTED = "554 5.7.1 Service unavailable; Client host [{ip}] blocked using zen.spamhaus.org";
const readers = (n: number) => Array.from({ length: n }, (_, i) => `reader${i}@good.test,Reader ${i}`);

test("one of two hosts refuses us: seen, documented, counted, and its strange replies become rules", {
	timeout: 120_000,
}, async () => {
	const { cwd } = await rehearsal({
		world: {
			zones: "good.test 300 MX 10 mx1.good.test\ngood.test 300 MX 20 mx2.good.test\n127.in-addr.arpa 300 TXT none",
			hosts: {
				"mx1.good.test": { site: "good", manners: { refuse: [{ source: "*", at: "greeting", reply: LISTED }] } },
				"mx2.good.test": { site: "good", manners: { recipients: { odd: "550 the flux capacitor 4711 is cold" } } },
			},
		},
		readers: [...readers(40), "odd@good.test,Odd"],
	});
	expect((await wellsent(cwd, "contacts", "import", "readers", "readers.csv")).status).toBe(0);
	expect((await wellsent(cwd, "send", "december", "--list", "readers")).status).toBe(0);

	const [ledger, problems, evidence, facts, byHost, csv, log, unknown, proposed] = await Promise.all([
		wellsent(cwd, "hosts", "--json"),
		wellsent(cwd, "hosts", "--problems"),
		wellsent(cwd, "evidence", "mx1.good.test"),
		wellsent(cwd, "evidence", "mx1.good.test", "--json"),
		wellsent(cwd, "failures", "--by", "host", "--json"),
		wellsent(cwd, "failures", "--by", "rule", "--csv"),
		wellsent(cwd, "log", "--to", "odd@good.test", "--meaning", "ko", "--json"),
		wellsent(cwd, "rules", "unknown", "--json"),
		wellsent(cwd, "rules", "unknown", "--toml"),
	]);
	const hosts = ledger.json() as Record<string, unknown>[];
	expect(hosts.find((row) => row["mxHost"] === "mx2.good.test")).toMatchObject({ verdict: "ok", accepted: 40 });
	expect(hosts.find((row) => row["mxHost"] === "mx1.good.test")).toMatchObject({
		accepted: 0,
		verdict: expect.stringMatching(/^(suspect|refusing)$/),
		siblings: { hosts: 1, serving: 1 },
		lastText: expect.stringContaining("zen.spamhaus.org"),
	});
	expect(problems.stdout).toContain("mx1.good.test");
	expect(problems.stdout).not.toContain("mx2.good.test");

	expect(evidence.stdout).toContain("Your mail server mx1.good.test refuses our mail server 127.0.0.1");
	expect(evidence.stdout).toContain("귀사의 메일 서버 mx1.good.test");
	expect(evidence.stdout).toContain("EHLO name: mta1.news.test");
	expect(evidence.stdout).toContain("554 5.7.1 Service unavailable; Client host [127.0.0.1] blocked using zen.spamhaus.org");
	expect(evidence.stdout).not.toContain("@good.test");
	expect(facts.json()).toMatchObject({
		host: "mx1.good.test",
		source: { name: "mta1", address: "127.0.0.1", ehlo: "mta1.news.test" },
		text: { en: expect.any(String), ko: expect.any(String) },
	});

	expect(byHost.json()).toEqual(
		expect.arrayContaining([expect.objectContaining({ host: "mx2.good.test", failed: 1, responses: 1 })]),
	);
	expect(csv.stdout).toMatch(/^rule,responses,failed,uncertain,lastAt,to,text\r\n/);
	expect(log.lines().at(-1)).toMatchObject({ class: "unknown-permanent", meaning: expect.stringMatching(/[가-힣]/) });
	expect(unknown.json()).toMatchObject([
		{ text: "the flux capacitor <n> is cold", n: 1, stage: "rcpt", code: 550, mxHost: "mx2.good.test" },
	]);

	const toml = proposed.stdout;
	const settings = path.join(cwd, "wellsent.toml");
	await writeFile(settings, `${await readFile(settings, "utf8")}\n[replies]\nrules = "file:rules.toml"\n`);
	await writeFile(
		path.join(cwd, "rules.toml"),
		toml.replace("unknown-permanent", "inactive-mailbox").replace("local-1", "cold-capacitor"),
	);
	const tested = await wellsent(cwd, "rules", "test", "550 the flux capacitor 12 is cold", "--host", "mx2.good.test", "--json");
	expect(tested.json()).toMatchObject({ rule: "cold-capacitor", class: "inactive-mailbox", action: "end" });
	await writeFile(path.join(cwd, "rules.toml"), toml.replace("unknown-permanent", "nonsense"));
	const refused = await wellsent(cwd, "hosts");
	expect(refused.status).toBe(2);
	expect(refused.stderr).toContain("rules.toml, rule 1");

	await writeFile(path.join(cwd, "rules.toml"), toml);
	const [watch, nowhere, nobody, holds, none, review] = await Promise.all([
		wellsent(cwd, "hosts", "delisted", "good.test", "--json"),
		wellsent(cwd, "hosts", "delisted", "nowhere.test"),
		wellsent(cwd, "evidence", "mx9.good.test"),
		wellsent(cwd, "holds", "--json"),
		wellsent(cwd, "holds", "release", "7"),
		wellsent(cwd, "suppress", "review", "--json"),
	]);
	expect(watch.json()).toMatchObject({
		site: "good.test",
		source: "mta1",
		hosts: [{ mxHost: "mx1.good.test", state: "waiting" }, { mxHost: "mx2.good.test" }],
	});
	expect([nowhere.status, nobody.status, none.status]).toEqual([2, 2, 2]);
	expect(holds.json()).toEqual([]);
	expect(review.json()).toEqual([]);
});
