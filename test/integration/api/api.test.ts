import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { createApi, ROUTES } from "../../../src/api/api.ts";
import { openPath } from "../../../src/api/openapi.ts";
import { CLASSES } from "../../../src/replies/classes.ts";
import { addCampaign, addReader, addResponses, NOW, response, type World, world } from "./world.ts";

async function get(one: World, path: string): Promise<{ status: number; body: Record<string, never> }> {
	const answer = await createApi(one.deps()).request(path);
	return { status: answer.status, body: (await answer.json()) as Record<string, never> };
}

async function post(one: World, path: string, body?: object, method = "POST") {
	const answer = await createApi(one.deps()).request(path, {
		method,
		...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
	});
	return { status: answer.status, body: (await answer.json()) as Record<string, never> };
}

describe("the API", () => {
	it("lists campaigns with the fields of the contract", async () => {
		const one = await world();
		const campaign = await addCampaign(one.db);
		await addReader(one.db, "a@good.test", { campaign });
		await addReader(one.db, "b@good.test", { campaign, state: "delivered" });
		const { body } = await get(one, "/campaigns");
		expect(body).toMatchObject({
			ok: true,
			campaigns: [{ id: 1, name: "December", state: "running", counts: { total: 2, queued: 1, delivered: 1 }, eta: null }],
		});
		const fields = "id name state identity lists scheduledAt zone counts eta problems".split(" ");
		expect(Object.keys(body["campaigns"]![0]!).slice(0, 10)).toEqual(fields);
	});

	it("shows one campaign with its sites, the time left and its problems with advice", async () => {
		const one = await world();
		const campaign = await addCampaign(one.db);
		for (let i = 0; i < 13; i++) await addReader(one.db, `r${i}@slow.test`, { campaign });
		await addReader(one.db, "gone@good.test", { campaign, state: "failed", lastClass: "invalid-recipient", lastText: "550 no" });
		const { body } = await get(one, "/campaigns/1");
		// 60/h: 6 or 7 may go at once, the others take a minute each.
		const shown = body["campaign"] as unknown as { eta: string; sites: { remainingMs: number }[] };
		const remaining = shown.sites[0]?.remainingMs ?? 0;
		expect(remaining).toBeGreaterThan(6 * 60_000 - 1);
		expect(remaining).toBeLessThan(7.2 * 60_000);
		expect(shown.eta).toBe(new Date(NOW + remaining).toISOString());
		expect(body["campaign"]).toMatchObject({
			sites: [{ site: "slow.test", limit: "60/h" }, { site: "good.test" }],
			problems: [
				{
					kind: "failed",
					class: "invalid-recipient",
					deliveries: 1,
					what: "There is no such mailbox.",
					example: { to: "gone@good.test", text: "550 no" },
				},
			],
		});
	});

	it("pauses, resumes, cancels and retries, and tells the engine each time", async () => {
		const one = await world();
		await addCampaign(one.db);
		await addReader(one.db, "a@good.test", { campaign: 1 });
		await addReader(one.db, "b@good.test", { campaign: 1, state: "failed" });
		let woken = 0;
		const api = createApi({ ...one.deps(), wake: () => woken++ });
		const act = async (action: string, body = {}) =>
			(await (await api.request(`/campaigns/1/${action}`, { method: "POST", body: JSON.stringify(body) })).json()) as object;
		expect(await act("pause", { reason: "lunch" })).toMatchObject({
			ok: true,
			campaign: { state: "paused", stateReason: "lunch" },
		});
		expect(await act("resume")).toMatchObject({ campaign: { state: "running" } });
		expect(await act("retry", { what: "failed" })).toMatchObject({ requeued: 1, campaign: { counts: { queued: 2 } } });
		expect(await act("cancel")).toMatchObject({ cancelled: 2, campaign: { state: "cancelled", counts: { cancelled: 2 } } });
		expect(woken).toBe(4);
	});

	it("answers 409 with the command's own words when a state forbids it", async () => {
		const one = await world();
		await addCampaign(one.db, { state: "finished" });
		const { status, body } = await post(one, "/campaigns/1/pause");
		expect(status).toBe(409);
		expect(body).toMatchObject({ ok: false, error: { code: "campaign-state", findings: [] } });
	});

	it("answers 409 with the findings when the checks refuse a start, and starts nothing", async () => {
		const one = await world();
		await addCampaign(one.db, { state: "draft" });
		const { status, body } = await post(one, "/campaigns/1/start");
		expect(status).toBe(409);
		expect(body["error"]).toMatchObject({ code: "campaign-refused" });
		expect((body["error"] as unknown as { findings: unknown[] }).findings.length).toBeGreaterThan(0);
		expect((await one.db.campaign.findUniqueOrThrow({ where: { id: 1 } })).state).toBe("draft");
	});

	it.each([
		["/campaigns/9", 404, "campaign-unknown"],
		["/lists/none", 404, "list-unknown"],
		["/nothing", 404, "route-unknown"],
		["/campaigns/x", 400, "request-invalid"],
		["/campaigns?state=odd", 400, "request-invalid"],
		["/log?limit=0", 400, "request-invalid"],
		["/log?since=yesterday", 400, "request-invalid"],
		["/explain", 400, "request-invalid"],
		["/explain?to=kim", 400, "address-invalid"],
	])("answers %s with %i %s in the one error shape", async (path, status, code) => {
		const answer = await get(await world(), path);
		expect(answer.status).toBe(status);
		expect(answer.body).toMatchObject({ ok: false, error: { code } });
		expect(Object.keys(answer.body["error"]!)).toEqual(["code", "what", "fix", "findings"]);
	});

	it("refuses a body that is not JSON, in words", async () => {
		const one = await world();
		const answer = await createApi(one.deps()).request("/campaigns/1/retry", { method: "POST", body: "{what" });
		expect(answer.status).toBe(400);
		expect(await answer.json()).toMatchObject({ error: { code: "request-invalid" } });
	});

	it("does not show the text of an unexpected error", async () => {
		const one = await world();
		const said: object[] = [];
		const api = createApi({
			...one.deps(),
			resolver: { ...one.app.resolver, mx: () => Promise.reject(new Error("secret path /root")) },
			log: { error: (facts) => said.push(facts) },
		});
		const answer = await api.request("/explain?to=a@good.test");
		expect(answer.status).toBe(500);
		expect(await answer.text()).not.toContain("secret");
		expect(said).toEqual([{ error: "secret path /root", path: "/explain" }]);
	});

	it("answers the log filtered, and what came after for those who follow it", async () => {
		const one = await world();
		await addResponses(one.db, [response(), response({ class: "greylisted", at: NOW + 5 }), response({ site: "other" })]);
		const { body } = await get(one, "/log?site=good.test&since=1h");
		expect(body["log"]).toHaveLength(2);
		expect(body["nextAfterId"]).toBe(2);
		expect((await get(one, "/log?afterId=2")).body).toMatchObject({ log: [{ site: "other" }], nextAfterId: 3 });
		expect((await get(one, "/log?afterId=3")).body).toMatchObject({ log: [], nextAfterId: 3 });
	});

	it("answers the log as CSV", async () => {
		const one = await world();
		await addResponses(one.db, [response({ text: "=1+1" })]);
		const answer = await createApi(one.deps()).request("/log?format=csv");
		expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
		const lines = (await answer.text()).trimEnd().split("\r\n");
		expect(lines[0]).toMatch(/^at,campaign,to,/);
		expect(lines[1]).toContain(",'=1+1,");
	});

	it("answers the log as JSON lines, when the address or Accept asks for them, with the meaning in words", async () => {
		const one = await world();
		await addResponses(one.db, [response(), response({ class: "greylisted", text: "try\nlater" })]);
		const api = createApi(one.deps());
		const answer = await api.request("/log", { headers: { accept: "application/x-ndjson" } });
		expect(answer.headers.get("content-type")).toBe("application/x-ndjson; charset=utf-8");
		expect(answer.headers.get("wellsent-next-after-id")).toBe("2");
		const lines = (await answer.text()).trimEnd().split("\n");
		expect(lines.map((line) => JSON.parse(line).class)).toEqual(["accepted", "greylisted"]);
		const korean = await (await api.request("/log?format=ndjson&meaning=ko&class=greylisted")).text();
		expect(JSON.parse(korean)).toMatchObject({ class: "greylisted", meaning: CLASSES.greylisted.meaning.ko });
		const csv = (await (await api.request("/log?format=csv&meaning=en")).text()).split("\r\n");
		expect(csv[0]).toMatch(/,bytes,meaning,advice$/);
		expect(csv[2]).toContain(CLASSES.greylisted.meaning.en);
	});

	it("answers the ledger of hosts with the fields of the contract", async () => {
		const one = await world();
		await addResponses(one.db, [
			response({ at: NOW - 1_000 }),
			response({ at: NOW - 500, class: "mailbox-full", stage: "rcpt" }),
		]);
		const { body } = await get(one, "/hosts");
		expect(body["hosts"]).toHaveLength(1);
		expect(body["hosts"]![0]).toMatchObject({ mxHost: "mx1.good.test", source: "mta1", accepted: 1, refused: 1, verdict: "ok" });
		const fields = "site mxHost mxAddress source accepted refused byClass lastAccepted lastRefused verdict".split(" ");
		expect(Object.keys(body["hosts"]![0]!).slice(0, 10)).toEqual(fields);
	});

	it("explains an address", async () => {
		const one = await world();
		expect((await get(one, "/explain?to=a%2Bb@good.test")).body).toMatchObject({
			ok: true,
			explanation: { to: "a+b@good.test", rule: "unknown-reader", nextAttemptAt: null },
		});
	});

	it("suppresses and takes it back", async () => {
		const one = await world();
		expect((await post(one, "/suppressions", { subject: "Kim@Good.test" })).body).toEqual({ ok: true, added: true });
		expect((await post(one, "/suppressions", { subject: "kim@good.test" })).body).toEqual({ ok: true, added: false });
		expect((await get(one, "/suppressions")).body).toMatchObject({
			suppressions: [{ subject: "kim@good.test", reason: "manual" }],
		});
		expect((await post(one, "/suppressions/kim@good.test", undefined, "DELETE")).body).toEqual({ ok: true, removed: true });
		expect((await post(one, "/suppressions/kim@good.test", undefined, "DELETE")).status).toBe(404);
	});

	it("is described by an OpenAPI document with each route, its parameters and its body", async () => {
		const one = await world();
		const document = (await get(one, "/openapi.json")).body as unknown as {
			openapi: string;
			paths: Record<string, Record<string, { parameters: { name: string; in: string }[]; requestBody?: object }>>;
		};
		expect(document.openapi).toBe("3.1.0");
		for (const route of createApi(one.deps()).routes) {
			if (route.method === "ALL" || route.path === "/openapi.json") continue;
			expect(document.paths[openPath(route.path)]?.[route.method.toLowerCase()], `${route.method} ${route.path}`).toBeDefined();
		}
		expect(document.paths["/log"]?.["get"]?.parameters.map((one) => one.name)).toContain("afterId");
		expect(document.paths["/campaigns/{id}/retry"]?.["post"]?.requestBody).toBeDefined();
		expect(document.paths["/campaigns/{id}"]?.["get"]?.parameters).toMatchObject([{ name: "id", in: "path" }]);
	});

	it("has every route in docs/http-api.md, and no other is there", async () => {
		const text = await readFile("docs/http-api.md", "utf8");
		const told = [...text.matchAll(/^\| `(GET|POST|DELETE) (\S+)` \|/gm)].map((match) => `${match[1]} ${match[2]}`);
		const routes = ROUTES.map((route) => `${route.method.toUpperCase()} ${openPath(route.path)}`);
		const others = ["GET /health", "GET /ready", "GET /metrics", "GET /u/TOKEN", "POST /u/TOKEN"];
		expect(told).toEqual([...routes, ...others]);
	});
});
