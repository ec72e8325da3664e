import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { rehearsal, start, wellsent, writeCampaign } from "../e2e/cli/wellsent.ts";

test("send adds, checks, starts, stays until the end and tells what became of every reader", async () => {
	const { cwd, sandbox } = await rehearsal();
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	const sent = await wellsent(cwd, "send", "december", "--list", "readers", "--json");
	expect(sent.status).toBe(0);
	expect(sent.json()).toMatchObject({
		id: 1,
		name: "겨울 편지 December",
		state: "finished",
		identity: "letter@news.test",
		lists: ["readers"],
		scheduledAt: null,
		zone: null,
		counts: { total: 3, queued: 0, sending: 0, delivered: 2, failed: 1, suppressed: 0, uncertain: 0, cancelled: 0 },
		eta: null,
		problems: [{ kind: "failed", class: "invalid-recipient", deliveries: 1, example: { to: "unknown@good.test" } }],
	});
	expect([...sandbox.arrivals.acceptedByRecipient()].toSorted()).toEqual([
		["kim@good.test", 1],
		["lee@good.test", 1],
	]);
	expect(sent.stderr).toMatch(/campaign 1 finished: 2 of 3 sent, 0 deferred, 1 failed/);

	// The log: one row a host, with the fields that scripts rely on.
	const log = await wellsent(cwd, "log", "--json");
	const rows = log.lines() as Record<string, unknown>[];
	expect(rows).toHaveLength(3);
	expect(Object.keys(rows[0] ?? {})).toEqual(
		"at campaign to domain site route source mxHost mxAddress port attempt seq stage code enhanced text class scope action rule tls durationMs bytes".split(
			" ",
		),
	);
	expect(rows.find((row) => row["to"] === "unknown@good.test")).toMatchObject({
		stage: "rcpt",
		code: 550,
		enhanced: "5.1.1",
		class: "invalid-recipient",
		action: "suppress",
	});
	const filtered = await wellsent(
		cwd,
		"log",
		"--to",
		"KIM@good.test".toLowerCase(),
		"--class",
		"accepted",
		"--since",
		"1h",
		"--json",
	);
	expect(filtered.lines()).toMatchObject([{ to: "kim@good.test", stage: "body", code: 250 }]);
	const csv = await wellsent(cwd, "log", "--csv");
	expect(csv.stdout.split("\r\n")[0]).toMatch(/^at,campaign,to,domain,site,/);
	expect(csv.stdout.trim().split("\r\n")).toHaveLength(4);
	expect((await wellsent(cwd, "log", "--domain", "other.test", "--json")).lines()).toEqual([]);

	// The ledger, the lanes, the explanation.
	expect((await wellsent(cwd, "hosts", "--json")).json()).toEqual(
		expect.arrayContaining([expect.objectContaining({ site: "good.test", source: "mta1", verdict: "ok" })]),
	);
	expect((await wellsent(cwd, "lanes", "--site", "good.test", "--json")).json()).toMatchObject([
		{
			source: "mta1",
			site: "good.test",
			limits: { connections: 4, rates: ["500/s"] },
			now: { windows: expect.arrayContaining([expect.objectContaining({ text: "500/s", used: expect.any(Number) })]) },
		},
	]);
	expect((await wellsent(cwd, "explain", "unknown@good.test", "--json")).json()).toMatchObject({
		to: "unknown@good.test",
		domain: "good.test",
		site: "good.test",
		route: "direct",
		source: "mta1",
		because: expect.stringMatching(/suppressed/),
	});

	// It suppressed the reader who does not exist, so a second campaign leaves him out; and the same folder may be sent again when it is finished.
	const again = await wellsent(cwd, "send", "december", "--list", "readers", "--json");
	expect(again.json()).toMatchObject({ id: 2, state: "finished", counts: { total: 3, delivered: 2, suppressed: 1 } });
});

