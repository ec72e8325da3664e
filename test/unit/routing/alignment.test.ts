// What recipients will see, by identity and gateway.
import { describe, expect, it } from "vitest";
import type { GatewayConfig, IdentityConfig } from "../../../src/config/types.ts";
import { alignmentOf } from "../../../src/routing/alignment.ts";
import { aGateway, anIdentity } from "../../support/gateways.ts";

const signed = { dkim: [{ selector: "s1", domain: "partner.test", keyFile: "/k" }] };

interface Case {
	readonly name: string;
	readonly identity?: Partial<IdentityConfig>;
	readonly gateway?: Partial<GatewayConfig> | null;
	readonly told: object;
	readonly findings: readonly string[];
}

const cases: readonly Case[] = [
	{
		name: "all agree",
		identity: signed,
		told: { dmarc: "pass", shown: "news@partner.test", spfDomain: "bounces.partner.test", sender: null },
		findings: [],
	},
	{ name: "direct, all agree", identity: signed, gateway: null, told: { route: "direct", dmarc: "pass" }, findings: [] },
	{ name: "without a signature only SPF speaks", told: { dmarc: "spf-only", dkimDomains: [] }, findings: ["unsigned"] },
	{
		name: "signatures that the gateway forgoes",
		identity: signed,
		gateway: { sign: false },
		told: { dmarc: "spf-only" },
		findings: ["unsigned"],
	},
	{
		name: "a return path of another organisation, signed",
		identity: { ...signed, returnPath: "bounces.other.test" },
		told: { dmarc: "pass", aligned: { spf: false, dkim: true } },
		findings: ["return-path-unaligned"],
	},
	{
		name: "a return path of another organisation, unsigned: DMARC fails",
		identity: { returnPath: "bounces.other.test" },
		told: { dmarc: "fail" },
		findings: ["return-path-unaligned", "dmarc-fails"],
	},
	{
		name: "another account is shown on behalf",
		identity: signed,
		gateway: { user: "office@elsewhere.test" },
		told: { shown: "office@elsewhere.test on behalf of news@partner.test" },
		findings: ["account-differs"],
	},
	{
		name: "a mailbox of the same domain at Microsoft is shown on behalf, too",
		identity: signed,
		gateway: { user: "office@partner.test", service: "microsoft365" },
		told: { shown: "office@partner.test on behalf of news@partner.test" },
		findings: ["account-differs"],
	},
	{
		name: "an account that is no address says nothing",
		identity: signed,
		gateway: { user: "apikey" },
		told: { shown: "news@partner.test" },
		findings: [],
	},
	{
		name: "one return path for all",
		identity: signed,
		gateway: { verp: false },
		told: { returnPath: "news@partner.test" },
		findings: [],
	},
	{
		name: "a service that writes its own return path",
		identity: signed,
		gateway: { service: "ses", user: "AKIA" },
		told: {},
		findings: ["return-path-rewritten"],
	},
	{
		name: "a country's registry is not an organisation",
		identity: { from: "news@partner.co.kr", returnPath: "bounces.other.co.kr", ...signed },
		told: { dmarc: "fail" },
		findings: ["return-path-unaligned", "dkim-unaligned", "dmarc-fails", "account-differs"],
	},
];

describe("alignment", () => {
	it.each(cases)("$name", ({ identity, gateway, told, findings }) => {
		const seen = alignmentOf(anIdentity(identity), gateway === null ? null : aGateway(gateway));
		expect(seen).toMatchObject(told);
		expect(seen.findings.map((finding) => finding.id)).toEqual(findings);
		for (const { what, fix } of seen.findings) for (const words of [what, fix]) expect(words).not.toBe("");
	});
});
