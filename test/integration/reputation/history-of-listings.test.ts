import { expect, it } from "vitest";
import { holdLanes, releaseLanes } from "../../../src/deliver/lane-orders.store.ts";
import { MTA1, MTA2, type WatchedApp, watchedApp } from "../../support/watched-app.ts";

const ZEN = "zen.spamhaus.org";
const SPAMCOP = "bl.spamcop.net";
const HOUR = 3_600_000;

async function later(watched: WatchedApp, ms = HOUR) {
	watched.clock.advance(ms);
	return watched.check();
}

it("a critical listing is asked again at once, holds the source and tells where its mail goes; clearing ends exactly that hold", async () => {
	await using watched = await watchedApp([ZEN]);
	const { db } = watched.app;
	await watched.check();
	await holdLanes(db, "mta1/naver", null, { by: "kim", reason: "a talk with Naver", at: watched.clock.now() });
	watched.lists.list(ZEN, MTA1, "127.0.0.3", "https://check.spamhaus.test/1");
	expect(await later(watched)).toMatchObject({ opened: [`${MTA1}/${ZEN}`] });
	expect(await watched.holds()).toEqual(["lane mta1/naver", "lane mta1/*"]);
	const [alert] = await db.alert.findMany();
	expect(alert).toMatchObject({ kind: "blacklist-listed", subject: `${MTA1}/${ZEN}` });
	expect(alert?.text).toContain("203.0.113.10 (source mta1) is on Spamhaus ZEN");
	expect(alert?.text).toContain("CSS");
	expect(alert?.did).toBe("Holds all lanes of mta1. @sender.test goes on from mta2.");
	expect(alert?.todo).toContain("https://check.spamhaus.org/");
	await later(watched);
	watched.lists.unlist(ZEN, MTA1);
	expect(await later(watched)).toMatchObject({ cleared: [`${MTA1}/${ZEN}`] });
	expect(await watched.holds()).toEqual(["lane mta1/naver"]);
	expect(await watched.alerts()).toEqual([`blacklist-listed ${MTA1}/${ZEN}`, `blacklist-cleared ${MTA1}/${ZEN}`]);
	expect((await db.alert.findFirstOrThrow({ orderBy: { id: "desc" } })).did).toContain("Released its own hold on mta1/*");
});

it("both sources listed: the identity waits, and the alert says so", async () => {
	await using watched = await watchedApp([ZEN]);
	await watched.check();
	watched.lists.list(ZEN, MTA1, "127.0.0.3");
	watched.lists.list(ZEN, MTA2, "127.0.0.3");
	await later(watched);
	expect(await watched.holds()).toEqual(["lane mta1/*", "lane mta2/*"]);
	const [alert] = await watched.app.db.alert.findMany();
	expect(alert?.did).toContain("@sender.test has no other source and waits");
});

it("a less weighty list opens at the second check and closes at the second check", async () => {
	await using watched = await watchedApp([SPAMCOP]);
	await watched.check();
	watched.lists.list(SPAMCOP, MTA1, "127.0.0.2");
	expect((await later(watched)).opened).toEqual([]);
	expect((await later(watched)).opened).toEqual([`${MTA1}/${SPAMCOP}`]);
	watched.lists.unlist(SPAMCOP, MTA1);
	expect((await later(watched)).cleared).toEqual([]);
	expect((await later(watched)).cleared).toEqual([`${MTA1}/${SPAMCOP}`]);
	expect(await watched.holds()).toEqual([]);
	const [row] = await watched.app.db.listing.findMany();
	expect((row?.lastSeen.getTime() ?? 0) - (row?.firstSeen.getTime() ?? 0)).toBe(HOUR);
});

it("the first look is quiet: all that was there before is one alert a subject, except what stops mail", async () => {
	await using watched = await watchedApp([ZEN, SPAMCOP, "psbl.surriel.com", "dnsbl-1.uceprotect.net"]);
	watched.lists.list(SPAMCOP, MTA1, "127.0.0.2");
	watched.lists.list("psbl.surriel.com", MTA1, "127.0.0.2");
	watched.lists.list("dnsbl-1.uceprotect.net", MTA2, "127.0.0.2");
	watched.lists.list(ZEN, MTA2, "127.0.0.2");
	await watched.check();
	await later(watched);
	expect(await watched.alerts()).toEqual([`blacklist-listed ${MTA2}/${ZEN}`, `blacklist-listed ${MTA1}/first look`]);
	expect(await watched.holds()).toEqual(["lane mta2/*"]);
	expect(await watched.app.db.listing.count({ where: { quiet: true } })).toBe(3);
});

