// One MX host that returns what it took as "unknown" is in doubt, not its readers (D6).
import { describe, expect, it } from "vitest";
import { STATUS_SAMPLES } from "../../unit/inbound/status-samples.ts";
import { inboundWorld } from "./world.ts";

const UNKNOWN = STATUS_SAMPLES[0]?.mail ?? "";

describe("a burst of unknown readers from one of several hosts", () => {
	it("is quarantined, and what it had done is taken back; a list that is bad everywhere is not", async () => {
		const world = await inboundWorld();
		const { db } = world.app;
		for (let i = 0; i < 20; i++) await world.sent(`ok${i}@corp.test`, { host: "mx2.corp.test" });
		for (let i = 0; i < 14; i++) {
			const one = await world.sent(`gone${i}@corp.test`, { host: "mx1.corp.test" });
			await world.deliver(one.verp, UNKNOWN, { about: one });
		}
		expect(await db.suppression.count()).toBe(0);
		expect(await db.quarantine.count({ where: { mxHost: "mx1.corp.test" } })).toBe(14);
		expect(await db.alert.findMany({ where: { kind: "invalid-burst" } })).toMatchObject([
			{ subject: "mta1/mx1.corp.test/bounces", text: expect.stringContaining("10 readers") },
		]);
	});

	it("is none when the bounces are spread over the hosts", async () => {
		const world = await inboundWorld();
		for (let i = 0; i < 20; i++) await world.sent(`ok${i}@corp.test`, { host: `mx${i % 2}.corp.test` });
		for (let i = 0; i < 22; i++) {
			const one = await world.sent(`gone${i}@corp.test`, { host: `mx${i % 2}.corp.test` });
			await world.deliver(one.verp, UNKNOWN, { about: one });
		}
		expect(await world.app.db.suppression.count()).toBe(22);
		expect(await world.app.db.quarantine.count()).toBe(0);
	});
});
