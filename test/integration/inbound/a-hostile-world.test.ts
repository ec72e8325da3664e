// What strangers try: relaying, guessing, flooding, stalling.

import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { startInbound } from "../../../src/inbound/start.ts";
import { shippedCertificate } from "../../../src/sandbox/certificates.file.ts";
import { tempApp } from "../../support/temp-app.ts";
import { STATUS_SAMPLES } from "../../unit/inbound/status-samples.ts";
import { Client, deliverTo, filled, inboundWorld } from "./world.ts";

const UNKNOWN = STATUS_SAMPLES[0]?.mail ?? "";

describe("strangers", () => {
	it.each([
		["an address elsewhere", "someone@elsewhere.test"],
		["the From of a newsletter", "news@example.test"],
		["a made-up return path", "b-1-aaaaaaaaaaaaaaaa@bounces.sender.test"],
		["a made-up way out", "u-1-1-aaaaaaaaaaaaaaaaaaaaaaaaaa@bounces.sender.test"],
		["the postmaster of somebody else", "postmaster@elsewhere.test"],
		["a route through us", "@bounces.sender.test:someone@elsewhere.test"],
		["the percent trick", "someone%elsewhere.test@bounces.sender.test"],
	])("cannot write to %s", async (_, to) => {
		const world = await inboundWorld();
		expect(await world.deliver(to, UNKNOWN)).toMatch(/^5(?:50 5\.1\.1|01) /);
	});

	it("find no login, no TLS without a certificate, and no names to ask for", async () => {
		const world = await inboundWorld();
		const client = await Client.connect(world.port);
		const offered = await client.say("EHLO x.test");
		expect(offered).not.toMatch(/AUTH|STARTTLS/);
		expect(await client.say("AUTH PLAIN AGEAYg==")).toMatch(/^50/);
		expect(await client.say("VRFY kim@corp.test")).not.toMatch(/kim|^250/);
		client.end();
	});

	it("cannot bounce a delivery whose return path they guess, however often", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		const id = one.verp.split("-")[1];
		for (const mac of ["aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb"])
			expect(await world.deliver(`b-${id}-${mac}@bounces.sender.test`, UNKNOWN)).toMatch(/^550/);
		expect(await world.state(one)).toBe("delivered");
		expect(world.inbound.counts().get("refused")).toBe(2);
	});

	it("are refused with 552 when a message is too large, and nothing follows from it", async () => {
		const world = await inboundWorld({ change: (config) => ({ ...config, limits: { ...config.limits, messageMax: 100_000 } }) });
		const one = await world.sent("kim@corp.test");
		const huge = `${UNKNOWN}\n${"x".repeat(998)}\n`.repeat(1).concat(`${"y".repeat(998)}\n`.repeat(1_300));
		expect(await world.deliver(one.verp, huge, { about: one })).toMatch(/^552 /);
		expect(await world.state(one)).toBe("delivered");
	});

	it("who return a newsletter of several megabytes whole are still understood", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		const large = UNKNOWN.replace("Hello reader", `${"z".repeat(998)}\n`.repeat(3_000));
		expect(await world.deliver(one.verp, large, { about: one })).toMatch(/^250 /);
		expect(await world.state(one)).toBe("failed");
	});

	it("who stall are hung up on", async () => {
		const world = await inboundWorld({ bounds: { idleMs: 200, wholeMs: 60_000 } });
		const client = await Client.connect(world.port);
		await client.closed();
		expect(await client.answer()).toMatch(/^421 /m);
	});

	it("who trickle a byte now and then are hung up on, too", async () => {
		const world = await inboundWorld({ bounds: { idleMs: 60_000, wholeMs: 400 } });
		const client = await Client.connect(world.port);
		const trickle = setInterval(() => client.write("E"), 50);
		await client.closed();
		clearInterval(trickle);
	});

	it("with a hundred connections from one address leave room for others, and the next one is served", async () => {
		const world = await inboundWorld({ bounds: { clientsOfOne: 10 } });
		const clients = await Promise.all(Array.from({ length: 100 }, () => Client.connect(world.port)));
		const greetings = await Promise.all(clients.map((client) => client.answer()));
		expect(greetings.filter((greeting) => greeting.startsWith("220"))).toHaveLength(10);
		expect(greetings.filter((greeting) => greeting.startsWith("421") || greeting === "")).toHaveLength(90);
		for (const client of clients) client.end();
		await Promise.all(clients.map((client) => client.closed()));
		const one = await world.sent("kim@corp.test");
		// The listener hears of the hanging up a moment later.
		await expect
			.poll(() => deliverTo(world.port, { from: "", to: one.verp, message: filled(UNKNOWN, one) }), { timeout: 5_000 })
			.toMatch(/^250 /);
	});

	it("who send rubbish get an answer; it changes nothing, and what came to the postmaster is kept for a look", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		const rubbish = Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 251))
			.toString("latin1")
			.replace(/[\r\n]/g, "");
		expect(await world.deliver(one.verp, rubbish, { from: "x@y.test" })).toMatch(/^250 /);
		expect(await world.state(one)).toBe("delivered");
		expect(await world.app.db.response.count({ where: { rule: { startsWith: "dsn:" } } })).toBe(0);
		expect(await world.deliver("postmaster@bounces.sender.test", rubbish, { from: "x@y.test" })).toMatch(/^250 /);
		expect(world.inbound.counts().get("letter")).toBe(1);
	});
});

