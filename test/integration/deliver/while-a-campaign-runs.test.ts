// Pause, resume, cancel, a key that goes away, a reader whose data is bad: what happens to a campaign under way.
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { cancelCampaign, pauseCampaign, resumeCampaign } from "../../../src/campaign/actions.ts";
import { moveCampaign } from "../../../src/campaign/campaign.store.ts";
import { per } from "../../../src/sites/site-data.ts";
import { rehearse } from "../../support/rehearsal.ts";

const zones = "good.test MX 10 mx1.good.test";
const hosts = { "mx1.good.test": {} };
const many = (n: number) => Array.from({ length: n }, (_, index) => `reader${index}@good.test`);
/** Slow enough that a test can step in between. */
const slow = { connections: 1, rates: [per(20, "s")] };

test("a pause gives back what was not begun, and resuming goes on without a gap or a copy", async () => {
	await using r = await rehearse({ zones, hosts, readers: many(30), limits: slow });
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 5);
	await pauseCampaign(r.app, r.id, "asked to");
	r.engine.wake();
	await r.run(async () => r.engine.delivery.inHand === 0 && (await r.counts()).sending === 0);
	const paused = await r.counts();
	expect(paused.queued).toBeGreaterThan(15);
	expect(paused.queued + paused.delivered).toBe(30);
	expect(r.sandbox.arrivals.totals().accepted).toBe(paused.delivered);
	await r.run(400);
	expect(await r.counts()).toEqual(paused);
	expect(await r.campaign()).toMatchObject({ state: "paused", stateReason: "asked to" });

	await resumeCampaign(r.app, r.id);
	r.engine.wake();
	await r.run("finished");
	expect(r.sandbox.arrivals.acceptedByRecipient()).toEqual(new Map(many(30).map((to) => [to, 1])));
	expect((await r.db.delivery.findMany()).every((row) => row.tries === 1 && row.attempts === 1)).toBe(true);
	expect(r.said).toEqual([]);
});

test("a cancelled campaign sends nothing more, and everything in the queue ends as cancelled", async () => {
	await using r = await rehearse({ zones, hosts, readers: [...many(30), "greylist-3@good.test"], limits: slow });
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 3);
	await cancelCampaign(r.app, r.id);
	r.engine.wake();
	await r.run(async () => r.engine.delivery.inHand === 0 && (await r.counts()).sending === 0);
	const counts = await r.counts();
	expect(counts.queued).toBe(0);
	expect(counts.cancelled).toBeGreaterThan(15);
	expect(counts.cancelled + counts.delivered).toBe(31);
	const arrived = r.sandbox.arrivals.totals().accepted;
	await r.run(300);
	expect(r.sandbox.arrivals.totals().accepted).toBe(arrived);
	expect(arrived).toBe(counts.delivered);
});

test("a delivery that waits for its lane when the campaign is paused is not sent", async () => {
	// One message in four seconds: the next one waits on its open connection when the pause comes.
	const rates = [{ limit: 1, windowMs: 4_000, text: "1 in 4 s" }];
	await using r = await rehearse({ zones, hosts, readers: many(3), limits: { connections: 1, rates } });
	await r.run(async () => (await r.counts()).delivered >= 1);
	const before = r.sandbox.arrivals.totals().accepted;
	await pauseCampaign(r.app, r.id);
	r.engine.wake();
	await r.run(4_600);
	expect(r.sandbox.arrivals.totals().accepted).toBe(before);
	expect(await r.counts()).toMatchObject({ sending: 0, queued: 3 - before });
});

test("a DKIM key that is gone pauses the campaign with the reason, and nothing leaves unsigned", async () => {
	await using r = await rehearse({ zones, hosts, readers: many(20), limits: slow });
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 2);
	await pauseCampaign(r.app, r.id);
	r.engine.wake();
	await r.run(async () => r.engine.delivery.inHand === 0);
	const arrived = r.sandbox.arrivals.totals().accepted;
	await rm(path.join(r.folder, "rsa.pem"));
	await resumeCampaign(r.app, r.id);
	r.engine.wake();
	await r.run(async () => (await r.campaign()).state === "paused");
	expect((await r.campaign()).stateReason).toContain("rsa.pem");
	expect(r.sandbox.arrivals.totals().accepted).toBe(arrived);
	await r.run(async () => (await r.counts()).sending === 0);
	expect(await r.counts()).toMatchObject({ failed: 0, queued: 20 - arrived });
	for (const row of r.sandbox.arrivals.rows({ accepted: true })) expect(row.raw?.toString()).toMatch(/^DKIM-Signature:/m);
});

