// kill -9 in the middle of the work: nothing is lost, and nothing is sent twice without being told.
import { expect, test } from "vitest";
import { rehearse } from "../../support/rehearsal.ts";

const zones = "good.test MX 10 mx1.good.test";
const many = (n: number) => Array.from({ length: n }, (_, index) => `reader${index}@good.test`);

test("after a kill at full speed every reader has the message once, or is counted as uncertain", async () => {
	const readers = many(240);
	await using r = await rehearse({ zones, hosts: { "mx1.good.test": {} }, readers, engine: false, limits: { connections: 4 } });
	for (const enough of [40, 120]) {
		const engine = await r.spawn();
		await r.run(() => r.sandbox.arrivals.totals().accepted >= enough);
		await engine.kill();
	}
	const engine = await r.restart();
	expect(engine.recovered.requeued + engine.recovered.settled + engine.recovered.uncertain).toBeGreaterThan(0);
	await r.run("finished");
	const arrived = r.sandbox.arrivals.acceptedByRecipient();
	expect([...arrived.values()].filter((times) => times > 1)).toEqual([]);
	const counts = await r.counts();
	expect(counts.delivered + counts.uncertain).toBe(240);
	// Four connections at each of two kills: no more than that can be in doubt.
	expect(counts.uncertain).toBeLessThanOrEqual(8);
	const states = new Map((await r.db.delivery.findMany()).map((row) => [row.email, row.state]));
	for (const to of readers) {
		const state = states.get(to);
		if (state === "delivered") expect(arrived.get(to)).toBe(1);
		else expect(state).toBe("uncertain");
	}
	expect(await r.rows({ class: "lost-after-body" })).toHaveLength(counts.uncertain);
});

test("a kill while the reply to the final dot is awaited leaves uncertain deliveries, and while an earlier one is awaited none", async () => {
	await using r = await rehearse({
		zones: `${zones}\nslow.test MX 10 mx1.slow.test`,
		hosts: { "mx1.good.test": { manners: { silentAt: "body" } }, "mx1.slow.test": { manners: { silentAt: "rcpt" } } },
		readers: ["dot@good.test", "early@slow.test"],
		engine: false,
		config: (config) => ({
			...config,
			smtp: { ...config.smtp, timeout: { ...config.smtp.timeout, commandMs: 30_000, bodyMs: 30_000 } },
		}),
	});
	const engine = await r.spawn();
	await r.run(
		() =>
			r.sandbox.arrivals.rows({ to: "dot@good.test" }).length === 1 &&
			r.sandbox.arrivals.connections({ host: "mx1.slow.test" }).length === 1,
	);
	await r.run(150);
	await engine.kill();
	r.sandbox.setManners("mx1.good.test", { silentAt: null });
	r.sandbox.setManners("mx1.slow.test", { silentAt: null });
	const second = await r.restart();
	expect(second.recovered).toEqual({ settled: 0, uncertain: 1, requeued: 1 });
	await r.run("finished");
	expect((await r.delivery("dot@good.test")).state).toBe("uncertain");
	expect((await r.rows({ to: "dot@good.test" })).map((row) => [row.class, row.rule])).toEqual([["lost-after-body", "crash"]]);
	expect(await r.delivery("early@slow.test")).toMatchObject({ state: "delivered", tries: 1 });
});

test("only one process sends from a database", async () => {
	await using r = await rehearse({ zones, hosts: { "mx1.good.test": {} }, readers: ["a@good.test"], engine: false });
	await r.spawn();
	await expect(r.restart()).rejects.toThrow(/another Wellsent/);
});
