import { Hono } from "hono";
import { describe, expect, it } from "vitest";
import { createApi } from "../../../src/api/api.ts";
import { createHealth } from "../../../src/api/health.ts";
import type { ResponseRow } from "../../../src/log/response.ts";
import { LaneSet } from "../../../src/throttle/lane-set.ts";
import { createPages } from "../../../src/web/pages.ts";
import { createUnsubscribe } from "../../../src/web/unsubscribe.ts";
import { addCampaign, addReader, addResponses, NOW, response, type World, world } from "../api/world.ts";

const EVIL = `<script>alert("x")</script>'"&`;

async function page(one: World, path: string, headers: Record<string, string> = {}): Promise<string> {
	const answer = await createPages(one.deps()).request(path, { headers });
	expect(answer.status, path).toBe(200);
	return answer.text();
}

async function busyWorld(): Promise<World> {
	const one = await world();
	const campaign = await addCampaign(one.db, { name: EVIL });
	await addReader(one.db, "a@good.test", { campaign, state: "delivered" });
	await addReader(one.db, "b@good.test", { campaign, state: "uncertain", lastClass: "lost-after-body", lastText: EVIL });
	await addReader(one.db, "c@good.test", { campaign, state: "failed", lastClass: "invalid-recipient", lastText: `550 ${EVIL}` });
	await addReader(one.db, "d@slow.test", { campaign, dueAt: NOW + 60_000, lastClass: "greylisted", lastText: "451 later" });
	await addResponses(one.db, [
		response({ to: "c@good.test", class: "invalid-recipient", code: 550, text: EVIL, stage: "rcpt", at: NOW - 5_000 }),
		response({ to: "a@good.test", at: NOW - 4_000 }),
	]);
	return one;
}

