import { describe, expect, it } from "vitest";
import { Dialogue } from "./dialogue.ts";
import { ADDRESS, oneHost } from "./one-host.ts";

describe("a recipient's name tells the server what to do", () => {
	it.each([
		{ to: "ok", steps: 4, last: /^250 2\.0\.0 /, accepted: true },
		{ to: "somebody.else", steps: 4, last: /^250 2\.0\.0 /, accepted: true },
		{ to: "tempfail", steps: 2, last: /^451 4\.3\.0 /, accepted: false },
		{ to: "permfail", steps: 2, last: /^550 5\.0\.0 /, accepted: false },
		{ to: "full+kim.minjun", steps: 2, last: /^552 5\.2\.2 <full\+kim\.minjun@good\.test>: mailbox full/, accepted: false },
		{ to: "unknown", steps: 2, last: /^550 5\.1\.1 /, accepted: false },
		{ to: "550-5.7.1-we-do-not-like-you", steps: 2, last: /^550 5\.7\.1 we do not like you$/, accepted: false },
		{ to: "450-come-back", steps: 2, last: /^450 come back$/, accepted: false },
		{ to: "at-data-451-busy", steps: 3, last: /^451 busy$/, accepted: false },
		{ to: "at-body-554-5.7.1-spam", steps: 4, last: /^554 5\.7\.1 spam$/, accepted: false },
		{ to: "drop-at-rcpt", steps: 2, last: /^\(closed\)$/, accepted: false },
		{ to: "drop-at-data", steps: 3, last: /^\(closed\)$/, accepted: false },
		{ to: "drop-at-body", steps: 4, last: /^\((closed|reset)\)$/, accepted: false },
		{ to: "drop-after-body", steps: 4, last: /^\((closed|reset)\)$/, accepted: true },
	])("$to@ ends at step $steps", async ({ to, steps, last, accepted }) => {
		await using sandbox = await oneHost();
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		const replies = await client.send("news@wellsent.test", `${to}@good.test`);
		expect(replies).toHaveLength(steps);
		expect(replies.at(-1)).toMatch(last);
		expect(sandbox.arrivals.rows()).toMatchObject([
			{ to: `${to}@good.test`, from: "news@wellsent.test", accepted, host: "mx.good.test" },
		]);
		client.close();
	});

	it("421 closes the connection after the words", async () => {
		await using sandbox = await oneHost();
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		expect((await client.send("a@b.test", "421-4.7.0-slow-down@good.test")).at(-1)).toBe("421 4.7.0 slow down");
		expect(await client.read()).toBe("(closed)");
	});

	it("greylist-2@ is refused twice and then accepted, on one connection or several", async () => {
		await using sandbox = await oneHost();
		const codes: string[] = [];
		for (let tries = 0; tries < 4; tries += 1) {
			const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
			codes.push((await client.send("a@b.test", "greylist-2@good.test")).at(-1)!.slice(0, 3));
			client.close();
		}
		expect(codes).toEqual(["451", "451", "250", "250"]);
	});

	it("slow-300@ is in the mailbox at once, and says so 300 ms later", async () => {
		await using sandbox = await oneHost();
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		const started = performance.now();
		expect((await client.send("a@b.test", "slow-300@good.test")).at(-1)).toMatch(/^250/);
		expect(performance.now() - started).toBeGreaterThanOrEqual(295);
		const row = sandbox.arrivals.rows()[0]!;
		expect(row.at - row.dotAt!).toBeLessThan(100);
		client.close();
	});

	it("silent-at-body@ never answers and accepts nothing", async () => {
		await using sandbox = await oneHost();
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		for (const line of ["MAIL FROM:<a@b.test>", "RCPT TO:<silent-at-body@good.test>", "DATA"]) await client.say(line);
		client.socket.write("x\r\n.\r\n");
		expect(await client.silentFor(150)).toBe(true);
		expect(sandbox.arrivals.rows()).toMatchObject([{ accepted: false, reply: "(silent)", stage: "body" }]);
		client.close();
	});

	it("a host may have words of its own, and may switch the vocabulary off", async () => {
		await using sandbox = await oneHost({
			recipients: { unknown: "550 5.1.1 {to} is nobody at {domain}", kim: "full" },
			recipientNames: false,
		});
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		const last = async (to: string) => (await client.send("a@b.test", to)).at(-1);
		expect(await last("unknown+x@good.test")).toBe("550 5.1.1 unknown+x@good.test is nobody at good.test");
		await client.say("RSET");
		expect(await last("kim@good.test")).toMatch(/^552 5\.2\.2/);
		await client.say("RSET");
		expect(await last("tempfail@good.test")).toMatch(/^250/);
		client.close();
	});
});
