import { describe, expect, it } from "vitest";
import { ManualClock } from "../../support/manual-clock.ts";
import { Dialogue } from "./dialogue.ts";
import { ADDRESS, oneHost } from "./one-host.ts";

describe("replies that are hard to read", () => {
	it.each([
		{
			style: "multi-line" as const,
			raw: "220-first of several lines\r\n220-\r\n220-mx.good.test ESMTP Wellsent sandbox\r\n220 last line\r\n",
		},
		{ style: "no-code" as const, raw: "mx.good.test ESMTP Wellsent sandbox\r\n" },
		{ style: "lf-only" as const, raw: "220 mx.good.test ESMTP Wellsent sandbox\n" },
		{ style: "four-digits" as const, raw: "2200 mx.good.test ESMTP Wellsent sandbox\r\n" },
		{ style: "eight-bit" as const, raw: "220 mx.good.test ESMTP Wellsent sandbox \xbe\xc8\xb3\xe7\r\n" },
	])("$style", async ({ style, raw }) => {
		await using sandbox = await oneHost({ style, styleAt: ["greeting"] });
		const client = await Dialogue.open(ADDRESS, sandbox.smtpPort);
		await client.read();
		expect(client.chunks.join("")).toBe(raw);
		expect(await client.say("HELO c.test")).toBe("250 mx.good.test");
		client.close();
	});

	it("single bytes, and a whole mail can still be sent", async () => {
		await using sandbox = await oneHost({ style: "split" });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		expect(client.chunks.length).toBeGreaterThan(20);
		expect((await client.send("a@b.test", "x@good.test")).at(-1)).toMatch(/^250/);
		expect(await client.say("QUIT")).toBe("221 2.0.0 Bye");
		expect(await client.read()).toBe("(closed)");
	});

	it("single bytes before STARTTLS do not spoil the handshake", async () => {
		await using sandbox = await oneHost({ style: "split" });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		expect(await client.say("STARTTLS")).toMatch(/^220/);
		await client.startTls();
		expect(await client.say("HELO c.test")).toMatch(/^250/);
		client.close();
	});
});

describe("silence and sudden ends", () => {
	it.each(["greeting", "ehlo", "mail", "rcpt", "data", "body", "quit"] as const)("silence at %s", async (stage) => {
		await using sandbox = await oneHost({ silentAt: stage });
		const client = await Dialogue.open(ADDRESS, sandbox.smtpPort);
		await upTo(client, stage);
		expect(await client.silentFor(80)).toBe(true);
		client.close();
	});

	it.each([
		{ stage: "greeting" as const, how: "reset" as const },
		{ stage: "ehlo" as const, how: "close" as const },
		{ stage: "rcpt" as const, how: "reset" as const },
		{ stage: "in-body" as const, how: "reset" as const },
		{ stage: "body" as const, how: "reset" as const },
		{ stage: "quit" as const, how: "close" as const },
	])("$how at $stage", async ({ stage, how }) => {
		await using sandbox = await oneHost({ dropAt: stage, dropHow: how });
		const client = await Dialogue.open(ADDRESS, sandbox.smtpPort);
		await upTo(client, stage === "in-body" ? "body" : stage);
		expect(await client.read()).toBe(how === "reset" ? "(reset)" : "(closed)");
		expect(sandbox.arrivals.totals().accepted).toBe(stage === "body" || stage === "quit" ? 1 : 0);
	});

	it("QUIT answered with an error, or never", async () => {
		await using sandbox = await oneHost({ quit: "error" });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		expect(await client.say("QUIT")).toBe("451 4.3.0 Cannot say goodbye now");
		expect(await client.read()).toBe("(closed)");
		sandbox.setManners("mx.good.test", { quit: "silent" });
		const second = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		second.socket.write("QUIT\r\n");
		expect(await second.silentFor(80)).toBe(true);
		second.close();
	});

	it("a tarpit waits before each reply, by the clock it was given", async () => {
		const clock = new ManualClock();
		await using sandbox = await oneHost({ tarpitMs: 5_000, delayMs: { ehlo: 1_000 } }, { clock });
		const client = await Dialogue.open(ADDRESS, sandbox.smtpPort);
		expect(await client.silentFor(50)).toBe(true);
		clock.advance(5_000);
		expect(await client.read()).toMatch(/^220/);
		client.socket.write("HELO c.test\r\n");
		await expect.poll(() => clock.alarms).toBe(1);
		clock.advance(5_999);
		expect(await client.silentFor(50)).toBe(true);
		clock.advance(1);
		expect(await client.read()).toBe("250 mx.good.test");
		client.close();
	});
});

/** Sends the commands before and at the stage, reading the replies before it. */
async function upTo(client: Dialogue, stage: "greeting" | "ehlo" | "mail" | "rcpt" | "data" | "body" | "quit"): Promise<void> {
	const steps = [
		["greeting", ""],
		["ehlo", "EHLO c.test"],
		["mail", "MAIL FROM:<a@b.test>"],
		["rcpt", "RCPT TO:<x@good.test>"],
		["data", "DATA"],
		["body", "Subject: x\r\n\r\nx\r\n."],
		["quit", "QUIT"],
	] as const;
	for (const [name, line] of steps) {
		if (line !== "") client.socket.write(`${line}\r\n`);
		if (name === stage) return;
		await client.read();
	}
}