describe("the dashboard", () => {
	it("shows on the first page what is going on and what needs a look", async () => {
		const text = await page(await busyWorld(), "/");
		expect(text).toContain("uncertain: may have arrived");
		expect(text).toContain("75 %");
		expect(text).toContain("<title>1 delivered, 1 uncertain, 1 failed</title>");
		expect(text).toContain("nobody is sending");
	});

	it("shows for a campaign each site, why deliveries failed, what that means and what to do", async () => {
		const text = await page(await busyWorld(), "/campaigns/1");
		expect(text).toContain("There is no such mailbox.");
		expect(text).toContain("greylisted");
		expect(text).toContain("good.test");
		expect(text).toContain('action="/campaigns/1/pause"');
		expect(text).not.toContain('action="/campaigns/1/resume"');
	});

	it("shows every reply with its meaning, and one reader's story as a link", async () => {
		const one = await busyWorld();
		const text = await page(one, "/log");
		expect(text).toContain('href="/log?to=c%40good.test"');
		expect(text).toContain("There is no such mailbox.");
		const story = await page(one, "/log?to=c%40good.test");
		expect(story).toContain("Story of c@good.test");
		expect(story).not.toContain("a@good.test");
		expect(await page(one, "/log?class=greylisted")).toContain("No reply fits these filters.");
	});

	it("offers older rows only when there may be some", async () => {
		const one = await busyWorld();
		expect(await page(one, "/log?limit=1")).toContain("Older");
		expect(await page(one, "/log?limit=50")).not.toContain("Older");
	});

	it("shows what a lane has learned and how far its warm-up is", async () => {
		const one = await world();
		const { limitsFor } = one.app.settings;
		const warmUpFor = () => ({ curve: [50, 100], since: NOW, from: "warm-up of source mta1" });
		const lanes = new LaneSet({ clock: one.clock, limitsFor, warmUpFor });
		const lane = lanes.lane("mta1", "slow.test");
		lane.refused({ class: "too-many-connections", rule: "gmail-421", acceptedBefore: 0, spent: false, words: "421 too many" });
		lane.accepted(3);
		const shown = await createPages({ ...one.deps(), lanes: () => [lane.state()] }).request("/lanes");
		const text = await shown.text();
		expect(text).toMatch(/\d <span class="soft">\/ 50, warm-up, day 1\/2/);
		expect(text).toContain("1 connection at once");
		expect(text).toContain("gmail-421");
	});

	it("says of a host that refuses us since when, beside how many siblings, in its words, and what to send", async () => {
		const one = await world();
		const reply = (host: string, n: number, of: Partial<ResponseRow> = {}) =>
			Array.from({ length: n }, (_, i) =>
				response({ mxHost: `${host}.good.test`, at: NOW - 20_000 + i, text: `said ${host}`, ...of }),
			);
		await addResponses(one.db, [
			...reply("mx1", 50),
			...reply("mx2", 50),
			...reply("mx3", 6, { class: "ip-blocked", stage: "greeting", code: 554, at: NOW - 30_000 }),
		]);
		for (const path of ["/hosts", "/"]) {
			const text = await page(one, path);
			expect(text).toContain("It has refused us 6 times in a row since");
			expect(text).toContain("while 2 of its 2 siblings served us: said mx3");
		}
		expect(await page(one, "/hosts")).toContain("<code>wellsent evidence mx3.good.test --source mta1</code>");
		expect(await page(one, "/hosts", { "accept-language": "ko" })).toContain("연속 6회 거절했고");
	});

	it("shows hosts, lanes, and the explanation of an address", async () => {
		const one = await busyWorld();
		expect(await page(one, "/hosts")).toContain("mx1.good.test");
		expect(await page(one, "/lanes")).toContain("No lane has been used yet.");
		expect(await page(one, "/explain?to=d%40slow.test")).toContain("No process is sending from this database");
		const bad = await createPages(one.deps()).request("/explain?to=d");
		expect(bad.status).toBe(400);
		expect(await bad.text()).toContain("the address has no @");
	});

	it.each([
		"/",
		"/campaigns/1",
		"/log",
		"/log?to=%3Cscript%3Ealert(%22x%22)%3C/script%3E",
		"/hosts",
		"/lanes",
		"/explain?to=%3Cscript%3E@x.test",
	])("escapes everything that strangers wrote on %s", async (path) => {
		const one = await busyWorld();
		const text = await (await createPages(one.deps()).request(path)).text();
		expect(text).not.toContain("<script>alert");
		// The page's own script is one file; nothing is inline.
		expect(text.match(/<script(?! src="\/live\.js" defer>)/g)).toBeNull();
		expect(text).not.toMatch(/ style="| on\w+="/);
	});

	it("allows by its policy only what it serves itself", async () => {
		const one = await world();
		const policy = (await createPages(one.deps()).request("/")).headers.get("content-security-policy") ?? "";
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain("frame-ancestors 'none'");
		expect(policy).not.toContain("unsafe");
		expect(policy).not.toContain("http");
	});

	it("loads nothing from elsewhere, and its style and script are there", async () => {
		const one = await busyWorld();
		const text = await page(one, "/");
		for (const [, url] of text.matchAll(/(?:src|href)="([^"]*)"/g)) expect(url).toMatch(/^\//);
		for (const path of ["/style.css", "/live.js"]) expect((await createPages(one.deps()).request(path)).status).toBe(200);
	});

	it("speaks Korean to a Korean browser, the meaning of replies too", async () => {
		const one = await busyWorld();
		const text = await page(one, "/log", { "accept-language": "ko" });
		expect(text).toContain('<html lang="ko">');
		expect(text).toContain("MX 호스트");
		expect(text).not.toContain("There is no such mailbox.");
	});

	it.each([
		["ko-KR,ko;q=0.9,en-US;q=0.8", "ko"],
		["en-US,en;q=0.9,ko;q=0.8", "en"],
		["fr-FR,fr", "en"],
		["fr,ko;q=0.3", "ko"],
		["en;q=0,ko", "ko"],
		["", "en"],
	])("understands Accept-Language %j as %s", async (header, language) => {
		expect(await page(await world(), "/lanes", { "accept-language": header })).toContain(`<html lang="${language}">`);
	});

	it("does what its buttons say, then shows the campaign again", async () => {
		const one = await busyWorld();
		const pages = createPages(one.deps());
		const press = async (action: string, form: Record<string, string> = {}) => {
			const answer = await pages.request(`/campaigns/1/${action}`, { method: "POST", body: new URLSearchParams(form) });
			expect([answer.status, answer.headers.get("location")]).toEqual([303, "/campaigns/1"]);
			const { state } = await one.db.campaign.findUniqueOrThrow({ where: { id: 1 } });
			const queued = await one.db.delivery.count({ where: { state: "queued" } });
			return { state, queued };
		};
		expect(await press("pause")).toEqual({ state: "paused", queued: 1 });
		expect(await press("resume")).toEqual({ state: "running", queued: 1 });
		expect(await press("retry", { what: "failed" })).toEqual({ state: "running", queued: 2 });
		expect(await press("retry", { what: "uncertain" })).toEqual({ state: "running", queued: 3 });
		expect(await press("cancel")).toEqual({ state: "cancelled", queued: 0 });
	});

	it("says on a page why a button could not do it", async () => {
		const one = await world();
		await addCampaign(one.db, { state: "draft" });
		const answer = await createPages(one.deps()).request("/campaigns/1/start", { method: "POST" });
		expect(answer.status).toBe(409);
		expect(await answer.text()).toContain("was not started");
		expect((await createPages(one.deps()).request("/campaigns/1/pause", { method: "POST" })).status).toBe(409);
	});

	it("refuses a button that another web site pressed", async () => {
		const one = await busyWorld();
		const answer = await createPages(one.deps()).request("/campaigns/1/cancel", {
			method: "POST",
			headers: { origin: "https://attacker.test", "sec-fetch-site": "cross-site" },
		});
		expect(answer.status).toBe(403);
		expect((await one.db.campaign.findUniqueOrThrow({ where: { id: 1 } })).state).toBe("running");
	});

	it("asks for the token, lets in whoever has it, and out again", async () => {
		const one = await busyWorld();
		const pages = createPages(one.deps({ token: "open sesame" }));
		const closed = await pages.request("/log");
		expect([closed.status, closed.headers.get("location")]).toEqual([303, "/login"]);
		const signIn = (token: string) => pages.request("/login", { method: "POST", body: new URLSearchParams({ token }) });
		expect((await signIn("wrong")).status).toBe(401);
		const cookie = (await signIn("open sesame")).headers.get("set-cookie") ?? "";
		expect(cookie).toMatch(/^wellsent_session=\w+;.*HttpOnly.*SameSite=Lax/i);
		const session = cookie.split(";")[0] ?? "";
		expect((await pages.request("/log", { headers: { cookie: session } })).status).toBe(200);
		const out = await pages.request("/logout", { method: "POST", headers: { cookie: session } });
		expect(out.headers.get("set-cookie")).toMatch(/^wellsent_session=;.*Max-Age=0/);
	});

	it("answers 404 with a page for what there is not", async () => {
		const one = await world();
		for (const path of ["/nothing", "/campaigns/9", "/campaigns/x"]) {
			const answer = await createPages(one.deps()).request(path);
			expect(answer.status, path).toBe(404);
			expect(answer.headers.get("content-type")).toContain("text/html");
		}
	});

	it("lives beside the API, the health checks and the unsubscribe links in one server, each behind its own lock", async () => {
		const one = await world();
		const deps = one.deps({ token: "t" });
		const root = new Hono()
			.route("/", createHealth(deps))
			.route("/", createUnsubscribe(deps))
			.route("/api/v1", createApi(deps))
			.route("/", createPages(deps));
		const status = async (path: string) => (await root.request(path)).status;
		expect(await status("/health")).toBe(200);
		expect(await status("/u/none")).toBe(404);
		expect(await status("/api/v1/campaigns")).toBe(401);
		expect(await status("/")).toBe(303);
		const lost = await root.request("/api/v1/nothing", { headers: { authorization: "Bearer t" } });
		expect([lost.status, await lost.json()]).toMatchObject([404, { error: { code: "route-unknown" } }]);
	});
});
