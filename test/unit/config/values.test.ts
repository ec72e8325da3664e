import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseCron } from "../../../src/config/cron.ts";
import { GATEWAY_PRESETS, gatewayPreset } from "../../../src/config/gateway-presets.ts";
import { nearest } from "../../../src/config/nearest.ts";
import { projectRoot } from "../../../src/config/project-root.ts";
import { parseRate } from "../../../src/config/units.ts";
import {
	formatListen,
	isLoopback,
	parseFrom,
	parseHostName,
	parseListen,
	parseMailbox,
	withoutPassword,
} from "../../../src/config/values.ts";

describe("listen addresses", () => {
	test.each(["127.0.0.1:8420", "[::1]:8420", "0.0.0.0:25", "localhost:0", "[2001:db8::1]:65535"])(
		"%s survives being read and written",
		(text) => {
			const parsed = parseListen(text);
			expect(parsed.ok && formatListen(parsed.value)).toBe(text);
		},
	);
	test.each(["8420", ":8420", "127.0.0.1", "::1:25", "web.example.com:80", "127.0.0.1:70000", "[127.0.0.1]:25", "256.0.0.1:25"])(
		"%s is refused",
		(text) => expect(parseListen(text).ok).toBe(false),
	);
	test.each([
		["127.0.0.1", true],
		["127.200.3.4", true],
		["::1", true],
		["localhost", true],
		["0.0.0.0", false],
		["::", false],
		["128.0.0.1", false],
	])("%s is loopback: %s", (host, loopback) => expect(isLoopback(host)).toBe(loopback));
});

describe("names", () => {
	test.each([
		["MTA1.Example.COM.", "mta1.example.com"],
		["bücher.example", "xn--bcher-kva.example"],
		["_dmarc.example.com", "_dmarc.example.com"],
	])("the host name %s becomes %s", (text, name) => expect(parseHostName(text)).toEqual({ ok: true, value: name }));
	test.each([
		"",
		"a",
		"a..b",
		"-a.example",
		"http://example.com",
		"example.com:25",
		"a b.example",
		"1.2.3.4",
		"example.123",
		`${"a".repeat(64)}.example`,
		"a.example\r\nRCPT",
	])("%j is not a full host name", (text) => expect(parseHostName(text).ok).toBe(false));
	test.each([
		"a@b",
		"@example.com",
		"a@example.com\r\nBcc: x@y.test",
		'"a b"@example.com',
		"a..b@example.com",
		"a@@example.com",
		"",
	])("%j is not a mailbox", (text) => expect(parseMailbox(text).ok).toBe(false));
	test("a From may be an address or a whole domain", () => {
		expect([parseFrom("News@Example.com"), parseFrom("@Example.com")]).toMatchObject([
			{ value: "news@example.com" },
			{ value: "@example.com" },
		]);
	});
});

describe("the password in an address is masked", () => {
	test.each([
		["postgresql://u:hunter2@db/x", "postgresql://u:••••@db/x"],
		["redis://:hunter2@db", "redis://:••••@db"],
		["postgres://u:hun@ter/2@db/x", "postgres://u:••••@db/x"],
		["https://x.test/?token=hunter2&a=1", "https://x.test/?token=••••&a=1"],
		["file:./data/wellsent.db", "file:./data/wellsent.db"],
		["https://x.test:8420/a", "https://x.test:8420/a"],
	])("%s", (text, shown) => expect(withoutPassword(text)).toBe(shown));
});

describe("cron", () => {
	test.each(["* * * * *", "*/30 * * * *", "0 9 * * 1", "0,30 8-18/2 1-15 jan-jun Mon,FRI", "0 0 * * 7"])(
		"%s is understood",
		(text) => expect(parseCron(text)).toEqual({ ok: true, value: text }),
	);
	test.each([
		"",
		"* * * *",
		"0 * * * * *",
		"60 * * * *",
		"* 24 * * *",
		"* * 0 * *",
		"* * * 13 *",
		"* * * * 8",
		"*/0 * * * *",
		"5-1 * * * *",
		"a * * * *",
		"1, * * * *",
	])("%j is refused", (text) => expect(parseCron(text).ok).toBe(false));
});

test.each([
	["sorce", "source"],
	["Html-Max", "html_max"],
	["conection", "connections"],
	["zzz", null],
	["x", null],
])("the known name nearest to %s is %s", (name, known) =>
	expect(nearest(name, ["source", "html_max", "connections", "lane"])).toBe(known),
);

test("the presets of gateways fit their ports and have rates that can be read", () => {
	for (const name of Object.keys(GATEWAY_PRESETS)) {
		const preset = gatewayPreset(name);
		expect(preset?.port, name).toBe(preset?.security === "tls" ? 465 : 587);
		for (const rate of preset?.rates ?? []) expect(parseRate(rate).ok, `${name} ${rate}`).toBe(true);
	}
	expect(gatewayPreset("toString")).toBeNull();
});

test("the project's root holds package.json and the sources", () => {
	expect(existsSync(join(projectRoot(), "package.json"))).toBe(true);
	expect(existsSync(join(projectRoot(), "src", "config", "project-root.ts"))).toBe(true);
});
