import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { folder, rehearsal, start, wellsent } from "./wellsent.ts";

interface Ready {
	readonly url: string;
	readonly sandbox: boolean;
}

const firstLine = (text: string) => JSON.parse(text.split("\n")[0] ?? "") as Ready;

test("the daemon sends what another process starts, serves the API, and logs JSON lines", async () => {
	const { cwd, sandbox } = await rehearsal();
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	const daemon = start(cwd, ["serve", "--json"]);
	await daemon.says(/"ready":true/);
	const { url, sandbox: tryOut } = firstLine(daemon.stdout());
	expect(tryOut).toBe(false);
	expect(sandbox.arrivals.totals().connections).toBe(0);
	expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ ok: true });
	expect((await fetch(`${url}/`)).status).toBe(200);

	await wellsent(cwd, "campaign", "add", "december", "--list", "readers");
	const started = await wellsent(cwd, "campaign", "start", "1");
	expect(started.stdout).toMatch(/Process \d+ \(daemon\) sends it now/);
	await expect
		.poll(async () => await (await fetch(`${url}/api/v1/campaigns/1`)).json(), { timeout: 30_000, interval: 300 })
		.toMatchObject({ campaign: { state: "finished", counts: { delivered: 2, failed: 1 } } });

	// One sender a database.
	const second = await wellsent(cwd, "serve");
	expect(second.status).toBe(1);
	expect(second.stderr).toContain("is sending from this database");

	daemon.interrupt();
	const ended = await daemon.ended();
	expect(ended.status).toBe(0);
	const logged = ended.stderr.split("\n").filter((line) => line.startsWith("{"));
	expect(logged.length).toBeGreaterThan(1);
	for (const line of logged)
		expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), time: expect.any(String), msg: expect.any(String) });
});

test("a port that is taken is one clear error, and nothing was started", async () => {
	const { cwd } = await rehearsal();
	const other = createServer();
	await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void other.close());
	const { port } = other.address() as { port: number };
	const file = path.join(cwd, "wellsent.toml");
	await writeFile(file, (await readFile(file, "utf8")).replace('"127.0.0.1:0"', `"127.0.0.1:${port}"`));
	const ended = await wellsent(cwd, "serve", "--json");
	expect(ended.status).toBe(1);
	expect(ended.json()).toMatchObject({ error: { code: "port-in-use", what: expect.stringContaining(`127.0.0.1:${port}`) } });
});

test("without settings it tries itself out in a sandbox, and the second start goes on instead of sending again", async () => {
	const cwd = await folder();
	const first = start(cwd, ["serve", "--json"]);
	await first.says(/started the example newsletter/);
	await first.says(/running: (?:[5-9]\d|\d{3}) of 500 sent/);
	const { url, sandbox } = firstLine(first.stdout());
	expect(sandbox).toBe(true);
	expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ ok: true });

	// Commands in that folder work with the sandbox's settings: nobody asks the real internet.
	const told = await wellsent(cwd, "explain", "kim@naver.test", "--json");
	expect(told.json()).toMatchObject({
		site: "naver",
		mx: expect.arrayContaining([expect.objectContaining({ host: "mx1.naver.test" })]),
	});

	first.interrupt();
	const stopped = await first.ended();
	expect(stopped.status).toBe(0);
	expect(stopped.stderr).toContain("Stopped in the middle: start it again, and it goes on with what is left.");

	const second = start(cwd, ["serve", "--json"]);
	await second.says(/going on with what is left of campaign 1/);
	expect(second.stderr()).not.toContain("started the example newsletter");
	await second.says(/"problems":\[/, 120_000);
	second.interrupt();
	const ended = await second.ended();
	expect(ended.status).toBe(0);
	const summary = ended.lines()[1] as { counts: { total: number; delivered: number }; sandbox: { accepted: number } };
	expect(summary.counts.total).toBe(500);
	expect(summary.counts.delivered).toBeGreaterThan(400);

	const accepted = (await wellsent(cwd, "log", "--class", "accepted", "--limit", "5000", "--json")).lines() as { to: string }[];
	expect(accepted.length).toBeGreaterThanOrEqual(summary.counts.delivered);
	expect(new Set(accepted.map((row) => row.to)).size).toBe(accepted.length);
	expect((await wellsent(cwd, "campaign", "list", "--json")).json()).toHaveLength(1);
}, 240_000);

test("the sandbox alone says where it is, writes settings that send into it, and counts what it got", async () => {
	const cwd = await folder();
	const sandbox = start(cwd, ["sandbox", "--write-config", ".", "--record", "record.jsonl", "--messages", "got", "--json"]);
	await sandbox.says(/"ready":true/);
	await writeFile(path.join(cwd, "readers.csv"), "email,name\nkim@naver.test,김하나\n");
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	const { writeCampaign } = await import("./wellsent.ts");
	await writeCampaign(path.join(cwd, "december"), {
		"campaign.toml": 'name = "December"\nsubject = "Hello"\nidentity = "letter@wellsent.test"\n',
	});
	const sent = await wellsent(cwd, "send", "december", "--list", "readers", "--json");
	expect(sent.json()).toMatchObject({ state: "finished", counts: { delivered: 1 } });
	sandbox.interrupt();
	const ended = await sandbox.ended();
	expect(ended.status).toBe(0);
	expect(ended.lines().at(-1)).toMatchObject({ accepted: 1 });
	expect(await readFile(path.join(cwd, "record.jsonl"), "utf8")).toContain('"kim@naver.test"');
});
