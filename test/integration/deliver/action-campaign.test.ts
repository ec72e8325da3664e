// A newsletter that a site does not want waits at that site until a person has looked at it; elsewhere it goes on.
import { expect, test } from "vitest";
import { holdsInForce, releaseHolds } from "../../../src/deliver/hold.store.ts";
import { rehearse } from "../../support/rehearsal.ts";

const zones = "picky.test MX 10 mx1.picky.test\ngood.test MX 10 mx1.good.test";
const SPAM = "554 5.7.1 Message rejected due to its content: it looks like spam";
const picky = Array.from({ length: 20 }, (_, n) => `reader${n}@picky.test`);
const limits = { connections: 1, rates: [{ limit: 30, windowMs: 1_000, text: "30/s" }] };

test("content refused three times in a row pauses the campaign at that site only, and a release goes on", async () => {
	await using r = await rehearse({
		zones,
		hosts: { "mx1.picky.test": { manners: { replyAt: { body: SPAM } } }, "mx1.good.test": {} },
		readers: [...picky, ...Array.from({ length: 20 }, (_, n) => `reader${n}@good.test`)],
		limits,
	});
	await r.run(async () => (await holdsInForce(r.db, Date.now())).length > 0);
	await r.run(async () => (await r.counts()).delivered === 20 && (await r.counts()).sending === 0);
	const { failed, queued } = await r.counts();
	// Three were needed to know; what was on its way then is refused, too.
	expect(failed).toBeGreaterThanOrEqual(3);
	expect(failed).toBeLessThan(10);
	expect(queued).toBe(20 - failed);
	const [hold] = await holdsInForce(r.db, Date.now());
	expect(hold).toMatchObject({ kind: "campaign-site", subject: `${r.id}/picky.test`, class: "content-refused", until: null });
	expect(await r.db.suppression.count()).toBe(0);
	await r.run(400);
	expect((await r.counts()).failed).toBe(failed);
	expect((await r.campaign()).state).toBe("running");
	await releaseHolds(r.db, { id: hold?.id ?? 0 }, "a person", Date.now());
	r.engine.wake();
	await r.run(async () => (await r.counts()).failed > failed);
});

test("another newsletter is not held with it", async () => {
	await using r = await rehearse({
		zones,
		hosts: { "mx1.picky.test": { manners: { replyAt: { body: SPAM } } }, "mx1.good.test": {} },
		readers: picky.slice(0, 6),
		limits,
	});
	await r.run(async () => (await holdsInForce(r.db, Date.now())).length > 0);
	const next = await r.another({ readers: ["another@picky.test"] });
	await r.run("finished", next);
	expect(await r.counts(next)).toMatchObject({ failed: 1 });
});
