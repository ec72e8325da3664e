// The watch of the daemon: it wakes at the very instant, notices what others schedule, and leaves alone for a while what it could not start.
import { expect, onTestFinished, test } from "vitest";
import { type DueWatch, dueWords, watchDue } from "../../../src/campaign/due-watch.ts";
import { scheduleCampaign } from "../../../src/campaign/schedule.ts";
import type { DueReport } from "../../../src/campaign/schedule-due.ts";
import { type Planned, planned } from "../../support/planned.ts";
import { START } from "../../support/temp-db.ts";

function watched(office: Planned, app: Planned["app"] = office.app): { reports: DueReport[]; wakes: () => number } {
	const reports: DueReport[] = [];
	let wakes = 0;
	const watch: DueWatch = watchDue(app, {
		wake: () => {
			wakes += 1;
		},
		report: (report) => reports.push(report),
		trouble: (error) => {
			throw error;
		},
	});
	onTestFinished(() => watch.stop());
	return { reports, wakes: () => wakes };
}

/** Lets the clock run, and what it woke come to an end. */
async function pass(office: Planned, ms: number): Promise<void> {
	office.clock.advance(ms);
	await expect.poll(() => office.clock.alarms, { interval: 5, timeout: 10_000 }).toBeGreaterThan(0);
}

test("a campaign starts at its instant, and so does one that is scheduled meanwhile for an earlier one", async () => {
	const office = await planned();
	const late = await office.plan(START + 10_000);
	const { reports, wakes } = watched(office);
	await pass(office, 0);
	const early = await office.add();
	await scheduleCampaign(office.app, early, { at: START + 1_234, zone: "UTC" });
	for (let at = 0; at < 12_000; at += 250) await pass(office, 250);
	expect(reports.map((report) => report.started)).toEqual([[early], [late]]);
	expect((await office.campaign(late)).startedAt).toBe(START + 10_000);
	expect(((await office.campaign(early)).startedAt ?? 0) - START - 1_234).toBeLessThan(500);
	expect(wakes()).toBe(2);
	expect(dueWords(reports[0] ?? { started: [], held: [], blocked: [], troubles: [], more: false })).toBe(`started ${early}`);
});

test("a campaign whose check breaks is tried again after a while, and does not keep another one from its time", async () => {
	const office = await planned();
	const bad = await office.plan(START + 1_000);
	const good = await office.plan(START + 3_000);
	// It must be checked anew, which does not succeed for a while.
	await office.app.db.campaign.update({ where: { id: bad }, data: { checkFacts: "{" } });
	const hasAddress = async () => {
		if (office.clock.now() < START + 10_000) throw new Error("too many open files");
		return true;
	};
	const { reports } = watched(office, { ...office.app, hasAddress });
	await pass(office, 0);
	for (let at = 0; at < 20_000; at += 500) await pass(office, 500);
	expect((await office.campaign(good)).startedAt).toBe(START + 3_000);
	const tries = reports.filter((report) => report.troubles.length > 0);
	expect(tries.map((report) => report.troubles)).toEqual([[{ id: bad, why: "too many open files" }]]);
	expect((await office.campaign(bad)).startedAt).toBeGreaterThanOrEqual(START + 10_000);
});
