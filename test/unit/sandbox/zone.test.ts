import { describe, expect, it } from "vitest";
import { parseZones, ZoneBook } from "../../../src/sandbox/zone.ts";

const book = (text: string) => new ZoneBook(parseZones(text));
const data = (zones: ZoneBook, name: string, type: string) => {
	const answer = zones.ask(name, type);
	return answer.kind === "records" ? answer.records.map((record) => record.data) : answer.kind;
};

describe("zone text", () => {
	it.each([
		{
			name: "a name below the origin",
			text: "$ORIGIN good.test.\nmx1 A 127.0.0.9",
			record: { name: "mx1.good.test", type: "A", ttl: 300, data: "127.0.0.9" },
		},
		{
			name: "the origin itself",
			text: "$ORIGIN good.test.\n@ 60 IN MX 10 mx1",
			record: { name: "good.test", type: "MX", ttl: 60, data: "10 mx1.good.test" },
		},
		{
			name: "an absolute name",
			text: "$ORIGIN good.test.\n@ MX 10 mx.other.test.",
			record: { name: "good.test", type: "MX", ttl: 300, data: "10 mx.other.test" },
		},
		{
			name: "no origin at all",
			text: "Good.TEST mx 5 MX.good.test",
			record: { name: "good.test", type: "MX", ttl: 300, data: "5 mx.good.test" },
		},
		{ name: "null MX", text: "no.test MX 0 .", record: { name: "no.test", type: "MX", ttl: 300, data: "0 " } },
		{ name: "$TTL", text: "$TTL 7\na.test A 1.2.3.4", record: { name: "a.test", type: "A", ttl: 7, data: "1.2.3.4" } },
		{
			name: "strings of a TXT are joined, semicolons inside stay",
			text: 'a.test TXT "v=DMARC1; p=none" "; x" ; comment',
			record: { name: "a.test", type: "TXT", ttl: 300, data: "v=DMARC1; p=none; x" },
		},
		{
			name: "a TXT that looks like a TTL",
			text: 'a.test TXT "300"',
			record: { name: "a.test", type: "TXT", ttl: 300, data: "300" },
		},
		{
			name: "a wildcard",
			text: "$ORIGIN a.test.\n* A 1.2.3.4",
			record: { name: "*.a.test", type: "A", ttl: 300, data: "1.2.3.4" },
		},
	])("$name", ({ text, record }) => {
		expect(parseZones(text).records).toEqual([record]);
	});

	it("a line that begins with a blank is about the name before", () => {
		expect(parseZones("$ORIGIN a.test.\n@ MX 1 m\n  MX 2 n\n").records.map((record) => `${record.name} ${record.data}`)).toEqual([
			"a.test 1 m.a.test",
			"a.test 2 n.a.test",
		]);
	});

	it.each([
		{ text: "a.test", detail: 'unknown record type ""' },
		{ text: "a.test SPF x", detail: 'unknown record type "SPF"' },
		{ text: "a.test A nonsense", detail: '"nonsense" is not an IPv4 address' },
		{ text: "a.test MX mx1.a.test", detail: "MX needs a preference and a name" },
		{ text: "a.test FAULT SLEEPY", detail: 'unknown fault "SLEEPY"' },
		{ text: "a.test FAULT DELAY soon", detail: "DELAY needs milliseconds" },
		{ text: "$TTL long", detail: "$TTL needs seconds" },
	])("$text is refused with its line", ({ text, detail }) => {
		expect(() => parseZones(`; first\n${text}`)).toThrow(`line 2 of the sandbox's zones cannot be read: ${detail}: ${text}`);
	});
});

describe("look-ups", () => {
	const zones = book(`
$ORIGIN a.test.
@ SOA ns hostmaster 1 2 3 4 60
www CNAME mx
mx A 1.1.1.1
out CNAME elsewhere.test.
loop CNAME loop
*.w A 2.2.2.2
real.w A 3.3.3.3
deep.down.here A 4.4.4.4
`);
	it.each([
		["MX.A.test.", "A", ["1.1.1.1"]],
		["www.a.test", "A", ["mx.a.test", "1.1.1.1"]],
		["www.a.test", "CNAME", ["mx.a.test"]],
		["out.a.test", "A", ["elsewhere.test"]],
		["loop.a.test", "A", ["loop.a.test"]],
		["x.w.a.test", "A", ["2.2.2.2"]],
		["x.y.w.a.test", "A", ["2.2.2.2"]],
		["x.w.a.test", "MX", "no-data"],
		["real.w.a.test", "A", ["3.3.3.3"]],
		["x.real.w.a.test", "A", "no-name"],
		["down.here.a.test", "A", "no-data"],
		["nobody.a.test", "A", "no-name"],
		["mx.a.test", "AAAA", "no-data"],
	] as const)("%s %s → %j", (name, type, expected) => {
		expect(data(zones, name, type)).toEqual(expected);
	});

	it("a negative answer carries the zone's SOA", () => {
		expect(zones.ask("nobody.a.test", "A")).toMatchObject({ kind: "no-name", soa: { name: "a.test", type: "SOA" } });
		expect(zones.ask("nobody.b.test", "A")).toEqual({ kind: "no-name", soa: null });
	});

	it("faults are per name and type, the type's own first, and go with their name", () => {
		const faulty = book("a.test FAULT TIMEOUT\na.test FAULT MX SERVFAIL\nb.test FAULT A DELAY 5");
		expect(faulty.faultOf("A.test.", "MX")).toEqual({ kind: "SERVFAIL" });
		expect(faulty.faultOf("a.test", "TXT")).toEqual({ kind: "TIMEOUT" });
		expect(faulty.faultOf("b.test", "MX")).toBeNull();
		faulty.remove("a.test", "MX");
		expect(faulty.faultOf("a.test", "MX")).toEqual({ kind: "TIMEOUT" });
		faulty.remove("a.test");
		expect(faulty.faultOf("a.test", "MX")).toBeNull();
	});
});
