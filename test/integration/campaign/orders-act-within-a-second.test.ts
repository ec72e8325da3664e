// Pause, resume and cancel by another process, which cannot wake the engine: the engine notices by itself.
import { expect, test } from "vitest";
import { cancelCampaign, pauseCampaign, resumeCampaign } from "../../../src/campaign/actions.ts";
import { per } from "../../../src/sites/site-data.ts";
import { rehearse } from "../../support/rehearsal.ts";

test("the engine obeys within a second, and does in between what it was told last", async () => {
	await using r = await rehearse({
		zones: "good.test MX 10 mx1.good.test",
		hosts: { "mx1.good.test": {} },
		readers: Array.from({ length: 400 }, (_, index) => `reader${index}@good.test`),
		limits: { connections: 1, rates: [per(25, "s")] },
	});
	const accepted = () => r.sandbox.arrivals.totals().accepted;
	const lastAt = () => Math.max(...r.sandbox.arrivals.rows({ accepted: true }).map((row) => row.at));
	await r.run(() => accepted() >= 5);

	const pausedAt = Date.now();
	await pauseCampaign(r.app, r.id);
	await r.run(async () => r.engine.delivery.inHand === 0 && (await r.counts()).sending === 0);
	expect(lastAt() - pausedAt).toBeLessThan(1_000);

	const before = accepted();
	const resumedAt = Date.now();
	await resumeCampaign(r.app, r.id);
	await r.run(() => accepted() > before);
	expect(lastAt() - resumedAt).toBeLessThan(1_000);

	const cancelledAt = Date.now();
	await cancelCampaign(r.app, r.id);
	await r.run(async () => r.engine.delivery.inHand === 0 && (await r.counts()).sending === 0);
	expect(lastAt() - cancelledAt).toBeLessThan(1_000);
	expect((await r.counts()).queued).toBe(0);
});
