// After a provider has removed our entry: which of its hosts have heard of it.
import { expect, test } from "vitest";
import { delistingProgress, startDelisting } from "../../../src/log/delisting.store.ts";
import { rehearse } from "../../support/rehearsal.ts";

const zones = [1, 2, 3, 4].map((n) => `good.test MX 10 mx${n}.good.test`).join("\n");
const LISTED = "554 5.7.1 Service unavailable; Client host [{ip}] blocked using zen.spamhaus.org";
const refusing = { refuse: [{ source: "*", at: "greeting" as const, reply: LISTED }] };
const hosts = { "mx1.good.test": {}, "mx2.good.test": {}, "mx3.good.test": { manners: refusing }, "mx4.good.test": {} };
const readersOf = (n: number, from = 0) => Array.from({ length: n }, (_, i) => `reader${i + from}@good.test`);
// A mark is never longer than the second wait: here a probe goes every 250 ms.
const config = { retry: { waitsMs: [80, 250], giveUpMs: 3_600_000 } };
const limits = { connections: 2, messagesPerConnection: 3, rates: [{ limit: 60, windowMs: 1_000, text: "60/s" }] };

test("a de-listing is watched host by host until all accept", async () => {
	await using r = await rehearse({
		zones,
		hosts: { ...hosts, "mx4.good.test": { manners: refusing } },
		readers: readersOf(40),
		limits,
		config: (c) => ({ ...c, ...config }),
	});
	await r.run(async () => (await r.rows({ class: "dnsbl-listed" })).length > 1);
	const watch = await startDelisting(r.db, "good.test", "mta1", Date.now());
	if (watch === null) throw new Error("the site is not known");
	const states = async () =>
		Object.fromEntries((await delistingProgress(r.db, watch, Date.now())).map((one) => [one.mxHost, one.state]));
	r.sandbox.setManners("mx3.good.test", { refuse: [] });
	// A new watch is looked for every few seconds.
	await r.run(5_200);
	let from = 1_000;
	const more = async () => {
		from += 100;
		await r.run("finished", await r.another({ readers: readersOf(60, from) }));
	};
	await more();
	expect(await states()).toMatchObject({ "mx3.good.test": "accepts", "mx4.good.test": "refuses" });
	expect(await r.db.delisting.findFirst()).toMatchObject({ finishedAt: null });
	r.sandbox.setManners("mx4.good.test", { refuse: [] });
	await r.run(300);
	await more();
	await r.run(async () => (await r.db.delisting.findFirst())?.finishedAt !== null);
	const told = await r.db.alert.findMany({ where: { kind: { startsWith: "delisting" } }, orderBy: { id: "asc" } });
	expect(told.at(-1)).toMatchObject({ kind: "delisting-done", subject: "mta1/good.test" });
	expect(told.filter((one) => one.kind === "delisting-host").map((one) => one.subject.split("/")[1])).toEqual(
		expect.arrayContaining(["mx1.good.test", "mx2.good.test", "mx3.good.test", "mx4.good.test"]),
	);
}, 30_000);
