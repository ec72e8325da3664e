// The watchers against a real database: what they find, what they do about it, and that they say it once.
import { describe, expect, it } from "vitest";
import { watchDisk } from "../../../jobs/watch-disk.ts";
import { watchHolds } from "../../../jobs/watch-holds.ts";
import { watchRates } from "../../../jobs/watch-rates.ts";
import { digestOf, postDigest } from "../../../src/alerts/digest.store.ts";
import { evaluate } from "../../../src/alerts/incident.store.ts";
import { wordsOf } from "../../../src/alerts/message.ts";
import { watchStalled } from "../../../src/alerts/stalled.store.ts";
import { STALLED_MS, Standstill } from "../../../src/alerts/stalled.ts";
import { placeHold, releaseHolds } from "../../../src/deliver/hold.store.ts";
import { holdLanes } from "../../../src/deliver/lane-orders.store.ts";
import { saveLanes } from "../../../src/deliver/lane-state.store.ts";
import { appendAlerts, listAlerts } from "../../../src/log/alert.store.ts";
import { insertResponses } from "../../../src/log/response.store.ts";
import { LaneSet } from "../../../src/throttle/lane-set.ts";
import { type TempApp, tempApp } from "../../support/temp-app.ts";
import { addCampaign, addReader, response } from "../api/rows.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SETTINGS = `
[[source]]
name = "mta1"
address = "127.0.0.1"
ehlo = "mta1.example.test"
[[identity]]
from = "@example.test"
`;

/** What was said so far, the oldest first. */
async function said(one: TempApp): Promise<string[]> {
	return (await listAlerts(one.app.db, 50)).map(({ kind, subject }) => `${kind} ${subject}`).toReversed();
}

/** A campaign (sent as news@example.test) with so many deliveries that went, and so many that failed for good. */
async function sent(one: TempApp, of: { delivered: number; bounced: number; state?: string }): Promise<number> {
	const { db } = one.app;
	const at = new Date(one.clock.now());
	const id = await addCampaign(db, { state: of.state ?? "running" });
	await db.campaign.update({ where: { id }, data: { startedAt: at, ...(of.state === "finished" ? { finishedAt: at } : {}) } });
	const n = of.delivered + of.bounced;
	await db.$executeRaw`
		INSERT INTO "contact" ("email", "domain", "attributes", "createdAt", "updatedAt")
		SELECT 'r' || value || '-' || ${id} || '@b.test', 'b.test', '{}', ${at}, ${at} FROM generate_series(1, ${n})`;
	await db.$executeRaw`
		INSERT INTO "delivery" ("campaignId", "contactId", "email", "domain", "site", "state", "dueAt", "queuedAt")
		SELECT ${id}, "id", "email", 'b.test', 'b.test', CASE WHEN row_number() OVER () <= ${of.bounced} THEN 'failed' ELSE 'delivered' END, ${at}, ${at}
		FROM "contact" WHERE "email" LIKE '%-' || ${id} || '@b.test'`;
	await db.failureDay.create({
		data: {
			campaignId: id,
			day: new Date(Math.floor(one.clock.now() / DAY) * DAY),
			site: "b.test",
			class: "invalid-recipient",
			mxHost: "mx.b.test",
			rule: "x",
			responses: of.bounced,
			failed: of.bounced,
			uncertain: 0,
			lastTo: "r1@b.test",
			lastText: "550 no such user",
			lastAt: at,
		},
	});
	return id;
}

async function complained(one: TempApp, campaign: number, n: number): Promise<void> {
	for (let i = 0; i < n; i++)
		await one.app.db.suppression.create({
			data: {
				subject: `c${i}-${campaign}@b.test`,
				reason: "complaint",
				detail: "",
				campaignId: campaign,
				createdAt: new Date(one.clock.now()),
			},
		});
}

describe("the watch on rates", () => {
	it("warns of 2 % bounces once, pauses at 5 %, and does not pause again what a person resumed", async () => {
		const one = await tempApp({ toml: SETTINGS });
		const { db } = one.app;
		const id = await sent(one, { delivered: 485, bounced: 15 });
		expect(await watchRates.run(one.jobs)).toBe("1 new, 0 over");
		expect(await watchRates.run(one.jobs)).toBe("nothing new");
		expect(await listAlerts(db, 1)).toMatchObject([
			{ kind: "bounce-rate-high", subject: `campaign ${id}`, did: "", text: expect.stringContaining("3.0 % (15 of 500)") },
		]);

		await db.failureDay.updateMany({ data: { failed: 60 } });
		expect(await watchRates.run(one.jobs)).toBe("1 new, 0 over");
		expect(await db.campaign.findUnique({ where: { id } })).toMatchObject({
			state: "paused",
			stateReason: expect.stringContaining("bounces: 12.0 %"),
		});
		expect(await listAlerts(db, 1)).toMatchObject([
			{ did: "It paused the campaign.", todo: expect.stringContaining(`wellsent campaign resume ${id}`) },
		]);
		expect(one.jobs.wakes).toBe(1);
		expect(await watchRates.run(one.jobs)).toBe("nothing new");

		await db.campaign.update({ where: { id }, data: { state: "running", stateReason: null } });
		expect(await watchRates.run(one.jobs)).toBe("nothing new");
		expect(await db.campaign.findUnique({ where: { id } })).toMatchObject({ state: "running" });
	});

	it("says that it is over when a finished campaign is a week old", async () => {
		const one = await tempApp({ toml: SETTINGS });
		const id = await sent(one, { delivered: 485, bounced: 15, state: "finished" });
		await watchRates.run(one.jobs);
		one.clock.advance(8 * DAY);
		await watchRates.run(one.jobs);
		expect(await said(one)).toEqual([`bounce-rate-high campaign ${id}`, `bounce-rate-normal campaign ${id}`]);
	});

	it("holds the identity at 0.3 % complaints over all its campaigns, and not again once a person released it", async () => {
		const one = await tempApp({ toml: SETTINGS });
		const { db } = one.app;
		const first = await sent(one, { delivered: 500, bounced: 0, state: "finished" });
		const second = await sent(one, { delivered: 500, bounced: 0 });
		await complained(one, first, 2);
		await watchRates.run(one.jobs);
		expect(await said(one)).toEqual([]);
		await complained(one, second, 4);
		await watchRates.run(one.jobs);
		expect(await db.hold.findMany()).toMatchObject([
			{ kind: "identity", subject: "@example.test", class: "complaint-rate", until: null },
		]);
		expect((await said(one)).toSorted()).toEqual(["complaint-rate-high @example.test", `complaint-rate-high campaign ${second}`]);
		await releaseHolds(db, { kind: "identity", subject: "@example.test" }, "kim", one.clock.now());
		await watchRates.run(one.jobs);
		expect(await db.hold.count()).toBe(1);
		expect(await said(one)).toHaveLength(2);
	});

	it("one complaint of ten readers stops nothing", async () => {
		const one = await tempApp({ toml: SETTINGS });
		const id = await sent(one, { delivered: 9, bounced: 1 });
		await complained(one, id, 1);
		await watchRates.run(one.jobs);
		expect(await said(one)).toEqual([]);
	});
});

describe("the watch on holds", () => {
	it("tells of lanes that replies hold for long, and that they are free again; not of minutes", async () => {
		const one = await tempApp({ toml: SETTINGS });
		const { app, clock } = one;
		const lanes = new LaneSet({ clock, limitsFor: app.limitsFor });
		lanes.lane("mta1", "daum").hold(clock.now() + HOUR, "421 4.7.0 slow down", "replies");
		lanes.lane("mta1", "naver").hold(clock.now() + 5 * 60_000, "421 4.7.0 a moment", "replies");
		const keep = () =>
			saveLanes(
				app.db,
				[...lanes].map((lane) => ({ key: lane.key, state: JSON.stringify(lane.snapshot()) })),
				clock.now(),
			);
		await keep();
		expect(await watchHolds.run(one.jobs)).toBe("1 new, 0 over");
		expect(await listAlerts(app.db, 1)).toMatchObject([
			{ kind: "lane-held", subject: "mta1/daum", text: expect.stringContaining("421 4.7.0 slow down") },
		]);
		await keep();
		expect(await watchHolds.run(one.jobs)).toBe("nothing new");
		clock.advance(HOUR);
		await keep();
		expect(await watchHolds.run(one.jobs)).toBe("0 new, 1 over");
		expect(await said(one)).toEqual(["lane-held mta1/daum", "lane-released mta1/daum"]);
	});

	it("stays with a long hold until it is over, also in its last minutes", async () => {
		const one = await tempApp({ toml: SETTINGS });
		const { app, clock } = one;
		const lanes = new LaneSet({ clock, limitsFor: app.limitsFor });
		lanes.lane("mta1", "daum").hold(clock.now() + HOUR, "421 4.7.0 slow down", "replies");
		await saveLanes(
			app.db,
			[...lanes].map((lane) => ({ key: lane.key, state: JSON.stringify(lane.snapshot()) })),
			clock.now(),
		);
		await watchHolds.run(one.jobs);
		clock.advance(HOUR - 60_000);
		expect(await watchHolds.run(one.jobs)).toBe("nothing new");
	});

	it("tells of lanes that a listing holds, and not of what a person ordered", async () => {
		const one = await tempApp({ toml: SETTINGS });
		const at = one.clock.now();
		await holdLanes(one.app.db, "mta1/*", null, { by: "blacklist", reason: "on zen.example.test (CSS)", at });
		await holdLanes(one.app.db, "mta1/*", null, { by: "blacklist", reason: "on bl.example.test", at });
		await holdLanes(one.app.db, "mta1/naver", null, { by: "kim", reason: "lunch", at });
		await watchHolds.run(one.jobs);
		expect(await said(one)).toEqual(["lane-held mta1/*"]);
	});

	it("says how an identity and a campaign came free again", async () => {
		const one = await tempApp({ toml: SETTINGS });
		const { db } = one.app;
		const at = one.clock.now();
		for (const [kind, subject] of [
			["identity", "@example.test"],
			["campaign-site", "1/daum"],
		] as const) {
			await placeHold(db, { kind, subject, reason: "x", class: null, until: at + HOUR, createdAt: at });
			await appendAlerts(db, [{ at, kind: `${kind}-held`, subject, since: at, text: "x", facts: {} }]);
		}
		expect(await watchHolds.run(one.jobs)).toBe("nothing new");
		await releaseHolds(db, { kind: "identity", subject: "@example.test" }, "kim", at);
		expect(await watchHolds.run(one.jobs)).toBe("0 new, 1 over");
		one.clock.advance(2 * HOUR);
		await watchHolds.run(one.jobs);
		const texts = (await listAlerts(db, 2)).map((alert) => alert.text);
		expect(texts).toEqual(["Campaign 1 goes on at daum: the hold has passed.", "@example.test may send again: released by kim."]);
	});
});

describe("the watch on campaigns that do not move", () => {
	async function waiting() {
		const one = await tempApp({ toml: SETTINGS });
		const { app, clock } = one;
		const campaign = await addCampaign(app.db, { name: "December" });
		await addReader(app.db, "a@slow.test", { campaign, dueAt: clock.now() });
		const standstill = new Standstill();
		const look = () =>
			watchStalled(
				{ db: app.db, clock, settings: app.settings, exitsOf: (from) => app.exitsOf(from), identityOf: () => "@example.test" },
				standstill,
			);
		return { one, app, clock, campaign, look };
	}

	it("tells of one whose lane is free, and that it moves again", async () => {
		const { one, app, clock, campaign, look } = await waiting();
		await look();
		clock.advance(STALLED_MS);
		expect(await look()).toBe("1 new, 0 over");
		expect(await look()).toBe("nothing new");
		expect(await listAlerts(app.db, 1)).toMatchObject([
			{
				kind: "campaign-stalled",
				subject: `campaign ${campaign}`,
				text: expect.stringContaining("although mta1/slow.test is free"),
			},
		]);
		clock.advance(60_000);
		await insertResponses(app.db, [response({ campaign, at: clock.now() })]);
		await look();
		expect(await said(one)).toEqual([`campaign-stalled campaign ${campaign}`, `campaign-moving campaign ${campaign}`]);
	});

	it("says why when all its lanes are on hold, and nothing when its identity is", async () => {
		const { one, app, clock, look } = await waiting();
		await holdLanes(app.db, "mta1/slow.test", null, { by: "kim", reason: "they asked us to", at: clock.now() });
		await saveLanes(
			app.db,
			[
				{
					key: "mta1/slow.test",
					state: JSON.stringify(new LaneSet({ clock, limitsFor: app.limitsFor }).lane("mta1", "slow.test").snapshot()),
				},
			],
			clock.now(),
		);
		const { id } = await app.db.hold.create({
			data: { kind: "identity", subject: "@example.test", reason: "x", createdAt: new Date(clock.now()) },
		});
		await look();
		clock.advance(STALLED_MS);
		await look();
		expect(await said(one)).toEqual([]);
		await releaseHolds(app.db, { id }, "kim", clock.now());
		await look();
		expect(await listAlerts(app.db, 1)).toMatchObject([
			{ text: expect.stringContaining("all its lanes are on hold (mta1/slow.test: they asked us to)") },
		]);
	});
});

it("the disk of the data is looked at", async () => {
	const one = await tempApp();
	expect(await watchDisk.run(one.jobs)).toMatch(/^(there is room|nearly full: )/);
});

it("the digest names what is open, what is over, what was sent and what was refused", async () => {
	const one = await tempApp({ toml: SETTINGS });
	const { db } = one.app;
	await sent(one, { delivered: 90, bounced: 10 });
	const at = one.clock.now();
	const row = (kind: "lane-held" | "disk-low" | "disk-ok", subject: string) => ({
		at,
		kind,
		subject,
		since: at,
		text: `${kind} ${subject}`,
		facts: {},
	});
	await appendAlerts(db, [row("lane-held", "mta1/daum"), row("disk-low", "/data"), row("disk-ok", "/data")]);
	await evaluate(db, { channels: [], least: "info", clock: one.clock });
	const message = await digestOf(db, at + HOUR);
	expect(message.title).toBe("digest: 1 open, 1 campaigns");
	const words = wordsOf(message);
	expect(words).toContain('1 "December", running: 90 of 100 delivered, 10 failed');
	expect(words).toContain("10 × invalid-recipient, e.g. 550 no such user");
	expect(words).toContain("disk nearly full: /data");
	expect(words).toContain("lane-held mta1/daum");
	expect(await postDigest(db, [], at)).toBe("there is no channel to send it to");
	expect(await postDigest(db, ["a"], at)).toBe("for 1 channels");
	expect(await db.alertPost.findMany()).toMatchObject([{ channel: "a", what: "digest", state: "waiting" }]);
});
