// The limits once more at the moment of sending: what is over them is never handed to a server.
import { expect, test } from "vitest";
import { fitOrNot } from "../../../src/campaign/fit.ts";

const limits = {
	htmlWarn: 100,
	htmlMax: 1_000,
	onHtmlMax: "block",
	messageWarn: 2_000,
	messageMax: 5_000,
	attachmentMax: 4_000,
} as const;
const message = (size: number, html: number, htmlEncoded = html) => ({
	mailFrom: "bounce@sender.test",
	raw: [Buffer.alloc(1)],
	size,
	needsSmtpUtf8: false,
	sizes: { html, htmlEncoded },
});

test.each([
	{ name: "small", size: 500, html: 100, over: {}, limit: null },
	{ name: "amber is sent", size: 4_999, html: 999, over: {}, limit: null },
	{ name: "the message at its limit is not", size: 5_000, html: 1, over: {}, limit: "message_max" },
	{ name: "HTML at its limit is not", size: 1_500, html: 1_000, over: {}, limit: "html_max" },
	{ name: "HTML counts as it travels, too", size: 1_500, html: 900, encoded: 1_000, over: {}, limit: "html_max" },
	{ name: "large HTML is sent when it only warns", size: 4_000, html: 3_000, over: { onHtmlMax: "warn" as const }, limit: null },
	{ name: "but no large message", size: 9_000, html: 3_000, over: { onHtmlMax: "warn" as const }, limit: "message_max" },
])("$name", ({ size, html, encoded, over, limit }) => {
	const composed = fitOrNot(message(size, html, encoded), { ...limits, ...over });
	if (limit === null) expect(composed).toMatchObject({ kind: "ready", message: { size } });
	else expect(composed).toMatchObject({ kind: "forbidden", limit, why: expect.stringMatching(/\d+ bytes/) });
});
