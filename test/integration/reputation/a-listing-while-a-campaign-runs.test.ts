// The loop closes: a listing holds the source it concerns and nothing else, and no reader notices.
import { expect, test } from "vitest";
import { explainAddress } from "../../../src/deliver/explain.ts";
import { checkNow } from "../../../src/reputation/blacklist.ts";
import { per } from "../../../src/sites/site-data.ts";
import { type Rehearsal, type RehearsalOptions, rehearse } from "../../support/rehearsal.ts";

const ZEN = "zen.spamhaus.org";
const [ONE, TWO] = ["127.1.0.1", "127.1.0.2"];
const READERS = Array.from({ length: 40 }, (_, i) => `reader${i}@good.test`);
/** What the world sees of mta1, and its place in the list. */
const PUBLIC = "203.0.113.10";
const ENTRY = `10.113.0.203.${ZEN}`;

function begin(sources: readonly string[], more: Partial<RehearsalOptions> = {}) {
	const known = [
		{ name: "mta1", address: ONE, ehlo: "mta1.sender.test" },
		{ name: "mta2", address: TWO, ehlo: "mta2.sender.test" },
	].filter((source) => sources.includes(source.name));
	return rehearse({
		zones: `
good.test MX 10 mx1.good.test
sender.test TXT "v=spf1 ip4:203.0.113.0/24 -all"
bounces.sender.test TXT "v=spf1 ip4:203.0.113.0/24 -all"
mta1.sender.test A ${PUBLIC}
mta2.sender.test A 203.0.113.20
10.113.0.203.in-addr.arpa PTR mta1.sender.test
20.113.0.203.in-addr.arpa PTR mta2.sender.test
2.0.0.127.${ZEN} 60 A 127.0.0.2`,
		hosts: { "mx1.good.test": {} },
		sources: known,
		readers: READERS,
		limits: { rates: [per(20, "s")] },
		config: (config) => ({
			...config,
			blacklist: { ...config.blacklist, zones: [`+${ZEN}`] },
			sources: config.sources.map((source) => ({ ...source, publicAddress: source.name === "mta1" ? PUBLIC : "203.0.113.20" })),
		}),
		...more,
	});
}

const accepted = (r: Rehearsal, client: string) => r.sandbox.arrivals.rows({ client, accepted: true });
const held = async (r: Rehearsal) =>
	(await r.db.hold.findMany({ where: { releasedAt: null } })).map((hold) => `${hold.heldBy} ${hold.subject}`);

/** A check, as if the last one had been an hour ago. */
async function check(r: Rehearsal) {
	await r.db.blacklistState.updateMany({ data: { freshUntil: new Date(Date.now() - 1) } });
	const report = await checkNow(r.app, { links: [] });
	r.engine.wake();
	return report;
}

/** Every reader has it once, and no try was burned. */
async function nobodyLost(r: Rehearsal) {
	const got = r.sandbox.arrivals.rows({ accepted: true }).map((row) => row.to);
	expect(got.toSorted()).toEqual(READERS.toSorted());
	const deliveries = await r.db.delivery.findMany();
	expect(deliveries.every((one) => one.state === "delivered" && one.attempts === 1)).toBe(true);
	expect(await r.db.suppression.count()).toBe(0);
}

test("a listing planted while a campaign runs: the source is held, its mail moves to the other one, and nobody is lost", async () => {
	await using r = await begin(["mta1", "mta2"]);
	await check(r);
	await r.run(() => accepted(r, ONE).length >= 3 && accepted(r, TWO).length >= 3);
	r.sandbox.addRecords(`${ENTRY} 60 A 127.0.0.3\n${ENTRY} 60 TXT "see https://check.spamhaus.test/${PUBLIC}"`);
	expect((await check(r)).opened).toEqual([`${PUBLIC}/${ZEN}`]);
	expect(await held(r)).toEqual(["blacklist mta1/*"]);
	await r.run(() => r.engine.lanes.lane("mta1", "good.test").state().hold !== null);
	await r.run(400);
	const before = accepted(r, ONE).length;
	await r.run("finished");
	expect(accepted(r, ONE)).toHaveLength(before);
	expect(before).toBeLessThan(READERS.length / 2);
	await nobodyLost(r);
	const [alert] = await r.db.alert.findMany();
	expect(alert).toMatchObject({ kind: "blacklist-listed", did: "Holds all lanes of mta1. @sender.test goes on from mta2." });

	r.sandbox.removeRecords(ENTRY);
	expect((await check(r)).cleared).toEqual([`${PUBLIC}/${ZEN}`]);
	expect(await held(r)).toEqual([]);
	const id = await r.another({ readers: Array.from({ length: 20 }, (_, i) => `late${i}@good.test`) });
	await r.run("finished", id);
	expect(accepted(r, ONE).length).toBeGreaterThan(before);
});

test("with no other source the campaign waits, says why, and goes on by itself when the listing is over", async () => {
	await using r = await begin(["mta1"]);
	await check(r);
	await r.run(() => accepted(r, ONE).length >= 5);
	r.sandbox.addRecords(`${ENTRY} 60 A 127.0.0.2`);
	await check(r);
	await r.run(() => r.engine.lanes.lane("mta1", "good.test").state().hold !== null);
	await r.run(async () => r.engine.delivery.inHand === 0);
	const before = accepted(r, ONE).length;
	await r.run(600);
	expect(accepted(r, ONE)).toHaveLength(before);
	expect((await r.campaign()).state).toBe("running");
	const { because } = await explainAddress(
		r.app,
		READERS.find((to) => !r.sandbox.arrivals.rows({ to }).some((row) => row.accepted)) ?? "",
	);
	expect(because).toContain("203.0.113.10 is on Spamhaus ZEN");
	r.sandbox.removeRecords(ENTRY);
	await check(r);
	await r.run("finished");
	await nobodyLost(r);
	expect((await r.db.alert.findMany({ orderBy: { id: "asc" } })).map((one) => one.kind)).toEqual([
		"blacklist-listed",
		"blacklist-cleared",
	]);
});

test("a reply that names a blacklist has that source looked up within seconds", async () => {
	const refusal = "554 5.7.1 Service unavailable; Client host [{ip}] blocked using zen.spamhaus.org";
	await using r = await begin(["mta1", "mta2"], {
		hosts: { "mx1.good.test": { manners: { refuse: [{ source: ONE, at: "rcpt", reply: refusal }] } } },
		config: (config) => ({
			...config,
			retry: { waitsMs: [80, 30_000], giveUpMs: 3_600_000 },
			blacklist: { ...config.blacklist, zones: [`+${ZEN}`] },
			sources: config.sources.map((source) => ({ ...source, publicAddress: source.name === "mta1" ? PUBLIC : "203.0.113.20" })),
		}),
		begin: false,
	});
	r.sandbox.addRecords(`${ENTRY} 60 A 127.0.0.3`);
	const began = Date.now();
	await r.another({ readers: READERS });
	await r.run(async () => (await held(r)).includes("blacklist mta1/*"));
	expect(Date.now() - began).toBeLessThan(10_000);
	expect(r.sandbox.queries().filter((one) => one.name === ENTRY && one.type === "A").length).toBeLessThanOrEqual(3);
});
