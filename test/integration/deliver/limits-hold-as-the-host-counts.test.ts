// Limits are judged by the receiving side's own record, also over a restart and over a process that was killed.
import { expect, test } from "vitest";
import { mostAtOnce, mostMessagesPerConnection, worstWindow } from "../../../src/sandbox/arrivals.ts";
import { per } from "../../../src/sites/site-data.ts";
import { type Rehearsal, type RehearsalOptions, rehearse } from "../../support/rehearsal.ts";

const zones = "good.test MX 10 mx1.good.test";
const hosts = { "mx1.good.test": {} };
const many = (n: number) => Array.from({ length: n }, (_, index) => `reader${index}@good.test`);
const mailTimes = (r: Rehearsal) => r.sandbox.arrivals.rows().map((row) => row.mailAt);

test("connections at once and messages per connection stay within the lane's limits", async () => {
	await using r = await rehearse({
		zones,
		hosts: { "mx1.good.test": { manners: { delayMs: { body: 15 } } } },
		readers: many(60),
		limits: { connections: 3, messagesPerConnection: 7 },
	});
	await r.run("finished");
	const connections = r.sandbox.arrivals.connections();
	expect(mostAtOnce(connections)).toBeGreaterThan(1);
	expect(mostAtOnce(connections)).toBeLessThanOrEqual(3);
	expect(mostMessagesPerConnection(connections)).toBe(7);
	expect(r.sandbox.arrivals.totals().accepted).toBe(60);
});

test("a rate holds in every window of its length and is nevertheless used", async () => {
	await using r = await rehearse({ zones, hosts, readers: many(45), limits: { rates: [per(20, "s")] } });
	await r.run("finished");
	const times = mailTimes(r);
	expect(worstWindow(times, 1_000)).toBeLessThanOrEqual(20);
	const lasted = Math.max(...times) - Math.min(...times);
	expect(lasted).toBeGreaterThan(1_900);
	// 2.2 s on a quiet machine; one message a second, or a rest of a whole window in between, would take longer than this.
	expect(lasted).toBeLessThan(12_000);
});

/** 40 an hour begin with a burst of four; the rest would take most of the hour. */
const hourly: Pick<RehearsalOptions, "limits" | "readers" | "zones" | "hosts"> = {
	zones,
	hosts,
	readers: many(12),
	limits: { connections: 1, rates: [per(40, "h")] },
};

test("a rate an hour holds over a restart in good order", async () => {
	await using r = await rehearse(hourly);
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 4);
	await r.run(300);
	const before = r.sandbox.arrivals.totals().accepted;
	await r.restart();
	await r.run(500);
	expect(r.sandbox.arrivals.totals().accepted).toBe(before);
	expect((await r.counts()).queued).toBe(12 - before);
});

test("a rate an hour holds over a process that was killed", async () => {
	await using r = await rehearse({ ...hourly, engine: false });
	const first = await r.spawn();
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 4);
	await r.run(200);
	await first.kill();
	const before = r.sandbox.arrivals.totals().accepted;
	const engine = await r.restart();
	// The windows are rebuilt from the journal. The spread is not: one message may go at once, and it is counted as any other.
	const used = () =>
		engine.lanes
			.lane("mta1", "good.test")
			.state()
			.uses.find((use) => use.kind === "message")?.used ?? 0;
	expect(used()).toBeGreaterThanOrEqual(before);
	await r.run(500);
	expect(r.sandbox.arrivals.totals().accepted).toBeLessThanOrEqual(before + 1);
	expect(used()).toBeGreaterThanOrEqual(r.sandbox.arrivals.totals().accepted);
});

test("connections an hour hold, also over a restart, and what cannot go waits in the queue", async () => {
	await using r = await rehearse({
		zones,
		hosts,
		readers: many(20),
		limits: { connections: 2, messagesPerConnection: 2, connectionsPerHour: 40 },
	});
	await r.run(async () => r.sandbox.arrivals.totals().accepted >= 8 && (await r.counts()).sending === 0);
	// 40 an hour: four at once, the next one 90 s later.
	expect(r.sandbox.arrivals.totals().connections).toBeLessThanOrEqual(5);
	const before = r.sandbox.arrivals.totals().connections;
	await r.restart();
	await r.run(400);
	expect(r.sandbox.arrivals.totals().connections).toBe(before);
	const counts = await r.counts();
	expect(counts.delivered + counts.queued).toBe(20);
});

test("two campaigns share a lane, and neither waits for the other to end", async () => {
	await using r = await rehearse({
		zones,
		hosts,
		readers: many(40),
		limits: { connections: 1, rates: [per(40, "s")] },
		engine: false,
	});
	const second = await r.another({ readers: Array.from({ length: 40 }, (_, n) => `other${n}@good.test`) });
	await r.restart();
	await r.run(async () => r.sandbox.arrivals.totals().accepted >= 40);
	const firstHalf = r.sandbox.arrivals.rows().slice(0, 40);
	const others = firstHalf.filter((row) => row.to.startsWith("other")).length;
	expect(others).toBeGreaterThanOrEqual(8);
	expect(others).toBeLessThanOrEqual(32);
	await r.run("finished");
	await r.run("finished", second);
});

test("one silent site does not delay another", async () => {
	await using r = await rehearse({
		zones: `${zones}\ntarpit.test MX 10 mx1.tarpit.test`,
		hosts: { ...hosts, "mx1.tarpit.test": { manners: { silentAt: "mail" } } },
		readers: [...Array.from({ length: 60 }, (_, n) => `stuck${n}@tarpit.test`), ...many(60)],
		config: (config) => ({ ...config, smtp: { ...config.smtp, timeout: { ...config.smtp.timeout, commandMs: 20_000 } } }),
	});
	const begun = Date.now();
	await r.run(() => r.sandbox.arrivals.totals("mx1.good.test").accepted === 60);
	// Half of the time that the silent host is given for its first command.
	expect(Date.now() - begun).toBeLessThan(10_000);
	expect(r.sandbox.arrivals.totals("mx1.tarpit.test").accepted).toBe(0);
});
