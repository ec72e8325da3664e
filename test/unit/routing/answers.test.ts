import { describe, expect, it } from "vitest";
import { keepFailure, keepNegative, keepPositive, readAnswer, readMx } from "../../../src/routing/answers.ts";
import { parseServer } from "../../../src/routing/ask.client.ts";
import { type DnsMessage, type DnsRecord, decodeMessage, encodeQuestion, isAskable } from "../../../src/routing/dns-wire.ts";

const mx = (exchange: string, preference = 10): DnsRecord => ({
	type: "MX",
	name: "example.test",
	ttl: 300,
	exchange,
	preference,
});
const message = (of: Partial<DnsMessage>): DnsMessage => ({
	id: 1,
	isResponse: true,
	truncated: false,
	rcode: "NOERROR",
	question: null,
	records: [],
	negativeTtl: null,
	...of,
});

describe("MX records", () => {
	it.each([
		{ name: "name hosts", records: [mx("a.test", 5), mx("b.test", 10)], told: "a.test 5, b.test 10" },
		{ name: "that repeat a host keep its best preference", records: [mx("a.test", 50), mx("a.test", 5)], told: "a.test 5" },
		{ name: "of a lone dot are a null MX", records: [mx("", 0)], told: "null-mx" },
		{ name: "of a dot beside a host name the host", records: [mx("", 0), mx("a.test", 5)], told: "a.test 5" },
		{ name: "that are an IP address are dropped", records: [mx("192.0.2.1"), mx("a.test")], told: "a.test 10" },
		{ name: "that are no host name are dropped", records: [mx("not a host.test"), mx("a.test")], told: "a.test 10" },
		{ name: "with an underscore do work", records: [mx("_mail.a.test")], told: "_mail.a.test 10" },
		{
			name: "that are all unusable are trouble",
			records: [mx("192.0.2.1")],
			told: "no MX record names a usable host: 192.0.2.1",
		},
		{
			name: "never carry control characters into the log",
			records: [mx("a\r\nb")],
			told: "no MX record names a usable host: a??b",
		},
	])("$name", ({ records, told }) => {
		const meaning = readMx(records);
		switch (meaning.kind) {
			case "hosts":
				expect(meaning.hosts.map((host) => `${host.name} ${host.preference}`).join(", ")).toBe(told);
				break;
			case "null-mx":
				expect(meaning.kind).toBe(told);
				break;
			case "unusable":
				expect(meaning.detail).toBe(told);
		}
	});
});

describe("an answer", () => {
	const cname = (name: string, target: string, ttl = 100): DnsRecord => ({ type: "CNAME", name, ttl, target });

	it("is read along its CNAMEs, and lasts as long as the shortest of them", () => {
		const records = [cname("example.test", "b.test", 40), cname("b.test", "c.test"), { ...mx("a.test"), name: "c.test" }];
		expect(readAnswer(message({ records }), "example.test", "MX")).toMatchObject({ kind: "records", ttl: 40 });
	});

	it("does not take records of a name that was not asked for", () => {
		const records = [{ ...mx("evil.test"), name: "other.test" }];
		expect(readAnswer(message({ records }), "example.test", "MX").kind).toBe("no-data");
	});

	it("that ends in a CNAME leads to another question", () => {
		expect(readAnswer(message({ records: [cname("example.test", "b.test")] }), "example.test", "MX")).toMatchObject({
			kind: "ask",
			name: "b.test",
		});
	});

	it("survives CNAMEs in a circle", () => {
		const records = [cname("example.test", "b.test"), cname("b.test", "example.test")];
		expect(["ask", "no-data"]).toContain(readAnswer(message({ records }), "example.test", "MX").kind);
	});

	it("tells a missing domain from missing records, for as long as the zone says", () => {
		expect(readAnswer(message({ rcode: "NXDOMAIN", negativeTtl: 120 }), "example.test", "MX")).toEqual({
			kind: "no-such-domain",
			ttl: 120,
		});
		expect(readAnswer(message({ negativeTtl: 90 }), "example.test", "MX")).toEqual({ kind: "no-data", ttl: 90 });
	});
});

describe("an answer is kept", () => {
	it.each([
		{ what: "positive, no shorter than 30 s", ms: keepPositive(0), expected: 30_000 },
		{ what: "positive, as DNS says", ms: keepPositive(3600), expected: 3_600_000 },
		{ what: "positive, no longer than a day", ms: keepPositive(2 ** 31), expected: 86_400_000 },
		{ what: "negative, no shorter than a minute", ms: keepNegative(1), expected: 60_000 },
		{ what: "negative, no longer than five minutes", ms: keepNegative(86_400), expected: 300_000 },
		{ what: "failed, for 15 s at first", ms: keepFailure(0), expected: 15_000 },
		{ what: "failed, for a minute at most", ms: keepFailure(40), expected: 60_000 },
	])("$what", ({ ms, expected }) => {
		expect(ms).toBe(expected);
	});
});

describe("the wire format", () => {
	it("carries a question there and back", () => {
		const read = decodeMessage(encodeQuestion(4711, "example.test", "MX", true));
		expect(read).toMatchObject({ id: 4711, isResponse: false, question: { name: "example.test", type: "MX" } });
	});

	it("answers null to bytes that are no message", () => {
		for (const bytes of [[], [1, 2, 3], Array.from({ length: 40 }, () => 255)])
			expect(decodeMessage(Uint8Array.from(bytes))).toBeNull();
	});

	it.each([
		{ name: "example.test", askable: true },
		{ name: "_dmarc.example.test", askable: true },
		{ name: "", askable: false },
		{ name: "a..test", askable: false },
		{ name: `${"x".repeat(64)}.test`, askable: false },
		{ name: `${"x.".repeat(127)}test`, askable: false },
		{ name: "münchen.test", askable: false },
	])("can ask for $name: $askable", ({ name, askable }) => {
		expect(isAskable(name)).toBe(askable);
	});
});

describe("a DNS server in the settings", () => {
	it.each([
		{ text: "192.0.2.1", address: "192.0.2.1", port: 53 },
		{ text: "192.0.2.1:5353", address: "192.0.2.1", port: 5353 },
		{ text: "2001:db8::1", address: "2001:db8::1", port: 53 },
		{ text: "[2001:db8::1]:5353", address: "2001:db8::1", port: 5353 },
		{ text: "[2001:db8::1]", address: "2001:db8::1", port: 53 },
	])("$text", ({ text, address, port }) => {
		expect(parseServer(text)).toEqual({ address, port });
	});
});
