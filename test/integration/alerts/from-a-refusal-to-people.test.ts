// The whole way: one of four hosts refuses real mail, and the postmaster is told of it once, and once when it is over.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { tell } from "../../../src/alerts/tell.ts";
import { rehearse } from "../../support/rehearsal.ts";

const zones = [1, 2, 3, 4].map((n) => `good.test MX 10 mx${n}.good.test`).join("\n");
const refuse = [{ source: "*", at: "greeting" as const, reply: "554 5.7.1 Client host [{ip}] blocked using zen.spamhaus.org" }];
const hosts = { "mx1.good.test": {}, "mx2.good.test": {}, "mx3.good.test": { manners: { refuse } }, "mx4.good.test": {} };
const readers = Array.from({ length: 300 }, (_, n) => `reader${n}@good.test`);

test("a host that refuses is told once with what to do, and its recovery once", async () => {
	const got: { type: string; data: { headline: string; incidents: { text: string; did: string; todo: string }[] } }[] = [];
	const server = createServer((request, response) => {
		let body = "";
		request.on("data", (chunk) => {
			body += String(chunk);
		});
		request.on("end", () => {
			got.push(JSON.parse(body));
			response.end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void server.close());
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
	await using r = await rehearse({
		zones,
		hosts,
		readers,
		limits: { connections: 2, messagesPerConnection: 3, rates: [{ limit: 60, windowMs: 1_000, text: "60/s" }] },
		config: (config) => ({
			...config,
			retry: { waitsMs: [80, 250], giveUpMs: 3_600_000 },
			alerts: { ...config.alerts, webhook: [{ url, secret: null }] },
		}),
	});
	// Half a minute later, without waiting for it.
	let late = 31_000;
	const clock = { ...r.app.clock, now: () => Date.now() + late };
	const round = () => tell({ ...r.app, config: r.app.config, clock });

	await r.run(async () => (await r.db.alert.count({ where: { kind: "host-refusing" } })) > 0);
	await round();
	await round();
	expect(got.map(({ type }) => type)).toEqual(["alert.opened"]);
	expect(got[0]?.data.headline).toMatch(/^warning: mail server refuses us: mta1\/mx3\.good\.test\//);
	expect(got[0]?.data.incidents).toMatchObject([
		{
			text: expect.stringContaining("Client host [127.0.0.1] blocked using zen.spamhaus.org"),
			did: expect.stringContaining("sibling hosts"),
			todo: expect.stringContaining("wellsent evidence"),
		},
	]);

	r.sandbox.setManners("mx3.good.test", { refuse: [] });
	await r.run("finished");
	await r.run(async () => (await r.db.alert.count({ where: { kind: "host-recovered" } })) > 0);
	late += 10_000;
	await round();
	expect(got.map(({ type }) => type)).toEqual(["alert.opened", "alert.recovered"]);
	expect(await r.counts()).toMatchObject({ delivered: 300, failed: 0 });
});