describe("trouble of our own", () => {
	it("a database that is gone is a 451, so the bounce comes again", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		await world.app.db.$executeRaw`ALTER TABLE "delivery" RENAME TO "gone"`;
		expect(await world.deliver(one.verp, UNKNOWN, { about: one })).toMatch(/^451 /);
		await world.app.db.$executeRaw`ALTER TABLE "gone" RENAME TO "delivery"`;
		expect(await world.deliver(one.verp, UNKNOWN, { about: one })).toMatch(/^250 /);
		expect(await world.state(one)).toBe("failed");
	});

	it("a port that is taken is told with the way out", async () => {
		const other = createServer().listen(0, "127.0.0.1");
		await once(other, "listening");
		const at = other.address();
		const port = typeof at === "object" && at !== null ? at.port : 0;
		await expect(
			inboundWorld({ change: (config) => ({ ...config, inbound: { ...config.inbound, listen: { host: "127.0.0.1", port } } }) }),
		).rejects.toMatchObject({ code: "inbound-port-taken", what: expect.stringContaining(`127.0.0.1:${port}`) });
		other.close();
	});

	it("a certificate that is not there is told with its key", async () => {
		await expect(inboundWorld({ toml: 'tls = { cert = "file:no.pem", key = "file:no.key" }\n' })).rejects.toMatchObject({
			code: "inbound-certificate",
			what: expect.stringContaining("tls.cert"),
		});
	});

	it("with a certificate STARTTLS is offered", async () => {
		const pair = shippedCertificate("good");
		const temp = await tempApp({
			toml: '[inbound]\nlisten = "127.0.0.1:2525"\ntls = { cert = "file:c.pem", key = "file:k.pem" }\n',
			change: (config) => ({ ...config, inbound: { ...config.inbound, listen: { host: "127.0.0.1", port: 0 } } }),
		});
		await writeFile(path.join(temp.folder, "c.pem"), pair.cert);
		await writeFile(path.join(temp.folder, "k.pem"), pair.key);
		const inbound = await startInbound(temp.app);
		const client = await Client.connect(inbound?.port ?? 0);
		expect(await client.say("EHLO x.test")).toContain("STARTTLS");
		expect(await client.say("STARTTLS")).toMatch(/^220 /);
		client.end();
		await inbound?.close();
	});

	it("it is off when nothing is written", async () => {
		expect(await startInbound((await tempApp()).app)).toBe(null);
	});
});
