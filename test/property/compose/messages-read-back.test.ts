// Whatever readers are called and whatever stands in a campaign: the message is well formed, and a parser that shares no code
// with us reads back the very same texts and files.
import fc from "fast-check";
import PostalMime from "postal-mime";
import { expect, test } from "vitest";
import { encodeMailbox, encodeUnstructured } from "../../../src/compose/encoded-word.ts";
import { cleanField, toCrlf } from "../../../src/compose/text.ts";
import { compileEncoder } from "../../../src/compose/transfer.ts";
import { aReader, bytesOf, compile, NOW } from "../../unit/compose/make.ts";

const anything = fc.string({
	unit: fc.oneof(
		fc.constantFrom("=", " ", "  ", "\t", "\n", ".", "From ", "--", "한국어", "é", "🎉", "a", "=?UTF-8?B?"),
		fc.string({ unit: "binary", maxLength: 2 }),
	),
});
const clean = anything.map(cleanField);
const oneLine = clean.map((text) => text.replace(/[\p{Cc}\u2028\u2029]/gu, ""));

function expectWellFormed(raw: Buffer): void {
	const text = raw.toString("latin1");
	expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n\0]/);
	expect(Math.max(...text.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
	const body = text.slice(text.indexOf("\r\n\r\n") + 4);
	expect(Math.max(...body.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(76);
	expect(body).toMatch(/^[\t\r\n -~]*$/);
}

test("each encoding decodes to its text wherever it is cut, in lines of at most 76", () => {
	fc.assert(
		fc.property(
			fc.array(clean, { minLength: 1, maxLength: 9 }),
			fc.constantFrom("quoted-printable" as const, "base64" as const),
			(pieces, encoding) => {
				const fixed = pieces.filter((_, index) => index % 2 === 0);
				const values = pieces.filter((_, index) => index % 2 === 1);
				while (fixed.length <= values.length) fixed.push("");
				const { raw, canonical, decodedBytes } = compileEncoder(fixed, encoding)(values);
				const expected = toCrlf(fixed.map((piece, index) => piece + (values[index] ?? "")).join(""));
				const decoded = encoding === "base64" ? Buffer.from(raw, "base64") : unquote(raw);
				expect(decoded.toString()).toBe(expected);
				expect(decodedBytes).toBe(Buffer.byteLength(expected));
				for (const line of raw.split("\r\n")) expect(line.length).toBeLessThanOrEqual(76);
				// The plain reading of RFC 6376 section 3.4.4, over the whole.
				expect(canonical).toBe(raw.replace(/[ \t]+(?=\r\n|$)/g, "").replace(/[ \t]+/g, " "));
				expect(raw).not.toMatch(/[ \t](\r\n|$)/);
			},
		),
		{ numRuns: 2000 },
	);
});

/** The plain decoder of RFC 2045 section 6.7. */
function unquote(raw: string): Buffer {
	const joined = raw.replace(/=\r\n/g, "");
	return Buffer.from(
		joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
		"latin1",
	);
}

test("subject, name, text, HTML and files of any message come back as they were", async () => {
	await fc.assert(
		fc.asyncProperty(
			fc.record({
				subject: oneLine,
				name: oneLine,
				city: clean,
				html: clean,
				text: clean,
				file: fc.uint8Array({ maxLength: 300 }),
			}),
			async ({ subject, name, city, html, text, file }) => {
				const safe = (source: string) => source.replace(/[{}]/g, "");
				const compiled = await compile({
					settings: { subject: `S ${safe(subject)} {{ contact.name | default: "nobody" }}` },
					html: `<div>${safe(html)}</div>{{ contact.city | default: "" | raw }} {{ contact.name | default: "" | raw }}.`,
					text: `T ${safe(text)}{{ contact.city | default: "" }}|{{ contact.name | default: "" }}.`,
					attachments: [
						{ path: "attachments/a", name: "보고서 (최종).bin", content: Buffer.from(file), type: "application/octet-stream" },
					],
				});
				const reader = aReader({ name, attributes: { city } });
				const raw = await bytesOf(compiled, reader);
				expectWellFormed(raw);
				const mail = await PostalMime.parse(raw);
				expect(mail.subject).toBe(`S ${safe(subject)} ${name === "" ? "nobody" : name}`.trim());
				expect(mail.to?.[0]).toMatchObject({ address: reader.email });
				const lines = (value: string) => value.replace(/\r\n/g, "\n").replace(/\r/g, "\n").replace(/\n+$/, "");
				expect(lines(mail.html ?? "")).toBe(lines(`<div>${safe(html)}</div>${city} ${name}.`));
				expect(lines(mail.text ?? "")).toBe(lines(`T ${safe(text)}${city}|${name}.`));
				expect(mail.attachments).toHaveLength(1);
				expect(mail.attachments[0]?.filename).toBe("보고서 (최종).bin");
				expect(Buffer.from(mail.attachments[0]?.content as ArrayBuffer)).toEqual(Buffer.from(file));
				const { sizes, size } = await compiled.compose(reader, { now: NOW });
				expect(size).toBe(raw.length);
				expect(sizes.html).toBe(Buffer.byteLength(toCrlf(`<div>${safe(html)}</div>${city} ${name}.`)));
			},
		),
		{ numRuns: 300 },
	);
});

test("encoded words and phrases decode back, in lines of at most 76 characters", async () => {
	await fc.assert(
		fc.asyncProperty(oneLine, oneLine, async (subject, name) => {
			const head = `Subject: ${encodeUnstructured(`x${subject}`, 9)}\r\nTo: ${encodeMailbox(`x${name}`, "a@b.test", 4)}\r\n`;
			expect(head).toMatch(/^[\r\n -~]*$/);
			for (const line of head.split("\r\n")) {
				expect(line.length).toBeLessThanOrEqual(78);
				for (const word of line.match(/=\?UTF-8\?[BQ]\?[^?]*\?=/g) ?? []) expect(word.length).toBeLessThanOrEqual(75);
			}
			for (const line of head.split("\r\n").slice(0, -1)) expect(line.trim()).not.toBe("");
			const mail = await PostalMime.parse(`${head}\r\n`);
			expect(mail.subject).toBe(`x${subject}`.trim());
			expect(mail.to).toEqual([{ address: "a@b.test", name: `x${name}`.trim() }]);
		}),
		{ numRuns: 2000 },
	);
});
