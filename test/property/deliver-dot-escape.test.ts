// The quick way and nodemailer's own must give the same bytes, however a body is cut into chunks.
import { Transform } from "node:stream";
import fc from "fast-check";
import DataStream from "nodemailer/lib/smtp-connection/data-stream";
import { expect, test } from "vitest";
import { passes, quicken } from "../../src/deliver/dot-escape.ts";

const pieces = fc.constantFrom("\r\n", "\r", "\n", ".", "..", "\r\n.", "words", "한국어", "\r\n\r\n", "");
const bodies = fc.array(
	fc.array(pieces, { maxLength: 6 }).map((parts) => Buffer.from(parts.join(""))),
	{ maxLength: 8 },
);

async function sent(chunks: readonly Buffer[], quick: boolean): Promise<string> {
	const stream = new DataStream();
	if (quick) quicken(stream);
	const out: Buffer[] = [];
	stream.on("data", (chunk: Buffer) => out.push(chunk));
	const ended = new Promise((resolve) => stream.once("end", resolve));
	for (const chunk of chunks) stream.write(chunk);
	stream.end();
	await ended;
	return Buffer.concat(out).toString();
}

test("a body leaves as nodemailer would send it, whatever its chunks", async () => {
	await fc.assert(
		fc.asyncProperty(bodies, async (chunks) => {
			expect(await sent(chunks, true)).toBe(await sent(chunks, false));
		}),
		// Found once in 71 runs: the line end cut in two before a dot.
		{ numRuns: 1_000, examples: [[[Buffer.from("\r"), Buffer.from("\n.\r\n")]]] },
	);
});

test("a clean body takes the quick way, and another kind of stream is left alone", () => {
	expect(passes(Buffer.from("Subject: a\r\n\r\nwords. And more.\r\n"), false)).toBe(true);
	expect(passes(Buffer.from("\nrest of a line end\r\n"), 0x0d)).toBe(true);
	const other = new Transform();
	const before = other._transform;
	quicken(other);
	expect(other._transform).toBe(before);
});
