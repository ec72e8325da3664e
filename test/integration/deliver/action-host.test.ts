// One host of several that does not want us: seen, said once, left alone but for single messages, and noticed when it takes our mail again.
import { expect, test } from "vitest";
import { hostLedger } from "../../../src/log/ledger.store.ts";
import { rehearse } from "../../support/rehearsal.ts";

const zones = [1, 2, 3, 4].map((n) => `good.test MX 10 mx${n}.good.test`).join("\n");
const LISTED = "554 5.7.1 Service unavailable; Client host [{ip}] blocked using zen.spamhaus.org";
const refusing = { refuse: [{ source: "*", at: "greeting" as const, reply: LISTED }] };
const hosts = { "mx1.good.test": {}, "mx2.good.test": {}, "mx3.good.test": { manners: refusing }, "mx4.good.test": {} };
const readersOf = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `reader${i + from}@good.test`);
// A mark is never longer than the second wait: here a probe goes every 250 ms.
const config = { retry: { waitsMs: [80, 250], giveUpMs: 3_600_000 } };
const limits = { connections: 2, messagesPerConnection: 3, rates: [{ limit: 60, windowMs: 1_000, text: "60/s" }] };

test("it is found, told once, gets single messages meanwhile, and its recovery is told with the time", async () => {
	await using r = await rehearse({ zones, hosts, readers: readersOf(300), limits, config: (c) => ({ ...c, ...config }) });
	const alerts = (kind: string) => r.db.alert.findMany({ where: { kind } });
	await r.run(async () => (await alerts("host-refusing")).length > 0);
	const verdicts = (await hostLedger(r.db)).map((row) => [row.mxHost, row.verdict]);
	expect(verdicts).toEqual([
		["mx1.good.test", "ok"],
		["mx2.good.test", "ok"],
		["mx3.good.test", "refusing"],
		["mx4.good.test", "ok"],
	]);
	const started = (await r.rows({ host: "mx3.good.test", class: "dnsbl-listed" }))[0]?.at ?? 0;
	const changed = Date.now();
	r.sandbox.setManners("mx3.good.test", { refuse: [] });
	const refused = (await r.rows({ host: "mx3.good.test", class: "dnsbl-listed" })).length;
	// A probe every 250 ms, and what was on its way together at the very beginning.
	expect(refused).toBeLessThanOrEqual((changed - started) / 250 + 3);
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 300, failed: 0 });
	for (const row of await r.db.delivery.findMany()) expect(row.attempts).toBe(1);
	expect(await alerts("host-refusing")).toMatchObject([{ subject: expect.stringMatching(/^mta1\/mx3\.good\.test\//) }]);
	const [recovered] = await alerts("host-recovered");
	expect(recovered?.since.getTime()).toBeGreaterThanOrEqual(changed - 50);
	expect(recovered?.text).toContain("accepts mail from mta1 again since");
	const [row] = await hostLedger(r.db).then((rows) => rows.filter((one) => one.mxHost === "mx3.good.test"));
	expect(row).toMatchObject({ verdict: "ok" });
	expect(row?.skipped).toBeGreaterThan(0);
});

test("after a restart it is still known to refuse: one message goes there, not one of every worker, and nothing is told twice", async () => {
	await using r = await rehearse({ zones, hosts, readers: readersOf(150), limits, config: (c) => ({ ...c, ...config }) });
	await r.run(async () => (await r.db.alert.count()) > 0);
	await r.restart();
	r.engine.wake();
	await r.run("finished");
	expect(await r.db.alert.count({ where: { kind: "host-refusing" } })).toBe(1);
});
