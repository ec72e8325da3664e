import { describe, expect, test } from "vitest";
import { ADDRESS_PROBLEMS, type AddressProblem, domainOf, normaliseAddress, parseAddress } from "../../../src/address/parse.ts";

const label63 = "d".repeat(63);
/** Three full labels and a rest: a domain of exactly `length` bytes. */
const domainOfLength = (length: number) => `${label63}.${label63}.${label63}.${"e".repeat(length - 3 * 64)}`;

describe("an address that people have is read", () => {
	test.each<{ text: string; ascii: string; normal?: string; unicode?: string; utf8?: true }>([
		{ text: "kim@example.test", ascii: "kim@example.test" },
		{ text: "Kim.Min-Su@Example.TEST", ascii: "Kim.Min-Su@example.test", normal: "kim.min-su@example.test" },
		{ text: "a@b.c", ascii: "a@b.c" },
		{ text: "kim+news@example.test", ascii: "kim+news@example.test" },
		{ text: "k.i.m@example.test", ascii: "k.i.m@example.test" },
		{ text: "o'brien@example.test", ascii: "o'brien@example.test" },
		{ text: "!#$%&'*+/=?^_`{|}~-@example.test", ascii: "!#$%&'*+/=?^_`{|}~-@example.test" },
		{ text: "12345@example.test", ascii: "12345@example.test" },
		{ text: "-kim-@example.test", ascii: "-kim-@example.test" },
		{ text: "kim@mail.sub.example.test", ascii: "kim@mail.sub.example.test" },
		{ text: "kim@123.test", ascii: "kim@123.test" },
		{ text: "kim@4chan.test", ascii: "kim@4chan.test" },
		{ text: "kim@a--b.test", ascii: "kim@a--b.test" },
		{ text: "kim@한국.kr", ascii: "kim@xn--3e0b707e.kr", unicode: "kim@한국.kr" },
		{ text: "kim@XN--3E0B707E.kr", ascii: "kim@xn--3e0b707e.kr", unicode: "kim@한국.kr" },
		{ text: "kim@MÜNCHEN.test", ascii: "kim@xn--mnchen-3ya.test", unicode: "kim@münchen.test" },
		{ text: "kim@straße.test", ascii: "kim@xn--strae-oqa.test", unicode: "kim@straße.test" },
		{ text: "kim@ＥＸＡＭＰＬＥ.test", ascii: "kim@example.test" },
		{ text: "kim@例え。test", ascii: "kim@xn--r8jz45g.test", unicode: "kim@例え.test" },
		{ text: "김민수@example.test", ascii: "김민수@example.test", utf8: true },
		{ text: "JOSÉ@example.test", ascii: "JOSÉ@example.test", normal: "josé@example.test", utf8: true },
		{ text: "jose\u0301@example.test", ascii: "jose\u0301@example.test", normal: "josé@example.test", utf8: true },
		{ text: `${"l".repeat(64)}@example.test`, ascii: `${"l".repeat(64)}@example.test` },
		{ text: `kim@${label63}.test`, ascii: `kim@${label63}.test` },
		{ text: `a@${domainOfLength(252)}`, ascii: `a@${domainOfLength(252)}` },
	])("$text", ({ text, ascii, normal = ascii, unicode = ascii, utf8 = false }) => {
		const parsed = parseAddress(text);
		expect(parsed).toEqual({
			local: ascii.slice(0, ascii.lastIndexOf("@")),
			domain: ascii.slice(ascii.lastIndexOf("@") + 1),
			ascii,
			unicode,
			normal,
			needsSmtpUtf8: utf8,
		});
		expect(normaliseAddress(text)).toBe(normal);
	});
});

