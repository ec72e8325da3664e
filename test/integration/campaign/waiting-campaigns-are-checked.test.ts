// The watch on campaigns before their time: what goes wrong meanwhile is said in time, and what is mended goes out as planned.
import { describe, expect, it } from "vitest";
import { factsOf } from "../../../src/campaign/schedule.store.ts";
import { startDue } from "../../../src/campaign/schedule-due.ts";
import { checkWaiting } from "../../../src/campaign/watch-waiting.ts";
import { listAlerts } from "../../../src/log/alert.store.ts";
import { planned } from "../../support/planned.ts";
import { START } from "../../support/temp-db.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("a campaign that waits for its time", () => {
	it("is checked when it has changed, at the times before its start, and once an hour otherwise", async () => {
		const office = await planned();
		await office.plan(START + 5 * HOUR);
		const checkedAfter = async (ms: number) => {
			office.clock.advance(ms);
			return (await checkWaiting(office.app)).checked;
		};
		expect(await checkedAfter(10 * MINUTE)).toBe(0);
		await office.write({ "body.txt": "Hello again {{ unsubscribe_url }} 1 Example Road" });
		expect(await checkedAfter(MINUTE)).toBe(1);
		expect(await checkedAfter(10 * MINUTE)).toBe(0);
		await office.app.db.listMember.deleteMany({ where: { contactId: 2 } });
		expect(await checkedAfter(10 * MINUTE)).toBe(1);
		expect(await checkedAfter(59 * MINUTE)).toBe(0);
		expect(await checkedAfter(MINUTE)).toBe(1);
		// An hour before, and ten minutes before, however fresh the last one is.
		office.clock.advance(START + 4 * HOUR - office.clock.now() - MINUTE);
		expect(await checkedAfter(0)).toBe(1);
		expect(await checkedAfter(MINUTE)).toBe(1);
		expect(await checkedAfter(MINUTE)).toBe(0);
		expect(await checkedAfter(49 * MINUTE)).toBe(1);
		expect(await checkedAfter(9 * MINUTE)).toBe(0);
	});

	it("is looked at again within a minute when its folder was changed, to break it or to mend it", async () => {
		const office = await planned();
		const id = await office.plan(START + 5 * HOUR);
		office.clock.advance(MINUTE);
		await office.write({ "body.html": "<p>{{ contact.city }} {{ unsubscribe_url }}</p>" });
		expect((await checkWaiting(office.app)).blocked).toEqual([id]);
		office.clock.advance(MINUTE);
		expect((await checkWaiting(office.app)).checked).toBe(0);
		await office.write({ "body.html": "<p>Hello once more {{ unsubscribe_url }} 1 Example Road</p>" });
		expect((await checkWaiting(office.app)).unblocked).toEqual([id]);
		expect(await office.said()).toEqual([`campaign-blocked campaign ${id}`, `campaign-unblocked campaign ${id}`]);
		// A list that grows waits for the regular check: readers come and go all day.
		await office.app.db.listMember.deleteMany({ where: { contactId: 2 } });
		office.clock.advance(MINUTE);
		expect((await checkWaiting(office.app)).checked).toBe(0);
	});

	it("is blocked with an alert when it turns red, called once more an hour before, and scheduled again by itself when it is mended", async () => {
		const office = await planned();
		const id = await office.plan(START + 5 * HOUR, "December");
		await office.write({ "body.html": "<p>{{ contact.city }} {{ unsubscribe_url }}</p>" });
		office.clock.advance(HOUR);
		expect((await checkWaiting(office.app)).blocked).toEqual([id]);
		const campaign = await office.campaign(id);
		expect(campaign.state).toBe("blocked");
		expect(campaign.stateReason).toMatch(/contact\.city/);
		expect(factsOf(campaign)?.findings.some((finding) => finding.level === "fail")).toBe(true);
		const [alert] = await listAlerts(office.app.db, 1);
		expect(alert?.text).toMatch(/^campaign \d+ "December" cannot be sent at 2026-11-02 05:00 UTC \(in 4 h\): .*contact\.city/);
		// Said once, however often it is looked at.
		for (let n = 0; n < 6; n++) {
			office.clock.advance(20 * MINUTE);
			await checkWaiting(office.app);
		}
		expect(await office.said()).toEqual([`campaign-blocked campaign ${id}`]);
		office.clock.advance(HOUR);
		await checkWaiting(office.app);
		await checkWaiting(office.app);
		expect(await office.said()).toEqual([`campaign-blocked campaign ${id}`, `campaign-blocked campaign ${id}`]);
		// It says that something new was done: that is what makes it heard again.
		expect((await listAlerts(office.app.db, 1))[0]?.did).toMatch(/last call/);
		await office.write({ "body.html": "<p>Hello again {{ unsubscribe_url }} 1 Example Road</p>" });
		office.clock.advance(10 * MINUTE);
		expect((await checkWaiting(office.app)).unblocked).toEqual([id]);
		expect((await office.said()).at(-1)).toBe(`campaign-unblocked campaign ${id}`);
		office.clock.advance(START + 5 * HOUR - office.clock.now());
		expect((await startDue(office.app)).started).toEqual([id]);
	});

	it("that is still red at its time does not start, and is overdue then", async () => {
		const office = await planned();
		const id = await office.plan(START + HOUR);
		await office.app.db.listMember.deleteMany();
		office.clock.advance(HOUR - 5 * MINUTE);
		expect((await checkWaiting(office.app)).blocked).toEqual([id]);
		office.clock.advance(5 * MINUTE);
		expect((await startDue(office.app)).started).toEqual([]);
		office.clock.advance(16 * MINUTE);
		await checkWaiting(office.app);
		await checkWaiting(office.app);
		expect((await office.campaign(id)).state).toBe("blocked");
		expect((await office.said()).slice(-2)).toEqual([`campaign-unblocked campaign ${id}`, `campaign-overdue campaign ${id}`]);
	});

	it("does not keep the others from being checked when its own check breaks", async () => {
		const office = await planned();
		const both = [await office.plan(START + HOUR), await office.plan(START + 2 * HOUR)];
		await office.app.db.campaign.updateMany({ data: { checkedAt: null } });
		let calls = 0;
		const hasAddress = async () => {
			calls += 1;
			if (calls === 1) throw new Error("too many open files");
			return true;
		};
		const report = await checkWaiting({ ...office.app, hasAddress });
		// They are checked side by side: either may be the one that breaks.
		expect(report.troubles).toHaveLength(1);
		const bad = report.troubles[0]!.id;
		const good = both.find((id) => id !== bad)!;
		expect(both).toContain(bad);
		expect((await office.campaign(good)).checked?.passed).toBe(true);
		// It is none of its faults: it stays scheduled, and is checked at the next look.
		expect(await office.campaign(bad)).toMatchObject({ state: "scheduled", checked: null });
		expect((await checkWaiting(office.app)).checked).toBe(1);
	});
});
