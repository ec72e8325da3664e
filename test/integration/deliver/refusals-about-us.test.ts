// A refusal about the sender is no fault of the reader: another host is asked, the message waits, and nobody is struck off a list for it.
import { expect, test } from "vitest";
import { rehearse } from "../../support/rehearsal.ts";

const zones = `
good.test MX 10 mx1.good.test
good.test MX 10 mx2.good.test
good.test MX 10 mx3.good.test`;
const SPAMHAUS =
	"554 5.7.1 Service unavailable; Client host [{ip}] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/{ip}";
const readers = Array.from({ length: 12 }, (_, n) => `reader${n}@good.test`);

test("a 421 at the greeting of one host sends the message to its sibling in the same try", async () => {
	await using r = await rehearse({
		zones: "good.test MX 10 mx1.good.test\ngood.test MX 20 mx2.good.test",
		hosts: {
			"mx1.good.test": { manners: { replyAt: { greeting: "421 4.3.2 Service not available, try later" } } },
			"mx2.good.test": {},
		},
		readers: ["kim@good.test"],
	});
	await r.run("finished");
	const rows = await r.rows();
	expect(rows.map((row) => [row.attempt, row.seq, row.mxHost, row.stage, row.code])).toEqual([
		[1, 1, "mx1.good.test", "greeting", 421],
		[1, 2, "mx2.good.test", "body", 250],
	]);
	expect(await r.delivery("kim@good.test")).toMatchObject({ state: "delivered", attempts: 1 });
});

test("one host that refuses at its greeting is passed over, with a row that says so, while its siblings take everything", async () => {
	await using r = await rehearse({
		zones,
		hosts: {
			"mx1.good.test": {},
			"mx2.good.test": {},
			"mx3.good.test": { manners: { replyAt: { greeting: "554 5.7.1 Your address is blocked here" } } },
		},
		readers,
		limits: { messagesPerConnection: 1 },
		// A mark is never longer than the second wait.
		config: (config) => ({ ...config, retry: { waitsMs: [80, 30_000], giveUpMs: 3_600_000 } }),
	});
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 12 });
	const refused = await r.rows({ host: "mx3.good.test" });
	expect(new Set(refused.map((row) => row.class).filter((name) => name !== "skipped")).size).toBe(1);
	// After the first refusal (one a connection that was under way) it is left alone.
	expect(refused.filter((row) => row.class !== "skipped").length).toBeLessThanOrEqual(2);
	for (const row of refused.filter((one) => one.class === "skipped")) expect(row.text).toContain("blocked here");
	expect(r.engine.lanes.find("mta1", "good.test")?.state().hold ?? null).toBeNull();
});

test("a refusal that names Spamhaus requeues without burning tries, suppresses nobody, marks the host, and asks one sibling", async () => {
	await using r = await rehearse({
		zones,
		hosts: {
			"mx1.good.test": { manners: { replyAt: { rcpt: SPAMHAUS }, refuse: [{ source: "*", at: "rcpt", reply: SPAMHAUS }] } },
			"mx2.good.test": {},
			"mx3.good.test": {},
		},
		readers,
		limits: { messagesPerConnection: 1 },
		// A mark is never longer than the second wait.
		config: (config) => ({ ...config, retry: { waitsMs: [80, 30_000], giveUpMs: 3_600_000 } }),
	});
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 12, failed: 0 });
	expect(await r.db.suppression.count()).toBe(0);
	const refused = (await r.rows({ class: "dnsbl-listed" })).filter((row) => row.mxHost === "mx1.good.test");
	expect(refused.length).toBeGreaterThan(0);
	expect(refused.length).toBeLessThanOrEqual(2);
	for (const row of await r.db.delivery.findMany()) expect(row.attempts).toBe(1);
	expect(r.engine.delivery.hosts.mark("mta1", "mx2.good.test")).toBeNull();
	expect(r.engine.lanes.find("mta1", "good.test")?.state().hold ?? null).toBeNull();
});

test("when all hosts refuse us the lane is held, with the reason, and the readers keep their place", async () => {
	const refusing = { manners: { refuse: [{ source: "*", at: "rcpt" as const, reply: SPAMHAUS }] } };
	await using r = await rehearse({
		zones: `${zones}\nother.test MX 10 mx1.other.test`,
		hosts: { "mx1.good.test": refusing, "mx2.good.test": refusing, "mx3.good.test": refusing, "mx1.other.test": {} },
		readers: [...readers, "kim@other.test"],
		config: (config) => ({ ...config, retry: { waitsMs: [100, 60_000], giveUpMs: 3_600_000 } }),
	});
	await r.run(() => (r.engine.lanes.find("mta1", "good.test")?.state().hold ?? null) !== null);
	const hold = r.engine.lanes.find("mta1", "good.test")?.state().hold;
	expect(hold?.reason).toContain("spamhaus");
	await r.run(async () => (await r.counts()).sending === 0 && (await r.counts()).delivered === 1);
	const asked = r.sandbox.arrivals.connections().length;
	await r.run(400);
	expect(r.sandbox.arrivals.connections().length).toBe(asked);
	expect(await r.counts()).toMatchObject({ queued: 12, delivered: 1, failed: 0, suppressed: 0 });
	for (const row of await r.db.delivery.findMany({ where: { domain: "good.test" } })) expect(row.attempts).toBe(0);
	expect(await r.db.suppression.count()).toBe(0);
});

test("one try asks no more than one sibling for a refusal about us", async () => {
	const refusing = { manners: { refuse: [{ source: "*", at: "rcpt" as const, reply: SPAMHAUS }] } };
	await using r = await rehearse({
		zones,
		hosts: { "mx1.good.test": refusing, "mx2.good.test": refusing, "mx3.good.test": refusing },
		readers: ["kim@good.test"],
		config: (config) => ({ ...config, retry: { waitsMs: [60_000], giveUpMs: 3_600_000 } }),
	});
	await r.run(async () => (await r.delivery("kim@good.test")).lastClass !== null);
	expect((await r.rows()).map((row) => [row.attempt, row.seq, row.class])).toEqual([
		[1, 1, "dnsbl-listed"],
		[1, 2, "dnsbl-listed"],
	]);
});

test("a host that says too fast is not asked next door, and the lane rests", async () => {
	const tooFast = { manners: { replyAt: { greeting: "421 4.7.0 Too many concurrent connections from {ip}" } } };
	await using r = await rehearse({
		zones,
		hosts: { "mx1.good.test": tooFast, "mx2.good.test": tooFast, "mx3.good.test": tooFast },
		readers: ["kim@good.test"],
		config: (config) => ({ ...config, retry: { waitsMs: [40_000], giveUpMs: 3_600_000 } }),
	});
	await r.run(async () => (await r.delivery("kim@good.test")).lastClass !== null);
	expect(await r.delivery("kim@good.test")).toMatchObject({ state: "queued", lastClass: "too-many-connections", attempts: 0 });
	expect(await r.rows()).toHaveLength(1);
	expect(r.engine.lanes.find("mta1", "good.test")?.state().hold?.reason).toContain("Too many concurrent");
});
