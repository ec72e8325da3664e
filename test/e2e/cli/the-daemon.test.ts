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
