import { expect, test } from "vitest";
import { rehearsal, start, wellsent } from "../e2e/cli/wellsent.ts";

const READERS = Array.from({ length: 60 }, (_, n) => `reader${n}@slow.test,Reader ${n}`);
const LANE = '[[lane]]\nsite = "slow.test"\nconnections = 2\nconnections_per_hour = 10000\nrate = ["8/s"]\n';

test("Ctrl-C pauses the campaign, says how to go on, and nobody gets it twice", async () => {
	const { cwd, sandbox } = await rehearsal({ readers: READERS, settings: LANE });
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	const sending = start(cwd, ["send", "december", "--list", "readers"]);
	await sending.says(/running: [1-9]\d* of 60 sent/);
	sending.interrupt();
	const stopped = await sending.ended();
	expect(stopped.status).toBe(1);
	expect(stopped.stderr).toContain("Go on with: wellsent campaign resume 1 --stay");
	expect(stopped.stdout).toMatch(/campaign 1\): paused/);
	const before = sandbox.arrivals.totals().accepted;
	expect(before).toBeGreaterThan(0);
	expect(before).toBeLessThan(60);
	expect((await wellsent(cwd, "campaign", "show", "1", "--json")).json()).toMatchObject({
		state: "paused",
		counts: { total: 60, delivered: before, queued: 60 - before, sending: 0, uncertain: 0 },
	});

	// The command typed again does not begin a second campaign.
	const again = await wellsent(cwd, "send", "december", "--list", "readers", "--json");
	expect(again.status).toBe(3);
	expect(again.json()).toMatchObject({
		error: { code: "campaign-unfinished", fix: expect.stringContaining("wellsent campaign resume 1 --stay") },
	});

	const resumed = await wellsent(cwd, "campaign", "resume", "1", "--stay", "--json");
	expect(resumed.json()).toMatchObject({ state: "finished", counts: { delivered: 60 } });
	expect([...sandbox.arrivals.acceptedByRecipient().values()]).toEqual(Array(60).fill(1));
});

test("a second Ctrl-C quits at once, and the next start recovers", async () => {
	const { cwd, sandbox } = await rehearsal({
		readers: READERS.slice(0, 12),
		settings: LANE,
		world: { hosts: { "mx1.slow.test": { manners: { tarpitMs: 1_500 } } } },
	});
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	const sending = start(cwd, ["send", "december", "--list", "readers"]);
	await sending.says(/running: /);
	await new Promise((resolve) => setTimeout(resolve, 2_000));
	sending.interrupt();
	await sending.says(/Ctrl-C again quits at once/);
	sending.interrupt();
	expect((await sending.ended()).status).toBe(1);
	sandbox.setManners("mx1.slow.test", { tarpitMs: 0 });
	const state = (await wellsent(cwd, "campaign", "show", "1", "--json")).json() as { state: string };
	const rest = state.state === "paused" ? ["campaign", "resume", "1", "--stay"] : ["serve"];
	const going = start(cwd, [...rest, "--json"]);
	await going.says(/"state":"finished"|"words":"finished"|"ready":true/);
	await expect
		.poll(async () => ((await wellsent(cwd, "campaign", "show", "1", "--json")).json() as { state: string }).state, {
			timeout: 60_000,
			interval: 1_000,
		})
		.toBe("finished");
	going.interrupt();
	await going.ended();
	const times = [...sandbox.arrivals.acceptedByRecipient().values()];
	expect(times.every((n) => n === 1)).toBe(true);
});

test("send follows a daemon that sends already, and its Ctrl-C pauses there too", async () => {
	const { cwd, sandbox } = await rehearsal({ readers: READERS, settings: LANE });
	await wellsent(cwd, "contacts", "import", "readers", "readers.csv");
	const daemon = start(cwd, ["serve", "--json"]);
	await daemon.says(/"ready":true/);
	const sending = start(cwd, ["send", "december", "--list", "readers"]);
	await sending.says(/\(daemon\) sends; this only follows it/);
	await sending.says(/running: [1-9]\d* of 60 sent/);
	sending.interrupt();
	const stopped = await sending.ended();
	expect(stopped.stderr).toContain("Go on with: wellsent campaign resume 1\n");
	await new Promise((resolve) => setTimeout(resolve, 1_500));
	const paused = sandbox.arrivals.totals().accepted;
	await new Promise((resolve) => setTimeout(resolve, 1_500));
	expect(sandbox.arrivals.totals().accepted).toBe(paused);
	expect(paused).toBeLessThan(60);
	const resumed = await wellsent(cwd, "campaign", "resume", "1", "--stay", "--json");
	expect(resumed.json()).toMatchObject({ state: "finished", counts: { delivered: 60 } });
	daemon.interrupt();
	expect((await daemon.ended()).status).toBe(0);
	expect([...sandbox.arrivals.acceptedByRecipient().values()]).toEqual(Array(60).fill(1));
});
