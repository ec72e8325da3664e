import { expect, it } from "vitest";
import type { Manner } from "../../support/blacklist-dns.ts";
import { MTA1, watchedApp } from "../../support/watched-app.ts";

const ZEN = "zen.spamhaus.org";
const SPAMCOP = "bl.spamcop.net";

it.each<[string, Manner, "listed" | "clean" | "unknown", string]>([
	["healthy", "healthy", "listed", "proven"],
	["that answers only over TCP", "truncates", "listed", "proven"],
	["that is slow", { slowMs: 120 }, "listed", "proven"],
	["that is slower than anybody waits", { slowMs: 900 }, "unknown", "unreachable"],
	["that refuses by code", "refuses", "unknown", "refused"],
	["whose name server refuses", "rcode-refused", "unknown", "refused"],
	["whose name server fails", "servfail", "unknown", "unreachable"],
	["that is silent", "silent", "unknown", "unreachable"],
	["that lists the world", "lists-the-world", "unknown", "lists-the-world"],
	["that is gone", "gone", "unknown", "dead"],
	["whose domain was parked", "parked", "unknown", "hijacked"],
])("a zone %s: the listing on it is believed or not", async (_name, manner, state, proof) => {
	await using watched = await watchedApp([SPAMCOP]);
	watched.lists.list(SPAMCOP, MTA1, "127.0.0.2", "Blocked - see https://spamcop.test/bl");
	watched.lists.behave(SPAMCOP, manner);
	const { rows } = await watched.check();
	expect(rows.map((row) => row.state)).toEqual(state === "listed" ? ["listed", "clean"] : [state, state]);
	expect((await watched.app.db.zoneProof.findMany()).map((one) => one.state)).toEqual([proof]);
	if (state === "unknown") expect(rows[0]?.why).not.toBe("");
	else expect(rows[0]).toMatchObject({ codes: ["127.0.0.2"], text: "Blocked - see https://spamcop.test/bl", confirmed: true });
});

it("IPv6 and domains are asked under their own names, and only where a zone takes them", async () => {
	await using watched = await watchedApp([ZEN, "dbl.spamhaus.org", "multi.surbl.org"], {
		toml: `
[[source]]
name = "six"
address = "2001:db8::10"
ehlo = "mta.sender.test"
[[identity]]
from = "@sender.test"
`,
	});
	watched.lists.list(ZEN, "2001:db8::10", "127.0.0.3");
	watched.lists.list("multi.surbl.org", "sender.test", "127.0.0.64");
	const { rows } = await watched.check();
	expect(rows.map((row) => `${row.subject} ${row.zone} ${row.state}`).toSorted()).toEqual([
		"2001:db8::10 zen.spamhaus.org listed",
		"mta.sender.test dbl.spamhaus.org clean",
		"sender.test dbl.spamhaus.org clean",
		"sender.test multi.surbl.org listed",
	]);
});

it("a name server that fails is no reason to give up: the next one is asked", async () => {
	await using watched = await watchedApp([SPAMCOP], { servers: (played) => ["127.0.0.1:1", played] });
	const { rows, resolver } = await watched.check();
	expect(resolver.state).toBe("believed");
	expect(rows.map((row) => row.state)).toEqual(["clean", "clean"]);
});

it("a resolver that rewrites missing names is told once, and nothing is believed until it is mended", async () => {
	await using watched = await watchedApp([ZEN, SPAMCOP]);
	await watched.check();
	watched.lists.rewrite("127.0.0.2");
	for (let i = 0; i < 3; i++) {
		watched.clock.advance(3_600_000);
		const { rows, resolver } = await watched.check();
		expect(resolver.state).toBe("rewrites");
		expect(rows.every((row) => row.state === "unknown" && row.why.includes("does not exist"))).toBe(true);
	}
	watched.lists.rewrite(null);
	watched.clock.advance(3_600_000);
	expect((await watched.check()).rows.every((row) => row.state === "clean")).toBe(true);
	expect(await watched.alerts()).toEqual(["resolver-broken resolver", "resolver-mended resolver"]);
	expect(await watched.app.db.listing.count()).toBe(0);
});

it("three zones that name all our addresses at once are the resolver's doing", async () => {
	const zones = [SPAMCOP, "psbl.surriel.com", "bl.mailspike.net"];
	await using watched = await watchedApp(zones);
	await watched.check();
	for (const zone of zones) for (const subject of [MTA1, "203.0.113.20"]) watched.lists.list(zone, subject, "127.0.0.2");
	watched.clock.advance(3_600_000);
	expect((await watched.check()).rows.every((row) => row.state === "unknown")).toBe(true);
	expect(await watched.alerts()).toEqual(["resolver-broken resolver"]);
});

it("a zone that begins to list the world after it proved itself opens no listing", async () => {
	await using watched = await watchedApp([ZEN]);
	await watched.check();
	watched.lists.behave(ZEN, "lists-the-world");
	watched.clock.advance(3_600_000);
	expect((await watched.check()).rows.every((row) => row.state === "unknown")).toBe(true);
	expect(await watched.alerts()).toEqual(["zone-broken zen.spamhaus.org"]);
	expect(await watched.holds()).toEqual([]);
	watched.lists.behave(ZEN, "healthy");
	watched.clock.advance(3_600_000);
	await watched.check();
	expect(await watched.alerts()).toEqual(["zone-broken zen.spamhaus.org", "zone-mended zen.spamhaus.org"]);
});

it("refusals of a public resolver are explained once for all zones, with what to do", async () => {
	await using watched = await watchedApp([ZEN, "b.barracudacentral.org"]);
	watched.lists.behave(ZEN, "refuses");
	watched.lists.behave("b.barracudacentral.org", "refuses");
	await watched.check();
	watched.clock.advance(3_600_000);
	await watched.check();
	const alerts = await watched.app.db.alert.findMany();
	expect(alerts).toHaveLength(1);
	expect(alerts[0]?.text).toContain("2 blacklists refuse our questions");
	expect(alerts[0]?.todo).toMatch(/unbound.*dqs_key.*Register the address of your resolver/);
});

it("a resolver that is silent is told when it is so twice in a row", async () => {
	await using watched = await watchedApp([SPAMCOP], { timeoutMs: 60 });
	watched.lists.fallSilent(true);
	expect((await watched.check()).resolver.state).toBe("silent");
	expect(await watched.alerts()).toEqual([]);
	watched.clock.advance(3_600_000);
	await watched.check();
	expect(await watched.alerts()).toEqual(["resolver-broken resolver"]);
});
