// The moment of the start: all that are due start, none twice, none that is red, none that is too late.
import { appendFile, copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { startCampaign } from "../../../src/campaign/actions.ts";
import { listCampaigns } from "../../../src/campaign/campaign.store.ts";
import { checkCampaign } from "../../../src/campaign/check.ts";
import { saveCheck } from "../../../src/campaign/schedule.store.ts";
import { scheduleCampaign, unscheduleCampaign } from "../../../src/campaign/schedule.ts";
import { startDue } from "../../../src/campaign/schedule-due.ts";
import { printsOf } from "../../../src/campaign/waiting-print.file.ts";
import { checkWaiting } from "../../../src/campaign/watch-waiting.ts";
import { planned } from "../../support/planned.ts";
import { START } from "../../support/temp-db.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("campaigns that are due", () => {
	it("start at their time and not before, from a copy of their folder", async () => {
		const office = await planned();
		const id = await office.plan(START + HOUR);
		office.clock.advance(HOUR - 1);
		expect((await startDue(office.app)).started).toEqual([]);
		office.clock.advance(1);
		expect((await startDue(office.app)).started).toEqual([id]);
		const campaign = await office.campaign(id);
		expect(campaign.state).toBe("running");
		expect(campaign.startedAt).toBe(START + HOUR);
		expect(campaign.frozen).toContain(path.join("campaigns", String(id)));
		expect((await startDue(office.app)).started).toEqual([]);
		expect(await office.said()).toEqual([]);
	});

	it("start within two seconds when 500 are due at the same minute", async () => {
		const office = await planned();
		const first = await office.plan(START + HOUR);
		const { db } = office.app;
		const folders = Array.from({ length: 500 }, (_, n) => `${office.folder}-${n}`);
		for (const folder of folders) {
			await mkdir(folder);
			await copyFile(path.join(office.folder, "campaign.toml"), path.join(folder, "campaign.toml"));
		}
		await db.$executeRaw`
			INSERT INTO "campaign" ("name", "state", "identity", "subject", "kind", "folder", "priority", "scheduledAt", "zone", "createdAt", "expandedTo")
			SELECT 'copy ' || j.key, "state", "identity", "subject", "kind", j.value, 0, "scheduledAt", "zone", "createdAt", 0
			FROM "campaign", json_each(${JSON.stringify(folders)}) j WHERE "campaign"."id" = ${first}`;
		const check = await checkCampaign(office.app, await office.campaign(first));
		await db.campaign.delete({ where: { id: first } });
		await db.$executeRaw`INSERT INTO "campaign_list" ("campaignId", "listId") SELECT "id", 1 FROM "campaign"`;
		// As the checks of ten minutes before leave them.
		office.clock.advance(HOUR - 10 * MINUTE);
		const ids = (await db.campaign.findMany({ select: { id: true } })).map(({ id }) => id);
		const campaigns = await listCampaigns(db, { ids, limit: 500 });
		for (const [id, print] of await printsOf(office.app, campaigns)) {
			const frozen = folders[id % folders.length] ?? "";
			await saveCheck(db, id, check, { print, frozen }, office.clock.now());
		}
		office.clock.advance(10 * MINUTE);
		const began = performance.now();
		const wakes: number[] = [];
		const { started } = await startDue(office.app, { onStarted: (ids) => wakes.push(ids.length) });
		const took = performance.now() - began;
		expect(started).toHaveLength(500);
		expect(new Set(started).size).toBe(500);
		// The first are on their way while the rest is being started.
		expect(wakes.length).toBeGreaterThanOrEqual(10);
		expect(took).toBeLessThan(2_000);
	});

	it("start once, however many processes look at them at once", async () => {
		const office = await planned();
		const ids = [];
		for (let n = 0; n < 5; n++) ids.push(await office.plan(START + HOUR));
		office.clock.advance(HOUR);
		const reports = await Promise.all([startDue(office.app), startDue(office.app), startDue(office.app)]);
		expect(reports.flatMap((report) => report.started).toSorted((a, b) => a - b)).toEqual(ids);
	});

	it("are held and reported when they are found later than the grace period after their time", async () => {
		const office = await planned();
		const late = await office.plan(START + HOUR);
		const justInTime = await office.plan(START + HOUR + 2 * MINUTE);
		office.clock.advance(HOUR + 16 * MINUTE);
		const report = await startDue(office.app);
		expect(report.held).toEqual([late]);
		expect(report.started).toEqual([justInTime]);
		const campaign = await office.campaign(late);
		expect(campaign.state).toBe("blocked");
		expect(campaign.stateReason).toMatch(/2026-11-02 01:00 UTC, was missed by 16 min/);
		expect(await office.said()).toEqual([`campaign-overdue campaign ${late}`]);
		// It stays so, however well it is otherwise, until somebody decides.
		await checkWaiting(office.app);
		await startDue(office.app);
		expect((await office.campaign(late)).state).toBe("blocked");
		await scheduleCampaign(office.app, late, { at: office.clock.now() + HOUR, zone: "UTC" });
		expect((await office.campaign(late)).state).toBe("scheduled");
		expect(await office.said()).toEqual([`campaign-overdue campaign ${late}`, `campaign-on-time campaign ${late}`]);
	});

	it("are checked again when their folder has changed since, and do not start red", async () => {
		const office = await planned();
		const id = await office.plan(START + 5 * MINUTE);
		await appendFile(path.join(office.folder, "body.html"), "{{ contact.nobody_has_this }}");
		office.clock.advance(5 * MINUTE);
		const report = await startDue(office.app);
		expect(report.started).toEqual([]);
		expect(report.blocked).toEqual([id]);
		expect((await office.campaign(id)).stateReason).toMatch(/nobody_has_this/);
		expect(await office.said()).toEqual([`campaign-blocked campaign ${id}`]);
	});

	it("follow what was decided last: another time, none, or now", async () => {
		const office = await planned();
		const moved = await office.plan(START + HOUR);
		const taken = await office.plan(START + HOUR);
		const early = await office.plan(START + HOUR);
		await scheduleCampaign(office.app, moved, { at: START + 2 * HOUR, zone: "Asia/Seoul" });
		expect((await unscheduleCampaign(office.app, taken)).state).toBe("draft");
		await startCampaign(office.app, early);
		office.clock.advance(HOUR);
		expect((await startDue(office.app)).started).toEqual([]);
		office.clock.advance(HOUR);
		expect((await startDue(office.app)).started).toEqual([moved]);
		expect((await office.campaign(early)).startedAt).toBe(START);
	});

	it("whose folder is gone are blocked, and do not keep the others from starting", async () => {
		const office = await planned();
		const bad = await office.plan(START + MINUTE);
		const good = await office.plan(START + MINUTE);
		await office.app.db.campaign.update({ where: { id: bad }, data: { folder: `${office.folder}-gone` } });
		office.clock.advance(MINUTE);
		const report = await startDue(office.app);
		expect(report.started).toEqual([good]);
		// Its folder is gone: the check says so.
		expect(report.blocked).toEqual([bad]);
	});
});
