import { Resolver } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { behaviourOf } from "../../../src/sandbox/recipient-name.ts";
import { startSandbox } from "../../../src/sandbox/sandbox.ts";
import { shippedWorld, worldFolder } from "../../../src/sandbox/world.file.ts";
import { Dialogue } from "./dialogue.ts";

interface Reader {
	readonly email: string;
	readonly name: string;
	readonly city: string;
	readonly plan: string;
}

const readers: Reader[] = parse(readFileSync(join(worldFolder(), "readers.csv")), { columns: true });
const domains = [...new Set(readers.map((reader) => reader.email.split("@")[1]!))];

describe("the shipped world", () => {
	it("has 500 different readers in at least 32 domains, about 92 % of whom can be reached", () => {
		expect(new Set(readers.map((reader) => reader.email)).size).toBe(500);
		expect(readers.every((reader) => reader.name !== "" && reader.city !== "" && reader.plan !== "")).toBe(true);
		expect(domains.length).toBeGreaterThanOrEqual(32);
		const reached = readers.filter(({ email }) => {
			const kind = behaviourOf(email.slice(0, email.indexOf("@"))).kind;
			return !email.endsWith("@nomail.test") && (kind === "accept" || kind === "greylist" || kind === "slow");
		});
		expect(reached.length / readers.length).toBeCloseTo(0.92, 2);
	});

	it("serves every domain of the list: each MX host has an address that somebody listens on", async () => {
		await using sandbox = await startSandbox();
		const resolver = new Resolver();
		resolver.setServers([sandbox.dns]);
		const listening = new Set(sandbox.world.hosts.flatMap((host) => host.addresses));
		for (const domain of domains) {
			if (domain === "nomail.test") continue;
			const hosts = await resolver.resolveMx(domain).then(
				(found) => found.map((mx) => mx.exchange),
				() => [domain],
			);
			for (const host of hosts) for (const address of await resolver.resolve4(host)) expect(listening).toContain(address);
		}
		expect(await resolver.resolveMx("nomail.test")).toEqual([{ exchange: "", priority: 0 }]);
		for (const source of sandbox.world.sources) expect(await resolver.reverse(source.address)).toEqual([source.ehlo]);
		for (const zone of sandbox.world.blacklists.ip) expect(await resolver.resolve4(`2.0.0.127.${zone}`)).toContain("127.0.0.2");
	});

	it("refuses the second source at one of the four hosts of Daum, by a stale entry", async () => {
		await using sandbox = await startSandbox();
		const greetings: string[] = [];
		for (const address of ["127.12.0.1", "127.12.0.2", "127.12.0.3", "127.12.0.4"]) {
			const client = await Dialogue.open(address, sandbox.smtpPort, { from: "127.1.0.2" });
			greetings.push((await client.read()).slice(0, 3));
			client.close();
		}
		expect(greetings).toEqual(["220", "220", "554", "220"]);
		const first = await Dialogue.open("127.12.0.3", sandbox.smtpPort, { from: "127.1.0.1" });
		expect(await first.read()).toMatch(/^220/);
		first.close();
	});

	it("has a site for the MX hosts of every large provider", () => {
		const world = shippedWorld();
		const siteOf = (host: string) =>
			world.sites.find((site) => site.suffixes.some((suffix) => host.endsWith(`.${suffix}`)))?.name;
		for (const host of world.hosts) if (host.site !== null && host.site !== "hosting") expect(siteOf(host.name)).toBe(host.site);
		expect(world.sites.length).toBeGreaterThanOrEqual(9);
	});
});

describe("a machine that has only 127.0.0.1", () => {
	it("serves all hosts there and tells them apart by the recipient's domain", async () => {
		await using sandbox = await startSandbox({ singleAddress: true });
		const resolver = new Resolver();
		resolver.setServers([sandbox.dns]);
		expect(await resolver.resolve4("mx1.naver.test")).toEqual(["127.0.0.1"]);
		expect(await resolver.resolve4("2.0.0.127.zen.sandbox.test")).toContain("127.0.0.2");
		expect(sandbox.world.sources).toEqual([{ name: "mta1", address: "127.0.0.1", ehlo: "mta1.wellsent.test" }]);
		const client = await Dialogue.greeted("127.0.0.1", sandbox.smtpPort);
		const rcpt = async (to: string) => {
			await client.say("RSET");
			await client.say("MAIL FROM:<news@wellsent.test>");
			return client.say(`RCPT TO:<${to}>`);
		};
		expect(await rcpt("unknown@qq.test")).toBe("550 Mailbox not found. http://service.mail.qq.test");
		expect(await rcpt("unknown@orange.test")).toContain("OFR_416");
		expect(await rcpt("kim@onnuri.kr.test")).toMatch(/^450 4\.2\.0 .*Greylisted/);
		expect(await rcpt("kim@saebyeok.kr.test")).toMatch(/^554 .*No SMTP service here/);
		expect((await client.say("RSET")) && (await client.send("news@wellsent.test", "kim@hanmail.test")).at(-1)).toMatch(/^250/);
		expect(sandbox.arrivals.rows({ accepted: true })).toMatchObject([{ host: "mx3.hanmail.test" }]);
		client.close();
	});
});
