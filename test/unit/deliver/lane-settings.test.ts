import { beforeAll, describe, expect, test } from "vitest";
import { loadConfig } from "../../../src/config/load.file.ts";
import type { Config, GatewayConfig } from "../../../src/config/types.ts";
import { LaneSettings } from "../../../src/deliver/lane-settings.ts";
import { per } from "../../../src/sites/site-data.ts";
import { aGateway } from "../../support/gateways.ts";

let base: Config;
beforeAll(async () => {
	base = await loadConfig({ cwd: "/nonexistent", env: {} });
});
const source = (name: string, warmup: number | null = null) => ({
	name,
	address: "192.0.2.1",
	ehlo: "mta1.example.test",
	warmup,
	publicAddress: "192.0.2.1",
	rates: [per(20, "s")],
	connections: 50,
});
const gateway = (name: string, user: string, rate: number): GatewayConfig => aGateway({ name, user, rates: [per(rate, "d")] });

describe("the settings of lanes", () => {
	test("a source shares its own ceilings over all sites", () => {
		const settings = new LaneSettings({ ...base, sources: [source("mta1")] });
		expect(settings.sharedFor("mta1", "naver")).toMatchObject([
			{ name: "source mta1", kind: "message", rates: [{ text: "20/s" }] },
			{ name: "source mta1", kind: "connection", connections: 50 },
		]);
		expect(settings.sharedFor("mta1", "google")).toEqual(settings.sharedFor("mta1", "naver"));
	});

	test("gateways that log in to one account share it; one alone has its limits to itself", () => {
		const gateways = [gateway("a", "news", 500), gateway("b", "news", 2000), gateway("c", "other", 500)];
		const settings = new LaneSettings({ ...base, gateways });
		const shared = settings.sharedFor("a", "gateway:a");
		expect(shared).toMatchObject([
			{
				name: "account news at smtp.partner.test",
				rates: [{ limit: 500, text: "500/d of account news at smtp.partner.test" }, { limit: 2000 }],
			},
			{ connections: 2 },
		]);
		expect(settings.sharedFor("b", "gateway:b")).toEqual(shared);
		expect(settings.sharedFor("c", "gateway:c")).toEqual([]);
	});

	test("what a person sets stands above wellsent.toml, the more special order above the other, and ends with its end", () => {
		const lane = {
			site: "naver",
			source: "mta1",
			connections: 4,
			connectionsPerHour: null,
			messagesPerConnection: null,
			rates: null,
			tls: null,
		};
		const settings = new LaneSettings({ ...base, sources: [source("mta1")], lanes: [lane] });
		expect(settings.limitsFor("mta1", "naver").connections).toBe(4);
		const none = { connectionsPerHour: null, messagesPerConnection: null, rates: null };
		settings.setByPeople([
			{ ...none, site: "naver", source: "mta1", connections: 1, from: "set by kim: x" },
			{ ...none, site: "naver", source: null, connections: 2, from: "set by lee: y" },
		]);
		expect(settings.limitsFor("mta1", "naver")).toMatchObject({ connections: 1, origin: { connections: "set by kim: x" } });
		expect(settings.limitsFor("mta2", "naver")).toMatchObject({ connections: 2, origin: { connections: "set by lee: y" } });
		settings.setByPeople([]);
		expect(settings.limitsFor("mta1", "naver").connections).toBe(4);
	});

	test("only a source with a day is warmed up", () => {
		const day = Date.UTC(2026, 10, 1);
		const settings = new LaneSettings({ ...base, sources: [source("new", day), source("warm")] });
		expect(settings.warmUpFor("new", "naver")).toMatchObject({ since: day, from: "warm-up of source new since 2026-11-01" });
		expect(settings.warmUpFor("warm", "naver")).toBeNull();
	});
});
