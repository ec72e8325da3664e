import { describe, expect, it } from "vitest";
import { createApi } from "../../../src/api/api.ts";
import { addCampaign, world } from "./world.ts";

const TOKEN = "correct-horse-battery";

describe("the lock of the API", () => {
	it.each<[string, Record<string, string>, number]>([
		["no token", {}, 401],
		["a wrong token", { authorization: "Bearer wrong" }, 401],
		["a part of the token", { authorization: `Bearer ${TOKEN.slice(0, -1)}` }, 401],
		["the token as cookie", { cookie: `wellsent_session=${TOKEN}` }, 401],
		["the token", { authorization: `Bearer ${TOKEN}` }, 200],
	])("answers %s as it should", async (_, headers, status) => {
		const { deps } = await world();
		expect((await createApi(deps({ token: TOKEN })).request("/campaigns", { headers })).status).toBe(status);
	});

	it("opens to the cookie of a sign-in, which is not the token", async () => {
		const { deps } = await world();
		const all = deps({ token: TOKEN });
		const session = all.guard.session(TOKEN);
		expect(all.guard.session("wrong")).toBeNull();
		expect(session).not.toContain(TOKEN);
		const answer = await createApi(all).request("/campaigns", { headers: { cookie: `wellsent_session=${session}` } });
		expect(answer.status).toBe(200);
	});

	it.each([
		["http://127.0.0.1:8420/campaigns", 200],
		["http://localhost/campaigns", 200],
		["http://[::1]:8420/campaigns", 200],
		["http://attacker.test/campaigns", 403],
	])("without a token answers only requests that name this machine: %s", async (url, status) => {
		const { deps } = await world();
		expect((await createApi(deps()).request(url)).status).toBe(status);
	});

	it.each<[string, Record<string, string>, number]>([
		["a program", {}, 200],
		["its own pages", { "sec-fetch-site": "same-origin", origin: "http://localhost" }, 200],
		["a browser without Sec-Fetch-Site, same origin", { origin: "http://localhost" }, 200],
		["another site", { "sec-fetch-site": "cross-site", origin: "https://attacker.test" }, 403],
		["a sibling domain", { "sec-fetch-site": "same-site", origin: "https://x.localhost" }, 403],
		["another port", { origin: "http://localhost:3000" }, 403],
		["a page without an origin", { origin: "null" }, 403],
	])("lets %s change something, or not", async (_, headers, status) => {
		const { deps, db } = await world();
		await addCampaign(db);
		const answer = await createApi(deps()).request("http://localhost/campaigns/1/pause", { method: "POST", headers });
		expect(answer.status).toBe(status);
		expect((await db.campaign.findUniqueOrThrow({ where: { id: 1 } })).state).toBe(status === 200 ? "paused" : "running");
	});

	it("refuses another site even when it has the token", async () => {
		const { deps, db } = await world();
		await addCampaign(db);
		const headers = { authorization: `Bearer ${TOKEN}`, origin: "https://attacker.test" };
		const answer = await createApi(deps({ token: TOKEN })).request("/campaigns/1/pause", { method: "POST", headers });
		expect(answer.status).toBe(403);
	});
});
