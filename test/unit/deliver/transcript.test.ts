import { describe, expect, test } from "vitest";
import { serverFeatures, Transcript } from "../../../src/deliver/transcript.ts";

/** "> X" is a command of ours, anything else a reply. */
function told(...lines: readonly string[]): Transcript {
	const transcript = new Transcript();
	for (const line of lines) {
		if (line.startsWith("> ")) transcript.sent(line.slice(2));
		else transcript.received(line);
	}
	return transcript;
}
const stages = (transcript: Transcript) => transcript.heard.map((reply) => reply.stage);
const HELLO = ["220 mx", "> EHLO us.test", "250-mx\n250-PIPELINING\n250 SIZE 1000"];

describe("which stage is waited for", () => {
	test.each<[string, string[], string | null]>([
		["nothing said yet", [], "greeting"],
		["after the greeting", ["220 mx"], null],
		["after EHLO", ["220 mx", "> EHLO us.test"], "ehlo"],
		["after HELO", ["220 mx", "> EHLO us.test", "502 no", "> HELO us.test"], "ehlo"],
		["after MAIL", [...HELLO, "> MAIL FROM:<a@b.test> SIZE=12"], "mail"],
		["MAIL and RCPT at once", [...HELLO, "> MAIL FROM:<a@b.test>", "> RCPT TO:<c@d.test>"], "mail"],
		["MAIL answered, RCPT not", [...HELLO, "> MAIL FROM:<a@b.test>", "> RCPT TO:<c@d.test>", "250 ok"], "rcpt"],
		["after 354", [...HELLO, "> MAIL FROM:<>", "250 ok", "> RCPT TO:<c@d.test>", "250 ok", "> DATA", "354 go"], "body"],
		["DATA refused", [...HELLO, "> MAIL FROM:<>", "250 ok", "> RCPT TO:<c@d.test>", "250 ok", "> DATA", "451 no"], null],
		["after STARTTLS is agreed", ["220 mx", "> EHLO us", "250 mx", "> STARTTLS", "220 go"], "tls"],
		["STARTTLS refused", ["220 mx", "> EHLO us", "250 mx", "> STARTTLS", "454 no"], null],
		["EHLO again after the handshake", ["220 mx", "> EHLO us", "250 mx", "> STARTTLS", "220 go", "> EHLO us"], "ehlo"],
		["a step of a login", [...HELLO, "> AUTH LOGIN", "334 VXNlcm5hbWU6", "> a2lt"], "auth"],
		["RSET", [...HELLO, "> RSET"], "rset"],
		["QUIT", [...HELLO, "> QUIT"], "quit"],
	])("%s", (_, lines, expected) => {
		expect(told(...lines).waitingFor).toBe(expected);
	});
});

test("replies belong to the commands in their order, also when several were sent at once", () => {
	const transcript = told(...HELLO);
	transcript.nextMessage();
	for (const line of ["MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "DATA"]) transcript.sent(line);
	for (const reply of ["250 ok", "550 5.1.1 unknown", "554 no valid recipients"]) transcript.received(reply);
	expect(stages(transcript)).toEqual(["mail", "rcpt", "data"]);
	expect(transcript.replyAt("rcpt")).toBe("550 5.1.1 unknown");
	expect(transcript.replyAt("body")).toBeNull();
	expect(transcript.surplus).toBe(false);
});

test("the reply after the final dot is the body's, whatever came before", () => {
	const transcript = told(...HELLO, "> MAIL FROM:<>", "250 a", "> RCPT TO:<c@d.test>", "250 b", "> DATA", "354 c", "250 d");
	expect(transcript.replyAt("body")).toBe("250 d");
	expect(transcript.waitingFor).toBeNull();
});

test("a reply that nobody asked for makes the connection unusable", () => {
	expect(told(...HELLO, "250 surprise").surplus).toBe(true);
	expect(told(...HELLO).surplus).toBe(false);
});

test("trouble while nothing is waited for belongs to the next message", () => {
	expect(told(...HELLO).stage).toBe("mail");
	expect(told(...HELLO, "> QUIT").stage).toBe("mail");
	expect(told().stage).toBe("greeting");
});

test("the next message begins without the replies of the last one, and what is still expected stays expected", () => {
	const transcript = told(...HELLO, "> RSET");
	transcript.nextMessage();
	expect(transcript.heard).toEqual([]);
	expect(transcript.waitingFor).toBe("rset");
});

describe("what a server offers", () => {
	const none = { size: null, smtpUtf8: false, eightBitMime: false, startTls: false, auth: [] };
	test.each<[string, string, Partial<ReturnType<typeof serverFeatures>>]>([
		["nothing", "250 mx.test", {}],
		["no EHLO at all", "", {}],
		["SIZE", "250-mx\n250 SIZE 35882577", { size: 35_882_577 }],
		["SIZE without a number", "250-mx\n250 SIZE", {}],
		["SIZE 0: no fixed limit", "250-mx\n250 SIZE 0", {}],
		["SIZE beyond all bounds", "250-mx\n250 SIZE 99999999999999999999", {}],
		["lower case", "250-mx\n250-size 500\n250 starttls", { size: 500, startTls: true }],
		[
			"all",
			"250-mx\n250-SMTPUTF8\n250-8BITMIME\n250-STARTTLS\n250 AUTH PLAIN LOGIN",
			{ smtpUtf8: true, eightBitMime: true, startTls: true, auth: ["PLAIN", "LOGIN"] },
		],
		["AUTH in the old form", "250-mx\n250 AUTH=LOGIN", { auth: ["LOGIN"] }],
		["a name that looks like an extension", "250 STARTTLS.mx.test", {}],
	])("%s", (_, ehlo, expected) => {
		expect(serverFeatures(ehlo)).toEqual({ ...none, ...expected });
	});
});

test("what was offered before the handshake is forgotten after it (RFC 3207)", () => {
	const transcript = told(
		"220 mx",
		"> EHLO us",
		"250-mx\n250 SIZE 5",
		"> STARTTLS",
		"220 go",
		"> EHLO us",
		"250-mx\n250 SIZE 900",
	);
	expect(transcript.features.size).toBe(900);
});
