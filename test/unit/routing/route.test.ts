import { describe, expect, it } from "vitest";
import type { IdentityConfig, SourceConfig } from "../../../src/config/types.ts";
import { findIdentity } from "../../../src/routing/identity.ts";
import { addressFor, chooseRoute, type RouteHold } from "../../../src/routing/route.ts";
import { aGateway, through } from "../../support/gateways.ts";

const identity = (of: Partial<IdentityConfig> = {}): IdentityConfig => ({
	from: "news@example.test",
	name: null,
	route: "direct",
	gateways: [],
	sources: [],
	returnPath: "bounces.example.test",
	dkim: [],
	postalAddress: null,
	quietHours: null,
	unsubscribe: null,
	...of,
});
const source = (name: string, address = "192.0.2.1"): SourceConfig => ({
	name,
	address,
	ehlo: `${name}.example.test`,
	warmup: null,
	rates: [],
	connections: 500,
	publicAddress: address,
});
const sources = [source("mta1"), source("mta2")];
const gateways = [aGateway({ name: "partner" }), aGateway({ name: "backup" })];
const hold = (kind: string, subject: string, until: number | null = null): RouteHold => ({
	kind,
	subject,
	reason: `hold on ${subject}`,
	until,
});
const route = (of: { identity?: IdentityConfig; holds?: RouteHold[]; now?: number }) =>
	chooseRoute({
		identity: of.identity ?? identity(),
		site: "naver",
		sources,
		gateways,
		holds: of.holds ?? [],
		now: of.now ?? 1000,
	});
const told = (of: Parameters<typeof route>[0]) => {
	const way = route(of);
	switch (way.kind) {
		case "direct":
			return `direct ${way.sources.map(({ name }) => name).join(" ")}`;
		case "gateways":
			return `gateways ${way.ways.map(({ gateway, weight }) => `${gateway.name} ${weight}`).join(", ")}`;
		case "refused":
			return `refused ${way.what}`;
		case "held":
			return `held ${way.until} ${way.reason}`;
	}
};

describe("the route of a delivery", () => {
	it.each([
		{ name: "is direct from all sources when the identity names none", of: {}, route: "direct mta1 mta2" },
		{
			name: "is direct from the sources the identity names",
			of: { identity: identity({ sources: ["mta2"] }) },
			route: "direct mta2",
		},
		{ name: "leaves out a source whose lane is held", of: { holds: [hold("lane", "mta1/naver")] }, route: "direct mta2" },
		{ name: "does not mind a hold on another site", of: { holds: [hold("lane", "mta1/daum")] }, route: "direct mta1 mta2" },
		{ name: "does not mind a hold that is over", of: { holds: [hold("lane", "mta1/naver", 1000)] }, route: "direct mta1 mta2" },
		{ name: "does not mind a hold on a host", of: { holds: [hold("host", "mta1/naver")] }, route: "direct mta1 mta2" },
		{
			name: "waits for the lane that is free first when all are held",
			of: { holds: [hold("lane", "mta1/naver"), hold("lane", "mta2/naver", 5000)] },
			route: "held 5000 hold on mta2/naver",
		},
		{
			name: "waits for the longest of several holds on one lane",
			of: {
				identity: identity({ sources: ["mta1"] }),
				holds: [hold("lane", "mta1/naver", 9000), { ...hold("lane", "mta1/naver", 5000), reason: "short" }],
			},
			route: "held 9000 hold on mta1/naver",
		},
		{
			name: "is stopped by a hold on the identity",
			of: { holds: [hold("identity", "news@example.test")] },
			route: "held null hold on news@example.test",
		},
		{
			name: "goes through the identity's gateway",
			of: { identity: identity({ gateways: through("partner") }) },
			route: "gateways partner 1",
		},
		{
			name: "goes through several gateways in their order",
			of: { identity: identity({ gateways: through("partner", "backup") }) },
			route: "gateways partner 1, backup 0",
		},
		{
			name: "stays with the gateway when its lane is held, and never goes direct instead",
			of: { identity: identity({ gateways: through("partner") }), holds: [hold("lane", "partner/gateway:partner", 7000)] },
			route: "gateways partner 1",
		},
		{
			name: "names a gateway that is not configured",
			of: { identity: identity({ gateways: through("gone") }) },
			route: 'refused identity news@example.test is routed through gateway "gone", which is not configured',
		},
		{
			name: "is held when no source of the identity exists",
			of: { identity: identity({ sources: ["gone"] }) },
			route: "held null identity news@example.test has no source to send from",
		},
	])("$name", ({ of, route: expected }) => {
		expect(told(of)).toBe(expected);
	});
});

describe("the addresses a source can reach", () => {
	const answer = { kind: "addresses", v4: ["192.0.2.9"], v6: ["2001:db8::9"], until: 0 } as const;

	it("are those of its own family", () => {
		expect(addressFor(source("a", "192.0.2.1"), answer)).toEqual(["192.0.2.9"]);
		expect(addressFor(source("a", "2001:db8::1"), answer)).toEqual(["2001:db8::9"]);
		expect(addressFor(source("a", "2001:db8::1"), { ...answer, v6: [] })).toEqual([]);
		expect(addressFor(source("a"), { kind: "none", until: 0 })).toEqual([]);
	});
});

describe("the identity of a From address", () => {
	const whole = identity({ from: "@example.test" });
	const exact = identity({ from: "news@example.test" });

	it.each([
		{ name: "is the exact one before the domain's", from: "news@example.test", found: exact },
		{ name: "is the domain's for any other address of it", from: "info@example.test", found: whole },
		{ name: "is none for a subdomain", from: "news@mail.example.test", found: null },
		{ name: "is none for another domain that ends alike", from: "news@badexample.test", found: null },
		{ name: "is none for something without a local part", from: "@example.test", found: null },
	])("$name", ({ from, found }) => {
		expect(findIdentity(from, [whole, exact])).toBe(found);
	});
});
