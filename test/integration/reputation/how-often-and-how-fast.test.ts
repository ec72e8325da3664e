import { expect, it } from "vitest";
import { ZONES } from "../../../src/reputation/zones/all.ts";
import { watchedApp } from "../../support/watched-app.ts";

const MINUTE = 60_000;

it("forty zones and twenty addresses take less than ten seconds, with dead servers and dead zones among them", async () => {
	const zones = ZONES.filter((zone) => zone.takes.includes("ip4") && zone.dqs?.only !== true)
		.map((zone) => zone.name)
		.concat(Array.from({ length: 40 }, (_, i) => `bl${i}.lists.test`))
		.slice(0, 40);
	const sources = Array.from(
		{ length: 20 },
		(_, i) => `[[source]]\nname = "mta${i}"\naddress = "203.0.113.${i + 1}"\nehlo = "mta${i}.sender.test"\n`,
	);
	// The time-outs in force, and a first server that is not there.
	await using watched = await watchedApp(zones, {
		toml: sources.join("\n"),
		timeoutMs: 1_500,
		servers: (played) => ["127.0.0.1:9", played],
	});
	for (const zone of zones.slice(5, 13)) watched.lists.behave(zone, "silent");
	for (const zone of zones.slice(13, 16)) watched.lists.behave(zone, { slowMs: 400 });
	// Some of the silent ones proved themselves an hour ago: that they are dead is found out by the questions themselves.
	const at = new Date(watched.clock.now() - 60 * MINUTE);
	await watched.app.db.zoneProof.createMany({
		data: zones.slice(9, 13).map((zone) => ({ zone, state: "proven", why: "", checkedAt: at, provenAt: at })),
	});
	const began = performance.now();
	const { rows } = await watched.check();
	expect(performance.now() - began).toBeLessThan(10_000);
	expect(rows).toHaveLength(800);
	expect(rows.filter((row) => row.state === "unknown")).toHaveLength(8 * 20);
}, 25_000);

it("no zone is asked for a name more often than its policy allows", async () => {
	await using watched = await watchedApp(["bl.spamcop.net"]);
	const name = "10.113.0.203.bl.spamcop.net";
	for (let i = 0; i < 13; i++) {
		await watched.check();
		watched.clock.advance(5 * MINUTE);
	}
	// An hour, at most every twenty minutes.
	expect(watched.lists.countOf(name)).toBe(4);
});

it("somebody who waits gets a new answer, but not twice within a minute", async () => {
	await using watched = await watchedApp(["bl.spamcop.net"]);
	const name = "10.113.0.203.bl.spamcop.net";
	await watched.check();
	for (let i = 0; i < 4; i++) {
		await watched.check({ urgent: true });
		watched.clock.advance(20_000);
	}
	expect(watched.lists.countOf(name)).toBe(2);
});

it("a zone that refuses is not asked again for each check", async () => {
	await using watched = await watchedApp(["bl.spamcop.net"]);
	watched.lists.behave("bl.spamcop.net", "refuses");
	for (let i = 0; i < 4; i++) {
		await watched.check();
		watched.clock.advance(5 * MINUTE);
	}
	// Its two test points, once.
	expect(watched.lists.asked.filter((one) => one.name.endsWith("bl.spamcop.net"))).toHaveLength(2);
});

it("the answer's time to live is respected where it is longer", async () => {
	await using watched = await watchedApp(["bl.spamcop.net"]);
	await watched.check();
	const row = await watched.app.db.blacklistState.findFirstOrThrow();
	expect(row.freshUntil.getTime() - row.checkedAt.getTime()).toBe(20 * MINUTE);
});

it("zones prove themselves again by and by", async () => {
	await using watched = await watchedApp(["bl.spamcop.net"]);
	await watched.check();
	watched.clock.advance(25 * 60 * MINUTE);
	await watched.check();
	expect(watched.lists.countOf("2.0.0.127.bl.spamcop.net")).toBe(2);
	expect(watched.lists.countOf("1.0.0.127.bl.spamcop.net")).toBe(2);
});
