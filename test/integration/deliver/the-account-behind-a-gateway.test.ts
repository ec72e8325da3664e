// What the account behind a gateway may do is shared by everybody who leaves through it; when it is locked out nothing is tried again and again, and when it is let in again
// the mail goes on by itself.
import { expect, test } from "vitest";
import { GatewayNotices } from "../../../src/reputation/gateway-notice.store.ts";
import { testGateway } from "../../../src/reputation/gateway-watch.store.ts";
import { policyHistory } from "../../../src/routing/policy.store.ts";
import { per } from "../../../src/sites/site-data.ts";
import { gatewayAt, LOGIN, PARTNER, startUnchecked, throughGateways } from "../../support/partner.ts";
import { rehearse } from "../../support/rehearsal.ts";

const many = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${name}${i}@good.test`);

test("two identities share the account's limits, as the server counts them", async () => {
	const gateway = gatewayAt(PARTNER, { rates: [per(20, "s")], connections: 2 });
	await using r = await rehearse({
		...throughGateways({
			hosts: { [PARTNER]: {} },
			gateways: [gateway],
			readers: many("a", 20),
			config: (config) => ({
				...config,
				identities: [...config.identities, ...config.identities.map((identity) => ({ ...identity, from: "shop@sender.test" }))],
			}),
		}),
	});
	const shop = 'name = "Shop"\nsubject = "Shop"\nidentity = "shop@sender.test"\nkind = "notice"\n';
	const second = await r.another({ readers: many("b", 20), campaign: { "campaign.toml": shop } });
	await r.run("finished");
	await r.run("finished", second);
	const arrived = r.sandbox.arrivals.rows({ accepted: true });
	expect(arrived).toHaveLength(40);
	for (const { mailAt } of arrived)
		expect(arrived.filter((other) => other.mailAt >= mailAt && other.mailAt < mailAt + 1_000).length).toBeLessThanOrEqual(20);
	// Both were served in the first half: neither waits for the other.
	const early = arrived.toSorted((a, b) => a.mailAt - b.mailAt).slice(0, 20);
	expect(new Set(early.map((row) => row.to[0])).size).toBe(2);
	const [told] = await r.rows({ limit: 1 });
	expect(told).toMatchObject({ site: "gateway:partner", route: "partner" });
});

test("a message larger than the account takes is refused before the start", async () => {
	const world = throughGateways({ hosts: { [PARTNER]: {} }, gateways: [gatewayAt(PARTNER, { messageMax: 500 })] });
	await using r = await rehearse({ ...world, begin: false });
	const { checkCampaign } = await import("../../../src/campaign/check.ts");
	const check = await checkCampaign(r.app, await r.campaign());
	expect(check.findings.filter((finding) => finding.level === "fail")).toMatchObject([
		{ id: "size-gateway", subject: "gateway partner", what: expect.stringContaining("500") },
	]);
});

test("a refused login is one alert, and once the gateway lets us in again the campaign goes on by itself", async () => {
	const world = throughGateways({
		hosts: { [PARTNER]: { auth: { user: "x", password: "y" } } },
		gateways: [gatewayAt(PARTNER)],
		readers: many("a", 12),
		config: (config) => ({ ...config, retry: { waitsMs: [80], giveUpMs: 3_600_000 } }),
	});
	await using r = await rehearse({ ...world, begin: false });
	const said: string[] = [];
	const note = (facts: object, words: string) => void said.push(`${words} ${JSON.stringify(facts)}`);
	const notices = new GatewayNotices(r.app, { info: note, warn: note, error: note });
	r.engine.onSettled((settlements) => notices.settled(settlements));
	await startUnchecked(r);
	await r.run(() => r.engine.lanes.find("partner", "gateway:partner")?.state().hold?.until === null);
	await r.run(async () => (await r.counts()).sending === 0);
	await notices.stop();
	const failing = await r.db.alert.findMany({ where: { kind: "gateway-failing" } });
	expect(failing).toMatchObject([{ subject: "partner", text: expect.stringContaining("535") }]);

	r.sandbox.setManners(PARTNER, { auth: LOGIN });
	const [gateway] = r.app.config.gateways;
	expect(gateway && (await testGateway(r.app, gateway))).toMatchObject({ result: "ok" });
	r.engine.wake();
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 12, failed: 0 });
	expect(await r.db.alert.count({ where: { kind: "gateway-working" } })).toBe(1);
});

test("the policy of the settings is recorded when it changes, and only then", async () => {
	await using r = await rehearse({
		...throughGateways({ hosts: { [PARTNER]: {} }, gateways: [gatewayAt(PARTNER)] }),
		begin: false,
	});
	const note = () => undefined;
	const notices = new GatewayNotices(r.app, { info: note, warn: note, error: note });
	await notices.settings();
	const first = await policyHistory(r.db, { limit: 10 });
	expect(first.map((change) => change.subject).toSorted()).toEqual(["gateway partner", "identity @sender.test"]);
	await notices.settings();
	expect(await policyHistory(r.db, { limit: 10 })).toHaveLength(2);
	const { config } = r.app;
	r.engine.reload({ ...config, gateways: config.gateways.map((one) => ({ ...one, allow: ["@friend.test"] })) }, r.app.rules);
	await notices.settings();
	const [last] = await policyHistory(r.db, { limit: 1 });
	expect(last).toMatchObject({ subject: "gateway partner", after: expect.stringContaining("allow @friend.test") });
	expect(last?.before).not.toContain("@friend.test");
});
