import { describe, expect, it } from "vitest";
import { kindOf, questionName } from "../../../src/reputation/names.ts";
import { watchedSubjects } from "../../../src/reputation/subjects.ts";
import { chooseZones, ZONES } from "../../../src/reputation/zones/all.ts";
import { deadBecause } from "../../../src/reputation/zones/dead.ts";
import { askedAt } from "../../../src/reputation/zones/zone.ts";
import { tempApp } from "../../support/temp-app.ts";

const names = (zones: readonly string[], dqsKey: string | null = null) =>
	chooseZones({ zones, dqsKey }).zones.map((zone) => zone.name);

describe("the zones that are asked", () => {
	it("are the shipped set unless the settings say otherwise", () => {
		expect(names(["default"])).toContain("zen.spamhaus.org");
		expect(names(["default"])).not.toContain("dnsbl.dronebl.org");
		expect(names(["default", "-zen.spamhaus.org", "+dnsbl.dronebl.org"])).toEqual(expect.arrayContaining(["dnsbl.dronebl.org"]));
		expect(names(["default", "-zen.spamhaus.org"])).not.toContain("zen.spamhaus.org");
		expect(names(["+bl.example.test"])).toEqual(["bl.example.test"]);
	});

	it("are never dead ones, and the refusal says why", () => {
		const { zones, refused } = chooseZones({
			zones: ["+dnsbl.sorbs.net", "+spam.dnsbl.sorbs.net", "+sbl.spamhaus.org"],
			dqsKey: null,
		});
		expect(zones).toEqual([]);
		expect(refused.map((one) => one.why)).toEqual([
			expect.stringContaining("2024-06-05"),
			expect.stringContaining("SORBS"),
			expect.stringContaining("part of zen"),
		]);
		expect(ZONES.filter((zone) => deadBecause(zone.name) !== null)).toEqual([]);
	});

	it("ask Spamhaus under the key when there is one, and its keyed lists only then", () => {
		expect(names(["default"])).not.toContain("zrd.spamhaus.net");
		const { zones } = chooseZones({ zones: ["default"], dqsKey: "k3y" });
		expect(zones.map((zone) => askedAt(zone, "k3y"))).toEqual(
			expect.arrayContaining(["k3y.zen.dq.spamhaus.net", "k3y.dbl.dq.spamhaus.net", "k3y.zrd.dq.spamhaus.net", "bl.spamcop.net"]),
		);
	});
});

describe("the name that is asked for", () => {
	it.each([
		["203.0.113.10", "10.113.0.203.z"],
		["2001:db8::10", "0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.z"],
		["::ffff:127.0.0.2", "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.z"],
		["Mail.Example.test", "mail.example.test.z"],
	])("of %s is %s", (subject, name) => expect(questionName(subject, "z")).toBe(name));
});

it("watches sources, EHLO names, identities, return paths, DKIM domains, unsubscribe hosts, links and what the settings add", async () => {
	const { app } = await tempApp({
		toml: `
[[source]]
name = "mta1"
address = "10.0.0.5"
ehlo = "mta1.sender.test"
public_address = "203.0.113.10"
[[source]]
name = "mta2"
address = "10.0.0.6"
ehlo = "mta2.sender.test"
[[source]]
name = "six"
address = "2001:db8::10"
ehlo = "six.sender.test"
[[identity]]
from = "news@letters.test"
return_path = "bounces.letters.test"
unsubscribe = "https://out.letters.test"
[blacklist]
subjects = ["192.168.7.7", "partner.test"]
`,
	});
	const { subjects, skipped } = watchedSubjects(app.config, [{ campaign: 7, hosts: ["shop.example.test"] }]);
	expect(subjects.map((one) => one.subject).toSorted()).toEqual(
		[
			"192.168.7.7",
			"2001:db8::10",
			"203.0.113.10",
			"bounces.letters.test",
			"example.test",
			"letters.test",
			"mta1.sender.test",
			"mta2.sender.test",
			"out.letters.test",
			"partner.test",
			"sender.test",
			"shop.example.test",
			"six.sender.test",
		].toSorted(),
	);
	expect(subjects.find((one) => one.subject === "letters.test")?.roles.map((one) => one.role)).toEqual([
		"identity",
		"return-path",
		"unsubscribe",
	]);
	expect(skipped).toEqual([{ subject: "10.0.0.6", why: expect.stringContaining('public_address of source "mta2"') }]);
	expect(kindOf("2001:db8::10")).toBe("ip6");
});
