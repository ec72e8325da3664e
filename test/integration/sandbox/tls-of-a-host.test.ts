import { describe, expect, it } from "vitest";
import { shippedCertificate } from "../../../src/sandbox/certificates.file.ts";
import { Dialogue } from "./dialogue.ts";
import { ADDRESS, oneHost } from "./one-host.ts";

describe("STARTTLS of a host", () => {
	it("good: the certificate is for its name and valid now, EHLO starts anew, arrivals say which TLS it was", async () => {
		await using sandbox = await oneHost({ tlsRequired: true });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		expect(await client.say("MAIL FROM:<a@b.test>")).toBe("530 5.7.0 Must issue a STARTTLS command first");
		expect(await client.say("STARTTLS")).toMatch(/^220/);
		const secure = await client.startTls();
		expect(secure.getPeerCertificate().subjectaltname).toContain("DNS:*.good.test");
		expect(Date.parse(secure.getPeerCertificate().valid_to)).toBeGreaterThan(Date.UTC(2055, 0));
		expect(await client.say("MAIL FROM:<a@b.test>")).toMatch(/^503/);
		expect(await client.say("EHLO c.test")).not.toContain("STARTTLS");
		expect((await client.send("a@b.test", "x@good.test")).at(-1)).toMatch(/^250/);
		expect(sandbox.arrivals.rows({ accepted: true })).toMatchObject([{ tls: "TLSv1.3" }]);
		client.close();
	});

	it("expired: the certificate ended in 2020", async () => {
		await using sandbox = await oneHost({ starttls: "expired" });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		await client.say("STARTTLS");
		const secure = await client.startTls();
		expect(Date.parse(secure.getPeerCertificate().valid_to)).toBe(Date.UTC(2020, 0));
		client.close();
	});

	it("refused with 454, and the mail may go in plain text", async () => {
		await using sandbox = await oneHost({ starttls: "refused" });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		expect(await client.say("STARTTLS")).toMatch(/^454 4\.7\.0/);
		expect((await client.send("a@b.test", "x@good.test")).at(-1)).toMatch(/^250/);
		expect(sandbox.arrivals.rows()).toMatchObject([{ tls: null }]);
		client.close();
	});

	it("broken: the handshake fails", async () => {
		await using sandbox = await oneHost({ starttls: "broken" });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		expect(await client.say("STARTTLS")).toMatch(/^220/);
		await expect(client.startTls()).rejects.toThrow();
	});

	it("none: not offered and not known", async () => {
		await using sandbox = await oneHost({ starttls: "none" });
		const client = await Dialogue.open(ADDRESS, sandbox.smtpPort);
		await client.read();
		expect(await client.say("EHLO c.test")).not.toContain("STARTTLS");
		expect(await client.say("STARTTLS")).toMatch(/^502/);
		client.close();
	});

	it("what was pipelined behind STARTTLS in plain text is thrown away", async () => {
		await using sandbox = await oneHost();
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		client.socket.write("STARTTLS\r\nMAIL FROM:<attacker@b.test>\r\n");
		expect(await client.read()).toMatch(/^220/);
		await client.startTls();
		await client.say("EHLO c.test");
		expect(await client.say("RCPT TO:<x@good.test>")).toMatch(/^503/);
		client.close();
	});

	it("from the first byte, as on port 465", async () => {
		await using sandbox = await oneHost({ implicitTls: true, starttls: "none" });
		const client = await Dialogue.open(ADDRESS, sandbox.smtpPort, { implicitTls: true });
		expect(await client.read()).toMatch(/^220/);
		await client.say("EHLO c.test");
		expect((await client.send("a@b.test", "x@good.test")).at(-1)).toMatch(/^250/);
		expect(sandbox.arrivals.rows()).toMatchObject([{ tls: "TLSv1.3" }]);
		client.close();
	});

	it("a certificate of the caller's own", async () => {
		await using sandbox = await oneHost({}, { certificate: shippedCertificate("expired") });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		await client.say("STARTTLS");
		expect((await client.startTls()).getPeerCertificate().subject.CN).toBe("expired.sandbox.test");
		client.close();
	});
});
