// A new source gets a few messages a day and site; what is over goes to the warm sources of the identity, or waits.
import { expect, test } from "vitest";
import { rehearse } from "../../support/rehearsal.ts";

const zones = "good.test MX 10 mx1.good.test";
const hosts = { "mx1.good.test": {} };
const readers = (n: number) => Array.from({ length: n }, (_, index) => `reader${index}@good.test`);
const today = () => Math.floor(Date.now() / 86_400_000) * 86_400_000;
const sources = [
	{ name: "new", address: "127.0.0.1", ehlo: "new.sender.test" },
	{ name: "warm", address: "127.0.0.2", ehlo: "warm.sender.test" },
];

test("the overflow goes to a warm source of the same identity", async () => {
	await using r = await rehearse({
		zones,
		hosts,
		sources,
		readers: readers(60),
		config: (config) => ({
			...config,
			warmup: { curve: [12, 24] },
			sources: config.sources.map((source) => ({ ...source, warmup: source.name === "new" ? today() : null })),
		}),
	});
	await r.run("finished");
	const by = (client: string) => r.sandbox.arrivals.rows({ client, accepted: true }).length;
	expect(by("127.0.0.1")).toBe(12);
	expect(by("127.0.0.2")).toBe(48);
	expect(r.engine.lanes.lane("new", "good.test").state().warmUp).toMatchObject({ day: 1, cap: 12, used: 12 });
	expect(r.engine.lanes.lane("warm", "good.test").state().warmUp).toBeNull();
});

test("without a warm source it waits, with the day of the ramp as the reason, and a refused message costs nothing", async () => {
	await using r = await rehearse({
		zones,
		hosts,
		readers: [...readers(20), "unknown@good.test", "full@good.test"],
		config: (config) => ({
			...config,
			warmup: { curve: [12, 24] },
			sources: config.sources.map((source) => ({ ...source, warmup: today() })),
		}),
	});
	await r.run(() => r.sandbox.arrivals.totals().accepted >= 12);
	await r.run(700);
	expect(r.sandbox.arrivals.totals().accepted).toBe(12);
	const { nextMessage, warmUp } = r.engine.lanes.lane("mta1", "good.test").state();
	expect(warmUp).toMatchObject({ day: 1, cap: 12, used: 12 });
	expect(nextMessage.because).toMatchObject({ rule: "rate", text: "warm-up day 1: 12/d" });
	expect(nextMessage.at).toBeGreaterThan(Date.now());
	expect((await r.campaign()).state).toBe("running");
});
