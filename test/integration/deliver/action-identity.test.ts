// Who is not believed waits everywhere: a failed SPF, DKIM or DMARC check at one provider will fail at the next.
import { expect, test } from "vitest";
import { holdsInForce, releaseHolds } from "../../../src/deliver/hold.store.ts";
import { rehearse } from "../../support/rehearsal.ts";

const zones = "strict.test MX 10 mx1.strict.test\ngood.test MX 10 mx1.good.test";
const UNBELIEVED = "550 5.7.26 Unauthenticated email from sender.test is not accepted due to domain's DMARC policy";
const strict = Array.from({ length: 8 }, (_, n) => `reader${n}@strict.test`);
const refusing = { "mx1.strict.test": { manners: { replyAt: { body: UNBELIEVED } } }, "mx1.good.test": {} };
const limits = { connections: 1, rates: [{ limit: 40, windowMs: 1_000, text: "40/s" }] };
const retry = { waitsMs: [100, 200], giveUpMs: 60_000 };

test("three refusals in a row hold the identity at all sites, nobody is lost, and time ends it", async () => {
	await using r = await rehearse({
		zones,
		hosts: refusing,
		readers: strict,
		limits,
		config: (c) => ({ ...c, retry: { ...retry, giveUpMs: 24_000 } }),
	});
	await r.run(async () => (await holdsInForce(r.db, Date.now())).length > 0);
	const [hold] = await holdsInForce(r.db, Date.now());
	expect(hold).toMatchObject({ kind: "identity", subject: "@sender.test", class: "dmarc-failed" });
	expect(hold?.reason).toContain("5.7.26");
	// Another newsletter of the same identity, to a site that has not complained.
	const next = await r.another({ readers: ["kim@good.test"] });
	await r.run(300);
	expect(await r.counts(next)).toMatchObject({ delivered: 0 });
	expect((await r.counts()).failed).toBe(0);
	expect(await r.db.suppression.count()).toBe(0);
	for (const row of await r.db.delivery.findMany()) expect(row.attempts).toBe(0);
	expect(await r.db.alert.count({ where: { kind: "identity-held" } })).toBe(1);
	await r.run(async () => (await r.counts(next)).delivered === 1, next);
	expect(Date.now()).toBeGreaterThanOrEqual(hold?.until ?? Number.POSITIVE_INFINITY);
});

test("a person who releases the hold sets it going at once", async () => {
	await using r = await rehearse({
		zones,
		hosts: refusing,
		readers: strict,
		limits,
		config: (c) => ({ ...c, retry: { ...retry, giveUpMs: 3_600_000 } }),
	});
	await r.run(async () => (await holdsInForce(r.db, Date.now())).length > 0);
	const next = await r.another({ readers: ["kim@good.test"] });
	await r.run(250);
	expect((await r.counts(next)).delivered).toBe(0);
	expect(await releaseHolds(r.db, { kind: "identity", subject: "@sender.test" }, "a person", Date.now())).toBe(1);
	// The strict sites' readers that were in line may be refused before kim's turn and hold it again: then the person says so again.
	await r.run(async () => {
		await releaseHolds(r.db, { kind: "identity", subject: "@sender.test" }, "a person", Date.now());
		return (await r.counts(next)).delivered === 1;
	}, next);
	expect(await r.db.hold.findFirst()).toMatchObject({ releasedBy: "a person" });
});

test("one server's mistake among many that accept holds only that site", async () => {
	const good = Array.from({ length: 40 }, (_, n) => `reader${n}@good.test`);
	await using r = await rehearse({
		zones,
		hosts: { "mx1.strict.test": { manners: { replyAt: { body: UNBELIEVED }, delayMs: { greeting: 600 } } }, "mx1.good.test": {} },
		readers: [...good, ...strict.slice(0, 4)],
		limits: { connections: 1, rates: [{ limit: 200, windowMs: 1_000, text: "200/s" }] },
		config: (c) => ({ ...c, retry: { ...retry, giveUpMs: 3_600_000 } }),
	});
	await r.run(async () => (await holdsInForce(r.db, Date.now())).length > 0);
	expect(await holdsInForce(r.db, Date.now())).toMatchObject([{ kind: "campaign-site", subject: `${r.id}/strict.test` }]);
	const next = await r.another({ readers: ["kim@good.test"] });
	await r.run(async () => (await r.counts(next)).delivered === 1, next);
});
