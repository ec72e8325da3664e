// What a server says about one reader: suppressed, given another time, or ended; never more than the words allow.
import { expect, test } from "vitest";
import { rehearse } from "../../support/rehearsal.ts";

const zones = "good.test MX 10 mx1.good.test";
const hosts = { "mx1.good.test": {} };

test("a greylisted reader is tried again and gets the message", async () => {
	await using r = await rehearse({ zones, hosts, readers: ["greylist@good.test", "ok@good.test"] });
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 2 });
	const rows = await r.rows({ to: "greylist@good.test" });
	expect(rows.map((row) => [row.attempt, row.stage, row.class, row.action])).toEqual([
		[1, "rcpt", "greylisted", "retry-soon"],
		[2, "body", "accepted", "done"],
	]);
	expect(await r.delivery("greylist@good.test")).toMatchObject({ attempts: 2, tries: 2, lastClass: "accepted" });
});

test("an unknown user fails at once and is never mailed again", async () => {
	await using r = await rehearse({ zones, hosts, readers: ["unknown@good.test", "ok@good.test"] });
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1, failed: 1 });
	expect(await r.suppressed("unknown@good.test")).toBe("invalid-recipient");
	expect(await r.suppressed("ok@good.test")).toBeNull();
	expect((await r.db.suppression.findFirstOrThrow()).detail).toContain("550 5.1.1");

	const second = await r.another({ readers: ["unknown@good.test", "ok@good.test"] });
	await r.run("finished", second);
	expect(await r.counts(second)).toMatchObject({ delivered: 1, suppressed: 1 });
	expect(r.sandbox.arrivals.rows({ to: "unknown@good.test" })).toHaveLength(1);
});

test("a full mailbox waits long, keeps its reader, and holds up nobody", async () => {
	await using r = await rehearse({ zones, hosts, readers: ["full@good.test", "a@good.test", "b@good.test"] });
	await r.run(async () => (await r.counts()).delivered === 2);
	await r.run(async () => (await r.delivery("full@good.test")).state === "queued");
	const waiting = await r.delivery("full@good.test");
	expect(waiting).toMatchObject({ lastClass: "mailbox-full", attempts: 1 });
	// The default of 12 hours, cut to a sixth of the age limit of this rehearsal (60 s), ±20 %.
	const wait = waiting.dueAt.getTime() - Date.now();
	expect(wait).toBeGreaterThan(6_000);
	expect(wait).toBeLessThan(12_000);
	expect(await r.suppressed("full@good.test")).toBeNull();
	expect((await r.campaign()).state).toBe("running");
});

test("temporary trouble is tried again on the schedule until the age limit ends it", async () => {
	await using r = await rehearse({
		zones,
		hosts,
		readers: ["tempfail@good.test"],
		config: (config) => ({ ...config, retry: { waitsMs: [50, 100], giveUpMs: 700 } }),
	});
	await r.run("finished");
	const ended = await r.delivery("tempfail@good.test");
	expect(ended.state).toBe("failed");
	expect(ended.tries).toBeGreaterThanOrEqual(2);
	expect(await r.suppressed("tempfail@good.test")).toBeNull();
	expect(r.sandbox.arrivals.rows({ to: "tempfail@good.test" })).toHaveLength(ended.tries);
});

test("a refusal after the final dot ends the delivery with the words of the server", async () => {
	await using r = await rehearse({ zones, hosts, readers: ["at-body-554-spam@good.test", "ok@good.test"] });
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1, failed: 1 });
	const [row] = await r.rows({ to: "at-body-554-spam@good.test" });
	expect(row).toMatchObject({ stage: "body", code: 554, text: "spam" });
	expect(row?.bytes).toBeGreaterThan(500);
	expect(await r.suppressed("at-body-554-spam@good.test")).toBeNull();
});

test("a reader suppressed after being queued gets nothing", async () => {
	await using r = await rehearse({ zones, hosts, readers: ["gone@good.test", "ok@good.test"], engine: false });
	await r.db.suppression.create({
		data: { subject: "gone@good.test", reason: "unsubscribe", detail: "one click", createdAt: new Date() },
	});
	await r.restart();
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1, suppressed: 1 });
	expect(r.sandbox.arrivals.rows({ to: "gone@good.test" })).toEqual([]);
});

test("a reader suppressed while waiting for another try gets no other try", async () => {
	await using r = await rehearse({ zones, hosts, readers: ["greylist-3@good.test"] });
	await r.run(async () => (await r.rows()).length > 0);
	await r.db.suppression.create({ data: { subject: "@good.test", reason: "manual", detail: "asked us", createdAt: new Date() } });
	await r.run("finished");
	expect((await r.delivery("greylist-3@good.test")).state).toBe("suppressed");
	expect(r.sandbox.arrivals.totals().accepted).toBe(0);
});
