// The calendar and the form that gives a campaign its time, without JavaScript.
import { expect, test } from "vitest";
import { createGuard } from "../../../src/api/guard.ts";
import { addSeries, findSeries } from "../../../src/campaign/series.ts";
import { createPages } from "../../../src/web/pages.ts";
import { type Planned, planned } from "../../support/planned.ts";

function pages(office: Planned, token: string | null = null) {
	const guard = createGuard({ token, listen: { host: "127.0.0.1" } });
	const app = createPages({ ...office.app, guard });
	const get = async (path: string, headers: Record<string, string> = {}) =>
		(await app.request(`http://localhost${path}`, { headers })).text();
	const post = async (path: string, form: Record<string, string>) => {
		const answer = await app.request(`http://localhost${path}`, { method: "POST", body: new URLSearchParams(form) });
		return { status: answer.status, text: await answer.text() };
	};
	return { get, post, guard };
}

test("a campaign gets its time by a form, another one, and none again; a time that comes twice is asked about", async () => {
	const office = await planned();
	const { get, post } = pages(office);
	const id = await office.add("A <b>letter</b>");
	expect(await get(`/campaigns/${id}`)).toContain(`action="/campaigns/${id}/schedule"`);
	const twice = await post(`/campaigns/${id}/schedule`, { at: "2027-10-31 02:30", zone: "Europe/Berlin", which: "" });
	expect(twice.status).toBe(400);
	expect(twice.text).toContain("2027-10-31 02:30+02:00 and 2027-10-31 02:30+01:00");
	expect((await post(`/campaigns/${id}/schedule`, { at: "2026-12-01 09:00", zone: "Asia/Seoul" })).status).toBe(303);
	expect(await get(`/campaigns/${id}`)).toContain("<b>2026-12-01 09:00 Asia/Seoul</b>");
	const calendar = await get("/calendar");
	expect(calendar).toContain("A &lt;b&gt;letter&lt;/b&gt;");
	expect(calendar).toContain("2026-12-01 09:00 Asia/Seoul");
	expect((await post(`/campaigns/${id}/unschedule`, {})).status).toBe(303);
	expect(await get("/calendar")).toContain("Nothing is scheduled.");
	expect(await get("/calendar", { "accept-language": "ko" })).toContain("예약된 캠페인이 없습니다.");
});

test("a series shows its next runs and is paused by a button; the address of the feed has its key, and not the token", async () => {
	const office = await planned();
	await addSeries(office.app, { dir: office.folder, lists: ["readers"], cron: "0 9 * * 1", zone: "Asia/Seoul", name: "weekly" });
	const { get, post } = pages(office);
	const shown = await get("/calendar");
	for (const day of ["09", "16", "23"]) expect(shown).toContain(`2026-11-${day} 09:00 Asia/Seoul`);
	expect(shown).toContain("http://localhost/api/v1/calendar.ics<");
	expect((await post("/series/1/pause", {})).status).toBe(303);
	expect((await findSeries(office.app, "weekly")).pausedAt).not.toBe(null);
	expect(await get("/calendar")).toContain('action="/series/1/resume"');
	const locked = pages(office, "correct-horse-battery");
	const session = locked.guard.session("correct-horse-battery");
	const page = await locked.get("/calendar", { cookie: `wellsent_session=${session}` });
	expect(page).toContain(`/api/v1/calendar.ics?key=${locked.guard.feedKey}`);
	expect(page).not.toContain("correct-horse-battery");
});
