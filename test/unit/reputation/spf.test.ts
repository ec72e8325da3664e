import { describe, expect, test } from "vitest";
import { evaluateSpf } from "../../../src/reputation/spf.ts";
import { spfToPublish } from "../../../src/reputation/spf-judge.ts";
import { expandDomain, expandMacros } from "../../../src/reputation/spf-macro.ts";
import { dnsTable } from "../../support/dns-table.ts";

/** RFC 7208 appendix A. */
const ZONE = `
	example.com MX mail-a.example.com
	example.com MX mail-b.example.com
	example.com A 192.0.2.10
	example.com A 192.0.2.11
	amy.example.com A 192.0.2.65
	bob.example.com A 192.0.2.66
	mail-a.example.com A 192.0.2.129
	mail-b.example.com A 192.0.2.130
	example.org MX mail-c.example.org
	mail-c.example.org A 192.0.2.140
	192.0.2.10 PTR example.com
	192.0.2.11 PTR example.com
	192.0.2.65 PTR amy.example.com
	192.0.2.66 PTR bob.example.com
	192.0.2.129 PTR mail-a.example.com
	192.0.2.130 PTR mail-b.example.com
	192.0.2.140 PTR mail-c.example.org
	10.0.0.4 PTR bob.example.com
	mary.mobile-users._spf.example.com A 127.0.0.2
	fred.mobile-users._spf.example.com A 127.0.0.2
	15.15.168.192.joel.remote-users._spf.example.com A 127.0.0.2
	lists.example.org TXT v=spf1 ip4:198.51.100.0/24 -all
	soft.example.org TXT v=spf1 ip4:198.51.100.0/24 ~all
	mine.example.org TXT v=spf1 mx:example.com -all
	other.example.org TXT some text
	two.example.org TXT v=spf1 -all
	two.example.org TXT v=spf1 +all
	nearly.example.org TXT v=spf10 +all
	loop.example.org TXT v=spf1 include:loop.example.org -all
	silent.example.org FAIL TXT
	half.example.org FAIL A
	deep.example.org TXT v=spf1 include:deep2.example.org -all
	deep2.example.org TXT v=spf1 include:deep3.example.org -all
	deep3.example.org TXT v=spf1 a:example.com -all
	six.example.org TXT v=spf1 ip6:2001:db8::/32 -all
	v6.example.org AAAA 2001:db8::7
	many.example.org ${Array.from({ length: 11 }, (_one, n) => `MX mx${n}.example.org`).join("\n\tmany.example.org ")}
`;

async function check(record: string, of: { ip?: string; sender?: string; domain?: string; zone?: string } = {}) {
	const domain = of.domain ?? "example.com";
	const resolver = dnsTable(`${ZONE}\n${of.zone ?? ""}\n${record === "" ? "" : `${domain} TXT ${record}`}`);
	return evaluateSpf({
		address: of.ip ?? "192.0.2.129",
		domain,
		sender: of.sender ?? `strong-bad@${domain}`,
		ehlo: "mail-a.example.com",
		resolver,
	});
}

describe("the examples of RFC 7208 appendix A.1", () => {
	test.each([
		["v=spf1 +all", "192.0.2.129", "pass"],
		["v=spf1 a -all", "192.0.2.10", "pass"],
		["v=spf1 a -all", "192.0.2.129", "fail"],
		["v=spf1 a:example.org -all", "192.0.2.140", "fail"],
		["v=spf1 mx -all", "192.0.2.129", "pass"],
		["v=spf1 mx -all", "192.0.2.10", "fail"],
		["v=spf1 mx:example.org -all", "192.0.2.140", "pass"],
		["v=spf1 mx mx:example.org -all", "192.0.2.130", "pass"],
		["v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.131", "pass"],
		["v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.143", "pass"],
		["v=spf1 mx/30 mx:example.org/30 -all", "192.0.2.144", "fail"],
		["v=spf1 ptr -all", "192.0.2.65", "pass"],
		["v=spf1 ptr -all", "192.0.2.140", "fail"],
		["v=spf1 ptr -all", "10.0.0.4", "fail"],
		["v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.65", "fail"],
		["v=spf1 ip4:192.0.2.128/28 -all", "192.0.2.129", "pass"],
	])("%s for %s is %s", async (record, ip, result) => {
		expect((await check(record, { ip })).result).toBe(result);
	});
});

