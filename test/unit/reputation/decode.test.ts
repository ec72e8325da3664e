import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../src/reputation/decode.ts";
import { ZONES, zoneNamed } from "../../../src/reputation/zones/all.ts";

const read = (zone: string, ...addresses: string[]) => readAnswer(zoneNamed(zone), { kind: "addresses", addresses, ttl: 60 });

describe("an answer of a blacklist", () => {
	it.each([
		["zen.spamhaus.org", ["127.0.0.2"], "SBL", "critical"],
		["zen.spamhaus.org", ["127.0.0.3"], "CSS", "critical"],
		["zen.spamhaus.org", ["127.0.0.4"], "XBL", "critical"],
		["zen.spamhaus.org", ["127.0.0.10"], "PBL", "serious"],
		["zen.spamhaus.org", ["127.0.0.11"], "PBL", "serious"],
		["zen.spamhaus.org", ["127.0.0.11", "127.0.0.3"], "PBL", "critical"],
		["dbl.spamhaus.org", ["127.0.1.2"], "DBL spam", "critical"],
		["dbl.spamhaus.org", ["127.0.1.102"], "DBL abused spam", "serious"],
		["zrd.spamhaus.net", ["127.0.2.3"], "ZRD very fresh", "serious"],
		["zrd.spamhaus.net", ["127.0.2.24"], "ZRD fresh", "minor"],
		["multi.surbl.org", ["127.0.0.72"], "PH", "critical"],
		["multi.surbl.org", ["127.0.0.64"], "ABUSE", "serious"],
		["multi.uribl.com", ["127.0.0.4"], "grey", "minor"],
		["bl.spamcop.net", ["127.0.0.2"], "SCBL", "serious"],
		["bl.blocklist.de", ["127.0.0.17"], "not documented", "minor"],
	] as const)("%s %j is a listing: %s, %s", (zone, addresses, name, severity) => {
		const reading = read(zone, ...addresses);
		expect(reading).toMatchObject({ state: "listed", severity });
		expect(reading.state === "listed" ? reading.meaning : "").toContain(name);
	});

	it.each([
		["zen.spamhaus.org", "127.255.255.252", "refused"],
		["zen.spamhaus.org", "127.255.255.254", "refused"],
		["dbl.spamhaus.org", "127.255.255.255", "refused"],
		["dbl.spamhaus.org", "127.0.1.255", "refused"],
		["zrd.spamhaus.net", "127.0.2.255", "refused"],
		["multi.surbl.org", "127.0.0.1", "refused"],
		["multi.uribl.com", "127.0.0.1", "refused"],
		["bl.spamcop.net", "93.184.216.34", "strange"],
	] as const)("%s %s is unknown: %s", (zone, address, kind) => {
		expect(read(zone, address)).toMatchObject({ state: "unknown", kind });
		expect(read(zone, "127.0.0.2", address)).toMatchObject({ state: "unknown", kind });
	});

	it("of a welcome list or a test entry is clean", () => {
		expect(read("hostkarma.junkemailfilter.com", "127.0.0.1")).toMatchObject({ state: "clean" });
		expect(read("dnsbl.dronebl.org", "127.0.0.2")).toMatchObject({ state: "clean" });
	});

	it.each(["TIMEOUT from 192.0.2.53", "SERVFAIL from 192.0.2.53", "REFUSED from 192.0.2.53"])(
		"that is missing (%s) is unknown, neither clean nor listed",
		(why) => expect(readAnswer(zoneNamed("zen.spamhaus.org"), { kind: "failed", why })).toMatchObject({ state: "unknown", why }),
	);

	it("that there is no such name is clean", () => {
		expect(readAnswer(zoneNamed("zen.spamhaus.org"), { kind: "none", ttl: 60 })).toMatchObject({ state: "clean", codes: [] });
	});
});

describe("the data of the zones", () => {
	it("has every zone once, with words on how to get off it", () => {
		expect(new Set(ZONES.map((zone) => zone.name)).size).toBe(ZONES.length);
		for (const zone of ZONES) expect(zone.removal.how.length, zone.name).toBeGreaterThan(10);
	});

	it("keeps the default set short, with critical severity only where most receivers refuse", () => {
		const standard = ZONES.filter((zone) => zone.standard && zone.dqs?.only !== true);
		expect(standard.length).toBeLessThanOrEqual(14);
		const critical = standard.filter((zone) =>
			Object.values(zone.answers.kind === "codes" ? zone.answers.codes : zone.answers.bits).some(
				(one) => one.severity === "critical",
			),
		);
		expect(critical.map((zone) => zone.name)).toEqual(["zen.spamhaus.org", "dbl.spamhaus.org", "multi.surbl.org"]);
	});
});
