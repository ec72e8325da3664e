// What people order lanes to do counts at once, in the process that sends, and is undone as easily.
import { expect, test } from "vitest";
import { placeHold, releaseHolds } from "../../../src/deliver/hold.store.ts";
import { holdLanes, releaseLanes, resetLanes, setLanes } from "../../../src/deliver/lane-orders.store.ts";
import { worstWindow } from "../../../src/sandbox/arrivals.ts";
import { per } from "../../../src/sites/site-data.ts";
import { rehearse } from "../../support/rehearsal.ts";

const zones = "good.test MX 10 mx1.good.test";
const hosts = { "mx1.good.test": {} };
const readers = (n: number) => Array.from({ length: n }, (_, index) => `reader${index}@good.test`);
const who = () => ({ by: "kim", reason: "asked by the provider", at: Date.now() });

test("a hold stops the lane within a second with the reason and who, and a release lets it go on at once", async () => {
	await using r = await rehearse({ zones, hosts, readers: readers(200), limits: { connections: 1, rates: [per(50, "s")] } });
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 5);
	await holdLanes(r.db, "mta1/good.test", null, who());
	await r.run(() => r.engine.lanes.lane("mta1", "good.test").state().hold !== null);
	expect(r.engine.lanes.lane("mta1", "good.test").state().hold).toEqual({
		until: null,
		reason: "asked by the provider",
		by: "kim",
	});
	await r.run(async () => r.engine.delivery.inHand === 0);
	const before = r.sandbox.arrivals.totals().accepted;
	await r.run(800);
	expect(r.sandbox.arrivals.totals().accepted).toBe(before);
	expect(before).toBeLessThan(150);

	await releaseLanes(r.db, "mta1/good.test", false, who());
	const released = Date.now();
	await r.run(() => r.sandbox.arrivals.totals().accepted > before);
	expect(Date.now() - released).toBeLessThan(2_000);
	await r.run("finished");
	const log = await r.db.hold.findMany({ orderBy: { id: "asc" } });
	expect(log.map((row) => [row.heldBy, row.releasedBy])).toEqual([
		["kim", "kim"],
		["kim", "kim"],
	]);
});

test("a hold on all lanes of a site outlives a restart", async () => {
	await using r = await rehearse({ zones, hosts, readers: readers(5), engine: false });
	await holdLanes(r.db, "*/good.test", null, who());
	await r.restart();
	await r.run(500);
	await r.restart();
	await r.run(500);
	expect(r.sandbox.arrivals.totals().accepted).toBe(0);
	await releaseLanes(r.db, "*/good.test", false, who());
	await r.run("finished");
});

test("a limit that was set holds from then on without a second budget, and a reset brings the settings back", async () => {
	await using r = await rehearse({ zones, hosts, readers: readers(200), limits: { connections: 2, rates: [per(40, "s")] } });
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 40);
	const limits = {
		site: "good.test",
		source: null,
		connections: 1,
		connectionsPerHour: null,
		messagesPerConnection: null,
		rates: ["10/s"],
	};
	await setLanes(r.db, limits, who());
	const lane = () => r.engine.lanes.lane("mta1", "good.test");
	await r.run(() => lane().limits.connections === 1);
	const changed = Date.now();
	expect(lane().limits.origin.rates).toBe("set by kim: asked by the provider");
	await r.run(2_000);
	const times = r.sandbox.arrivals.rows({ accepted: true }).map((row) => row.mailAt);
	expect(
		worstWindow(
			times.filter((at) => at > changed + 1_000),
			1_000,
		),
	).toBeLessThanOrEqual(10);
	expect(worstWindow(times, 1_000)).toBeLessThanOrEqual(40);

	await resetLanes(r.db, "good.test", null, who());
	await r.run(() => lane().limits.connections === 2);
	await r.run("finished");
	expect(
		worstWindow(
			r.sandbox.arrivals.rows({ accepted: true }).map((row) => row.mailAt),
			1_000,
		),
	).toBeLessThanOrEqual(40);
});

test("settings that are read again count at once, and say what needs a restart", async () => {
	await using r = await rehearse({ zones, hosts, readers: readers(100), limits: { connections: 1, rates: [per(20, "s")] } });
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 5);
	const override = {
		site: "good.test",
		source: null,
		connections: 3,
		connectionsPerHour: null,
		messagesPerConnection: null,
		tls: null,
	};
	const { config } = r.app;
	const restart = r.engine.reload({
		...config,
		lanes: [{ ...override, rates: [per(200, "s")] }],
		web: { ...config.web, token: "another" },
	});
	expect(restart).toEqual(["web"]);
	expect(r.engine.lanes.lane("mta1", "good.test").limits.connections).toBe(3);
	const began = Date.now();
	await r.run("finished");
	expect(Date.now() - began).toBeLessThan(3_000);
});

test("a release also ends at once what a reply had held, and mail that was given back meanwhile goes on", async () => {
	await using r = await rehearse({ zones, hosts, readers: readers(60), limits: { connections: 1, rates: [per(20, "s")] } });
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 5);
	r.engine.lanes.lane("mta1", "good.test").hold(Date.now() + 60_000, "421 too fast", "a reply");
	await r.run(() => r.engine.delivery.inHand === 0);
	const before = r.sandbox.arrivals.totals().accepted;
	await releaseLanes(r.db, "mta1/good.test", false, who());
	const released = Date.now();
	await r.run(() => r.sandbox.arrivals.totals().accepted > before);
	expect(Date.now() - released).toBeLessThan(3_000);
	await r.run("finished");
});

test("a hold of a campaign at a site that is released by another process lets it go on within moments", async () => {
	await using r = await rehearse({ zones, hosts, readers: readers(20), engine: false });
	const at = Date.now();
	const hold = {
		kind: "campaign-site",
		subject: `${r.id}/good.test`,
		reason: "x",
		class: null,
		until: null,
		createdAt: at,
	} as const;
	await placeHold(r.db, hold);
	await r.restart();
	await r.run(600);
	expect(r.sandbox.arrivals.totals().accepted).toBe(0);
	await releaseHolds(r.db, { kind: "campaign-site", subject: hold.subject }, "kim", Date.now());
	const released = Date.now();
	await r.run(() => r.sandbox.arrivals.totals().accepted > 0);
	expect(Date.now() - released).toBeLessThan(3_500);
});

test("an identity that is allowed other sources leaves by them from then on", async () => {
	const sources = [
		{ name: "mta1", address: "127.0.0.1", ehlo: "mta1.sender.test" },
		{ name: "mta2", address: "127.0.0.2", ehlo: "mta2.sender.test" },
	];
	await using r = await rehearse({
		zones,
		hosts,
		sources,
		readers: readers(120),
		limits: { connections: 1, rates: [per(15, "s")] },
	});
	const by = (client: string) => r.sandbox.arrivals.rows({ client, accepted: true });
	await r.run(() => by("127.0.0.1").length >= 3 && by("127.0.0.2").length >= 3);
	const { config } = r.app;
	r.engine.reload({ ...config, identities: config.identities.map((one) => ({ ...one, sources: ["mta2"] })) });
	const changed = Date.now();
	await r.run("finished");
	// What had been claimed for the lane already, twenty seconds' worth at most, is not torn out of its hands.
	const late = by("127.0.0.1").filter((row) => row.mailAt > changed).length;
	expect(late).toBeLessThanOrEqual(15);
	expect(by("127.0.0.2").length).toBeGreaterThan(60);
});
