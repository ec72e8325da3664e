import { describe, expect, it } from "vitest";
import type { GatewayConfig, LaneOverride } from "../../../src/config/types.ts";
import type { Site } from "../../../src/sites/site.ts";
import { gatewayLimits, laneLimits } from "../../../src/throttle/limits.ts";

const rate = (limit: number) => ({ limit, windowMs: 3_600_000, text: `${limit}/h` });
const site: Site = {
	name: "naver",
	title: "Naver",
	known: true,
	connections: 5,
	connectionsPerHour: 100,
	messagesPerConnection: 20,
	rates: [rate(600)],
	tls: "opportunistic",
	size: null,
	postmaster: null,
};
const override = (of: Partial<LaneOverride>): LaneOverride => ({
	site: "naver",
	source: null,
	connections: null,
	connectionsPerHour: null,
	messagesPerConnection: null,
	rates: null,
	tls: null,
	...of,
});

describe("the limits of a lane", () => {
	it("are the site's own when nothing is overridden, and say so", () => {
		const limits = laneLimits({ site, overrides: [], source: "mta1" });
		expect(limits).toMatchObject({
			connections: 5,
			connectionsPerHour: 100,
			messagesPerConnection: 20,
			rates: [rate(600)],
			tls: "opportunistic",
		});
		expect(limits.origin.rates).toBe("site data");
		expect(laneLimits({ site: { ...site, known: false }, overrides: [], source: "mta1" }).origin.tls).toBe(
			"default for unknown sites",
		);
	});

	it.each([
		{
			name: "an override of the site applies",
			overrides: [override({ connections: 2 })],
			connections: 2,
			from: 'wellsent.toml [[lane]] site "naver"',
		},
		{
			name: "source × site wins over site, in whatever order they stand",
			overrides: [override({ source: "mta1", connections: 1 }), override({ connections: 2 })],
			connections: 1,
			from: 'wellsent.toml [[lane]] site "naver", source "mta1"',
		},
		{
			name: "an override of another source does not apply",
			overrides: [override({ source: "mta2", connections: 1 })],
			connections: 5,
			from: "site data",
		},
		{
			name: "an override of another site does not apply",
			overrides: [override({ site: "daum", connections: 1 })],
			connections: 5,
			from: "site data",
		},
		{
			name: "a specific override that is silent leaves the field to the general one",
			overrides: [override({ connections: 2 }), override({ source: "mta1", tls: "required" })],
			connections: 2,
			from: 'wellsent.toml [[lane]] site "naver"',
		},
		{
			name: "of two overrides of one kind the later one wins",
			overrides: [override({ connections: 2 }), override({ connections: 3 })],
			connections: 3,
			from: 'wellsent.toml [[lane]] site "naver"',
		},
	])("$name", ({ overrides, connections, from }) => {
		const limits = laneLimits({ site, overrides, source: "mta1" });
		expect(limits.connections).toBe(connections);
		expect(limits.origin.connections).toBe(from);
	});

	it("replace all rates of the site, even by none", () => {
		expect(laneLimits({ site, overrides: [override({ rates: [] })], source: "mta1" }).rates).toEqual([]);
		expect(laneLimits({ site, overrides: [override({ rates: [rate(9)] })], source: "mta1" }).rates).toEqual([rate(9)]);
	});
});

describe("the limits of a gateway", () => {
	const gateway = { name: "partner", rates: [rate(500)], connections: 3 } as unknown as GatewayConfig;

	it("come from its own table, always with TLS", () => {
		const limits = gatewayLimits(gateway);
		expect(limits).toMatchObject({ connections: 3, connectionsPerHour: null, rates: [rate(500)], tls: "required" });
		expect(limits.origin.rates).toBe('wellsent.toml [[gateway]] "partner"');
	});

	it("have a careful default for connections", () => {
		const limits = gatewayLimits({ ...gateway, connections: null });
		expect(limits.connections).toBe(2);
		expect(limits.origin.connections).toBe("default for gateways");
	});
});
