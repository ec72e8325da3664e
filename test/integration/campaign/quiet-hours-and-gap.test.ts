// Quiet hours of an identity, and the gap between two newsletters to one reader, as the receiving servers see them.
import { expect, test } from "vitest";
import type { Config } from "../../../src/config/types.ts";
import { explainAddress } from "../../../src/deliver/explain.ts";
import { waitingForGap } from "../../../src/deliver/gap.store.ts";
import { per } from "../../../src/sites/site-data.ts";
import { type Rehearsal, rehearse } from "../../support/rehearsal.ts";

const zones = "good.test MX 10 mx1.good.test";
const hosts = { "mx1.good.test": {} };
const many = (n: number) => Array.from({ length: n }, (_, index) => `reader${index}@good.test`);
const GAP_MS = 1_500;

const withGap = (config: Config): Config => ({ ...config, schedule: { ...config.schedule, gapMs: GAP_MS } });
const arrivalsOf = (r: Rehearsal, to: string) => r.sandbox.arrivals.rows({ to, accepted: true }).map((row) => row.at);

/** Hours around now, in a zone where it is never midnight meanwhile. */
function quietNow(config: Config): Config {
	const minute = new Date().getUTCHours() * 60 + new Date().getUTCMinutes();
	const quietHours = { from: (minute + 1380) % 1440, to: (minute + 60) % 1440, zone: "UTC", text: "an hour around now UTC" };
	return { ...config, identities: config.identities.map((identity) => ({ ...identity, quietHours })) };
}

const noQuiet = (config: Config): Config => ({
	...config,
	identities: config.identities.map((identity) => ({ ...identity, quietHours: null })),
});

test("in quiet hours nothing of the identity leaves, and explain says until when; after them it goes on", async () => {
	await using r = await rehearse({ zones, hosts, readers: many(3), config: quietNow });
	await r.run(async () => (await r.campaign()).expandedAt !== null);
	await r.run(500);
	expect(r.sandbox.arrivals.totals().connections).toBe(0);
	const why = await explainAddress({ ...r.app, sendsItself: () => true }, "reader1@good.test");
	expect(why).toMatchObject({ rule: "hold" });
	expect(why.because).toMatch(/until .* UTC: quiet hours \(an hour around now UTC\)/);
	expect(why.nextAttemptAt).toBe(r.app.quietUntil("news@sender.test"));
	r.engine.reload(noQuiet(r.app.config));
	await r.run("finished");
	expect(r.sandbox.arrivals.acceptedByRecipient()).toEqual(new Map(many(3).map((to) => [to, 1])));
});

test("quiet hours that begin while a campaign runs stop it, and what was claimed goes back unharmed", async () => {
	await using r = await rehearse({ zones, hosts, readers: many(40), limits: { connections: 1, rates: [per(20, "s")] } });
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 5);
	r.engine.reload(quietNow(r.app.config));
	await r.run(async () => r.engine.delivery.inHand === 0 && (await r.counts()).sending === 0);
	const quiet = r.sandbox.arrivals.totals().accepted;
	expect(quiet).toBeLessThan(20);
	await r.run(400);
	expect(r.sandbox.arrivals.totals().accepted).toBe(quiet);
	expect((await r.campaign()).state).toBe("running");
	r.engine.reload({ ...noQuiet(r.app.config) });
	await r.run("finished");
	expect(r.sandbox.arrivals.acceptedByRecipient()).toEqual(new Map(many(40).map((to) => [to, 1])));
});

test("a reader who got a newsletter waits for the gap before the next one; others do not", async () => {
	await using r = await rehearse({ zones, hosts, readers: ["kim@good.test"], config: withGap });
	await r.run("finished");
	const next = await r.another({ readers: ["kim@good.test", "lee@good.test"] });
	await r.run(() => arrivalsOf(r, "lee@good.test").length === 1);
	expect(await waitingForGap(r.db, next, GAP_MS, Date.now())).toMatchObject({ readers: 1 });
	const why = await explainAddress({ ...r.app, sendsItself: () => true }, "kim@good.test");
	expect(why.rule).toBe("gap");
	expect(why.because).toMatch(/another newsletter went to this reader at .* \[schedule\] gap keeps 1500ms between two/);
	await r.run("finished", next);
	const [first = 0, second = 0] = arrivalsOf(r, "kim@good.test");
	expect(second - first).toBeGreaterThanOrEqual(GAP_MS - 50);
	expect(arrivalsOf(r, "lee@good.test")[0]).toBeLessThan(second);
});

test("two newsletters that start together reach their common readers one gap apart, a notice goes at once", async () => {
	await using r = await rehearse({ zones, hosts, readers: many(20), config: withGap, begin: false, engine: false });
	const first = await r.another({ readers: many(20) });
	const second = await r.another({ readers: many(20) });
	await r.restart();
	await r.run("finished", first);
	const notice = await r.another({
		readers: ["reader3@good.test"],
		campaign: { "campaign.toml": 'name = "N"\nsubject = "N"\nidentity = "news@sender.test"\nkind = "notice"\n' },
	});
	await r.run("finished", notice);
	await r.run("finished", second);
	for (const to of many(20).filter((one) => one !== "reader3@good.test")) {
		const [one = 0, two = 0, ...more] = arrivalsOf(r, to);
		expect(more).toEqual([]);
		expect(two - one).toBeGreaterThanOrEqual(GAP_MS - 50);
	}
	expect(arrivalsOf(r, "reader3@good.test")).toHaveLength(3);
});
