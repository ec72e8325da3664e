// The session by itself, against a host of the sandbox: when the final dot may leave, how long a host may take, and what is never blamed on it.
import { expect, onTestFinished, test } from "vitest";
import { openSession } from "../../../src/deliver/open-session.client.ts";
import type { SmtpSession } from "../../../src/deliver/smtp-session.client.ts";
import type { MannersInput } from "../../../src/sandbox/manners.ts";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { defineWorld } from "../../../src/sandbox/world.ts";

const TIMEOUT = { connectMs: 1_000, greetingMs: 1_000, commandMs: 300, bodyMs: 500 };

async function host(manners: MannersInput): Promise<Sandbox> {
	const world = defineWorld({ zones: "good.test MX 10 mx1.good.test", hosts: { "mx1.good.test": { manners } } });
	const sandbox = await startSandbox({ world });
	onTestFinished(() => sandbox.close());
	return sandbox;
}

async function sessionWith(sandbox: Sandbox): Promise<SmtpSession> {
	const opened = await openSession({
		mxHost: "mx1.good.test",
		address: sandbox.world.hosts[0]?.addresses[0] ?? "",
		port: sandbox.smtpPort,
		localAddress: "127.0.0.1",
		ehlo: "mta1.sender.test",
		tls: "opportunistic",
		verifyTls: false,
		ca: null,
		login: null,
		timeout: TIMEOUT,
	});
	if (opened.kind === "failed") throw new Error(JSON.stringify(opened.exchange));
	return opened.session;
}

const mail = (body: string | Buffer, beforeDot: () => Promise<void> = () => Promise.resolve()) => {
	const chunks = [Buffer.from("Subject: x\r\n\r\n"), Buffer.from(body)];
	const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
	return { from: "a@sender.test", to: "kim@good.test", size, needsSmtpUtf8: false, chunks, beforeDot };
};

test("the final dot waits until the mark is durable", async () => {
	const sandbox = await host({});
	const session = await sessionWith(sandbox);
	let release: () => void = () => undefined;
	const sending = session.send(
		mail(
			"hello\r\n",
			() =>
				new Promise((resolve) => {
					release = resolve;
				}),
		),
	);
	await new Promise((resolve) => setTimeout(resolve, 150));
	expect(sandbox.arrivals.rows()).toEqual([]);
	release();
	expect(await sending).toMatchObject({ stage: "body", inDoubt: false, reply: { code: 250 } });
	expect(sandbox.arrivals.totals().accepted).toBe(1);
	await session.quit();
});

test.each(["none", "good"] as const)(
	"a mark that cannot be made is our trouble: it is thrown, and nothing was delivered (TLS %s)",
	async (starttls) => {
		const sandbox = await host({ starttls });
		const session = await sessionWith(sandbox);
		await expect(session.send(mail("hello\r\n", () => Promise.reject(new Error("no space left"))))).rejects.toThrow(
			"no space left",
		);
		expect(session.alive).toBe(false);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(sandbox.arrivals.totals().accepted).toBe(0);
	},
);

test.each([
	["mail", 300],
	["rcpt", 300],
	["data", 300],
] as const)("silence at %s lasts no longer than the time for one command", async (stage, ms) => {
	// RCPT has no manner of its own to be silent: the reader's name does it.
	const sandbox = await host(stage === "rcpt" ? { recipients: { kim: "silent-at-rcpt" } } : { silentAt: stage });
	const session = await sessionWith(sandbox);
	const begun = performance.now();
	expect(await session.send(mail("hello\r\n"))).toMatchObject({ stage, trouble: "timeout", reply: null, inDoubt: false });
	const took = performance.now() - begun;
	expect(took).toBeGreaterThan(ms - 20);
	// All stages together would be 1,400.
	expect(took).toBeLessThan(1_200);
});

test("a slow host has its time at every stage anew", async () => {
	const sandbox = await host({ tarpitMs: 200 });
	const session = await sessionWith(sandbox);
	expect(await session.send(mail("hello\r\n"))).toMatchObject({ stage: "body", reply: { code: 250 } });
	await session.quit();
});

test.each(["none", "good"] as const)(
	"a host that stops reading a large message has not accepted it (TLS %s)",
	async (starttls) => {
		const sandbox = await host({ starttls, silentAt: "in-body" });
		const session = await sessionWith(sandbox);
		const line = `${"x".repeat(998)}\r\n`;
		const exchange = await session.send(mail(line.repeat(20_000)));
		expect(exchange).toMatchObject({ stage: "body", trouble: "timeout", inDoubt: false });
		expect(session.alive).toBe(false);
	},
);

test("a refused message leaves the connection fit for the next one", async () => {
	const sandbox = await host({ recipients: { bad: "unknown" } });
	const session = await sessionWith(sandbox);
	expect(await session.send({ ...mail("hello\r\n"), to: "bad@good.test" })).toMatchObject({
		stage: "rcpt",
		reply: { code: 550, enhanced: "5.1.1" },
	});
	expect(session.alive).toBe(true);
	expect(await session.send(mail("hello\r\n"))).toMatchObject({ stage: "body", reply: { code: 250 } });
	expect(session).toMatchObject({ accepted: 1, begun: 2 });
	await session.quit();
});

test("a session that a TLS host leaves in the middle can be dropped at any moment", async () => {
	const sandbox = await host({ style: "no-code", styleAt: ["data"] });
	const session = await sessionWith(sandbox);
	expect(await session.send(mail("hello\r\n"))).toMatchObject({ stage: "data", reply: { code: 0 } });
	const leaving = session.quit();
	session.drop();
	await leaving;
	expect(session.alive).toBe(false);
});
