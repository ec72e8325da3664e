// What is told about the time left, and what it truly takes.
import { expect, test } from "vitest";
import { siteTimes } from "../../../src/campaign/eta.ts";
import { per } from "../../../src/sites/site-data.ts";
import { rehearse } from "../../support/rehearsal.ts";

const readers = (domain: string, n: number) => Array.from({ length: n }, (_, index) => `reader${index}@${domain}`);
const FROM = "news@sender.test";

test("a campaign that runs to its end takes the time that was told, before it began and on the way, per site and in all", async () => {
	await using r = await rehearse({
		zones: "good.test MX 10 mx1.good.test\nother.test MX 10 mx1.other.test",
		hosts: { "mx1.good.test": {}, "mx1.other.test": {} },
		readers: [...readers("good.test", 160), ...readers("other.test", 80)],
		// Enough connections that the rate decides: how long a message takes is not known before the first one.
		limits: { connections: 20, rates: [per(20, "s")] },
	});
	const began = Date.now();
	const told = r.check?.eta ?? 0;
	const bySite = new Map(r.check?.sites.map(({ site, ms }) => [site, ms]));
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 100);
	const halfway = Date.now();
	await r.app.outlook.read();
	const { queued, sending } = await r.db.delivery
		.groupBy({ by: ["state"], where: { site: "good.test" }, _count: true })
		.then((rows) => Object.fromEntries(rows.map((row) => [row.state, row._count])) as Record<string, number>);
	const [left] = siteTimes([
		{
			site: "good.test",
			messages: (queued ?? 0) + (sending ?? 0),
			lanes: r.app.lanesOf(FROM, "good.test"),
			of: { campaign: r.id, priority: 0 },
		},
	]);
	await r.run("finished");
	const lastAt = (host: string) => Math.max(...r.sandbox.arrivals.rows({ host, accepted: true }).map((row) => row.at));
	const firstAt = Math.min(...r.sandbox.arrivals.rows({ accepted: true }).map((row) => row.mailAt));
	const within = (said: number, took: number) => Math.abs(said - took) / took;
	expect(began).toBeLessThanOrEqual(firstAt + 1_000);
	expect(within(told, lastAt("mx1.good.test") - firstAt)).toBeLessThan(0.15);
	for (const [site, ms] of bySite) expect(within(ms, lastAt(`mx1.${site}`) - firstAt)).toBeLessThan(0.15);
	expect(within(left?.ms ?? 0, lastAt("mx1.good.test") - halfway)).toBeLessThan(0.15);
});

test("another campaign's mail on the same lane is reckoned with", async () => {
	await using r = await rehearse({
		zones: "good.test MX 10 mx1.good.test",
		hosts: { "mx1.good.test": {} },
		readers: readers("good.test", 100),
		limits: { connections: 2, rates: [per(20, "s")] },
		engine: false,
	});
	const second = await r.another({ readers: readers("good.test", 60).map((to) => `second-${to}`) });
	await r.restart();
	await r.run(async () => (await r.campaign(second)).expandedAt !== null && (await r.campaign()).expandedAt !== null);
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 10);
	await r.app.outlook.read();
	const at = Date.now();
	const waiting = await r.db.delivery.count({ where: { campaignId: second, state: { in: ["queued", "sending"] } } });
	const [told] = siteTimes([
		{
			site: "good.test",
			messages: waiting,
			lanes: r.app.lanesOf(FROM, "good.test"),
			of: { campaign: second, priority: 0 },
		},
	]);
	await r.run("finished", second);
	const took =
		Math.max(
			...r.sandbox.arrivals
				.rows({ accepted: true })
				.filter((row) => row.to.startsWith("second-"))
				.map((row) => row.at),
		) - at;
	expect(Math.abs((told?.ms ?? 0) - took) / took).toBeLessThan(0.25);
});
