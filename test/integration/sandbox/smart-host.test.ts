import { describe, expect, it } from "vitest";
import { Dialogue } from "./dialogue.ts";
import { ADDRESS, oneHost } from "./one-host.ts";

const auth = { user: "news@partner.test", password: "s3cret" };
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("a smart host", () => {
	it("offers AUTH only under TLS when it has TLS, and takes no mail before a login", async () => {
		await using sandbox = await oneHost({ auth });
		const client = await Dialogue.open(ADDRESS, sandbox.smtpPort);
		await client.read();
		expect(await client.say("EHLO c.test")).not.toContain("AUTH");
		await client.say("STARTTLS");
		await client.startTls();
		expect(await client.say("EHLO c.test")).toContain("AUTH PLAIN LOGIN XOAUTH2");
		expect(await client.say("MAIL FROM:<news@partner.test>")).toMatch(/^530 5\.7\.0/);
		client.close();
	});

	it.each([
		{ name: "PLAIN at once", lines: [`AUTH PLAIN ${base64("\0news@partner.test\0s3cret")}`], last: "235" },
		{ name: "PLAIN in two steps", lines: ["AUTH PLAIN", base64("\0news@partner.test\0s3cret")], last: "235" },
		{ name: "LOGIN", lines: ["AUTH LOGIN", base64("news@partner.test"), base64("s3cret")], last: "235" },
		{ name: "XOAUTH2", lines: [`AUTH XOAUTH2 ${base64("user=news@partner.test\x01auth=Bearer s3cret\x01\x01")}`], last: "235" },
		{ name: "a wrong password", lines: ["AUTH LOGIN", base64("news@partner.test"), base64("guess")], last: "535" },
		{ name: "a wrong user", lines: [`AUTH PLAIN ${base64("\0x@partner.test\0s3cret")}`], last: "535" },
		{ name: "a login called off", lines: ["AUTH LOGIN", "*"], last: "501" },
		{ name: "an unknown mechanism", lines: ["AUTH CRAM-MD5"], last: "504" },
	])("$name is answered $last", async ({ lines, last }) => {
		await using sandbox = await oneHost({ auth, starttls: "none", senders: ["news@partner.test"] });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		let reply = "";
		for (const line of lines) reply = await client.say(line);
		expect(reply.slice(0, 3)).toBe(last);
		const mail = await client.say("MAIL FROM:<news@partner.test>");
		expect(mail.slice(0, 3)).toBe(last === "235" ? "250" : "530");
		client.close();
	});

	it("takes only the senders it knows", async () => {
		await using sandbox = await oneHost({ auth, starttls: "none", senders: ["news@partner.test"] });
		const client = await Dialogue.greeted(ADDRESS, sandbox.smtpPort);
		await client.say(`AUTH PLAIN ${base64("\0news@partner.test\0s3cret")}`);
		expect(await client.say("MAIL FROM:<other@partner.test>")).toBe(
			"553 5.7.1 <other@partner.test>: Sender address rejected: not owned by user",
		);
		client.close();
	});
});
