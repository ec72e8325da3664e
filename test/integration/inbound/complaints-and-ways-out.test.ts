// Complaints, mails that unsubscribe, automatic answers and letters, over a real socket.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { watchRates } from "../../../jobs/watch-rates.ts";
import { addSuppression } from "../../../src/contacts/suppression.store.ts";
import { COMPLAINT_SAMPLES, OTHER_SAMPLES } from "../../unit/inbound/feedback-samples.ts";
import { plain } from "../../unit/inbound/mail-forms.ts";
import { inboundWorld } from "./world.ts";

const complaint = (name: string): string => COMPLAINT_SAMPLES.find((one) => one.name.includes(name))?.mail ?? "";
const other = (name: string): string => OTHER_SAMPLES.find((one) => one.name.includes(name))?.mail ?? "";
const FBL = "fbl@sender.test";

describe("a complaint", () => {
	it.each(COMPLAINT_SAMPLES)("of $name suppresses the reader and names the campaign", async ({ mail }) => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		expect(await world.deliver(FBL, mail, { about: one, from: "fbl@isp.test" })).toMatch(/^250 /);
		expect(await world.suppression("kim@corp.test")).toMatchObject({ reason: "complaint", campaignId: one.campaign });
		expect(await world.state(one)).toBe("delivered");
	});

	it("counts although the reader unsubscribed a moment before, and counts once", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		await addSuppression(world.app.db, { subject: one.email, reason: "unsubscribe", detail: "by the link", clock: world.clock });
		for (let i = 0; i < 2; i++) await world.deliver(FBL, complaint("Yahoo"), { about: one });
		expect(await world.suppression("kim@corp.test")).toMatchObject({
			reason: "complaint",
			detail: expect.stringContaining("before: unsubscribe by the link"),
			campaignId: one.campaign,
		});
		expect(world.inbound.counts().get("complaint")).toBe(1);
		expect(world.inbound.counts().get("duplicate")).toBe(1);
	});

	it("about an address that is merely named suppresses nobody: it is kept for a person", async () => {
		const world = await inboundWorld();
		await world.sent("kim@corp.test");
		const forged = {
			id: 1,
			contactId: 1,
			campaign: 1,
			email: "kim@corp.test",
			verp: "b-1-aaaaaaaaaaaaaaaa@bounces.sender.test",
			token: "1-1-aaaaaaaaaaaaaaaaaaaaaaaaaa",
		};
		expect(await world.deliver(FBL, complaint("Yahoo"), { about: forged })).toMatch(/^250 /);
		expect(await world.app.db.suppression.count()).toBe(0);
		expect(world.inbound.counts().get("letter")).toBe(1);
	});

	it("makes the rate of complaints high, and an alert of it", async () => {
		const world = await inboundWorld();
		for (let i = 0; i < 6; i++) {
			const one = await world.sent(`r${i}@corp.test`);
			await world.deliver(FBL, complaint("Yahoo"), { about: one });
		}
		await watchRates.run(world.jobs);
		const said = await world.app.db.alert.findMany({ where: { kind: "complaint-rate-high" } });
		expect(said.map((one) => one.subject).sort()).toEqual(["@example.test", "campaign 1"]);
	});
});

describe("a mail to the way out", () => {
	it("unsubscribes its reader, whatever is in it, and once", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		const to = `u-${one.token}@bounces.sender.test`;
		for (let i = 0; i < 2; i++)
			expect(await world.deliver(to, plain("From: kim@home.test\nSubject: unsubscribe", ""), { from: "kim@home.test" })).toMatch(
				/^250 /,
			);
		expect(await world.suppression("kim@corp.test")).toMatchObject({ reason: "unsubscribe", detail: "by mail, from campaign 1" });
		expect(world.inbound.counts().get("unsubscribe")).toBe(1);
	});

	it("that a machine wrote changes nothing", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		await world.deliver(`u-${one.token}@bounces.sender.test`, other("vacation"), { about: one });
		expect(await world.app.db.suppression.count()).toBe(0);
	});
});

describe("other mail", () => {
	it("automatic answers and reports of success change nothing", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		for (const name of ["vacation", "out of office", "success", "not spam"])
			expect(await world.deliver(one.verp, other(name), { about: one })).toMatch(/^250 /);
		expect(await world.state(one)).toBe("delivered");
		expect(await world.app.db.suppression.count()).toBe(0);
		expect(await world.app.db.response.count({ where: { rule: { startsWith: "dsn:" } } })).toBe(0);
	});

	it("a letter to the postmaster is kept as it came", async () => {
		const world = await inboundWorld();
		await world.deliver("postmaster@bounces.sender.test", other("a person's letter"), { from: "friend@elsewhere.test" });
		const folder = path.join(world.app.data, "inbound");
		const [file = ""] = await readdir(folder);
		expect(file).toMatch(/^2026-11-02T00-00-00-000Z-\w+\.eml$/);
		expect(await readFile(path.join(folder, file), "utf8")).toContain("From: friend@elsewhere.test\r\nSubject: question");
	});
});
