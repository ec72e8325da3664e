// A lane finds out what a provider bears, and keeps it over a restart.
import { expect, test } from "vitest";
import { mostMessagesPerConnection } from "../../../src/sandbox/arrivals.ts";
import { per } from "../../../src/sites/site-data.ts";
import { rehearse } from "../../support/rehearsal.ts";

const zones = "good.test MX 10 mx1.good.test";
const readers = (n: number) => Array.from({ length: n }, (_, index) => `reader${index}@good.test`);
const patient = { waitsMs: [100, 60_000], giveUpMs: 600_000 };

test("a connection that is closed without a word after five messages teaches five, and no message is lost or doubled", async () => {
	await using r = await rehearse({
		zones,
		hosts: { "mx1.good.test": { manners: { messagesPerConnection: 5, afterMessages: "close" } } },
		readers: readers(60),
		limits: { connections: 2, messagesPerConnection: 50 },
		config: (config) => ({ ...config, retry: patient }),
	});
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 60, uncertain: 0, failed: 0 });
	expect(r.sandbox.arrivals.acceptedByRecipient()).toEqual(new Map(readers(60).map((to) => [to, 1])));
	expect(mostMessagesPerConnection(r.sandbox.arrivals.connections())).toBeLessThanOrEqual(5);
	const learned = () => r.engine.lanes.lane("mta1", "good.test").state().learned;
	expect(learned()).toMatchObject([{ limit: "messagesPerConnection", text: "5 messages a connection" }]);
	await r.restart();
	expect(learned()).toMatchObject([{ limit: "messagesPerConnection", text: "5 messages a connection" }]);
});

test("too many connections lowers the number of connections, until it fits", async () => {
	await using r = await rehearse({
		zones,
		hosts: { "mx1.good.test": { manners: { maxConnections: 2, tarpitMs: 15 } } },
		readers: readers(60),
		limits: { connections: 6, messagesPerConnection: 50 },
		config: (config) => ({ ...config, retry: patient }),
	});
	await r.run("finished");
	expect((await r.counts()).delivered).toBe(60);
	const { limits } = r.engine.lanes.lane("mta1", "good.test");
	expect(limits.connections).toBeLessThanOrEqual(2);
	expect(limits.origin.connections).toMatch(/^learned: /);
});

test("Gmail's unusual rate silences the lane, then one connection is opened and no more", async () => {
	const words =
		"421 4.7.28 Gmail has detected an unusual rate of mail originating from your IP address [127.0.0.1]. 127.0.0.1 gsmtp";
	await using r = await rehearse({
		zones: "gmail.test MX 10 mx1.google.com",
		hosts: { "mx1.google.com": { manners: { rates: [{ limit: 10, windowMs: 2_000, reply: words }] } } },
		readers: Array.from({ length: 40 }, (_, index) => `reader${index}@gmail.test`),
		limits: { connections: 4, rates: [per(100, "s")] },
		config: (config) => ({ ...config, retry: { waitsMs: [300, 1_000], giveUpMs: 600_000 } }),
	});
	await r.run(async () => (await r.rows({ class: "sender-rate" })).length > 0);
	const [refused] = await r.rows({ class: "sender-rate" });
	expect(refused).toMatchObject({ rule: "google-unusual-rate" });
	const lane = [...r.engine.lanes].find((one) => one.state().learned.length > 0);
	expect(lane?.limits.connections).toBe(1);
	expect(lane?.state()).toMatchObject({
		hold: { by: "a reply" },
		learned: [
			{ limit: "rate", text: "10/min", because: "google-unusual-rate" },
			{ limit: "connections", text: "1 connection at once" },
		],
	});
	// All that had been begun is through; from then on the lane is silent.
	await r.run(async () => r.engine.delivery.inHand === 0);
	const silentFrom = Date.now();
	await r.run(() => lane?.state().hold === null);
	expect(r.sandbox.arrivals.rows().filter((row) => row.mailAt > silentFrom)).toEqual([]);
	expect(lane?.nextMessageAt().because).toMatchObject({ rule: "rate", text: "10/min" });
	expect(await r.counts()).toMatchObject({ failed: 0, uncertain: 0 });
});
