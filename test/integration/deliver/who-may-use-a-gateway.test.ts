// Gateways are closed to everybody who is not named; what is taken away counts while a campaign runs, and nothing leaves another way.
import { expect, test } from "vitest";
import { addCampaign, resumeCampaign } from "../../../src/campaign/actions.ts";
import { campaignJson } from "../../../src/campaign/campaign-json.ts";
import { checkCampaign } from "../../../src/campaign/check.ts";
import { writtenWay } from "../../../src/campaign/way.file.ts";
import type { Config, GatewayConfig } from "../../../src/config/types.ts";
import { grant, revoke } from "../../../src/routing/policy.store.ts";
import { gatewayAt, LOGIN, PARTNER } from "../../support/partner.ts";
import { type RehearsalOptions, rehearse } from "../../support/rehearsal.ts";
import { FROM } from "../../support/rehearsal-world.ts";

const toml = (extra: string) => ({
	"campaign.toml": `name = "A letter"\nsubject = "A letter"\nidentity = "${FROM}"\nkind = "notice"\n${extra}`,
});
const world = (of: {
	gateway?: Partial<GatewayConfig>;
	campaign?: string;
	readers?: string[];
	begin?: boolean;
}): RehearsalOptions => ({
	zones: "good.test MX 10 mx1.good.test",
	hosts: { "mx1.good.test": {}, [PARTNER]: { manners: { auth: LOGIN, delayMs: { body: 10 } } } },
	readers: of.readers ?? ["kim@good.test"],
	campaign: toml(of.campaign ?? ""),
	begin: of.begin ?? true,
	config: (base) => ({ ...base, gateways: [gatewayAt(PARTNER, { port: base.smtp.port, connections: 1, ...of.gateway })] }),
});
const WHO = { by: "kim", reason: "a test", now: Date.now() };

test("a campaign that asks for a gateway nobody gave it is refused when it is added, naming the rule", async () => {
	await using r = await rehearse(world({ begin: false }));
	const { folder } = await r.campaign();
	const { writeFile } = await import("node:fs/promises");
	await writeFile(`${folder}/campaign.toml`, toml('route = "partner"\n')["campaign.toml"]);
	await expect(addCampaign(r.app, { dir: folder, lists: [] })).rejects.toMatchObject({
		code: "route-refused",
		exit: 3,
		what: expect.stringContaining('no rule lets news@sender.test use gateway "partner"'),
	});
	const check = await checkCampaign(r.app, await r.campaign());
	expect(check.passed).toBe(false);
	expect(check.findings.filter((finding) => finding.level === "fail").map((finding) => finding.id)).toEqual(["route-refused"]);
});

test.each(["http://127.0.0.1:8420", "https://10.1.2.3", "https://mail.office.lan"])(
	"unsubscribe links that lead into one's own network (%s) are pointed out before they leave through a gateway",
	async (unsubscribe) => {
		const base = world({ begin: false, gateway: { allow: [FROM] }, campaign: 'route = "partner"\n' });
		const config = (of: Config): Config => {
			const made = base.config?.(of) ?? of;
			return { ...made, identities: made.identities.map((identity) => ({ ...identity, unsubscribe })) };
		};
		await using r = await rehearse({ ...base, config });
		const check = await checkCampaign(r.app, await r.campaign());
		expect(check.findings.filter((finding) => finding.id === "unsubscribe-private")).toMatchObject([
			{ level: "warn", what: expect.stringContaining(new URL(unsubscribe).hostname) },
		]);
	},
);

test.each([
	{ name: "allow of the gateway", gateway: { allow: ["@sender.test"] }, campaign: 'route = "partner"\n' },
	{ name: "the campaign's group", gateway: { allow: ["group:partners"] }, campaign: 'route = "partner"\ngroup = "partners"\n' },
	{ name: "required_for", gateway: { requiredFor: [FROM] }, campaign: 'route = "partner"\n' },
])("$name lets it leave through the gateway", async ({ gateway, campaign }) => {
	await using r = await rehearse(world({ gateway, campaign }));
	await r.run("finished");
	expect(await r.rows()).toMatchObject([{ route: "partner", class: "accepted", mxHost: PARTNER }]);
});

test("mail that must leave through a gateway is not sent directly, however its identity is routed", async () => {
	await using r = await rehearse(world({ begin: false }));
	const { config } = r.app;
	r.engine.reload({ ...config, gateways: config.gateways.map((one) => ({ ...one, requiredFor: ["group:hr"] })) });
	const { folder } = await r.campaign();
	const { writeFile } = await import("node:fs/promises");
	await writeFile(`${folder}/campaign.toml`, toml('group = "hr"\n')["campaign.toml"]);
	await expect(addCampaign(r.app, { dir: folder, lists: [] })).rejects.toMatchObject({
		code: "route-refused",
		what: expect.stringMatching(/would leave by "direct".*required_for "group:hr"/),
	});
});

test("a permission taken away while mail is sent stops the campaign, and nothing of it leaves another way", async () => {
	const readers = Array.from({ length: 60 }, (_, n) => `reader${n}@good.test`);
	await using r = await rehearse({ ...world({ readers, campaign: "" }), begin: false });
	await grant(r.db, { gateway: "partner", subject: FROM, ...WHO });
	const id = await r.another({ readers, campaign: toml('route = "partner"\n') });
	await r.run(() => r.sandbox.arrivals.totals(PARTNER).accepted >= 3);
	await revoke(r.db, { gateway: "partner", subject: FROM, ...WHO });
	await r.run("paused", id);
	expect((await r.campaign(id)).stateReason).toContain('no rule lets news@sender.test use gateway "partner"');
	await r.run(async () => (await r.counts(id)).sending === 0, id);
	const { queued, delivered } = await r.counts(id);
	expect(queued).toBeGreaterThan(0);
	expect(delivered).toBe(r.sandbox.arrivals.totals(PARTNER).accepted);
	expect(r.sandbox.arrivals.totals("mx1.good.test").accepted).toBe(0);
	await expect(resumeCampaign(r.app, id)).rejects.toMatchObject({ code: "route-refused" });
});

test("a campaign with a route of its own is told the time of that gateway, whatever the domains, before and while it runs", async () => {
	const readers = ["kim@good.test", "lee@fine.test", "choi@good.test"];
	const zones = "good.test MX 10 mx1.good.test\nfine.test MX 10 mx1.good.test";
	const slow: Partial<GatewayConfig> = { allow: [FROM], rates: [{ limit: 1, windowMs: 60_000, text: "1/min" }] };
	await using r = await rehearse({ ...world({ readers, gateway: slow, campaign: 'route = "partner"\n' }), zones, begin: false });
	// A source that this machine does not have is no matter of mail that does not leave from it.
	const check = await checkCampaign({ ...r.app, hasAddress: async () => false }, await r.campaign());
	expect(check.findings.filter((finding) => finding.id === "source-missing")).toEqual([]);
	expect(check.sites).toMatchObject([{ site: "gateway:partner", messages: 3, limit: expect.stringContaining("1/min") }]);
	expect(check.eta).toBeGreaterThanOrEqual(120_000);
	expect(r.app.lanesOf(FROM, "gateway:partner")).toMatchObject([{ rates: [{ text: "1/min" }] }]);
	expect(r.app.lanesOf(FROM, "good.test")).not.toMatchObject([{ rates: [{ text: "1/min" }] }]);
	const campaign = await r.campaign();
	expect(campaignJson(campaign, await r.counts(), { way: await writtenWay(campaign), eta: null, problems: [] })).toMatchObject({
		route: "partner",
		group: null,
	});
});