test("a campaign whose key is gone does not stop another one on the same lane", async () => {
	await using r = await rehearse({ zones, hosts, readers: many(5), engine: false });
	const second = await r.another({ readers: ["other@good.test"] });
	const first = await r.campaign();
	await writeFile(path.join(first.frozen ?? "", "campaign.toml"), "this is no longer TOML");
	await r.restart();
	await r.run("finished", second);
	await r.run("paused");
	await r.run(async () => (await r.counts()).sending === 0);
	expect(await r.counts()).toMatchObject({ queued: 5, delivered: 0 });
});

test("a name with a line break in it is refused for that reader alone and never reaches a header", async () => {
	await using r = await rehearse({
		zones,
		hosts,
		readers: [
			{ email: "evil@good.test", name: "Kim\r\nBcc: everybody@good.test" },
			{ email: "good@good.test", name: "Kim" },
		],
		campaign: {
			"campaign.toml": `name = "A letter"\nsubject = "For {{ contact.name }}"\nidentity = "news@sender.test"\nkind = "marketing"\n`,
		},
		begin: false,
	});
	const { folder } = await r.campaign();
	await moveCampaign(r.db, r.id, "start", { clock: r.app.clock, frozen: folder });
	r.engine.wake();
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1, failed: 1 });
	expect((await r.rows({ to: "evil@good.test" })).map((row) => [row.class, row.rule, row.mxHost])).toEqual([
		["bad-format", "reader-refused", ""],
	]);
	expect(r.sandbox.arrivals.rows().map((row) => row.to)).toEqual(["good@good.test"]);
	for (const row of r.sandbox.arrivals.rows()) expect(row.raw?.toString()).not.toMatch(/^Bcc:/m);
	expect(await r.db.suppression.count()).toBe(0);
});

test("a field that a reader lost after the start is refused for that reader alone", async () => {
	await using r = await rehearse({
		zones,
		hosts,
		readers: [
			{ email: "a@good.test", attributes: { city: "Seoul" } },
			{ email: "b@good.test", attributes: { city: "Busan" } },
		],
		campaign: {
			"body.html": `<p>{{ contact.city }}</p><a href="{{ unsubscribe_url }}">x</a>`,
			"body.txt": "{{ contact.city }} {{ unsubscribe_url }}",
		},
		engine: false,
	});
	await r.db.contact.update({ where: { email: "a@good.test" }, data: { attributes: "{}" } });
	await r.restart();
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1, failed: 1 });
	expect((await r.rows({ to: "a@good.test" }))[0]).toMatchObject({ class: "bad-format", rule: "reader-refused" });
	expect((await r.rows({ to: "a@good.test" }))[0]?.text).toContain("city");
});

test("a message that is over the limit when it is sent is never handed over", async () => {
	await using r = await rehearse({
		zones,
		hosts,
		readers: [
			{ email: "long@good.test", attributes: { story: "short" } },
			{ email: "b@good.test", attributes: { story: "short" } },
		],
		campaign: { "body.html": `<p>{{ contact.story }}</p><a href="{{ unsubscribe_url }}">x</a>` },
		config: (config) => ({ ...config, limits: { ...config.limits, htmlMax: 20_000 } }),
		engine: false,
	});
	await r.db.contact.update({
		where: { email: "long@good.test" },
		data: { attributes: JSON.stringify({ story: "x".repeat(30_000) }) },
	});
	await r.restart();
	await r.run("paused");
	expect(await r.counts()).toMatchObject({ failed: 0 });
	expect(await r.rows({ to: "long@good.test" })).toEqual([]);
	expect(r.sandbox.arrivals.rows().map((row) => row.to)).not.toContain("long@good.test");
});
