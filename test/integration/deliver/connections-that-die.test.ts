// Where a connection ends decides: before the final dot nothing was delivered and it is tried again; after it nobody knows, and nothing is sent twice.
import { expect, test } from "vitest";
import { retryCampaign } from "../../../src/campaign/actions.ts";
import { rehearse } from "../../support/rehearsal.ts";

const zones = "good.test MX 10 mx1.good.test";
const hosts = { "mx1.good.test": {} };

test("a connection that dies before the final dot is tried again and never in doubt", async () => {
	await using r = await rehearse({
		zones,
		hosts: { "mx1.good.test": { manners: { dropAt: "in-body" } } },
		readers: ["kim@good.test"],
	});
	await r.run(async () => (await r.rows()).length >= 2);
	for (const row of await r.rows()) expect(row).toMatchObject({ class: "connect-failed", stage: "body", code: 0 });
	r.sandbox.setManners("mx1.good.test", { dropAt: null });
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1, uncertain: 0 });
	expect(r.sandbox.arrivals.acceptedByRecipient().get("kim@good.test")).toBe(1);
});

test("a large message whose connection is reset in the middle is tried again", async () => {
	await using r = await rehearse({
		zones,
		hosts: { "mx1.good.test": { manners: { dropAt: "in-body", dropHow: "reset", starttls: "none" } } },
		readers: ["kim@good.test"],
		campaign: { "body.html": `<p>${"long words ".repeat(8_000)}</p><a href="{{ unsubscribe_url }}">x</a>` },
	});
	await r.run(async () => (await r.rows()).length >= 1);
	expect((await r.rows()).map((row) => row.class)).toEqual((await r.rows()).map(() => "connect-failed"));
	r.sandbox.setManners("mx1.good.test", { dropAt: null });
	await r.run("finished");
	expect(r.sandbox.arrivals.acceptedByRecipient().get("kim@good.test")).toBe(1);
});

test("a connection that dies after the final dot leaves an uncertain delivery, which only a command sends again", async () => {
	await using r = await rehearse({ zones, hosts, readers: ["drop-after-body@good.test", "ok@good.test"] });
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1, uncertain: 1 });
	const [row] = await r.rows({ to: "drop-after-body@good.test" });
	expect(row).toMatchObject({ class: "lost-after-body", action: "doubt", stage: "body", code: 0 });
	await r.restart();
	await r.run(400);
	expect(r.sandbox.arrivals.acceptedByRecipient().get("drop-after-body@good.test")).toBe(1);

	r.sandbox.setManners("mx1.good.test", { recipientNames: false });
	expect((await retryCampaign(r.app, r.id, "failed")).requeued).toBe(0);
	expect((await retryCampaign(r.app, r.id, "uncertain")).requeued).toBe(1);
	r.engine.wake();
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 2, uncertain: 0 });
	expect(r.sandbox.arrivals.acceptedByRecipient().get("drop-after-body@good.test")).toBe(2);
});

test("silence after the final dot leaves an uncertain delivery", async () => {
	await using r = await rehearse({ zones, hosts, readers: ["silent-at-body@good.test"] });
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ uncertain: 1 });
	expect((await r.rows())[0]).toMatchObject({ class: "lost-after-body", stage: "body" });
});

test("silence at an earlier stage is a time-out that is tried again", async () => {
	await using r = await rehearse({
		zones,
		hosts: { "mx1.good.test": { manners: { silentAt: "data" } } },
		readers: ["kim@good.test"],
		config: (config) => ({
			...config,
			smtp: { ...config.smtp, timeout: { ...config.smtp.timeout, commandMs: 100, bodyMs: 200 } },
		}),
	});
	await r.run(async () => (await r.rows()).length >= 1);
	expect((await r.rows())[0]).toMatchObject({ class: "timeout", stage: "data" });
	r.sandbox.setManners("mx1.good.test", { silentAt: null });
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1, uncertain: 0 });
});

test.each(["error", "silent"] as const)(
	"a QUIT that is answered with an error or not at all (%s) changes nothing",
	async (quit) => {
		await using r = await rehearse({
			zones,
			hosts: { "mx1.good.test": { manners: { quit } } },
			readers: ["a@good.test", "b@good.test"],
		});
		await r.run("finished");
		expect(await r.counts()).toMatchObject({ delivered: 2 });
		expect(await r.rows()).toHaveLength(2);
	},
);

test.each(["421", "close"] as const)(
	"a host that takes three messages a connection and then says %s gets the rest on new ones, without a try burned",
	async (afterMessages) => {
		const readers = Array.from({ length: 14 }, (_, n) => `reader${n}@good.test`);
		await using r = await rehearse({
			zones,
			hosts: { "mx1.good.test": { manners: { messagesPerConnection: 3, afterMessages } } },
			readers,
			limits: { connections: 1 },
		});
		await r.run("finished");
		expect(await r.counts()).toMatchObject({ delivered: 14 });
		expect((await r.db.delivery.findMany()).map((row) => row.attempts)).toEqual(readers.map(() => 1));
		const connections = r.sandbox.arrivals.connections();
		expect(connections.map((row) => row.messages)).toEqual([3, 3, 3, 3, 2]);
		// It learned: only the first connection ran into the limit.
		expect((await r.rows()).filter((row) => row.class !== "accepted").length).toBeLessThanOrEqual(1);
	},
);
