// A host that calls everybody unknown beside siblings that accept (D6).
import { expect, test } from "vitest";
import { rehearse } from "../../support/rehearsal.ts";

const zones = [1, 2, 3, 4].map((n) => `good.test MX 10 mx${n}.good.test`).join("\n");
const hosts = { "mx1.good.test": {}, "mx2.good.test": {}, "mx3.good.test": {}, "mx4.good.test": {} };
const readersOf = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `reader${i + from}@good.test`);
// A mark is never longer than the second wait: here a probe goes every 250 ms.
const config = { retry: { waitsMs: [80, 250], giveUpMs: 3_600_000 } };
const limits = { connections: 2, messagesPerConnection: 3, rates: [{ limit: 60, windowMs: 1_000, text: "60/s" }] };

test("a host that calls everybody unknown beside siblings that accept is not believed: readers are kept, and asked for next door", async () => {
	await using r = await rehearse({
		zones,
		hosts: { ...hosts, "mx3.good.test": { manners: { replyAt: { rcpt: "550 5.1.1 No such user here" } } } },
		readers: readersOf(240),
		limits: { ...limits, rates: [{ limit: 80, windowMs: 1_000, text: "80/s" }] },
		config: (c) => ({ ...c, ...config }),
	});
	await r.run("finished");
	await r.engine.delivery.flush();
	const { failed, delivered } = await r.counts();
	expect(failed).toBeGreaterThanOrEqual(10);
	expect(failed).toBeLessThan(30);
	expect(delivered).toBe(240 - failed);
	expect(await r.db.suppression.count()).toBe(0);
	expect(await r.db.quarantine.count({ where: { decidedAt: null, mxHost: "mx3.good.test" } })).toBe(failed);
	expect(await r.db.alert.count({ where: { kind: "invalid-burst" } })).toBe(1);
	const saved = (await r.rows({ host: "mx3.good.test", class: "invalid-recipient" })).filter(
		(row) => row.action === "suppress",
	).length;
	expect(saved).toBeGreaterThan(failed);
});

test("readers whom all hosts call unknown are a bad list and no burst: they are suppressed", async () => {
	const all = Object.fromEntries(
		Object.keys(hosts).map((name) => [name, { manners: { recipients: { gone: "550 5.1.1 No such user" } } }]),
	);
	await using r = await rehearse({
		zones,
		hosts: all,
		readers: [...readersOf(60), ...Array.from({ length: 60 }, (_, n) => `gone+${n}@good.test`)],
		limits: { ...limits, rates: [{ limit: 400, windowMs: 1_000, text: "400/s" }] },
	});
	await r.run("finished");
	expect(await r.db.suppression.count()).toBe(60);
	expect(await r.db.quarantine.count()).toBe(0);
});
