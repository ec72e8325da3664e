import { describe, expect, test } from "vitest";
import { encodeMailbox, encodeUnstructured, foldParts } from "../../../src/compose/encoded-word.ts";

describe("encodeUnstructured", () => {
	test.each([
		{ name: "plain words stay plain", value: "Hello world", expected: "Hello world" },
		{
			name: "Korean becomes base64, the words after it stay readable",
			value: "안녕 December",
			expected: "=?UTF-8?B?7JWI64WV?= December",
		},
		{ name: "the spaces between two foreign words are inside", value: "é and é", expected: "=?UTF-8?B?w6kgYW5kIMOp?=" },
		{ name: "a mostly Latin word stays readable", value: "Zoë", expected: "=?UTF-8?Q?Zo=C3=AB?=" },
		{ name: "an emoji of four bytes", value: "Go 🎉", expected: "Go =?UTF-8?B?8J+OiQ==?=" },
		{ name: "what looks like an encoded word is encoded", value: "=?x?=", expected: "=?UTF-8?B?PT94Pz0=?=" },
	])("$name", ({ value, expected }) => {
		expect(encodeUnstructured(value, 9)).toBe(expected);
	});

	test("double spaces survive folding, because they are encoded", () => {
		expect(encodeUnstructured("a  b", 9)).toBe("=?UTF-8?Q?a__b?=");
	});

	test("a long plain subject is folded at spaces below 78", () => {
		const folded = encodeUnstructured("word ".repeat(40), 9);
		expect(folded.replace(/\r\n/g, "")).toBe("word ".repeat(40).trim());
		for (const line of `Subject: ${folded}`.split("\r\n")) expect(line.length).toBeLessThanOrEqual(78);
	});

	test("a character is never cut in two: each word decodes alone", () => {
		const folded = encodeUnstructured("한국어🎉".repeat(30), 9);
		const words = [...folded.matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g)].map((match) =>
			Buffer.from(match[1] ?? "", "base64").toString(),
		);
		expect(words.length).toBeGreaterThan(3);
		expect(words.join("")).toBe("한국어🎉".repeat(30));
		for (const word of words) expect(word).not.toContain("\ufffd");
	});
});

describe("encodeMailbox", () => {
	test.each([
		{ name: "no name", given: null, expected: "a@b.test" },
		{ name: "an empty name", given: "  ", expected: "a@b.test" },
		{ name: "atoms", given: "Kim Minsu", expected: "Kim Minsu <a@b.test>" },
		{ name: "specials are quoted", given: 'Kim, "M" \\ Co.', expected: '"Kim, \\"M\\" \\\\ Co." <a@b.test>' },
		{ name: "Korean", given: "김민수", expected: "=?UTF-8?B?6rmA66+87IiY?= <a@b.test>" },
		{ name: "a name that is an address cannot pose as one", given: "x@y.test", expected: '"x@y.test" <a@b.test>' },
	])("$name", ({ given, expected }) => {
		expect(encodeMailbox(given, "a@b.test", 4)).toBe(expected);
	});

	test("a long address starts a new line", () => {
		const address = `${"a".repeat(60)}@${"b".repeat(60)}.test`;
		expect(encodeMailbox("Kim Minsu and the whole family", address, 4)).toBe(`Kim Minsu and the whole family\r\n <${address}>`);
	});
});

test("foldParts never cuts a part", () => {
	const parts = Array.from({ length: 9 }, (_, index) => `<https://example.test/${"x".repeat(20)}${index}>`);
	const folded = foldParts(parts, ", ", 18);
	expect(folded.replace(/,\r\n /g, ", ")).toBe(parts.join(", "));
	for (const line of folded.split("\r\n")) expect(line.length).toBeLessThanOrEqual(78);
});
