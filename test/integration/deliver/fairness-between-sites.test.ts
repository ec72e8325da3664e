// Trouble of one site is nobody else's.
import { expect, test } from "vitest";
import { per } from "../../../src/sites/site-data.ts";
import { rehearse } from "../../support/rehearsal.ts";

const readers = (domain: string, n: number) => Array.from({ length: n }, (_, index) => `reader${index}@${domain}`);
const zones = `
good.test MX 10 mx1.good.test
slow.test MX 10 mx1.slow.test
two.test MX 10 mx1.two.test
two.test MX 10 mx2.two.test
`;

test("a site that answers slowly and one that is on hold delay no other", async () => {
	await using r = await rehearse({
		zones,
		hosts: { "mx1.good.test": {}, "mx1.slow.test": { manners: { tarpitMs: 400 } }, "mx1.two.test": {}, "mx2.two.test": {} },
		readers: [...readers("slow.test", 30), ...readers("two.test", 30), ...readers("good.test", 60)],
		engine: false,
	});
	await r.db.hold.create({ data: { kind: "lane", subject: "mta1/two.test", reason: "a test", createdAt: new Date() } });
	const began = Date.now();
	await r.restart();
	const accepted = (host: string) => r.sandbox.arrivals.rows({ host, accepted: true }).length;
	await r.run(() => accepted("mx1.good.test") === 60);
	expect(Date.now() - began).toBeLessThan(3_000);
	expect(accepted("mx1.slow.test")).toBeLessThan(30);
	expect(accepted("mx1.two.test") + accepted("mx2.two.test")).toBe(0);
});

test("a dead host does not eat the connections of its site: after the first ones that meet it, all goes to its sibling", async () => {
	await using r = await rehearse({
		zones,
		hosts: { "mx1.two.test": { manners: { silentAt: "greeting" } }, "mx2.two.test": {} },
		readers: readers("two.test", 120),
		limits: { connections: 4 },
		config: (config) => ({ ...config, retry: { waitsMs: [2_000, 60_000], giveUpMs: 600_000 } }),
	});
	const began = Date.now();
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 120, failed: 0 });
	// Silence costs a second (the settings' greeting time-out); each of the four connections may meet it once.
	expect(Date.now() - began).toBeLessThan(5_000);
	const silent = r.sandbox.arrivals.connections().filter((connection) => connection.host === "mx1.two.test");
	expect(silent.length).toBeLessThanOrEqual(8);
});

test("all sites together open no more connections than their source may, and a site with one reader has its turn", async () => {
	await using r = await rehearse({
		zones,
		hosts: {
			"mx1.good.test": { manners: { tarpitMs: 20 } },
			"mx1.slow.test": { manners: { tarpitMs: 20 } },
			"mx1.two.test": {},
			"mx2.two.test": {},
		},
		readers: [...readers("good.test", 60), ...readers("slow.test", 60), ...readers("two.test", 1)],
		limits: { connections: 4, messagesPerConnection: 3 },
		config: (config) => ({ ...config, sources: config.sources.map((source) => ({ ...source, connections: 3 })) }),
	});
	await r.run("finished");
	const { mostAtOnce } = await import("../../../src/sandbox/arrivals.ts");
	// The sandbox notes an end when its event loop comes to it: what ended within 60 ms of another's beginning was not beside it.
	const connections = r.sandbox.arrivals
		.connections()
		.map((row) => ({ ...row, closedAt: row.closedAt === null ? null : Math.max(row.openedAt, row.closedAt - 60) }));
	expect(mostAtOnce(connections)).toBe(3);
	const order = r.sandbox.arrivals.rows({ accepted: true }).sort((a, b) => a.at - b.at);
	expect(order.findIndex((row) => row.host.endsWith("two.test"))).toBeLessThan(60);
});

test("a source's own rate holds over all sites", async () => {
	await using r = await rehearse({
		zones,
		hosts: { "mx1.good.test": {}, "mx1.slow.test": {} },
		readers: [...readers("good.test", 30), ...readers("slow.test", 30)],
		config: (config) => ({ ...config, sources: config.sources.map((source) => ({ ...source, rates: [per(20, "s")] })) }),
	});
	await r.run("finished");
	const { worstWindow } = await import("../../../src/sandbox/arrivals.ts");
	expect(
		worstWindow(
			r.sandbox.arrivals.rows({ accepted: true }).map((row) => row.mailAt),
			1_000,
		),
	).toBeLessThanOrEqual(20);
});
