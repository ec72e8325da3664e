import { describe, expect, it } from "vitest";
import { mostAtOnce, mostMessagesPerConnection, worstWindow } from "../../../src/sandbox/arrivals.ts";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import { defineWorld } from "../../../src/sandbox/world.ts";
import { Dialogue } from "./dialogue.ts";
import { ADDRESS, oneHost } from "./one-host.ts";

describe("limits a host keeps", () => {
	it("more connections at once than allowed are told 421 and closed; a closed one makes room; each source has its own count", async () => {
		await using sandbox = await oneHost({ maxConnections: 2 });
		const open = async (from: string) => {
			const client = await Dialogue.open(ADDRESS, sandbox.smtpPort, { from });
			return { client, greeting: await client.read() };
		};
		const [first, second, third] = [await open("127.1.0.1"), await open("127.1.0.1"), await open("127.1.0.1")];
		expect([first, second, third].map(({ greeting }) => greeting.slice(0, 3))).toEqual(["220", "220", "421"]);
		expect(await third.client.read()).toBe("(closed)");
		expect((await open("127.1.0.2")).greeting).toMatch(/^220/);
		await first.client.say("QUIT");
		await first.client.read();
		await expect.poll(async () => (await open("127.1.0.1")).greeting.slice(0, 3)).toBe("220");
		expect(mostAtOnce(sandbox.arrivals.connections({ client: "127.1.0.1" }).filter((row) => row.refused === null))).toBe(2);
	});

	it("421 after N connections in any 60 seconds", async () => {
		await using sandbox = await oneHost({ connectionsPerMinute: 3 });
		const greetings: string[] = [];
		for (let n = 0; n < 5; n += 1) {
			const client = await Dialogue.open(ADDRESS, sandbox.smtpPort);
			greetings.push((await client.read()).slice(0, 3));
			client.close();
		}
		expect(greetings).toEqual(["220", "220", "220", "421", "421"]);
		const passed = sandbox.arrivals.connections().filter((row) => row.refused === null);
		expect(
			worstWindow(
				passed.map((row) => row.openedAt),
				60_000,
			),
		).toBe(3);
		expect(sandbox.arrivals.totals()).toMatchObject({ connections: 5, refusedConnections: 2 });
	});

	it.each([
		{ afterwards: "421" as const, at: /^421 / },
		{ afterwards: "close" as const, at: /^\((closed|reset)\)$/ },
	])("after N messages on a connection: $afterwards", async ({ afterwards, at }) => {
		await using sandbox = await oneHost({ messagesPerConnection: 2, afterMessages: afterwards });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		expect((await client.send("a@b.test", "x@good.test")).at(-1)).toMatch(/^250/);
		expect((await client.send("a@b.test", "y@good.test")).at(-1)).toMatch(/^250/);
		expect(await client.say("MAIL FROM:<a@b.test>")).toMatch(at);
		await expect.poll(() => sandbox.arrivals.connections()[0]?.closedAt).not.toBeNull();
		expect(mostMessagesPerConnection(sandbox.arrivals.connections())).toBe(2);
	});

	it("a rate is counted over all hosts of a site, in the words given", async () => {
		const rates = [{ limit: 2, windowMs: 60_000, reply: "550 Ip frequency limited" }];
		const world = defineWorld({
			zones: "$ORIGIN qq.test.\n@ MX 10 mx1\n@ MX 20 mx2\nmx1 A 127.66.1.1\nmx2 A 127.66.1.2",
			hosts: { "mx1.qq.test": { site: "qq", manners: { rates } }, "mx2.qq.test": { site: "qq", manners: { rates } } },
		});
		await using sandbox = await startSandbox({ world });
		const last: string[] = [];
		for (const address of ["127.66.1.1", "127.66.1.2", "127.66.1.1", "127.66.1.2"]) {
			const client = await Dialogue.greeted(address, sandbox.smtpPort);
			last.push((await client.send("a@b.test", "x@qq.test")).at(-1)!.slice(0, 26));
			client.close();
		}
		expect(last.map((reply) => reply.slice(0, 3))).toEqual(["250", "250", "550", "550"]);
		expect(last[3]).toBe("550 Ip frequency limited");
	});

	it("a small SIZE is announced, refused at MAIL when declared, and after the body when not", async () => {
		await using sandbox = await oneHost({ size: 1000, starttls: "none" });
		const client = await Dialogue.open(ADDRESS, sandbox.smtpPort);
		await client.read();
		expect(await client.say("EHLO c.test")).toContain("250-SIZE 1000");
		expect(await client.say("MAIL FROM:<a@b.test> SIZE=1001")).toMatch(/^552 5\.3\.4/);
		expect(await client.say("MAIL FROM:<a@b.test> SIZE=1000 BODY=8BITMIME")).toMatch(/^250/);
		await client.say("RSET");
		expect((await client.send("a@b.test", "x@good.test", `${"x".repeat(998)}\r\n`)).at(-1)).toMatch(/^250/);
		expect((await client.send("a@b.test", "x@good.test", `${"x".repeat(999)}\r\n`)).at(-1)).toMatch(/^552 5\.3\.4/);
		expect(sandbox.arrivals.rows({ accepted: true })).toMatchObject([{ bytes: 1000 }]);
		client.close();
	});
});