describe("what is no address is refused with its reason", () => {
	test.each<[AddressProblem, string]>([
		["empty", ""],
		["control-character", "kim@example.test\r\nBcc: all@example.test"],
		["control-character", "kim\n@example.test"],
		["control-character", "kim\t@example.test"],
		["control-character", "kim@example.test\0"],
		["control-character", "kim\u0085@example.test"],
		["space", " kim@example.test"],
		["space", "kim@example.test "],
		["space", "kim min@example.test"],
		["space", "kim@exam ple.test"],
		["space", "kim\u00a0@example.test"],
		["space", "kim\u3000@example.test"],
		["space", "kim@example.test, lee@example.test"],
		["invisible-character", "kim\u200b@example.test"],
		["invisible-character", "\ufeffkim@example.test"],
		["invisible-character", "kim@exa\u00admple.test"],
		["invisible-character", "kim\u202e@example.test"],
		["invisible-character", "kim\ud800@example.test"],
		["display-name", "Kim <kim@example.test>"],
		["display-name", "<kim@example.test>"],
		["no-at", "kim.example.test"],
		["no-at", "kim(at)example.test"],
		["several-at", "kim@lee@example.test"],
		["several-at", "@example.test@example.test"],
		["no-local-part", "@example.test"],
		["no-local-part", "@"],
		["quoted-local-part", '"kim min"@example.test'],
		["quoted-local-part", '"kim@home"@example.test'],
		["local-too-long", `${"l".repeat(65)}@example.test`],
		["local-too-long", `${"김".repeat(22)}@example.test`],
		["local-too-long", `${"İ".repeat(32)}@example.test`],
		["dot-at-edge", ".kim@example.test"],
		["dot-at-edge", "kim.@example.test"],
		["consecutive-dots", "kim..min@example.test"],
		["bad-local-character", "kim,min@example.test"],
		["bad-local-character", "kim;@example.test"],
		["bad-local-character", "mailto:kim@example.test"],
		["bad-local-character", "kim\\@example.test"],
		["bad-local-character", 'ki"m@example.test'],
		["bad-local-character", "kim(home)@example.test"],
		["bad-local-character", "[kim]@example.test"],
		["no-domain", "kim@"],
		["ip-literal", "kim@[192.0.2.1]"],
		["ip-literal", "kim@[IPv6:2001:db8::1]"],
		["ip-literal", "kim@192.0.2.1"],
		["ip-literal", "kim@１９２.0.2.1"],
		["no-dot-in-domain", "root@localhost"],
		["no-dot-in-domain", "kim@gmail"],
		["empty-label", "kim@example.test."],
		["empty-label", "kim@.example.test"],
		["empty-label", "kim@example..test"],
		["label-too-long", `kim@${"d".repeat(64)}.test`],
		["bad-label", "kim@-example.test"],
		["bad-label", "kim@example-.test"],
		["bad-domain-character", "kim@exam_ple.test"],
		["bad-domain-character", "kim@example.test/path"],
		["bad-domain-character", "kim@example.test#"],
		["bad-domain-character", "kim@example.test?subject=hi"],
		["bad-domain-character", "kim@ex%41mple.test"],
		["bad-domain-character", "kim@example.test:25"],
		["bad-domain-character", "kim@example,test"],
		["bad-domain-character", "kim@example.test;"],
		["bad-idn", "kim@xn--a.test"],
		["bad-idn", "kim@xn--zzzzzz.test"],
		["bad-idn", "kim@exam／ple.test"],
		["domain-too-long", `k@${domainOfLength(250)}.test`],
		["too-long", `${"l".repeat(20)}@${domainOfLength(240)}`],
	])("%s: %j", (problem, text) => {
		expect(parseAddress(text)).toEqual({ problem, reason: ADDRESS_PROBLEMS[problem] });
		expect(normaliseAddress(text)).toBeNull();
	});
});

test("every problem has a sentence of its own", () => {
	const sentences = Object.values(ADDRESS_PROBLEMS);
	expect(new Set(sentences).size).toBe(sentences.length);
	for (const sentence of sentences) expect(sentence).toMatch(/^[a-z].{10,}[^.]$/);
});

test.each([
	["kim@Example.TEST", "example.test"],
	["a@b@example.test", "example.test"],
	["kim", ""],
	["kim@", ""],
])("the domain of %s is %j", (address, domain) => {
	expect(domainOf(address)).toBe(domain);
});
