// A lane is shared: an urgent campaign goes first, and campaigns of equal rank take turns.
import { expect, test } from "vitest";
import { per } from "../../../src/sites/site-data.ts";
import { rehearse } from "../../support/rehearsal.ts";

const zones = "good.test MX 10 mx1.good.test";
const hosts = { "mx1.good.test": {} };
const readers = (name: string, n: number) => Array.from({ length: n }, (_, index) => `${name}${index}@good.test`);
const limits = { connections: 2, rates: [per(40, "s")] };

test("a small urgent campaign is not stuck behind a large one", async () => {
	await using r = await rehearse({ zones, hosts, readers: readers("large", 300), limits });
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 10);
	const urgent = await r.another({ readers: readers("urgent", 5), begin: false });
	await r.db.campaign.update({ where: { id: urgent }, data: { priority: 10 } });
	const { startCampaign } = await import("../../../src/campaign/actions.ts");
	await startCampaign(r.app, urgent);
	const before = r.sandbox.arrivals.totals().accepted;
	r.engine.wake();
	await r.run("finished", urgent);
	// Five of its own, the two that were under way, and what went while it was queued.
	expect(r.sandbox.arrivals.totals().accepted - before).toBeLessThan(40);
	expect((await r.counts()).queued).toBeGreaterThan(200);
});

test("two campaigns of equal rank take turns: the small one is done when as many of the large one have gone", async () => {
	await using r = await rehearse({ zones, hosts, readers: readers("large", 300), limits });
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 10);
	const small = await r.another({ readers: readers("small", 20) });
	await r.run(() => r.sandbox.arrivals.rows({ accepted: true }).some((row) => row.to.startsWith("small")));
	await r.run("finished", small);
	const order = r.sandbox.arrivals
		.rows({ accepted: true })
		.sort((a, b) => a.at - b.at)
		.map((row) => row.to.startsWith("small"));
	const between = order.slice(order.indexOf(true), order.lastIndexOf(true) + 1).filter((isSmall) => !isSmall).length;
	expect(between).toBeGreaterThanOrEqual(10);
	expect(between).toBeLessThanOrEqual(40);
});