it("a listing that flaps is one listing and is told twice at most", async () => {
	await using watched = await watchedApp([ZEN]);
	await watched.check();
	for (let i = 0; i < 6; i++) {
		watched.lists.list(ZEN, MTA1, "127.0.0.4");
		await later(watched);
		expect(await watched.holds()).toEqual(["lane mta1/*"]);
		watched.lists.unlist(ZEN, MTA1);
		await later(watched);
	}
	expect(await watched.app.db.listing.count()).toBe(1);
	expect(await watched.alerts()).toEqual([
		`blacklist-listed ${MTA1}/${ZEN}`,
		`blacklist-cleared ${MTA1}/${ZEN}`,
		`blacklist-listed ${MTA1}/${ZEN}`,
	]);
	// Calm at last.
	for (let i = 0; i < 7; i++) await later(watched);
	expect((await watched.alerts()).at(-1)).toBe(`blacklist-cleared ${MTA1}/${ZEN}`);
	expect(await watched.holds()).toEqual([]);
});

it("what a person releases stays released until the listing changes", async () => {
	await using watched = await watchedApp([ZEN]);
	const { db } = watched.app;
	await watched.check();
	watched.lists.list(ZEN, MTA1, "127.0.0.3");
	await later(watched);
	await releaseLanes(db, "mta1/*", false, { by: "kim", reason: "I know better", at: watched.clock.now() });
	await later(watched);
	await later(watched);
	expect(await watched.holds()).toEqual([]);
	watched.lists.list(ZEN, MTA1, ["127.0.0.3", "127.0.0.2"]);
	await later(watched);
	expect(await watched.holds()).toEqual(["lane mta1/*"]);
});

it("unknown answers leave listing and hold as they are", async () => {
	await using watched = await watchedApp([ZEN]);
	await watched.check();
	watched.lists.list(ZEN, MTA1, "127.0.0.3");
	await later(watched);
	watched.lists.behave(ZEN, "refuses");
	const { rows } = await later(watched);
	expect(rows[0]).toMatchObject({ state: "unknown", severity: "critical", confirmed: true });
	expect(await watched.holds()).toEqual(["lane mta1/*"]);
});

it('with on_critical = "alert" a listing only tells', async () => {
	await using watched = await watchedApp([ZEN], {
		change: (config) => ({ ...config, blacklist: { ...config.blacklist, onCritical: "alert" } }),
	});
	watched.lists.list(ZEN, MTA1, "127.0.0.3");
	await watched.check();
	expect(await watched.holds()).toEqual([]);
	expect((await watched.app.db.alert.findFirstOrThrow()).did).toContain('on_critical is "alert"');
});

it("a critical listing of a domain holds the identities whose mail shows it", async () => {
	await using watched = await watchedApp(["dbl.spamhaus.org"]);
	await watched.check();
	watched.lists.list("dbl.spamhaus.org", "sender.test", "127.0.1.2");
	await later(watched);
	expect(await watched.holds()).toEqual(["identity @sender.test"]);
	watched.lists.unlist("dbl.spamhaus.org", "sender.test");
	await later(watched);
	expect(await watched.holds()).toEqual([]);
});

it("a subject that somebody asks about and that is not ours is answered, and neither told nor held against us", async () => {
	await using watched = await watchedApp([ZEN]);
	watched.lists.list(ZEN, "198.51.100.99", "127.0.0.2");
	const { rows } = await watched.check({ subjects: ["198.51.100.99"], urgent: true });
	expect(rows).toMatchObject([{ subject: "198.51.100.99", state: "listed", codes: ["127.0.0.2"] }]);
	expect(await watched.alerts()).toEqual([]);
	expect(await watched.app.db.listing.count()).toBe(0);
});
