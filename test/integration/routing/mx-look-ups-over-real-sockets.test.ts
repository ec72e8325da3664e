import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { createResolver } from "../../../src/routing/resolver.client.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { startTinyDns, type TinyAnswer, type TinyRecord, type TinyZone } from "../../support/tiny-dns.ts";

const mx = (exchange: string, preference = 10, ttl = 300): TinyRecord => ({ type: "MX", ttl, data: { exchange, preference } });
const a = (data: string, ttl = 300): TinyRecord => ({ type: "A", ttl, data });
const aaaa = (data: string, ttl = 300): TinyRecord => ({ type: "AAAA", ttl, data });
const soa = (minimum: number): TinyRecord => ({
	type: "SOA",
	name: "test",
	ttl: minimum,
	data: { mname: "ns.test", rname: "host.test", serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
});
/** A zone as a table: "name TYPE" → answer; everything else is NODATA. */
const table =
	(rows: Record<string, TinyAnswer>): TinyZone =>
	({ name, type }) =>
		rows[`${name} ${type}`] ?? { authorities: [soa(60)] };
const resolverOf = (...servers: string[]) => createResolver({ servers, timeoutMs: 250, clock: systemClock });

describe("where a domain's mail goes", () => {
	const rows: Record<string, TinyAnswer> = {
		"two.test MX": { answers: [mx("MX1.two.test", 10), mx("mx2.two.test", 20)] },
		"null.test MX": { answers: [mx(".", 0)] },
		"implicit.test A": { answers: [a("127.0.0.9")] },
		"gone.test MX": { rcode: "NXDOMAIN", authorities: [soa(60)] },
		"broken.test MX": { rcode: "SERVFAIL" },
		"refused.test MX": { rcode: "REFUSED" },
		"half.test A": { rcode: "SERVFAIL" },
		"ip.test MX": { answers: [mx("192.0.2.1")] },
		"alias.test MX": {
			answers: [
				{ type: "CNAME", data: "real.test" },
				{ ...mx("mx.real.test"), name: "real.test" },
			],
		},
		"far.test MX": { answers: [{ type: "CNAME", data: "two.test" }] },
		"loop.test MX": { answers: [{ type: "CNAME", data: "pool.test" }] },
		"pool.test MX": { answers: [{ type: "CNAME", data: "loop.test" }] },
	};

	it.each([
		{
			domain: "two.test",
			told: {
				kind: "hosts",
				implicit: false,
				hosts: [
					{ name: "mx1.two.test", preference: 10 },
					{ name: "mx2.two.test", preference: 20 },
				],
			},
		},
		{ domain: "null.test", told: { kind: "null-mx" } },
		{ domain: "implicit.test", told: { kind: "hosts", implicit: true, hosts: [{ name: "implicit.test", preference: 0 }] } },
		{ domain: "empty.test", told: { kind: "no-such-domain" } },
		{ domain: "gone.test", told: { kind: "no-such-domain" } },
		{ domain: "broken.test", told: { kind: "failed", detail: "SERVFAIL from 127.0.0.1" } },
		{ domain: "refused.test", told: { kind: "failed", detail: "REFUSED from 127.0.0.1" } },
		{ domain: "half.test", told: { kind: "failed", detail: "SERVFAIL from 127.0.0.1" } },
		{ domain: "ip.test", told: { kind: "failed", detail: "no MX record names a usable host: 192.0.2.1" } },
		{ domain: "alias.test", told: { kind: "hosts", hosts: [{ name: "mx.real.test" }] } },
		{ domain: "far.test", told: { kind: "hosts", hosts: [{ name: "mx1.two.test" }, { name: "mx2.two.test" }] } },
		{ domain: "loop.test", told: { kind: "failed", detail: "the CNAMEs of loop.test lead on without end" } },
		{
			domain: "not askable.test",
			told: { kind: "failed", detail: '"not askable.test" is not a name that DNS can be asked for' },
		},
	])("$domain", async ({ domain, told }) => {
		await using dns = await startTinyDns(table(rows));
		expect(await resolverOf(dns.server).mx(domain)).toMatchObject(told);
	});
});

describe("the addresses of a host", () => {
	it("are of both families, each once", async () => {
		await using dns = await startTinyDns(
			table({ "mx.test A": { answers: [a("127.0.0.2"), a("127.0.0.2")] }, "mx.test AAAA": { answers: [aaaa("::1")] } }),
		);
		expect(await resolverOf(dns.server).addresses("mx.test")).toMatchObject({
			kind: "addresses",
			v4: ["127.0.0.2"],
			v6: ["::1"],
		});
	});

	it("of one family serve when the other is in trouble, but are asked again soon", async () => {
		await using dns = await startTinyDns(
			table({ "mx.test A": { answers: [a("127.0.0.2", 86_400)] }, "mx.test AAAA": { rcode: "SERVFAIL" } }),
		);
		const answer = await resolverOf(dns.server).addresses("mx.test");
		expect(answer).toMatchObject({ kind: "addresses", v4: ["127.0.0.2"], v6: [] });
		expect(answer.until - Date.now()).toBeLessThanOrEqual(60_000);
	});

	it("are none, and not failed, when the host has none", async () => {
		await using dns = await startTinyDns(table({}));
		expect((await resolverOf(dns.server).addresses("mx.test")).kind).toBe("none");
	});
});

describe("a cache", () => {
	it("serves until the TTL is over and then asks again", async () => {
		await using dns = await startTinyDns(
			table({ "a.test MX": { answers: [mx("mx.a.test", 10, 120), mx("mx2.a.test", 10, 600)] } }),
		);
		const clock = new ManualClock();
		const resolver = createResolver({ servers: [dns.server], timeoutMs: 500, clock });
		const first = await resolver.mx("a.test");
		expect(first.until).toBe(clock.now() + 120_000);
		clock.advance(119_999);
		expect(await resolver.mx("a.test")).toBe(first);
		expect(dns.asked).toHaveLength(1);
		clock.advance(1);
		await resolver.mx("a.test");
		expect(dns.asked).toHaveLength(2);
	});

	it("keeps a failure for 15 s, then 30, then 60, and begins anew after a success", async () => {
		let broken = true;
		await using dns = await startTinyDns(() => (broken ? { rcode: "SERVFAIL" } : { answers: [mx("mx.a.test", 10, 30)] }));
		const clock = new ManualClock();
		const resolver = createResolver({ servers: [dns.server], timeoutMs: 500, clock });
		const waits: number[] = [];
		for (let i = 0; i < 4; i++) {
			const answer = await resolver.mx("a.test");
			waits.push(answer.until - clock.now());
			clock.advance(answer.until - clock.now());
		}
		broken = false;
		clock.advance((await resolver.mx("a.test")).until - clock.now());
		broken = true;
		waits.push((await resolver.mx("a.test")).until - clock.now());
		expect(waits).toEqual([15_000, 30_000, 60_000, 60_000, 15_000]);
	});

	it("asks a question that is under way only once", async () => {
		await using dns = await startTinyDns(() => ({ answers: [mx("mx.a.test")], delayMs: 50 }));
		const resolver = resolverOf(dns.server);
		const answers = await Promise.all(Array.from({ length: 100 }, () => resolver.mx("a.test")));
		expect(new Set(answers).size).toBe(1);
		expect(dns.asked).toHaveLength(1);
	});

	it("holds no more than it may, the oldest going first", async () => {
		await using dns = await startTinyDns(() => ({ answers: [mx("mx.a.test")] }));
		const resolver = createResolver({ servers: [dns.server], timeoutMs: 500, clock: systemClock, kept: 2 });
		for (const domain of ["a.test", "b.test", "c.test", "c.test", "b.test", "a.test"]) await resolver.mx(domain);
		expect(dns.asked.map(({ name }) => name)).toEqual(["a.test", "b.test", "c.test", "a.test"]);
	});

	it("never asks more than so many questions at once", async () => {
		await using dns = await startTinyDns(() => ({ answers: [mx("mx.a.test")], delayMs: 5 }));
		const resolver = createResolver({ servers: [dns.server], timeoutMs: 2000, clock: systemClock, concurrency: 7 });
		// Some wait in line, and newcomers arrive while places are handed over.
		const chains = Array.from({ length: 60 }, async (_, chain) => {
			for (let i = 0; i < 5; i++) expect((await resolver.mx(`d${chain}-${i}.test`)).kind).toBe("hosts");
		});
		await Promise.all(chains);
		expect(dns.asked).toHaveLength(300);
		expect(dns.mostAtOnce()).toBe(7);
	});
});

describe("a server", () => {
	it("that cuts its answer short is asked again over TCP", async () => {
		const many = Array.from({ length: 100 }, (_, i) => mx(`mx${i}.big.test`));
		await using dns = await startTinyDns(() => ({ answers: many, truncate: true }));
		const answer = await resolverOf(dns.server).mx("big.test");
		expect(answer.kind === "hosts" && answer.hosts.length).toBe(100);
		expect(dns.asked.map(({ transport }) => transport)).toEqual(["udp", "tcp"]);
	});

	it("that says nothing is a failure after its time, and no exception", async () => {
		await using dns = await startTinyDns(() => null);
		const began = Date.now();
		expect(await resolverOf(dns.server).mx("a.test")).toMatchObject({ kind: "failed", detail: "TIMEOUT from 127.0.0.1" });
		expect(Date.now() - began).toBeGreaterThanOrEqual(490);
	});

	it("that is silent once is asked again: packets get lost", async () => {
		let first = true;
		await using dns = await startTinyDns(() => {
			const lost = first;
			first = false;
			return lost ? null : { answers: [mx("mx.a.test")] };
		});
		expect((await resolverOf(dns.server).mx("a.test")).kind).toBe("hosts");
	});

	it("that is dead costs its time-out once: the one that answered is asked first from then on", async () => {
		await using dead = await startTinyDns(() => null);
		await using alive = await startTinyDns(() => ({ answers: [mx("mx.a.test")] }));
		const resolver = resolverOf(dead.server, alive.server);
		for (const domain of ["a.test", "b.test", "c.test"]) expect((await resolver.mx(domain)).kind).toBe("hosts");
		expect(dead.asked).toHaveLength(1);
		expect(alive.asked).toHaveLength(3);
	});

	it("that nobody runs is a failure at once", async () => {
		const socket = createSocket("udp4").bind(0, "127.0.0.1");
		await once(socket, "listening");
		const { port } = socket.address();
		socket.close();
		await once(socket, "close");
		expect(await resolverOf(`127.0.0.1:${port}`).mx("a.test")).toMatchObject({
			kind: "failed",
			detail: "ECONNREFUSED from 127.0.0.1",
		});
	});

	it("that does not know EDNS is asked again without it", async () => {
		await using dns = await startTinyDns(({ extended }) => (extended ? { rcode: "FORMERR" } : { answers: [mx("mx.a.test")] }));
		expect((await resolverOf(dns.server).mx("a.test")).kind).toBe("hosts");
		expect(dns.asked).toHaveLength(2);
	});

	it("may be preceded by garbage, by answers with a wrong id and by answers to other questions: all are ignored", async () => {
		const noise = (answer: Buffer): Buffer[] => {
			const forged = Buffer.from(answer);
			forged.write("zz", answer.indexOf("mx"));
			const wrongId = Buffer.from(forged);
			wrongId.writeUInt16BE((answer.readUInt16BE(0) + 1) % 65_536);
			const otherName = Buffer.from(forged);
			otherName.write("z", 13);
			return [Buffer.from("no dns at all"), Buffer.alloc(0), Buffer.alloc(12, 255), wrongId, otherName];
		};
		await using dns = await startTinyDns(() => ({ answers: [mx("mx.a.test")], before: noise }));
		expect(await resolverOf(dns.server).mx("a.test")).toMatchObject({ kind: "hosts", hosts: [{ name: "mx.a.test" }] });
		expect(dns.asked).toHaveLength(1);
	});
});
