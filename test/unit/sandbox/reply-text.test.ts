import { describe, expect, it } from "vitest";
import { manners } from "../../../src/sandbox/manners.ts";
import { fillBlanks, writeReply } from "../../../src/sandbox/reply-text.ts";

describe("a reply on the wire", () => {
	it.each([
		{ reply: "250 2.0.0 Ok", text: "250 2.0.0 Ok\r\n" },
		{ reply: "550 5.1.1 first\nsecond", text: "550-5.1.1 first\r\n550 5.1.1 second\r\n" },
		{ reply: "250 mx.test\nPIPELINING\nSTARTTLS", text: "250-mx.test\r\n250-PIPELINING\r\n250 STARTTLS\r\n" },
	])("$reply", ({ reply, text }) => {
		expect(writeReply(reply, "rcpt", manners())).toEqual({ text, latin1: false, bytewise: false });
	});

	it("a style may be limited to some stages", () => {
		const bad = manners({ style: "no-code", styleAt: ["mail"] });
		expect(writeReply("250 Ok", "mail", bad).text).toBe("Ok\r\n");
		expect(writeReply("250 Ok", "rcpt", bad).text).toBe("250 Ok\r\n");
	});

	it("blanks are filled with what is known, other braces stay", () => {
		const blanks = { host: "mx.test", ip: "127.1.0.1", from: "a@b.test", to: "c@d.test", domain: "d.test" };
		expect(fillBlanks("550 {ip} {to} {domain} {from} {host} {else}", blanks)).toBe(
			"550 127.1.0.1 c@d.test d.test a@b.test mx.test {else}",
		);
	});
});
