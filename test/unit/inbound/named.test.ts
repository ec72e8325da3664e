import { describe, expect, it } from "vitest";
import { encodeToken } from "../../../src/address/token.ts";
import { encodeVerp } from "../../../src/address/verp.ts";
import type { Mail } from "../../../src/inbound/mail.ts";
import { type Mailboxes, namedIn, recipientOf } from "../../../src/inbound/named.ts";

const SECRET = "secret";
const VERP = encodeVerp({ deliveryId: 100, domain: "bounces.sender.test", secret: SECRET });
const TOKEN = encodeToken({ contactId: 7, campaignId: 3 }, SECRET);
const BOXES: Mailboxes = {
	secret: SECRET,
	domains: new Set(["bounces.sender.test"]),
	complaints: new Set(["fbl@sender.test"]),
};

describe("an address", () => {
	it.each([
		[VERP, { kind: "return-path", deliveryId: 100 }],
		[VERP.toUpperCase(), { kind: "return-path", deliveryId: 100 }],
		[VERP.replace("bounces.sender.test", "old-bounces.sender.test"), { kind: "return-path", deliveryId: 100 }],
		[`u-${TOKEN}@bounces.sender.test`, { kind: "unsubscribe", token: TOKEN, subject: { contactId: 7, campaignId: 3 } }],
		["fbl@sender.test", { kind: "reports" }],
		["FBL@Sender.Test", { kind: "reports" }],
		["postmaster@bounces.sender.test", { kind: "reports" }],
		["Postmaster", { kind: "reports" }],
		["abuse@bounces.sender.test", { kind: "reports" }],
		["abuse@sender.test", null],
		["abuse", null],
		["fbl@other.test", null],
		["news@bounces.sender.test", null],
		[`x${VERP}`, null],
		[VERP.replace(/.@/, "0@"), null],
		[`u-${TOKEN}0@bounces.sender.test`, null],
		["", null],
	])("%s", (address, expected) => {
		expect(recipientOf(address, BOXES)).toEqual(expected);
	});
});

describe("whom a report names", () => {
	const mail = (text: string, ...parts: string[]): Mail => ({
		headers: new Map(),
		from: "",
		subject: "",
		text,
		parts: parts.map((part) => ({ type: "message/rfc822", text: part })),
	});

	it.each([
		["the return path", mail("", `Return-Path: <${VERP}>`), { by: "delivery", deliveryId: 100 }],
		[
			"the link",
			mail("", `List-Unsubscribe: <https://x.test/u/${TOKEN}>`),
			{ by: "token", subject: { contactId: 7, campaignId: 3 } },
		],
		["the mailto", mail(`<mailto:u-${TOKEN}@x.test>`), { by: "token", subject: { contactId: 7, campaignId: 3 } }],
		["the parts before the text", mail(`u/${TOKEN}`, `<${VERP}>`), { by: "delivery", deliveryId: 100 }],
		[
			"nobody by a forged one before a good one",
			mail(`<b-1-aaaaaaaaaaaaaaaa@x.test> <${VERP}>`),
			{ by: "delivery", deliveryId: 100 },
		],
		["nobody by an address", mail("Original-Rcpt-To: kim@corp.test"), null],
		["nobody by the link of a preflight", mail(`u/${encodeToken({ contactId: 0, campaignId: 0 }, SECRET)}`), null],
		["nobody after too many guesses", mail(`${"b-1-aaaaaaaaaaaaaaaa@x ".repeat(60)}${VERP}`), null],
	])("%s", (_, given, expected) => {
		expect(namedIn(given, SECRET)).toEqual(expected);
	});
});