test("a campaign is added, checked, looked at, tested, started, shown and its failures sent again", async () => {
	const { cwd, sandbox } = await rehearsal({ readers: ["kim@good.test,김하나", "550-5.7.1-no-thanks@good.test,박"] });
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	expect(await wellsent(cwd, "campaign", "add", "december", "--list", "readers")).toMatchObject({ status: 0, stdout: "1\n" });

	const check = await wellsent(cwd, "campaign", "check", "1", "--json");
	expect(check.status).toBe(0);
	expect(check.json()).toMatchObject({
		campaign: 1,
		passed: true,
		readers: 2,
		worstReader: expect.stringContaining("@good.test"),
		sizes: { html: expect.any(Number), htmlEncoded: expect.any(Number), message: expect.any(Number) },
		sites: [{ site: "good.test", messages: 2, limit: expect.any(String), ms: expect.any(Number) }],
		findings: expect.arrayContaining([expect.objectContaining({ id: "identity", level: "ok", fix: "" })]),
	});

	const eml = await wellsent(cwd, "campaign", "preview", "1", "--to", "kim@good.test");
	expect(eml.stdout).toMatch(/^DKIM-Signature: /);
	expect(eml.stdout).toMatch(/\r\nTo: .*<kim@good\.test>\r\n/);
	expect(eml.stderr).toBe("");
	const file = await wellsent(cwd, "campaign", "preview", "1", "--out", "worst.eml", "--json");
	expect(file.json()).toMatchObject({ campaign: 1, to: expect.stringMatching(/@good\.test$/), file: "worst.eml" });
	expect(await readFile(path.join(cwd, "worst.eml"), "utf8")).toContain((file.json() as { to: string }).to);
	expect(sandbox.arrivals.totals().connections).toBe(0);

	const tested = await wellsent(cwd, "campaign", "test", "1", "--to", "me@good.test,you@good.test", "--json");
	expect(tested.json()).toMatchObject({ id: 2, state: "finished", counts: { total: 2, delivered: 2 } });

	const started = await wellsent(cwd, "campaign", "start", "1");
	expect(started).toMatchObject({ status: 0 });
	expect(started.stdout).toContain("No process is sending now: start one with `wellsent serve`");
	expect((await wellsent(cwd, "campaign", "start", "1")).status).toBe(3);
	expect((await wellsent(cwd, "campaign", "pause", "1", "--reason", "a second thought", "--json")).json()).toMatchObject({
		state: "paused",
		stateReason: "a second thought",
	});
	const resumed = await wellsent(cwd, "campaign", "resume", "1", "--stay", "--json");
	expect(resumed.status).toBe(0);
	expect(resumed.json()).toMatchObject({ id: 1, state: "finished", counts: { delivered: 1, failed: 1 } });

	const shown = await wellsent(cwd, "campaign", "show", "1", "--failures", "--json");
	expect(shown.json()).toMatchObject({
		state: "finished",
		failures: [{ to: "550-5.7.1-no-thanks@good.test", state: "failed", text: expect.stringContaining("no thanks") }],
		sites: [{ site: "good.test", counts: { total: 2, delivered: 1, failed: 1 } }],
	});
	const retried = await wellsent(cwd, "campaign", "retry", "1", "--failed", "--stay", "--json");
	expect(retried.json()).toMatchObject({ state: "finished", counts: { delivered: 1, failed: 1 } });
	expect(sandbox.arrivals.rows({ to: "550-5.7.1-no-thanks@good.test" })).toHaveLength(2);
	expect((await wellsent(cwd, "campaign", "list", "--json")).json()).toMatchObject([{ id: 2 }, { id: 1 }]);
	expect((await wellsent(cwd, "campaign", "list")).stdout).toMatch(/^id\tname\tstate\t/);
});

test("what a check refuses is status 3, and nothing is sent", async () => {
	const { cwd, sandbox } = await rehearsal({ readers: ["kim@good.test,김하나", "lee@good.test,"] });
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	await writeCampaign(path.join(cwd, "december"), {
		"body.md":
			"Hello {{ contact.name }}\n\nLong enough for a letter of one paragraph, with [unsubscribe]({{ unsubscribe_url }}) {{ identity.postal_address }}\n",
	});
	const sent = await wellsent(cwd, "send", "december", "--list", "readers", "--json");
	expect(sent.status).toBe(3);
	expect(sent.json()).toMatchObject({
		error: {
			code: "campaign-refused",
			findings: [
				{
					where: expect.stringMatching(/^body\.md:1/),
					what: expect.stringContaining("is empty for 1 reader, e.g. lee@good.test"),
				},
			],
		},
	});
	expect(sent.stderr).toMatch(/fail +body\.md:1/);
	const check = await wellsent(cwd, "campaign", "check", "1");
	expect(check.status).toBe(3);
	expect(check.stdout).toContain("may not start");
	expect(sandbox.arrivals.totals().connections).toBe(0);
});

test("mistakes are told before anything is made: unknown list, identity, folder, template", async () => {
	const { cwd } = await rehearsal();
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	const refused = async (dir: string, list: string) =>
		(await wellsent(cwd, "campaign", "add", dir, "--list", list, "--json")).json();
	expect(await refused("december", "nobody")).toMatchObject({ error: { code: "list-unknown" } });
	expect(await refused("january", "readers")).toMatchObject({ error: { code: "campaign-missing" } });
	await writeCampaign(path.join(cwd, "stranger"), {
		"campaign.toml": 'name = "x"\nsubject = "y"\nidentity = "me@elsewhere.test"\n',
	});
	expect(await refused("stranger", "readers")).toMatchObject({ error: { code: "identity-unknown" } });
	await writeCampaign(path.join(cwd, "broken"), { "body.md": "Hello {{ contact.name\n" });
	expect(await refused("broken", "readers")).toMatchObject({ error: { code: "campaign-invalid" } });
	expect((await wellsent(cwd, "campaign", "list", "--json")).json()).toEqual([]);
});

test("rules test says which rule matches a reply and what it does", async () => {
	const { cwd } = await rehearsal();
	const told = await wellsent(
		cwd,
		"rules",
		"test",
		"550 5.1.1 The email account that you tried to reach does not exist.",
		"--site",
		"google",
		"--json",
	);
	expect(told.json()).toMatchObject({
		reply: { code: 550, enhanced: "5.1.1" },
		stage: "rcpt",
		class: "invalid-recipient",
		scope: "recipient",
		action: "suppress",
		rule: expect.any(String),
		meaning: expect.any(String),
	});
	// The stage bounds the scope: at the greeting nothing can be about a reader.
	const greeting = await wellsent(cwd, "rules", "test", "550 5.1.1 no such user", "--stage", "greeting", "--json");
	expect(greeting.json()).not.toMatchObject({ action: "suppress" });
	expect((await wellsent(cwd, "rules", "test", "no reply")).status).toBe(2);
	expect((await wellsent(cwd, "rules", "test", "550 x", "--site", "gogle")).status).toBe(2);
});

test("log --follow prints what comes, until Ctrl-C", async () => {
	const { cwd } = await rehearsal();
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	const following = start(cwd, ["log", "--follow", "--json"]);
	await wellsent(cwd, "send", "december", "--list", "readers");
	await following.says(/unknown@good\.test/);
	await following.says(/"kim@good\.test"/);
	following.interrupt();
	const ended = await following.ended();
	expect(ended.status).toBe(0);
	expect(ended.lines()).toHaveLength(3);
});
