// Who may send which way: a table over the pure judge. Closed by default; what is required cannot be gone around.
import { describe, expect, it } from "vitest";
import { judgeRoute, meansSender, type PolicyGrant, policyFacts, type RouteAsk, routeText } from "../../../src/routing/policy.ts";
import { aGateway, anIdentity, through } from "../../support/gateways.ts";

const ask = (of: Partial<RouteAsk> = {}): RouteAsk => ({ from: "news@partner.test", group: null, route: null, ...of });

interface Case {
	readonly name: string;
	readonly ask?: Partial<RouteAsk>;
	readonly route?: string[];
	readonly allow?: string[];
	readonly required?: string[];
	readonly grants?: PolicyGrant[];
	readonly told: string;
}

const cases: readonly Case[] = [
	{ name: "direct is the way of who names nothing", told: "direct" },
	{ name: "an identity's route is its permission", route: ["partner"], told: "partner" },
	{ name: "several are taken in their order", route: ["partner", "backup"], told: "partner backup" },
	{
		name: "a gateway is closed to who is not named",
		ask: { route: "partner" },
		told: 'no rule lets news@partner.test use gateway "partner"',
	},
	{ name: "one of several may be chosen", ask: { route: "backup" }, route: ["partner", "backup"], told: "backup" },
	{ name: "allow by address", ask: { route: "partner" }, allow: ["news@partner.test"], told: "partner" },
	{ name: "allow by domain", ask: { route: "partner" }, allow: ["@partner.test"], told: "partner" },
	{
		name: "a domain is not its subdomains",
		ask: { route: "partner", from: "a@sub.partner.test" },
		allow: ["@partner.test"],
		told: "no rule",
	},
	{ name: "allow by group", ask: { route: "partner", group: "partners" }, allow: ["group:partners"], told: "partner" },
	{ name: "another group is not meant", ask: { route: "partner", group: "others" }, allow: ["group:partners"], told: "no rule" },
	{ name: "a grant", ask: { route: "partner" }, grants: [{ gateway: "partner", subject: "@partner.test" }], told: "partner" },
	{
		name: "a grant for another gateway",
		ask: { route: "partner" },
		grants: [{ gateway: "backup", subject: "@partner.test" }],
		told: "no rule",
	},
	{ name: "direct may not be chosen by who has a gateway", ask: { route: "direct" }, route: ["partner"], told: "has the route" },
	{ name: "a gateway that does not exist", ask: { route: "gone" }, told: 'campaign.toml has route = "gone"' },
	{
		name: "a required gateway is not gone around directly",
		required: ["@partner.test"],
		told: 'is required_for "@partner.test"',
	},
	{
		name: "nor by another gateway",
		route: ["backup"],
		required: ["news@partner.test"],
		told: 'is required_for "news@partner.test"',
	},
	{ name: "nor by the second of several", route: ["partner", "backup"], required: ["@partner.test"], told: "is required_for" },
	{ name: "nor by a group's campaign", ask: { group: "hr" }, required: ["group:hr"], told: 'is required_for "group:hr"' },
	{ name: "to be required is to be allowed", ask: { group: "hr", route: "partner" }, required: ["group:hr"], told: "partner" },
	{ name: "what is required of others concerns nobody else", required: ["@other.test"], told: "direct" },
];

describe("the way of a campaign", () => {
	it.each(cases)("$name", ({ ask: wanted, route = [], allow = [], required = [], grants = [], told }) => {
		const verdict = judgeRoute(ask(wanted), {
			identity: anIdentity({ from: "@partner.test", gateways: through(...route) }),
			gateways: [aGateway({ allow, requiredFor: required }), aGateway({ name: "backup" })],
			grants,
		});
		const words = verdict.kind === "refused" ? verdict.rule : verdict.ways.map((way) => way.gateway).join(" ") || "direct";
		if (verdict.kind === "refused") expect(verdict.fix).not.toBe("");
		expect(words).toContain(told);
	});

	it("a route that is only named, without its list, is never read as direct", () => {
		const identity = { ...anIdentity(), route: "partner" };
		expect(judgeRoute(ask(), { identity, gateways: [aGateway()], grants: [] })).toMatchObject({ ways: [{ gateway: "partner" }] });
	});

	it("case does not matter in an address", () => {
		expect(meansSender("news@partner.test", { from: "News@Partner.test", group: null })).toBe(true);
	});

	it("is told as it is written", () => {
		expect(routeText(anIdentity())).toBe("direct");
		expect(routeText(anIdentity({ gateways: through("a", "b") }))).toBe('"a", then "b"');
		expect(
			routeText(
				anIdentity({
					gateways: [
						{ gateway: "a", weight: 3 },
						{ gateway: "b", weight: 1 },
					],
				}),
			),
		).toBe('"a" 3 : "b" 1');
	});

	it("is a fact that can be compared, without a secret", () => {
		const facts = policyFacts({
			identities: [anIdentity({ gateways: through("partner") })],
			gateways: [aGateway({ allow: ["@x.test"] })],
		});
		expect([...facts]).toEqual([
			["identity news@partner.test", 'route "partner"'],
			["gateway partner", "smtp.partner.test:587 as news@partner.test; allow @x.test"],
		]);
	});
});
