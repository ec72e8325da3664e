// Several gateways of one identity: divided by weight, the next one while the first cannot be used, and no message lost or sent twice by it.
import { expect, test } from "vitest";
import type { Config } from "../../../src/config/types.ts";
import { gatewayAt, PARTNER, SECOND, throughGateways } from "../../support/partner.ts";
import { type Rehearsal, rehearse } from "../../support/rehearsal.ts";

const many = (n: number) => Array.from({ length: n }, (_, i) => `reader${i}@good.test`);
const taken = (r: Rehearsal, host: string) => r.sandbox.arrivals.totals(host).accepted;
/** A gateway that is out of use stays so for as long as the test runs. */
const patient = (config: Config): Config => ({ ...config, retry: { waitsMs: [80, 60_000], giveUpMs: 3_600_000 } });
/** Readers who got it, by what arrived. */
const reached = (r: Rehearsal) =>
	r.sandbox.arrivals
		.rows()
		.filter((row) => row.accepted)
		.map((row) => row.to)
		.toSorted();

test("mail is divided by the weights, whatever each gateway's speed", async () => {
	await using r = await rehearse(
		throughGateways({
			hosts: { [PARTNER]: { delayMs: { body: 4 } }, [SECOND]: {} },
			gateways: [gatewayAt(PARTNER), gatewayAt(SECOND, { name: "second" })],
			weights: [3, 1],
			readers: many(160),
		}),
	);
	await r.run("finished");
	expect(taken(r, PARTNER) + taken(r, SECOND)).toBe(160);
	expect(taken(r, PARTNER)).toBeGreaterThanOrEqual(104);
	expect(taken(r, PARTNER)).toBeLessThanOrEqual(136);
	expect(new Set((await r.rows()).map((row) => row.site))).toEqual(new Set(["gateway:partner", "gateway:second"]));
});

test("the second is left alone while the first works", async () => {
	await using r = await rehearse(
		throughGateways({
			hosts: { [PARTNER]: {}, [SECOND]: {} },
			gateways: [gatewayAt(PARTNER), gatewayAt(SECOND, { name: "backup" })],
			readers: many(40),
		}),
	);
	await r.run("finished");
	expect([taken(r, PARTNER), taken(r, SECOND)]).toEqual([40, 0]);
});

test.each([
	{ name: "refuses the login", manners: { auth: { user: "x", password: "y" } } },
	{ name: "has a bad certificate", manners: { starttls: "expired" } },
	{ name: "ends every connection", manners: { dropAt: "greeting" } },
] as const)("when the first $name all mail goes through the second, each reader once", async ({ manners }) => {
	const readers = many(40);
	await using r = await rehearse(
		throughGateways({
			hosts: { [PARTNER]: manners, [SECOND]: {} },
			gateways: [gatewayAt(PARTNER), gatewayAt(SECOND, { name: "backup" })],
			readers,
			config: patient,
		}),
	);
	await r.run("finished");
	expect(taken(r, SECOND)).toBe(40);
	expect(reached(r)).toEqual(readers.toSorted());
	expect(await r.counts()).toMatchObject({ delivered: 40, failed: 0, uncertain: 0 });
});

test("a first gateway that breaks in the middle loses nothing, and what it may have taken is not sent through the second", async () => {
	const readers = many(60);
	await using r = await rehearse(
		throughGateways({
			hosts: { [PARTNER]: { delayMs: { body: 5 } }, [SECOND]: {} },
			gateways: [gatewayAt(PARTNER, { connections: 1 }), gatewayAt(SECOND, { name: "backup" })],
			readers,
			config: patient,
		}),
	);
	await r.run(() => taken(r, PARTNER) >= 10);
	r.sandbox.setManners(PARTNER, { dropAt: "body" });
	await r.run(async () => (await r.counts()).uncertain > 0);
	r.sandbox.setManners(PARTNER, { dropAt: "greeting" });
	await r.run(async () => (await r.counts()).queued + (await r.counts()).sending === 0);
	const { delivered, uncertain } = await r.counts();
	expect(delivered + uncertain).toBe(60);
	expect(new Set(reached(r)).size).toBe(reached(r).length);
	const got = new Set(reached(r));
	for (const { email } of await r.db.delivery.findMany({ where: { state: "delivered" } })) expect(got).toContain(email);
	expect(taken(r, SECOND)).toBeGreaterThan(0);
});
