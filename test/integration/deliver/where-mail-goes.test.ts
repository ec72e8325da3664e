// DNS decides where a message goes, whether it can go at all, and in which order hosts are asked.
import { expect, test } from "vitest";
import { moveCampaign } from "../../../src/campaign/campaign.store.ts";
import { rehearse } from "../../support/rehearsal.ts";

test("a domain that says it takes no mail fails without a connection", async () => {
	await using r = await rehearse({ zones: "none.test MX 0 .", readers: ["kim@none.test"] });
	await r.run("finished");
	expect((await r.rows()).map((row) => [row.stage, row.class, row.mxHost])).toEqual([["dns", "null-mx", ""]]);
	expect(await r.counts()).toMatchObject({ failed: 1 });
});

test("a domain that does not exist fails, and its reader is not suppressed on the word of one answer", async () => {
	await using r = await rehearse({ zones: "other.test A 127.0.0.1", readers: ["kim@nowhere.test"] });
	await r.run("finished");
	expect((await r.rows()).map((row) => [row.stage, row.class])).toEqual([["dns", "no-such-domain"]]);
	expect(await r.db.suppression.count()).toBe(0);
});

test("a resolver in trouble is no proof of anything: the message waits and is delivered when DNS answers again", async () => {
	await using r = await rehearse({
		zones: "good.test MX 10 mx1.good.test\nshaky.test FAULT SERVFAIL",
		hosts: { "mx1.good.test": {} },
		readers: ["kim@shaky.test", "kim@good.test"],
	});
	await r.run(async () => (await r.counts()).delivered === 1 && (await r.rows({ class: "dns-failed" })).length > 0);
	expect(await r.delivery("kim@shaky.test")).toMatchObject({
		lastClass: "dns-failed",
		state: expect.stringMatching(/queued|sending/),
	});
	expect((await r.rows({ to: "kim@shaky.test" })).every((row) => row.class === "dns-failed" && row.action === "retry")).toBe(
		true,
	);
});

test("a domain without MX records is served at its own address", async () => {
	await using r = await rehearse({ zones: "bare.test A 127.77.9.1", hosts: { "bare.test": {} }, readers: ["kim@bare.test"] });
	await r.run("finished");
	expect((await r.rows()).map((row) => [row.mxHost, row.class])).toEqual([["bare.test", "accepted"]]);
});

test("an MX host without an address is passed over for one that has an address", async () => {
	await using r = await rehearse({
		zones: "good.test MX 10 ghost.good.test\ngood.test MX 20 mx2.good.test",
		hosts: { "mx2.good.test": {} },
		readers: ["kim@good.test"],
	});
	await r.run("finished");
	expect((await r.rows()).map((row) => [row.mxHost, row.class])).toEqual([["mx2.good.test", "accepted"]]);
});

test("a domain whose only MX host has no address is trouble to be tried again, with the host's name", async () => {
	await using r = await rehearse({ zones: "good.test MX 10 ghost.good.test", readers: ["kim@good.test"] });
	await r.run(async () => (await r.rows()).length >= 1);
	expect((await r.rows())[0]).toMatchObject({ class: "dns-failed", mxHost: "ghost.good.test", scope: "host" });
	expect((await r.delivery("kim@good.test")).state).not.toBe("failed");
});

test("a source with an IPv6 address delivers to IPv6 hosts", async () => {
	await using r = await rehearse({
		zones: "six.test MX 10 mx1.six.test\nmx1.six.test AAAA ::1",
		hosts: { "mx1.six.test": {} },
		sources: [{ name: "mta6", address: "::1", ehlo: "mta6.sender.test" }],
		readers: ["kim@six.test"],
	});
	await r.run("finished");
	expect((await r.rows()).map((row) => [row.mxAddress, row.source, row.class])).toEqual([["::1", "mta6", "accepted"]]);
});

test("hosts of equal preference share the mail, and a backup gets none while they are well", async () => {
	const readers = Array.from({ length: 40 }, (_, n) => `reader${n}@good.test`);
	await using r = await rehearse({
		zones: "good.test MX 10 mx1.good.test\ngood.test MX 10 mx2.good.test\ngood.test MX 30 backup.good.test",
		hosts: { "mx1.good.test": {}, "mx2.good.test": {}, "backup.good.test": {} },
		readers,
		limits: { messagesPerConnection: 1 },
	});
	await r.run("finished");
	const taken = (host: string) => r.sandbox.arrivals.totals(host).accepted;
	expect(taken("mx1.good.test") + taken("mx2.good.test")).toBe(40);
	// One in 2^34 that chance alone gives one of them fewer than 4 of 40.
	expect(Math.min(taken("mx1.good.test"), taken("mx2.good.test"))).toBeGreaterThanOrEqual(4);
	expect(taken("backup.good.test")).toBe(0);
});

test("a host that refuses connections is followed by its backup and left alone afterwards", async () => {
	const readers = Array.from({ length: 8 }, (_, n) => `reader${n}@good.test`);
	await using r = await rehearse({
		zones: "good.test MX 20 backup.good.test",
		hosts: { "backup.good.test": {} },
		readers,
		engine: false,
		limits: { connections: 1, messagesPerConnection: 1 },
		config: (config) => ({ ...config, retry: { waitsMs: [80, 30_000], giveUpMs: 3_600_000 } }),
	});
	// Added now, or the sandbox would serve it: nothing listens at that address. The answer kept from the check is dropped with its app.
	r.sandbox.addRecords("good.test MX 10 mx1.good.test\nmx1.good.test A 127.99.99.99");
	await r.reopen();
	await r.restart();
	await r.run("finished");
	expect(r.sandbox.arrivals.totals("backup.good.test").accepted).toBe(8);
	const dead = await r.rows({ host: "mx1.good.test" });
	expect(dead.filter((row) => row.class === "connect-failed")).toHaveLength(1);
	expect(dead.filter((row) => row.class === "skipped")).toHaveLength(7);
});

test("a source address that this machine does not have is said once for the lane, and nothing is lost", async () => {
	await using r = await rehearse({
		zones: "good.test MX 10 mx1.good.test",
		hosts: { "mx1.good.test": {} },
		sources: [{ name: "away", address: "192.0.2.77", ehlo: "away.sender.test" }],
		readers: Array.from({ length: 20 }, (_, n) => `reader${n}@good.test`),
		config: (config) => ({ ...config, retry: { waitsMs: [30_000], giveUpMs: 3_600_000 } }),
		begin: false,
	});
	// The check before a start would have found it; here the address went away after it.
	const { folder } = await r.campaign();
	await moveCampaign(r.db, r.id, "start", { clock: r.app.clock, frozen: folder });
	r.engine.wake();
	await r.run(() => (r.engine.lanes.find("away", "good.test")?.state().hold ?? null) !== null);
	await r.run(async () => (await r.counts()).sending === 0);
	const rows = await r.rows();
	expect(rows.length).toBeLessThanOrEqual(2);
	for (const row of rows) expect(row).toMatchObject({ class: "source-missing", stage: "connect", action: "requeue" });
	expect(await r.counts()).toMatchObject({ queued: 20, failed: 0, suppressed: 0 });
	expect(r.engine.lanes.find("away", "good.test")?.state().hold?.by).toBe("this machine");
	for (const row of await r.db.delivery.findMany()) expect(row.attempts).toBe(0);
});
