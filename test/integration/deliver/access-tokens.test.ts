// Access tokens: asked for when needed, kept sealed, renewed before they end, one request at a time, and not again and again when the endpoint says no.

import { readFile, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { gatewayTokens } from "../../../src/deliver/gateway-token.store.ts";
import { aGateway } from "../../support/gateways.ts";
import { gatewayAt, LOGIN, PARTNER, startUnchecked, throughGateways } from "../../support/partner.ts";
import { rehearse } from "../../support/rehearsal.ts";
import { tempApp } from "../../support/temp-app.ts";

/** A token endpoint; `answers` are given in turn, the last one for ever. */
async function endpoint(answers: readonly { status: number; body: object }[]) {
	const asked: URLSearchParams[] = [];
	const server = createServer((request, response) => {
		let text = "";
		request.on("data", (part) => {
			text += part;
		});
		request.on("end", () => {
			const { status, body } = answers[Math.min(asked.length, answers.length - 1)] ?? { status: 500, body: {} };
			asked.push(new URLSearchParams(text));
			response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void server.close());
	return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token` };
}

const token = (name: string, more: object = {}) => ({
	status: 200,
	body: { access_token: name, token_type: "Bearer", expires_in: 3600, ...more },
});

async function desk(answers: readonly { status: number; body: object }[]) {
	const { app, clock } = await tempApp();
	const { asked, url } = await endpoint(answers);
	const oauth2 = { clientId: "id", clientSecret: "hush", refreshToken: "r1", accessToken: null, accessUrl: url, scope: "mail" };
	const gateway = aGateway({ password: null, oauth2 });
	const open = () => gatewayTokens({ db: app.db, clock, folder: app.data });
	return { app, clock, asked, gateway, tokens: open(), open };
}

test("a token is asked for once, however many connections want it, and kept sealed over a restart", async () => {
	const { app, asked, gateway, tokens, open } = await desk([token("a1")]);
	const got = await Promise.all([tokens.get(gateway), tokens.get(gateway), tokens.get(gateway)]);
	expect(got.map((one) => one.kind === "token" && one.token)).toEqual(["a1", "a1", "a1"]);
	expect(await open().get(gateway)).toEqual({ kind: "token", token: "a1", fresh: false });
	expect(asked).toHaveLength(1);
	expect(Object.fromEntries(asked[0] ?? [])).toEqual({
		grant_type: "refresh_token",
		refresh_token: "r1",
		client_id: "id",
		client_secret: "hush",
		scope: "mail",
	});
	const row = await app.db.gatewayToken.findUniqueOrThrow({ where: { gateway: "partner" } });
	for (const secret of ["a1", "r1", "hush"]) expect(Buffer.from(row.sealed, "base64").toString("latin1")).not.toContain(secret);
	const file = path.join(app.data, "gateway.key");
	expect((await stat(file)).mode & 0o777).toBe(0o600);
	expect(Buffer.from(await readFile(file, "utf8"), "base64")).toHaveLength(32);
});

test("it is renewed before it ends, with the refresh token that came last", async () => {
	const { clock, asked, gateway, tokens } = await desk([token("a1", { refresh_token: "r2" }), token("a2")]);
	await tokens.get(gateway);
	clock.advance(50 * 60_000);
	expect(await tokens.get(gateway)).toMatchObject({ token: "a1" });
	clock.advance(6 * 60_000);
	expect(await tokens.get(gateway)).toMatchObject({ token: "a2", fresh: true });
	expect(asked.map((form) => form.get("refresh_token"))).toEqual(["r1", "r2"]);
});

test("one that the server refused is replaced at once", async () => {
	const { gateway, tokens } = await desk([token("a1"), token("a2")]);
	await tokens.get(gateway);
	tokens.spoil(gateway);
	expect(await tokens.get(gateway)).toMatchObject({ token: "a2" });
});

test("an endpoint that says no is not asked again for a while, and its words are told without a secret", async () => {
	const { clock, asked, gateway, tokens } = await desk([
		{ status: 400, body: { error: "invalid_grant", error_description: "Token has been expired or revoked." } },
		token("a1"),
	]);
	const refused = await tokens.get(gateway);
	expect(refused).toMatchObject({
		kind: "refused",
		why: expect.stringContaining("400, invalid_grant: Token has been expired or revoked."),
	});
	await tokens.get(gateway);
	expect(asked).toHaveLength(1);
	expect(JSON.stringify(refused)).not.toMatch(/hush|r1/);
	clock.advance(11 * 60_000);
	expect(await tokens.get(gateway)).toMatchObject({ kind: "token", token: "a1" });
});

test("while the endpoint is unwell the token in hand is used to its end", async () => {
	const { clock, gateway, tokens } = await desk([token("a1"), { status: 503, body: {} }]);
	await tokens.get(gateway);
	clock.advance(57 * 60_000);
	expect(await tokens.get(gateway)).toMatchObject({ kind: "token", token: "a1" });
	clock.advance(4 * 60_000);
	expect(await tokens.get(gateway)).toMatchObject({ kind: "unreachable", why: expect.stringContaining("503") });
});

test("a campaign goes on with a new token when the server has withdrawn the one in hand", async () => {
	const { asked, url } = await endpoint([token("a1"), token("a2")]);
	const oauth2 = { clientId: "id", clientSecret: null, refreshToken: "r1", accessToken: null, accessUrl: url, scope: null };
	const auth = { ...LOGIN, password: "a2" };
	await using r = await rehearse({
		...throughGateways({
			hosts: { [PARTNER]: { auth, authMethods: ["XOAUTH2"] } },
			gateways: [gatewayAt(PARTNER, { password: null, oauth2 })],
			readers: ["a@good.test", "b@good.test"],
		}),
		begin: false,
	});
	const [gateway] = r.app.config.gateways;
	expect(gateway && (await r.app.tokens.get(gateway))).toMatchObject({ token: "a1" });
	await startUnchecked(r);
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 2 });
	expect(asked).toHaveLength(2);
	expect((await r.rows()).map((row) => row.class)).toEqual(["accepted", "accepted"]);
});

test("a token endpoint that says no holds the gateway's lane with its words", async () => {
	const { asked, url } = await endpoint([{ status: 400, body: { error: "invalid_grant" } }]);
	const oauth2 = { clientId: "id", clientSecret: null, refreshToken: "r1", accessToken: null, accessUrl: url, scope: null };
	await using r = await rehearse({
		...throughGateways({ hosts: { [PARTNER]: {} }, gateways: [gatewayAt(PARTNER, { password: null, oauth2 })] }),
		begin: false,
	});
	await startUnchecked(r);
	await r.run(() => r.engine.lanes.find("partner", "gateway:partner")?.state().hold?.until === null);
	expect(r.engine.lanes.find("partner", "gateway:partner")?.state().hold?.reason).toContain("invalid_grant");
	expect(asked).toHaveLength(1);
	expect(await r.counts()).toMatchObject({ failed: 0, delivered: 0 });
});
