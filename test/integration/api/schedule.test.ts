// Schedules, series and the calendar over HTTP.
import { describe, expect, it } from "vitest";
import { createApi } from "../../../src/api/api.ts";
import { createGuard } from "../../../src/api/guard.ts";
import { addSeries } from "../../../src/campaign/series.ts";
import { type Planned, planned } from "../../support/planned.ts";
import { START } from "../../support/temp-db.ts";

const HOUR = 3_600_000;
const TOKEN = "correct-horse-battery";

function api(office: Planned, token: string | null = null) {
	const guard = createGuard({ token, listen: { host: "127.0.0.1" } });
	const app = createApi({ ...office.app, guard });
	const call = async (path: string, body?: object) => {
		const answer = await app.request(`http://localhost${path}`, {
			...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
		});
		return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
	};
	return { app, guard, call };
}

describe("the schedule over HTTP", () => {
	it("schedules a campaign, gives it another time, and takes it back", async () => {
		const office = await planned();
		const { call } = api(office);
		const id = await office.add();
		expect(await call(`/campaigns/${id}/schedule`, { at: "2026-12-01 09:00", zone: "Asia/Seoul" })).toMatchObject({
			status: 200,
			body: { campaign: { state: "scheduled", scheduledAt: "2026-12-01T00:00:00.000Z", zone: "Asia/Seoul" } },
		});
		expect(
			await call(`/campaigns/${id}/schedule`, { at: "2027-10-31 02:30", zone: "Europe/Berlin", which: "second" }),
		).toMatchObject({
			body: { campaign: { scheduledAt: "2027-10-31T01:30:00.000Z" } },
		});
		expect((await call("/coming")).body).toMatchObject({
			coming: [{ kind: "campaign", id, at: "2027-10-31T01:30:00.000Z", zone: "Europe/Berlin", state: "scheduled", passed: true }],
		});
		expect(await call(`/campaigns/${id}/unschedule`, {})).toMatchObject({
			body: { campaign: { state: "draft", scheduledAt: null, zone: null } },
		});
		expect(await call(`/campaigns/${id}/unschedule`, {})).toMatchObject({
			status: 409,
			body: { error: { code: "campaign-state" } },
		});
	});

	it("refuses times that cannot be, each with its own code", async () => {
		const office = await planned();
		const id = await office.add();
		const { call } = api(office);
		for (const [body, code] of [
			[{ at: "2027-10-31 02:30", zone: "Europe/Berlin" }, "time-twice"],
			[{ at: "2027-03-28 02:30", zone: "Europe/Berlin" }, "time-missing"],
			[{ at: "2026-12-01 09:00+09:00", zone: "Europe/Berlin" }, "time-offset"],
			[{ at: "2026-12-01 09:00", zone: "Seoul" }, "zone-unknown"],
			[{ at: "2026-11-01 09:00", zone: "UTC" }, "time-past"],
			[{ at: "soon", zone: "UTC" }, "time-unreadable"],
			[{ zone: "UTC" }, "request-invalid"],
		] as const)
			expect(await call(`/campaigns/${id}/schedule`, body)).toMatchObject({ status: 400, body: { error: { code } } });
		expect((await office.campaign(id)).state).toBe("draft");
	});

	it("refuses a campaign that fails its checks, and changes nothing", async () => {
		const office = await planned();
		const id = await office.add();
		await office.app.db.listMember.deleteMany();
		const answer = await api(office).call(`/campaigns/${id}/schedule`, { at: "2026-12-01 09:00", zone: "UTC" });
		expect(answer).toMatchObject({
			status: 409,
			body: { error: { code: "schedule-refused", findings: [{ where: "readers" }] } },
		});
		expect(await office.campaign(id)).toMatchObject({ state: "draft", scheduledAt: null });
	});

	it("shows series with their next runs, pauses, resumes and removes them", async () => {
		const office = await planned();
		const { call } = api(office);
		await addSeries(office.app, {
			dir: office.folder,
			lists: ["readers"],
			cron: "weekdays 09:00",
			zone: "UTC",
			name: "daily news",
		});
		expect((await call("/series")).body).toMatchObject({ series: [{ name: "daily news", cron: "0 9 * * 1-5", pausedAt: null }] });
		expect((await call("/series/daily%20news")).body).toMatchObject({ series: { next: expect.any(Array) }, runs: [] });
		expect((await call("/series/daily%20news/pause", {})).body).toMatchObject({
			series: { pausedAt: "2026-11-02T00:00:00.000Z" },
		});
		expect((await call("/coming")).body).toEqual({ ok: true, coming: [] });
		expect((await call("/series/1/resume", {})).body).toMatchObject({ series: { pausedAt: null } });
		expect(((await call("/coming")).body["coming"] as unknown[]).length).toBe(10);
		expect((await call("/series/1/remove", {})).status).toBe(200);
		expect(await call("/series/1")).toMatchObject({ status: 404, body: { error: { code: "series-unknown" } } });
	});

	it("feeds calendars: what waits, what runs, what a series will bring", async () => {
		const office = await planned();
		await office.plan(START + HOUR, "December, first; part");
		await addSeries(office.app, {
			dir: office.folder,
			lists: ["readers"],
			cron: "0 9 * * 1",
			zone: "Asia/Seoul",
			name: "주간 소식",
		});
		const answer = await api(office).app.request("http://localhost/calendar.ics");
		expect(answer.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
		const text = await answer.text();
		expect(text).toContain("DTSTART:20261102T010000Z\r\n");
		expect(text).toContain("SUMMARY:December\\, first\\; part\r\n");
		expect(text).toContain("SUMMARY:주간 소식\r\n");
		expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(11);
		for (const line of text.split("\r\n")) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
	});

	it("opens the feed, and only the feed, to the key of calendar programs", async () => {
		const office = await planned();
		const { app, guard } = api(office, TOKEN);
		const status = async (path: string) => (await app.request(`http://localhost${path}`)).status;
		expect(await status("/calendar.ics")).toBe(401);
		expect(await status(`/calendar.ics?key=${guard.feedKey}`)).toBe(200);
		expect(await status("/calendar.ics?key=wrong")).toBe(401);
		expect(await status(`/calendar.ics?key=${TOKEN}`)).toBe(401);
		expect(await status(`/campaigns?key=${guard.feedKey}`)).toBe(401);
		expect(guard.feedKey).not.toContain(TOKEN);
	});
});
