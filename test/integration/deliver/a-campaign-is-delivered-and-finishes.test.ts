// The whole path when nothing goes wrong.
import { expect, test } from "vitest";
import { rehearse } from "../../support/rehearsal.ts";

test("everybody gets the message once and the campaign finishes", async () => {
	const readers = Array.from({ length: 40 }, (_, n) => `reader${n}@good.test`);
	await using r = await rehearse({ zones: "good.test MX 10 mx1.good.test", hosts: { "mx1.good.test": {} }, readers });
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ total: 40, delivered: 40, queued: 0, sending: 0 });
	expect(r.sandbox.arrivals.acceptedByRecipient()).toEqual(new Map(readers.map((to) => [to, 1])));
	expect((await r.rows()).every((row) => row.class === "accepted" && row.code === 250 && row.stage === "body")).toBe(true);
	expect(r.said).toEqual([]);
});
