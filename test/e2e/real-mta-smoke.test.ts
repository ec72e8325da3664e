// The real receiving side itself: each server takes a message over STARTTLS and stores it, and passes nothing on.
import { createTransport } from "nodemailer";
import { describe, expect, it } from "vitest";
import { startExim } from "../support/real-mta/exim.ts";
import type { RealMta } from "../support/real-mta/instance.ts";
import { realMtaAvailability } from "../support/real-mta/packages.ts";
import { startPostfix } from "../support/real-mta/postfix.ts";

const found = await realMtaAvailability();
const servers = [
	{ name: "Postfix", start: startPostfix, address: "127.0.0.31", refusal: 554 },
	{ name: "Exim", start: startExim, address: "127.0.0.32", refusal: 550 },
];

describe.skipIf(!found.available)(found.available ? "a real mail server" : `a real mail server: ${found.reason}`, () => {
	it.each(servers)("$name stores a message sent over STARTTLS under its envelope recipient", async ({ start, address }) => {
		await withServer(start, address, async (server) => {
			const transport = connectTo(server);
			const sent = await transport.sendMail({
				envelope: { from: "bounce+1@sender.test", to: ["Anna@one.test", "böb@two.test"] },
				from: "news@sender.test",
				to: "somebody.else@one.test",
				subject: "Hello",
				text: "Grüße\n",
			});
			expect(sent.response).toMatch(/^250 /);
			const mails = await server.waitForMail(2);
			expect(mails.map((mail) => mail.to).toSorted()).toEqual(["Anna@one.test", "böb@two.test"]);
			for (const mail of mails) {
				const text = mail.raw.toString("utf8");
				expect(text).toMatch(/^Return-path: <bounce\+1@sender\.test>\n/i);
				const received = /^Received: from .*\n(?:[ \t].*\n)*/m.exec(text)?.[0];
				expect(received).toContain("by mx.one.test ");
				expect(received).toContain("TLS");
				expect(text).toContain("\nSubject: Hello\n");
			}
			transport.close();
		});
	});

	it.each(servers)("$name refuses a recipient of a foreign domain", async ({ start, address, refusal }) => {
		await withServer(start, address, async (server) => {
			const transport = connectTo(server);
			const sending = transport.sendMail({ from: "news@sender.test", to: "x@elsewhere.test", subject: "Hello", text: "Hello" });
			await expect(sending).rejects.toMatchObject({ code: "EENVELOPE", responseCode: refusal });
			expect(await server.mailboxes()).toEqual([]);
			expect(await server.log()).toContain("elsewhere.test");
			transport.close();
		});
	});

	it.each(servers)("$name's mailbox is in the order of delivery", async ({ start, address }) => {
		await withServer(start, address, async (server) => {
			const transport = connectTo(server);
			const recipients = ["c@one.test", "a@one.test", "b@two.test"];
			for (const [index, to] of recipients.entries()) {
				await transport.sendMail({ from: "news@sender.test", to, subject: "Hello", text: "Hello" });
				await server.waitForMail(index + 1);
			}
			expect((await server.mailboxes()).map((mail) => mail.to)).toEqual(recipients);
			transport.close();
		});
	});

	it.each(servers)("$name is gone after stop, and its folder with it", async ({ start, address }) => {
		const server = await withServer(start, address, async () => undefined);
		const transport = connectTo(server);
		await expect(transport.verify()).rejects.toMatchObject({ code: "ESOCKET" });
		expect(await server.mailboxes()).toEqual([]);
		transport.close();
	});
});

async function withServer(
	start: typeof startPostfix,
	address: string,
	use: (server: RealMta) => Promise<void>,
): Promise<RealMta> {
	if (!found.available) throw new Error(found.reason);
	const server = await start({ installation: found.installation, domains: ["one.test", "two.test"], address });
	try {
		await use(server);
	} finally {
		await server.stop();
	}
	return server;
}

/** A client that insists on TLS and on the server's own certificate. */
function connectTo(server: RealMta) {
	return createTransport({
		host: server.address,
		port: server.port,
		requireTLS: true,
		tls: { ca: server.certificate, servername: server.hostname },
	});
}
