import { describe, expect, test } from "vitest";
import type { SiteData } from "../../../src/sites/site-data.ts";
import { per } from "../../../src/sites/site-data.ts";
import { SITES, siteFacts, siteOf } from "../../../src/sites/site-of.ts";

const hosts = (...names: string[]) => names.map((name, index) => ({ name, preference: index < 4 ? 10 : 20 }));

describe("siteOf", () => {
	test.each([
		["Gmail", [{ name: "gmail-smtp-in.l.google.com", preference: 5 }], "gmail.com", "google", true],
		[
			"a Workspace domain",
			[
				{ name: "aspmx.l.google.com", preference: 1 },
				{ name: "aspmx3.googlemail.com", preference: 10 },
			],
			"acme.test",
			"google",
			true,
		],
		[
			"Outlook.com apart from Microsoft 365",
			[{ name: "outlook-com.olc.protection.outlook.com", preference: 5 }],
			"outlook.com",
			"outlook",
			true,
		],
		["Microsoft 365", [{ name: "acme-test.mail.protection.outlook.com", preference: 0 }], "acme.test", "office365", true],
		[
			"Microsoft 365 with DNSSEC, the same site",
			[{ name: "acme-test.p-v1.mx.microsoft", preference: 0 }],
			"acme.test",
			"office365",
			true,
		],
		[
			"Naver",
			[
				{ name: "mx1.naver.com", preference: 10 },
				{ name: "mx4.mail.naver.com", preference: 20 },
			],
			"naver.com",
			"naver",
			true,
		],
		["Hanmail", [{ name: "mx2.hanmail.net", preference: 10 }], "hanmail.net", "daum", true],
		[
			"a backup host of somebody else",
			[
				{ name: "mx.acme.co.kr", preference: 10 },
				{ name: "aspmx.l.google.com", preference: 50 },
			],
			"acme.co.kr",
			"acme.co.kr",
			false,
		],
		[
			"a provider with somebody else's backup",
			[
				{ name: "mail.acme.test", preference: 90 },
				{ name: "mx1.qq.com", preference: 5 },
			],
			"acme.test",
			"qq",
			true,
		],
		[
			"the hosting company of many domains",
			[
				{ name: "mx1.mail.hoster.co.uk", preference: 10 },
				{ name: "mx2.mail.hoster.co.uk", preference: 10 },
			],
			"acme.test",
			"hoster.co.uk",
			false,
		],
		[
			"the majority of mixed hosts",
			[
				{ name: "a.one.test", preference: 1 },
				{ name: "b.two.test", preference: 1 },
				{ name: "c.two.test", preference: 1 },
			],
			"x.test",
			"two.test",
			false,
		],
		["no MX: the domain itself", [], "news.acme.test", "acme.test", false],
		["no MX at a provider's own name", [], "qq.com", "qq", true],
		["MX given as an address", [{ name: "203.0.113.9", preference: 1 }], "acme.test", "acme.test", false],
		["capitals and a dot at the end", [{ name: "MX1.NAVER.COM.", preference: 10 }], "naver.com", "naver", true],
		["a look-alike", [{ name: "mx.notgoogle.com", preference: 10 }], "x.test", "notgoogle.com", false],
	] as const)("%s", (_name, mx, domain, name, known) => {
		expect(siteOf(mx, domain)).toEqual({ name, known });
	});

	test("does not depend on the order in which DNS gives the hosts", () => {
		const list = hosts("a.one.test", "b.two.test");
		expect(siteOf(list, "x.test")).toEqual(siteOf([...list].reverse(), "x.test"));
	});

	test("takes extra sites, which win over the built-in ones and lend them new hosts", () => {
		const google = SITES.find((site) => site.name === "google");
		const extra: SiteData[] = [{ ...(google as SiteData), suffixes: ["google.test"], connections: 1, rates: [per(1, "m")] }];
		expect(siteOf([{ name: "mx1.google.test", preference: 1 }], "gmail.test")).toEqual({ name: "google.test", known: false });
		expect(siteOf([{ name: "mx1.google.test", preference: 1 }], "gmail.test", extra)).toEqual({ name: "google", known: true });
		expect(siteFacts("google", extra)).toMatchObject({ connections: 1, known: true });
		expect(siteFacts("google").connections).toBe(5);
	});
});

describe("the facts", () => {
	test("of an unknown site are low, under its own name", () => {
		const site = siteFacts("hoster.co.uk");
		expect(site).toMatchObject({ name: "hoster.co.uk", title: "hoster.co.uk", known: false, tls: "opportunistic", size: null });
		// A campaign of 500 readers at one small site must be over within an hour.
		expect(site.connectionsPerHour * site.messagesPerConnection).toBeGreaterThan(500);
		for (const rate of site.rates) expect((rate.limit / rate.windowMs) * 3_600_000).toBeGreaterThan(500);
		expect(site.connections).toBeLessThanOrEqual(3);
	});

	test("have unique names without dots and unique suffixes that no sandbox uses", () => {
		expect(new Set(SITES.map((site) => site.name)).size).toBe(SITES.length);
		const suffixes = SITES.flatMap((site) => site.suffixes);
		expect(new Set(suffixes).size).toBe(suffixes.length);
		for (const site of SITES) expect(site.name).toMatch(/^[a-z0-9-]+$/);
		for (const suffix of suffixes) expect(suffix).toMatch(/^(?!.*\.(?:test|invalid)$)[a-z0-9-]+(\.[a-z0-9-]+)+$/);
	});

	test.each(SITES)("of $name can be kept and name their source", (site) => {
		expect(Math.min(site.connections, site.connectionsPerHour, site.messagesPerConnection)).toBeGreaterThanOrEqual(1);
		expect(site.connectionsPerHour).toBeGreaterThanOrEqual(site.connections);
		expect(site.connections, "25 is the most that anybody publishes").toBeLessThanOrEqual(25);
		expect(site.rates.length).toBeGreaterThan(0);
		for (const rate of site.rates) {
			const [limit, unit] = rate.text.split("/");
			expect([Number(limit), { s: 1e3, m: 6e4, h: 36e5, d: 864e5 }[unit ?? ""]]).toEqual([rate.limit, rate.windowMs]);
		}
		expect(site.source.length).toBeGreaterThan(5);
		expect(site.size ?? 1e7).toBeGreaterThanOrEqual(1e7);
		expect(site.postmaster ?? "https://").toMatch(/^https:\/\//);
		const { suffixes, source, notes, ...facts } = site;
		expect(siteFacts(site.name)).toEqual({ ...facts, known: true });
		expect(siteOf([{ name: `mx1.${suffixes[0]}`, preference: 1 }], "x.test").name, `${source} ${notes}`).toBe(site.name);
	});
});
