// Series: each run becomes one campaign, ahead of its time; missed runs are reported and not fired; nothing is made twice.
import { describe, expect, it } from "vitest";
import { startDue } from "../../../src/campaign/schedule-due.ts";
import { latestSeriesRuns } from "../../../src/campaign/series.store.ts";
import {
	addSeries,
	findSeries,
	makeCampaigns,
	pauseSeries,
	removeSeries,
	resumeSeries,
	upcomingRuns,
} from "../../../src/campaign/series.ts";
import { checkWaiting } from "../../../src/campaign/watch-waiting.ts";
import { inZone } from "../../../src/campaign/zone-time.ts";
import { type Planned, planned } from "../../support/planned.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const weekly = (office: Planned, more: { cron?: string; name?: string; zone?: string } = {}) =>
	addSeries(office.app, {
		dir: office.folder,
		lists: ["readers"],
		cron: "0 9 * * 1",
		zone: "Asia/Seoul",
		name: "weekly",
		...more,
	});
const campaigns = async (office: Planned) =>
	(await office.app.db.campaign.findMany({ orderBy: { id: "asc" } })).map(({ name, state }) => `${name} ${state}`);

describe("a series", () => {
	it("makes its campaign a day ahead, once, named by its date; it is checked and starts at its time", async () => {
		const office = await planned();
		// It is Monday, 09:00 in Seoul: the next run is in a week.
		const series = await weekly(office);
		expect(upcomingRuns(series, office.clock.now(), 10)).toHaveLength(10);
		expect((await makeCampaigns(office.app)).made).toEqual([]);
		office.clock.advance(6 * DAY - 1);
		expect((await makeCampaigns(office.app)).made).toEqual([]);
		office.clock.advance(1);
		expect((await makeCampaigns(office.app)).made).toEqual(["weekly 2026-11-09"]);
		expect((await makeCampaigns(office.app)).made).toEqual([]);
		expect((await checkWaiting(office.app)).checked).toBe(1);
		const [made] = await office.app.db.campaign.findMany({ include: { lists: true } });
		expect(inZone(made?.scheduledAt?.getTime() ?? 0, "Asia/Seoul")).toBe("2026-11-09 09:00 Asia/Seoul");
		expect(made?.zone).toBe("Asia/Seoul");
		expect(made?.lists).toHaveLength(1);
		office.clock.advance(DAY);
		expect((await startDue(office.app)).started).toEqual([made?.id]);
		expect(await latestSeriesRuns(office.app.db, series.id, 5)).toMatchObject([
			{ outcome: "made", campaign: { name: "weekly 2026-11-09", state: "running" } },
		]);
		office.clock.advance(6 * DAY);
		expect((await makeCampaigns(office.app)).made).toEqual(["weekly 2026-11-16"]);
	});

	it("makes no run twice, however many processes work at it", async () => {
		const office = await planned();
		await weekly(office);
		office.clock.advance(6 * DAY);
		await Promise.all([makeCampaigns(office.app), makeCampaigns(office.app), makeCampaigns(office.app)]);
		expect(await campaigns(office)).toEqual(["weekly 2026-11-09 scheduled"]);
	});

	it("does not fire what was missed while nothing was running, and says so once", async () => {
		const office = await planned();
		const series = await weekly(office);
		office.clock.advance(22 * DAY);
		expect(await makeCampaigns(office.app)).toMatchObject({ made: [], missed: 3 });
		expect(await campaigns(office)).toEqual([]);
		expect((await latestSeriesRuns(office.app.db, series.id, 5)).map((run) => run.outcome)).toEqual(
			Array(3).fill("missed: nothing was running"),
		);
		expect(await makeCampaigns(office.app)).toMatchObject({ made: [], missed: 0 });
		expect(await office.said()).toEqual(["series-failed series weekly"]);
		office.clock.advance(6 * DAY);
		expect((await makeCampaigns(office.app)).made).toEqual(["weekly 2026-11-30"]);
		expect(await office.said()).toEqual(["series-failed series weekly", "series-made series weekly"]);
	});

	it("is made late, but within the grace period, when the process was away for a moment", async () => {
		const office = await planned();
		await weekly(office);
		office.clock.advance(7 * DAY + 5 * MINUTE);
		expect((await makeCampaigns(office.app)).made).toEqual(["weekly 2026-11-09"]);
		expect((await startDue(office.app)).started).toHaveLength(1);
	});

	it("says when its campaign cannot be made, tries again, and says when it can", async () => {
		const office = await planned();
		await weekly(office);
		office.clock.advance(6 * DAY);
		await office.write({ "campaign.toml": "name = " });
		expect((await makeCampaigns(office.app)).troubles).toHaveLength(1);
		expect((await makeCampaigns(office.app)).troubles).toHaveLength(1);
		expect(await office.said()).toEqual(["series-failed series weekly"]);
		await office.write({ "campaign.toml": 'name = "News"\nsubject = "Hello again"\nidentity = "news@sender.test"\n' });
		expect((await makeCampaigns(office.app)).made).toEqual(["weekly 2026-11-09"]);
		expect((await office.said()).at(-1)).toBe("series-made series weekly");
	});

	it("of every hour has campaigns for the next two hours, with the time in their names", async () => {
		const office = await planned();
		await weekly(office, { cron: "30 * * * *", zone: "UTC", name: "hourly" });
		expect((await makeCampaigns(office.app)).made).toEqual(["hourly 2026-11-02 00:30", "hourly 2026-11-02 01:30"]);
		office.clock.advance(HOUR);
		expect((await makeCampaigns(office.app)).made).toEqual(["hourly 2026-11-02 02:30"]);
	});

	it("makes nothing while it is paused, does not make up for it, and is gone when it is removed", async () => {
		const office = await planned();
		await weekly(office);
		await pauseSeries(office.app, "weekly");
		office.clock.advance(8 * DAY);
		expect(await makeCampaigns(office.app)).toMatchObject({ made: [], missed: 0 });
		await resumeSeries(office.app, "weekly");
		expect(await makeCampaigns(office.app)).toMatchObject({ made: [], missed: 0 });
		office.clock.advance(5 * DAY);
		expect((await makeCampaigns(office.app)).made).toEqual(["weekly 2026-11-16"]);
		await removeSeries(office.app, "weekly");
		office.clock.advance(7 * DAY);
		expect((await makeCampaigns(office.app)).made).toEqual([]);
		await expect(findSeries(office.app, "weekly")).rejects.toMatchObject({ code: "series-unknown" });
		// The name is free again.
		await weekly(office);
	});

	it.each([
		[{ cron: "0 9 * *" }, "cron-invalid"],
		[{ zone: "Seoul" }, "zone-unknown"],
	])("with %j is refused", async (more, code) => {
		const office = await planned();
		await expect(weekly(office, more)).rejects.toMatchObject({ code });
	});
});
