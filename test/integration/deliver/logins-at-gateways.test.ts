// A gateway is logged in to by the strongest way that both sides know, never before TLS, and never again and again when it refuses.
import { expect, test } from "vitest";
import { gatewayAt, LOGIN, PARTNER, startUnchecked, throughGateways } from "../../support/partner.ts";
import { rehearse } from "../../support/rehearsal.ts";

test.each([
	{ offered: ["CRAM-MD5"] },
	{ offered: ["PLAIN"] },
	{ offered: ["LOGIN"] },
	{ offered: ["XOAUTH2", "PLAIN", "LOGIN"] },
] as const)("a password logs in where $offered is offered", async ({ offered }) => {
	await using r = await rehearse(
		throughGateways({ hosts: { [PARTNER]: { authMethods: [...offered] } }, gateways: [gatewayAt(PARTNER)] }),
	);
	await r.run("finished");
	expect(await r.rows()).toMatchObject([
		{ class: "accepted", site: "gateway:partner", route: "partner", source: "", mxHost: PARTNER, tls: { verified: true } },
	]);
});

test.each(["XOAUTH2", "OAUTHBEARER"] as const)("an access token logs in with %s", async (method) => {
	const oauth2 = {
		clientId: null,
		clientSecret: null,
		refreshToken: null,
		accessToken: LOGIN.password,
		accessUrl: "",
		scope: null,
	};
	await using r = await rehearse(
		throughGateways({
			hosts: { [PARTNER]: { authMethods: [method] } },
			gateways: [gatewayAt(PARTNER, { password: null, oauth2 })],
		}),
	);
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1 });
});

test("TLS from the first byte works as STARTTLS does", async () => {
	await using r = await rehearse(
		throughGateways({ hosts: { [PARTNER]: { implicitTls: true } }, gateways: [gatewayAt(PARTNER, { security: "tls" })] }),
	);
	await r.run("finished");
	expect(await r.rows()).toMatchObject([{ class: "accepted", tls: { verified: true } }]);
});

test("a server that takes only OAuth 2 is told as such, and the lane waits for a person", async () => {
	await using r = await rehearse({
		...throughGateways({ hosts: { [PARTNER]: { authMethods: ["XOAUTH2"] } }, gateways: [gatewayAt(PARTNER)] }),
		begin: false,
	});
	await startUnchecked(r);
	await r.run(async () => (await r.rows()).length > 0);
	expect((await r.rows())[0]).toMatchObject({
		class: "login-refused",
		stage: "auth",
		text: expect.stringContaining("takes no passwords, only OAuth 2"),
	});
});

test.each([
	{
		name: "a server without TLS",
		manners: { starttls: "none" },
		gateway: {},
		stage: "starttls",
		words: "does not offer STARTTLS",
	},
	{ name: "an expired certificate", manners: { starttls: "expired" }, gateway: {}, stage: "tls", words: "expired" },
	{ name: "a certificate of nobody's", manners: {}, gateway: { ca: null }, stage: "tls", words: "self-signed" },
] as const)("$name is given no password and no mail", async ({ manners, gateway, stage, words }) => {
	const world = throughGateways({ hosts: { [PARTNER]: manners }, gateways: [gatewayAt(PARTNER, gateway)] });
	await using r = await rehearse({ ...world, begin: false });
	await startUnchecked(r);
	await r.run(async () => (await r.rows()).length > 0);
	expect((await r.rows())[0]).toMatchObject({ stage, class: "tls-failed", text: expect.stringContaining(words) });
	expect(r.sandbox.arrivals.totals(PARTNER).accepted).toBe(0);
});

test("a refused login is tried once by each connection at most, however many messages wait", async () => {
	const readers = Array.from({ length: 60 }, (_, n) => `reader${n}@good.test`);
	await using r = await rehearse({
		...throughGateways({
			hosts: { [PARTNER]: { auth: { user: "x", password: "y" } } },
			gateways: [gatewayAt(PARTNER, { connections: 2 })],
			readers,
		}),
		begin: false,
	});
	await startUnchecked(r);
	await r.run(async () => (await r.rows()).length > 0 && (await r.counts()).sending === 0);
	await r.run(600);
	expect(r.sandbox.arrivals.connections().length).toBeLessThanOrEqual(2);
	expect(await r.counts()).toMatchObject({ queued: 60, failed: 0, suppressed: 0 });
	const lane = r.engine.lanes.find("partner", "gateway:partner");
	expect(lane?.state().hold).toMatchObject({ until: null, reason: expect.stringContaining("535") });
	for (const row of await r.rows()) expect(JSON.stringify(row)).not.toContain(LOGIN.password);
});
