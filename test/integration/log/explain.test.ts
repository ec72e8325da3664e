import { describe, expect, it } from "vitest";
import { explainAddress, explanationJson } from "../../../src/deliver/explain.ts";
import { holdLanes, releaseLanes } from "../../../src/deliver/lane-orders.store.ts";
import { saveLanes } from "../../../src/deliver/lane-state.store.ts";
import { per } from "../../../src/sites/site-data.ts";
import { LaneSet } from "../../../src/throttle/lane-set.ts";
import { addCampaign, addReader, addResponses, NOW, response, world } from "../api/world.ts";

const HOUR = 3_600_000;
const SENDS = { sendsItself: () => true };

describe("explaining one address", () => {
	it("says that a suppressed reader gets no mail, since when and why", async () => {
		const { app, db } = await world();
		await addReader(db, "kim@good.test");
		await db.suppression.create({
			data: { subject: "@good.test", reason: "manual", detail: "they asked", createdAt: new Date(NOW) },
		});
		const answer = await explainAddress(app, "Kim@Good.test");
		expect(answer).toMatchObject({ to: "kim@good.test", rule: "suppressed", nextAttemptAt: null });
		expect(answer.because).toContain("everybody at good.test is suppressed since 2026-11-21 09:00:00 UTC (manual: they asked)");
	});

	it("says that an unknown reader is on no list, and where mail would go", async () => {
		const { app } = await world();
		const answer = await explainAddress(app, "nobody@good.test");
		expect(answer).toMatchObject({ rule: "unknown-reader", site: "good.test", route: "direct", source: "mta1" });
		expect(answer.mx).toEqual([{ host: "mx1.good.test", preference: 10, addresses: ["192.0.2.1"], mark: null }]);
		expect(answer.because).toContain("not a known reader");
	});

	it("gives the last reply and the next try of a deferred delivery", async () => {
		const { app, db } = await world();
		const campaign = await addCampaign(db);
		await addReader(db, "kim@good.test", {
			campaign,
			dueAt: NOW + HOUR,
			lastClass: "greylisted",
			lastText: "451 4.7.1 come back",
		});
		const answer = await explainAddress({ ...app, ...SENDS }, "kim@good.test");
		expect(answer).toMatchObject({ rule: "deferred", nextAttemptAt: NOW + HOUR });
		expect(answer.because).toBe(
			'Campaign 1 "December" was deferred after 1 try: 451 4.7.1 come back. It is tried again at 2026-11-21 10:00:00 UTC.',
		);
	});

	it("names the command that resumes a paused campaign", async () => {
		const { app, db } = await world();
		const campaign = await addCampaign(db, { state: "paused", reason: "too many refusals" });
		await addReader(db, "kim@good.test", { campaign });
		const answer = await explainAddress({ ...app, ...SENDS }, "kim@good.test");
		expect(answer.rule).toBe("campaign");
		expect(answer.because).toBe(
			'Campaign 1 "December" is paused (too many refusals): `wellsent campaign resume 1` goes on with it.',
		);
	});

	it("says that no process sends, before anything that only takes time", async () => {
		const { app, db } = await world();
		const campaign = await addCampaign(db);
		await addReader(db, "kim@good.test", { campaign, dueAt: NOW + HOUR, lastClass: "greylisted", lastText: "451 later" });
		const answer = await explainAddress(app, "kim@good.test");
		expect(answer.rule).toBe("no-sender");
		expect(answer.because).toContain("wellsent serve");
		expect(answer.because).toContain("2026-11-21 10:00:00 UTC");
	});

	it("names the rate that is used up, where it comes from and until when, from the windows that were saved", async () => {
		const { app, db, clock } = await world();
		const lanes = new LaneSet({ clock, limitsFor: app.limitsFor });
		lanes.replay("mta1", "slow.test", "message", NOW, 60);
		await saveLanes(db, [...lanes.snapshots()], NOW);
		const campaign = await addCampaign(db);
		await addReader(db, "kim@slow.test", { campaign });
		clock.advance(60_000);
		const answer = await explainAddress({ ...app, ...SENDS }, "kim@slow.test");
		expect(answer.rule).toBe("rate");
		expect(answer.because).toContain('60/h (wellsent.toml [[lane]] site "slow.test")');
		expect(answer.nextAttemptAt).toBeGreaterThan(NOW + 60_000);
		expect(answer.nextAttemptAt).toBeLessThanOrEqual(NOW + HOUR + 1_000);
		expect(answer.lane?.now.uses.find((use) => use.text === "60/h")?.used).toBe(60);
	});

	it("counts who goes before, and says how long that takes", async () => {
		const { app, db } = await world();
		const campaign = await addCampaign(db);
		for (let i = 0; i < 30; i++) await addReader(db, `r${i}@slow.test`, { campaign });
		await addReader(db, "kim@slow.test", { campaign });
		const answer = await explainAddress({ ...app, ...SENDS }, "kim@slow.test");
		expect(answer).toMatchObject({ rule: "queue", nextAttemptAt: NOW + HOUR / 2 });
		expect(answer.because).toContain("30 readers go before this one");
	});

	it("tells a hold of the lane with its reason and its end", async () => {
		const { app, db } = await world();
		const campaign = await addCampaign(db);
		await addReader(db, "kim@good.test", { campaign });
		await db.hold.create({
			data: {
				kind: "lane",
				subject: "mta1/good.test",
				reason: "listed on zen",
				until: new Date(NOW + HOUR),
				createdAt: new Date(NOW),
			},
		});
		const answer = await explainAddress({ ...app, ...SENDS }, "kim@good.test");
		expect(answer).toMatchObject({ rule: "hold", nextAttemptAt: NOW + HOUR });
		expect(answer.because).toContain("listed on zen");
		expect(answer.holds).toHaveLength(1);
	});

	it.each(["*/good.test", "mta1/*", "*/*"])("tells a hold on %s, which means the lane too", async (subject) => {
		const { app, db } = await world();
		const campaign = await addCampaign(db);
		await addReader(db, "kim@good.test", { campaign });
		await holdLanes(db, subject, NOW + HOUR, { by: "kim", reason: "asked to", at: NOW });
		const answer = await explainAddress({ ...app, ...SENDS }, "kim@good.test");
		expect(answer).toMatchObject({ rule: "hold", nextAttemptAt: NOW + HOUR });
		expect(answer.because).toBe(`The lane ${subject} is on hold until 2026-11-21 10:00:00 UTC: asked to`);
		expect(answer.holds).toEqual([{ kind: "lane", subject, reason: "asked to", until: NOW + HOUR }]);
		await releaseLanes(db, subject, false, { by: "kim", reason: "over", at: NOW });
		expect((await explainAddress({ ...app, ...SENDS }, "kim@good.test")).rule).toBe("free");
	});

	it("goes by the limits in force: those that replies lowered, and the ceiling of the source", async () => {
		const { app, db, clock } = await world();
		const { limitsFor, sharedFor } = app.settings;
		app.reload({ ...app.config, sources: app.config.sources.map((one) => ({ ...one, rates: [per(30, "h")] })) });
		const lanes = new LaneSet({ clock, limitsFor, sharedFor });
		lanes.replay("mta1", "elsewhere.test", "message", NOW, 30);
		lanes
			.lane("mta1", "slow.test")
			.refused({ class: "too-many-connections", rule: "x", acceptedBefore: 0, spent: false, words: "421 too many" });
		await saveLanes(db, [...lanes.snapshots()], NOW);
		const campaign = await addCampaign(db);
		await addReader(db, "kim@slow.test", { campaign });
		clock.advance(600_000);
		const answer = await explainAddress({ ...app, ...SENDS }, "kim@slow.test");
		expect(answer.because).toContain('30/h (wellsent.toml [[source]] "mta1")');
		expect(answer.lane?.limits.connections).toBe(1);
	});

	it("tells trouble with DNS, a domain that takes no mail, and one that does not exist", async () => {
		const { app, db, dns } = await world();
		const campaign = await addCampaign(db);
		for (const [domain, answer, words] of [
			["dead.test", { kind: "failed", detail: "SERVFAIL", until: NOW + 60_000 }, "SERVFAIL"],
			["null.test", { kind: "null-mx", until: NOW }, "takes no mail"],
			["gone.test", { kind: "no-such-domain", until: NOW }, "does not exist"],
		] as const) {
			dns.set(domain, answer);
			await addReader(db, `kim@${domain}`, { campaign });
			const explained = await explainAddress({ ...app, ...SENDS }, `kim@${domain}`);
			expect(explained.rule).toBe("dns");
			expect(explained.because).toContain(words);
		}
	});

	it("marks a host that refused us last, and not one that accepted since", async () => {
		const { app, db } = await world();
		const blocked = { class: "ip-blocked", stage: "greeting", text: "554 blocked" } as const;
		await addResponses(db, [response({ to: "a@good.test" }), response({ to: "b@good.test", ...blocked })]);
		await addResponses(db, [response({ to: "a@fine.test", ...blocked }), response({ to: "b@fine.test" })]);
		expect((await explainAddress(app, "x@good.test")).mx[0]?.mark).toEqual({ class: "ip-blocked", text: "554 blocked", at: NOW });
		expect((await explainAddress(app, "x@fine.test")).mx[0]?.mark).toBeNull();
	});

	it.each([
		["delivered", "the server accepted it"],
		["failed", "campaign retry 1 --failed"],
		["uncertain", "never sent again silently"],
	])("says of a delivery that is %s what that means", async (state, words) => {
		const { app, db } = await world();
		const campaign = await addCampaign(db, { state: "finished" });
		await addReader(db, "kim@good.test", { campaign, state, lastClass: "accepted", lastText: "250 OK" });
		const answer = await explainAddress(app, "kim@good.test");
		expect(answer).toMatchObject({ rule: "settled", nextAttemptAt: null });
		expect(answer.because).toContain(words);
	});

	it("says that an identity which is not in the settings any more has no way out", async () => {
		const { app, db } = await world();
		const campaign = await addCampaign(db);
		await db.campaign.update({ where: { id: campaign }, data: { identity: "old@gone.test" } });
		await addReader(db, "kim@good.test", { campaign });
		const answer = await explainAddress({ ...app, ...SENDS }, "kim@good.test");
		expect(answer).toMatchObject({ rule: "no-way-out", route: null, source: null, lane: null });
		expect(answer.because).toContain("old@gone.test may not send");
	});

	it("refuses what is no address, with the reason", async () => {
		const { app } = await world();
		await expect(explainAddress(app, "kim")).rejects.toMatchObject({ code: "address-invalid" });
	});

	it("is written for scripts with the fields of the contract and ISO times", async () => {
		const { app, db } = await world();
		const campaign = await addCampaign(db);
		await addReader(db, "kim@good.test", { campaign, dueAt: NOW + HOUR, lastClass: "greylisted" });
		const json = explanationJson(await explainAddress({ ...app, ...SENDS }, "kim@good.test"));
		expect(Object.keys(json).slice(0, 10)).toEqual("to domain site mx route source lane holds nextAttemptAt because".split(" "));
		expect(json.nextAttemptAt).toBe("2026-11-21T10:00:00.000Z");
		expect(Object.keys(json.lane ?? {})).toEqual(["key", "limits", "now"]);
	});
});
