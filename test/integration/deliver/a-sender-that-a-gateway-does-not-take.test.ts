// A gateway that does not let one identity send holds that identity there, and nobody else: its other gateways take its mail, and other identities go on.
import { expect, test } from "vitest";
import { checkCampaign } from "../../../src/campaign/check.ts";
import { explainAddress } from "../../../src/deliver/explain.ts";
import { holdsInForce } from "../../../src/deliver/hold.store.ts";
import { gatewayViews } from "../../../src/reputation/gateway-view.store.ts";
import { testGateway } from "../../../src/reputation/gateway-watch.store.ts";
import { gatewayAt, PARTNER, SECOND, startUnchecked, throughGateways } from "../../support/partner.ts";
import { rehearse } from "../../support/rehearsal.ts";

const many = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${name}${i}@good.test`);
const NOT_OWNED = { rcpt: "553 5.7.1 <news@sender.test>: Sender address rejected: not owned by user kim" };
const retry = { waitsMs: [80], giveUpMs: 3_600_000 };

test("it is held at that gateway, the other one takes all of its mail, and the first goes on for others", async () => {
	const world = throughGateways({
		hosts: { [PARTNER]: { replyAt: NOT_OWNED }, [SECOND]: {} },
		gateways: [gatewayAt(PARTNER), gatewayAt(SECOND, { name: "backup" })],
		readers: many("a", 30),
		config: (config) => ({ ...config, retry }),
	});
	await using r = await rehearse({ ...world, begin: false });
	await startUnchecked(r);
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 30, failed: 0, uncertain: 0 });
	expect(r.sandbox.arrivals.totals(SECOND).accepted).toBe(30);
	expect(await holdsInForce(r.db, r.app.clock.now())).toMatchObject([
		{ kind: "identity", subject: "@sender.test via partner", until: null, class: "gateway-policy" },
	]);
	expect((await gatewayViews(r.app)).map(({ name, held }) => [name, held.map(({ identity }) => identity)])).toEqual([
		["partner", ["@sender.test"]],
		["backup", []],
	]);
	// A connection each had one message in hand when the first was refused.
	expect((await r.rows()).filter((row) => row.class === "gateway-policy").length).toBeLessThanOrEqual(4);
	const lane = r.engine.lanes.find("partner", "gateway:partner")?.state().hold;
	expect(lane == null || lane.until !== null).toBe(true);
	expect(await r.db.alert.findMany({ where: { kind: "identity-held" } })).toMatchObject([
		{ subject: "@sender.test via partner", todo: expect.stringContaining("wellsent gateways test partner") },
	]);
});

test("with no other gateway its mail waits, `explain` names the hold, and a test that finds the sender taken lets it go on", async () => {
	const world = throughGateways({
		hosts: { [PARTNER]: { replyAt: NOT_OWNED } },
		gateways: [gatewayAt(PARTNER)],
		readers: many("a", 6),
		config: (config) => ({ ...config, retry }),
	});
	await using r = await rehearse({ ...world, begin: false });
	await startUnchecked(r);
	await r.run(async () => (await holdsInForce(r.db, r.app.clock.now())).length > 0 && (await r.counts()).sending === 0);
	expect((await explainAddress(r.app, "a1@good.test")).because).toContain("@sender.test via partner is on hold");

	r.sandbox.setManners(PARTNER, { replyAt: {} });
	const [gateway] = r.app.config.gateways;
	expect(gateway && (await testGateway(r.app, gateway))).toMatchObject({ result: "ok" });
	expect(await holdsInForce(r.db, r.app.clock.now())).toEqual([]);
	r.engine.wake();
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 6, failed: 0 });
});

test("the check of a campaign asks the gateway about its very sender, also where a whole domain may send", async () => {
	const world = throughGateways({
		hosts: { [PARTNER]: { senders: ["kim@sender.test"] } },
		gateways: [gatewayAt(PARTNER, { verp: false })],
	});
	await using r = await rehearse({ ...world, begin: false });
	const [gateway] = r.app.config.gateways;
	expect(gateway && (await testGateway(r.app, gateway))).toMatchObject({ result: "ok" });
	const check = await checkCampaign(r.app, await r.campaign());
	expect(check.findings.filter((finding) => finding.level === "fail")).toMatchObject([
		{ id: "gateway", what: expect.stringContaining("does not let this account send as news@sender.test") },
	]);
});
