// Whatever arrives: reading it ends, in bounded time, in one of the kinds, and a stranger's bytes never suppress anybody.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findReply } from "../../../src/inbound/bounce.ts";
import { judgeBounce } from "../../../src/inbound/judge-bounce.ts";
import { fieldBlocks, readMail } from "../../../src/inbound/mail.ts";
import { namedIn } from "../../../src/inbound/named.ts";
import { read } from "../../../src/inbound/read.ts";
import { BUILT_IN } from "../../../src/replies/rule-set.ts";
import { COMPLAINT_SAMPLES, OTHER_SAMPLES } from "../../unit/inbound/feedback-samples.ts";
import { fill, READER } from "../../unit/inbound/mail-forms.ts";
import { STATUS_SAMPLES } from "../../unit/inbound/status-samples.ts";
import { TEXT_SAMPLES } from "../../unit/inbound/text-samples.ts";

const SAMPLES = [...STATUS_SAMPLES, ...TEXT_SAMPLES, ...COMPLAINT_SAMPLES, ...OTHER_SAMPLES].map((one) =>
	Buffer.from(fill(one.mail)),
);
const KINDS = ["bounce", "complaint", "opt-out", "auto-reply", "nothing", "letter"];

/** All that is done with bytes before the database is asked. */
async function readAll(raw: Uint8Array, nullSender: boolean): Promise<string> {
	const mail = await readMail(raw);
	if (mail === null) return "letter";
	expect(namedIn(mail, "a secret of ours")).toBe(null);
	const reading = read(mail, nullSender);
	if (reading.kind === "bounce") judgeBounce(reading.bounce, { reader: READER, site: "corp.test" }, BUILT_IN);
	return reading.kind;
}

/** A sample with pieces cut out, doubled and overwritten. */
const damaged = fc
	.tuple(
		fc.constantFrom(...SAMPLES),
		fc.array(fc.tuple(fc.nat(4_000), fc.nat(60), fc.uint8Array({ maxLength: 40 })), { minLength: 1, maxLength: 12 }),
	)
	.map(([sample, cuts]) =>
		cuts.reduce<Buffer>(
			(raw, [at, length, bytes]) =>
				Buffer.concat([raw.subarray(0, at % (raw.length + 1)), bytes, raw.subarray((at % (raw.length + 1)) + length)]),
			sample,
		),
	);

describe("reading", () => {
	it("never throws on random bytes", async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), fc.boolean(), async (raw, nullSender) => {
				expect(KINDS).toContain(await readAll(raw, nullSender));
			}),
			{ numRuns: 300 },
		);
	});

	it("never throws on damaged reports", async () => {
		await fc.assert(
			fc.asyncProperty(damaged, fc.boolean(), async (raw, nullSender) => {
				expect(KINDS).toContain(await readAll(raw, nullSender));
			}),
			{ numRuns: 500 },
		);
	});

	it("a reply that is found has a code of a refusal and bounded text", () => {
		const word = fc.constantFrom(
			"550",
			"5.1.1",
			"#5.1.1",
			"450-4.2.2",
			"said:",
			"<a@b.test>",
			"\n",
			"\n\n",
			" ",
			"no such user",
			"999",
			"(",
			")",
		);
		fc.assert(
			fc.property(fc.array(word, { maxLength: 60 }), (words) => {
				const reply = findReply(words.join(" "));
				if (reply === null) return;
				expect(reply.code).toBeGreaterThanOrEqual(400);
				expect(reply.code).toBeLessThan(600);
				expect(reply.text.length).toBeLessThanOrEqual(2_000);
			}),
		);
	});

	it("fields are never empty names, and blocks are bounded", () => {
		fc.assert(
			fc.property(fc.string({ maxLength: 2_000 }), (text) => {
				const blocks = fieldBlocks(text);
				expect(blocks.length).toBeLessThanOrEqual(50);
				for (const block of blocks) for (const name of block.keys()) expect(name).toMatch(/^[!-9;-~]+$/);
			}),
		);
	});

	it.each([
		["angle brackets", "<".repeat(900_000)],
		["codes", "550 ".repeat(220_000)],
		["dots and digits", "5.1.1".repeat(200_000)],
		["hyphens", "a-".repeat(450_000)],
		["half tokens", "1a2b3c4d5e6-".repeat(80_000)],
		["parts", `Content-Type: multipart/mixed; boundary=x\r\n\r\n${"--x\r\n\r\n".repeat(120_000)}`],
		[
			"nests",
			Array.from({ length: 2_000 }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\r\n\r\n--b${i}\r\n`).join(""),
		],
	])("a megabyte of %s is read in a moment", async (_, text) => {
		const before = performance.now();
		for (const head of [
			"From: MAILER-DAEMON@x.test\r\nContent-Type: text/html\r\n\r\n",
			"From: MAILER-DAEMON@x.test\r\n\r\n",
			"",
		])
			await readAll(Buffer.from(head + text), true);
		expect(performance.now() - before).toBeLessThan(3_000);
	});
});
