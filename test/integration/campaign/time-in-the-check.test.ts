// What the check says about time: a start in quiet hours is told, and a campaign that cannot be done in time is kept back.
import { expect, test } from "vitest";
import { checkCampaign } from "../../../src/campaign/check.ts";
import { scheduleCampaign } from "../../../src/campaign/schedule.ts";
import { planned } from "../../support/planned.ts";

const TOML = 'name = "News"\nsubject = "Hello"\nidentity = "news@sender.test"\n';

test("a start in quiet hours is warned about with the time at which it would go out", async () => {
	const office = await planned('quiet_hours = "22:00-07:00 Asia/Seoul"');
	const id = await office.add();
	const time = { at: Date.UTC(2026, 10, 30, 18, 30), zone: "Asia/Seoul" };
	const { scheduled, check } = await scheduleCampaign(office.app, id, time);
	expect(scheduled?.state).toBe("scheduled");
	expect(check.findings.find((finding) => finding.id === "quiet-hours")).toMatchObject({
		level: "warn",
		what: expect.stringContaining("nothing leaves before 2026-12-01 07:00 Asia/Seoul"),
	});
});

test("finish_within in campaign.toml is a part of the check: slower lanes keep the campaign back", async () => {
	const office = await planned('[[lane]]\nsite = "good.test"\nrate = "1/h"\n');
	const id = await office.add();
	const finding = async (within: string) => {
		await office.write({ "campaign.toml": `${TOML}finish_within = "${within}"\n` });
		const check = await checkCampaign(office.app, await office.campaign(id));
		return { passed: check.passed, ...check.findings.find((one) => one.id === "finish-within") };
	};
	expect(await finding("3h")).toMatchObject({ passed: true, level: "ok" });
	expect(await finding("30m")).toMatchObject({
		passed: false,
		level: "fail",
		what: expect.stringMatching(/needs about 1 h .*good\.test.*asks for 30 min/),
	});
	await office.write({ "campaign.toml": `${TOML}finish_within = "soon"\n` });
	expect((await checkCampaign(office.app, await office.campaign(id))).findings).toContainEqual(
		expect.objectContaining({ subject: expect.stringContaining("campaign.toml:4"), level: "fail" }),
	);
});

test("the quiet hours of the identity count for finish_within and for the time that is told", async () => {
	// It is midnight, and nothing leaves for the next three hours.
	const office = await planned('quiet_hours = "22:00-03:00 UTC"\n[[lane]]\nsite = "good.test"\nrate = "1/h"\n');
	const id = await office.add();
	const check = async (within: string) => {
		await office.write({ "campaign.toml": `${TOML}finish_within = "${within}"\n` });
		return checkCampaign(office.app, await office.campaign(id));
	};
	const late = await check("3h");
	expect(late.passed).toBe(false);
	expect(late.eta).toBe((late.sites[0]?.ms ?? 0) + 3 * 3_600_000);
	expect(late.findings).toContainEqual(
		expect.objectContaining({
			id: "finish-within",
			what: expect.stringMatching(/needs about 4 h .*quiet hours 22:00-03:00 UTC/),
		}),
	);
	expect((await check("5h")).passed).toBe(true);
});
