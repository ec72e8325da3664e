import { Resolver } from "node:dns/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../../src/sandbox/sandbox.ts";
import { defineWorld } from "../../../src/sandbox/world.ts";

const zones = `
$ORIGIN good.test.
@       120 MX 10 mx1
@       120 MX 20 mx2
@       TXT "v=spf1 -all"
long    TXT "${"x".repeat(300)}"
mx1     A 127.66.3.1
mx1     AAAA ::1
www     CNAME mx1
nomail  MX 0 .
*.wild  A 127.66.3.9
broken  FAULT SERVFAIL
closed  FAULT REFUSED
closed  A 127.66.3.8
silent  FAULT TIMEOUT
half    FAULT MX SERVFAIL
half    A 127.66.3.7
big     FAULT TRUNCATE
big     A 127.66.3.6
late    FAULT DELAY 120
late    A 127.66.3.5
many    TXT "${"a".repeat(250)}"
many    TXT "${"b".repeat(250)}"
many    TXT "${"c".repeat(250)}"
1.3.66.127.in-addr.arpa. PTR mx1
2.0.0.127.zen.sandbox.test. A 127.0.0.2
`;

describe("the DNS server", () => {
	let sandbox: Sandbox;
	const resolver = new Resolver({ timeout: 400, tries: 1 });
	beforeAll(async () => {
		sandbox = await startSandbox({ world: defineWorld({ zones }) });
		resolver.setServers([sandbox.dns]);
	});
	afterAll(() => sandbox.close());
	const code = (asked: Promise<unknown>) =>
		asked.then(
			() => "answered",
			(error: NodeJS.ErrnoException) => error.code,
		);

	it("answers what the zone says, with its TTL", async () => {
		expect((await resolver.resolveMx("GOOD.test")).sort((a, b) => a.priority - b.priority)).toEqual([
			{ exchange: "mx1.good.test", priority: 10 },
			{ exchange: "mx2.good.test", priority: 20 },
		]);
		expect(await resolver.resolve4("mx1.good.test", { ttl: true })).toEqual([{ address: "127.66.3.1", ttl: 300 }]);
		expect(await resolver.resolve6("mx1.good.test")).toEqual(["::1"]);
		expect(await resolver.resolveTxt("good.test")).toEqual([["v=spf1 -all"]]);
		expect((await resolver.resolveTxt("long.good.test"))[0]!.map((part) => part.length)).toEqual([255, 45]);
		expect(await resolver.resolve4("www.good.test")).toEqual(["127.66.3.1"]);
		expect(await resolver.resolve4("any.thing.wild.good.test")).toEqual(["127.66.3.9"]);
		expect(await resolver.reverse("127.66.3.1")).toEqual(["mx1.good.test"]);
		expect(await resolver.resolve4("2.0.0.127.zen.sandbox.test")).toEqual(["127.0.0.2"]);
		expect(await resolver.resolveMx("nomail.good.test")).toEqual([{ exchange: "", priority: 0 }]);
	});

	it("tells NXDOMAIN from NODATA, and never asks anybody else", async () => {
		expect(await code(resolver.resolve4("nobody.good.test"))).toBe("ENOTFOUND");
		expect(await code(resolver.resolveMx("mx1.good.test"))).toBe("ENODATA");
		expect(await code(resolver.resolve4("zen.sandbox.test"))).toBe("ENODATA");
		expect(await code(resolver.resolve4("example.com"))).toBe("ENOTFOUND");
	});

	it("fails as the FAULT lines say", async () => {
		expect(await code(resolver.resolve4("broken.good.test"))).toBe("ESERVFAIL");
		expect(await code(resolver.resolve4("closed.good.test"))).toBe("EREFUSED");
		expect(await code(resolver.resolve4("silent.good.test"))).toBe("ETIMEOUT");
		expect(await code(resolver.resolveMx("half.good.test"))).toBe("ESERVFAIL");
		expect(await resolver.resolve4("half.good.test")).toEqual(["127.66.3.7"]);
		const started = performance.now();
		expect(await resolver.resolve4("late.good.test")).toEqual(["127.66.3.5"]);
		expect(performance.now() - started).toBeGreaterThan(110);
	});

	it("answers over TCP what does not fit, or is told not to fit, in a datagram", async () => {
		const plain = sandbox.queries().filter((query) => query.over === "tcp").length;
		expect(await resolver.resolve4("big.good.test")).toEqual(["127.66.3.6"]);
		expect(sandbox.queries().filter((query) => query.over === "tcp").length).toBe(plain + 1);
		expect(await resolver.resolveTxt("many.good.test")).toHaveLength(3);
		expect(sandbox.queries().at(-1)).toMatchObject({ name: "many.good.test", type: "TXT" });
	});

	it("records can be added and removed while it runs", async () => {
		expect(await code(resolver.resolve4("5.0.1.127.zen.sandbox.test"))).toBe("ENOTFOUND");
		sandbox.addRecords("5.0.1.127.zen.sandbox.test 1 A 127.0.0.3");
		expect(await resolver.resolve4("5.0.1.127.zen.sandbox.test")).toEqual(["127.0.0.3"]);
		sandbox.removeRecords("5.0.1.127.zen.sandbox.test");
		expect(await code(resolver.resolve4("5.0.1.127.zen.sandbox.test"))).toBe("ENOTFOUND");
	});
});
