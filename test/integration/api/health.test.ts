import { describe, expect, it } from "vitest";
import { createHealth } from "../../../src/api/health.ts";
import { addCampaign, addReader, addResponses, NOW, response, world } from "./world.ts";

describe("what other machines ask", () => {
	it("is alive without a token and without a sender", async () => {
		const { deps } = await world();
		const answer = await createHealth(deps({ token: "secret" })).request("/health");
		expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
	});

	it("is ready when this process sends, and not when nobody does", async () => {
		const { deps } = await world();
		const idle = await createHealth(deps()).request("/ready");
		expect([idle.status, await idle.json()]).toEqual([503, { ok: false, database: true, sender: false }]);
		const busy = await createHealth({ ...deps(), sendsItself: () => true }).request("/ready");
		expect([busy.status, await busy.json()]).toEqual([200, { ok: true, database: true, sender: true }]);
	});

	it("is not ready when the database does not answer", async () => {
		const { deps } = await world();
		const broken = { ...deps(), sendsItself: () => true };
		const db = new Proxy(broken.db, {
			get: (target, name, self) =>
				name === "$queryRaw" ? () => Promise.reject(new Error("locked")) : Reflect.get(target, name, self),
		});
		expect((await createHealth({ ...broken, db }).request("/ready")).status).toBe(503);
	});

	it("measures deliveries, responses by class and site, and lanes on hold, each with its help", async () => {
		const one = await world();
		const campaign = await addCampaign(one.db);
		await addReader(one.db, "a@good.test", { campaign, dueAt: NOW - 30_000 });
		await addReader(one.db, "b@good.test", { campaign, state: "delivered" });
		await addResponses(one.db, [response({ class: "greylisted" })]);
		const health = createHealth(one.deps());
		const read = async () => (await health.request("/metrics")).text();
		const first = await read();
		expect(first).toContain('wellsent_deliveries{state="queued"} 1');
		expect(first).toContain('wellsent_deliveries{state="delivered"} 1');
		expect(first).toContain("wellsent_lanes_on_hold 0");
		expect(first).toContain('wellsent_incidents_open{level="critical"} 0');
		expect(first).toContain("wellsent_alerts_unsent 0");
		expect(first).toContain("wellsent_oldest_due_seconds 30");
		expect(first).toMatch(/^process_resident_memory_bytes \d+/m);
		expect(first).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
		for (const [, name] of first.matchAll(/^# TYPE (\S+)/gm)) expect(first, name).toContain(`# HELP ${name} `);
		// What was there before this process is not counted again.
		expect(first).not.toContain('class="greylisted"');
		await addResponses(one.db, [
			response({ site: "naver" }),
			response({ site: "somebody.test" }),
			response({ site: "else.test" }),
		]);
		one.clock.advance(60_000);
		const second = await read();
		expect(second).toContain('wellsent_responses_total{class="accepted",site="naver"} 1');
		expect(second).toContain('wellsent_responses_total{class="accepted",site="other"} 2');
		one.clock.advance(60_000);
		expect(await read()).toContain('wellsent_responses_total{class="accepted",site="other"} 2');
	});

	it("shows the metrics to whoever has the token only", async () => {
		const { deps } = await world();
		const health = createHealth(deps({ token: "secret" }));
		expect((await health.request("/metrics")).status).toBe(401);
		expect((await health.request("/metrics", { headers: { authorization: "Bearer secret" } })).status).toBe(200);
	});
});