describe("results", () => {
	test.each([
		{ name: "no record", record: "", result: "none" },
		{ name: "another text only", record: "hello", result: "none" },
		{ name: "v=spf10 is no SPF record", record: "v=spf10 +all", result: "none" },
		{ name: "an empty record", record: "v=spf1", result: "neutral" },
		{ name: "the version in capitals", record: "V=SPF1 +ALL", result: "pass" },
		{ name: "neutral by its qualifier", record: "v=spf1 ?all", result: "neutral" },
		{ name: "softfail", record: "v=spf1 ~all", result: "softfail" },
		{ name: "include that passes", record: "v=spf1 include:mine.example.org -all", result: "pass" },
		{ name: "include that fails is no match", record: "v=spf1 include:lists.example.org ?all", result: "neutral" },
		{ name: "include of a domain without a record", record: "v=spf1 include:other.example.org +all", result: "permerror" },
		{ name: "include of two records", record: "v=spf1 include:two.example.org +all", result: "permerror" },
		{ name: "include of a silent domain", record: "v=spf1 include:silent.example.org +all", result: "temperror" },
		{ name: "include of itself", record: "v=spf1 include:loop.example.org +all", result: "permerror" },
		{ name: "redirect", record: "v=spf1 redirect=mine.example.org", result: "pass" },
		{ name: "redirect to nothing", record: "v=spf1 redirect=nothing.example.org", result: "permerror" },
		{ name: "redirect after all is never read", record: "v=spf1 -all redirect=mine.example.org", result: "fail" },
		{ name: "redirect is read last, wherever it stands", record: "v=spf1 redirect=mine.example.org -all", result: "fail" },
		{ name: "a silent address", record: "v=spf1 a:half.example.org -all", result: "temperror" },
		{ name: "exists", record: "v=spf1 exists:mary.mobile-users._spf.%{d} -all", result: "pass" },
		{ name: "ip6 does not hold an IPv4 address", record: "v=spf1 ip6:::/0 -all", result: "fail" },
		{ name: "more than ten MX hosts", record: "v=spf1 mx:many.example.org -all", result: "permerror" },
		{ name: "an unknown modifier is left alone", record: "v=spf1 moo=cow +all", result: "pass" },
	])("$name: $result", async ({ record, result }) => {
		expect((await check(record)).result).toBe(result);
	});

	test.each([
		"v=spf1 +all foo",
		"v=spf1 +all ip4:1.2.3",
		"v=spf1 +all ip4:1.2.3.4/33",
		"v=spf1 +all ip4:1.2.3.4/032",
		"v=spf1 +all ip4",
		"v=spf1 +all ip6:1.2.3.4",
		"v=spf1 +all include:",
		"v=spf1 +all exists",
		"v=spf1 +all a:",
		"v=spf1 +all a/33",
		"v=spf1 +all a//129",
		"v=spf1 +all all:example.com",
		"v=spf1 +all a:example",
		"v=spf1 +all a:192.0.2.1",
		"v=spf1 +all redirect=a.example redirect=b.example",
		"v=spf1 +all exists:%{q}.example.com",
		"v=spf1 +all exists:%{c}.example.com",
		"v=spf1 +all exists:%x.example.com",
		"v=spf1 +all moo=%",
		"v=spf1 +all -",
	])("a mistake anywhere is a permerror: %s", async (record) => {
		const verdict = await check(record);
		expect(verdict.result).toBe("permerror");
		expect(verdict.problem).not.toBe("");
	});

	test("a domain that cannot be one has no record", async () => {
		expect((await check("", { domain: `${"x".repeat(64)}.com` })).result).toBe("none");
		expect((await check("v=spf1 +all", { domain: "localhost" })).result).toBe("none");
	});

	test("DNS that is silent about the record is a temperror", async () => {
		expect((await check("", { domain: "silent.example.org" })).result).toBe("temperror");
	});

	test.each([
		["2001:db8::7", "v=spf1 a:v6.example.org -all", "pass"],
		["2001:db8:1::8", "v=spf1 a:v6.example.org//32 -all", "pass"],
		["2001:db9::8", "v=spf1 a:v6.example.org//32 -all", "fail"],
		["2001:db8::9", "v=spf1 include:six.example.org -all", "pass"],
		["::ffff:192.0.2.129", "v=spf1 mx -all", "pass"],
	])("from %s, %s is %s", async (ip, record, result) => {
		expect((await check(record, { ip })).result).toBe(result);
	});
});

describe("limits", () => {
	const chain = (n: number) => Array.from({ length: n }, (_one, at) => `a:host${at}.example.com`).join(" ");
	const hosts = Array.from({ length: 12 }, (_one, at) => `host${at}.example.com A 203.0.113.${at}`).join("\n");

	test("ten look-ups are allowed, eleven are not", async () => {
		const ten = await check(`v=spf1 ${chain(10)} ip4:192.0.2.129 -all`, { zone: hosts });
		expect(ten).toMatchObject({ result: "pass", lookups: 10 });
		const eleven = await check(`v=spf1 ${chain(11)} ip4:192.0.2.129 -all`, { zone: hosts });
		expect(eleven.result).toBe("permerror");
		expect(eleven.problem).toContain("10 look-ups");
	});

	test("look-ups of included records are counted with the others", async () => {
		expect(await check("v=spf1 include:deep.example.org -all")).toMatchObject({ result: "fail", lookups: 4 });
	});

	test("two look-ups may find nothing, a third may not", async () => {
		const empty = (n: number) => Array.from({ length: n }, (_one, at) => `a:no${at}.example.com`).join(" ");
		expect((await check(`v=spf1 ${empty(2)} +all`)).result).toBe("pass");
		const three = await check(`v=spf1 ${empty(3)} +all`);
		expect(three.result).toBe("permerror");
		expect(three.problem).toContain("no2.example.com");
	});

	test("the first match ends the look-ups", async () => {
		expect(await check(`v=spf1 mx ${chain(11)} -all`)).toMatchObject({ result: "pass", lookups: 1, mechanism: "mx" });
	});
});

test("the mechanism that decided is told with the way to it", async () => {
	expect((await check("v=spf1 include:deep.example.org -all", { ip: "192.0.2.10" })).mechanism).toBe(
		"include:deep.example.org → include:deep2.example.org → include:deep3.example.org → a:example.com",
	);
	expect((await check("v=spf1 redirect=mine.example.org")).mechanism).toBe("redirect=mine.example.org → mx:example.com");
	expect((await check("v=spf1 a -all")).mechanism).toBe("-all");
});

describe("macros, RFC 7208 section 7.4", () => {
	const facts = {
		sender: "strong-bad@email.example.com",
		domain: "email.example.com",
		address: "192.0.2.3",
		ehlo: "mx.example.org",
		name: "mx.example.org",
	};
	test.each([
		["%{s}", "strong-bad@email.example.com"],
		["%{o}", "email.example.com"],
		["%{d}", "email.example.com"],
		["%{d4}", "email.example.com"],
		["%{d3}", "email.example.com"],
		["%{d2}", "example.com"],
		["%{d1}", "com"],
		["%{dr}", "com.example.email"],
		["%{d2r}", "example.email"],
		["%{l}", "strong-bad"],
		["%{l-}", "strong.bad"],
		["%{lr}", "strong-bad"],
		["%{lr-}", "bad.strong"],
		["%{l1r-}", "strong"],
		["%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com"],
		["%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com"],
		["%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com"],
		["%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net"],
		["%{p}", "mx.example.org"],
		["%{h}", "mx.example.org"],
		["%{S}", "strong-bad%40email.example.com"],
		["%%%_%-", "% %20"],
	])("%s is %s", (text, expected) => expect(expandMacros(text, facts)).toBe(expected));

	test("an IPv6 address is written nibble by nibble", () => {
		expect(expandMacros("%{ir}.%{v}._spf.%{d2}", { ...facts, address: "2001:db8::cb01" })).toBe(
			"1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com",
		);
	});

	test("a name that grew too long loses labels on its left", () => {
		const name = expandDomain("%{l}.%{d}", { ...facts, sender: `${"abc.".repeat(80)}x@example.com` });
		expect(name.length).toBeLessThanOrEqual(253);
		expect(name.endsWith("abc.x.email.example.com")).toBe(true);
	});

	test("they decide about users (appendix A.4) and by validated names", async () => {
		const record = "v=spf1 mx include:%{l}.users._spf.%{d} exists:%{l}.mobile-users._spf.%{d} -all";
		const none = "mary.users._spf.example.com TXT v=spf1 -all";
		expect((await check(record, { ip: "198.51.100.1", sender: "mary@example.com", zone: none })).result).toBe("pass");
		const named = { ip: "192.0.2.65", zone: "ok.amy.example.com A 127.0.0.2" };
		expect((await check("v=spf1 exists:ok.%{p} -all", named)).result).toBe("pass");
		expect((await check("v=spf1 exists:ok.%{p} -all", { ...named, ip: "198.51.100.1" })).result).toBe("fail");
	});
});

describe("the record to publish", () => {
	test.each([
		[null, ["192.0.2.1"], "v=spf1 ip4:192.0.2.1 -all"],
		["v=spf1 include:_spf.google.com ~all", ["192.0.2.1"], "v=spf1 include:_spf.google.com ip4:192.0.2.1 ~all"],
		["v=spf1 ip4:192.0.2.1 -all", ["192.0.2.1", "2001:db8::1"], "v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all"],
		["v=spf1 mx redirect=example.org", ["192.0.2.1"], "v=spf1 mx ip4:192.0.2.1 redirect=example.org"],
		["v=spf1 mx", ["192.0.2.1"], "v=spf1 mx ip4:192.0.2.1"],
		["something else", ["192.0.2.1"], "v=spf1 ip4:192.0.2.1 -all"],
	])("%s for %s becomes %s", (existing, addresses, expected) => {
		expect(spfToPublish(existing, addresses)).toBe(expected);
	});
});
