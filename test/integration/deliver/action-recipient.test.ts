// What is said about a reader changes what happens to that reader, and to nobody else.
import { expect, test } from "vitest";
import { rehearse } from "../../support/rehearsal.ts";

const DAY = 86_400_000;
const one = { zones: "good.test MX 10 mx1.good.test" };
const says = (recipients: Readonly<Record<string, string>>) => ({ "mx1.good.test": { manners: { recipients } } });

test("an unknown user is suppressed at once, and the next newsletter does not reach for that reader", async () => {
	await using r = await rehearse({
		...one,
		hosts: says({ gone: "550 5.1.1 No such user" }),
		readers: ["gone@good.test", "kim@good.test"],
	});
	await r.run("finished");
	expect(await r.suppressed("gone@good.test")).toBe("invalid-recipient");
	const asked = r.sandbox.arrivals.totals();
	const next = await r.another({ readers: ["gone@good.test", "kim@good.test"] });
	await r.run("finished", next);
	expect(await r.counts(next)).toMatchObject({ delivered: 1, suppressed: 1 });
	expect(r.sandbox.arrivals.totals().refused).toBe(asked.refused);
});

test("an inactive mailbox is counted and kept, and suppressed when it was said on three days without an acceptance between", async () => {
	const said = "550 5.2.1 The email account that you tried to reach is disabled";
	await using r = await rehearse({ ...one, hosts: says({ old: said }), readers: ["old@good.test"] });
	await r.run("finished");
	const evidence = () => r.db.softEvidence.findMany({ where: { email: "old@good.test" } });
	expect(await evidence()).toMatchObject([{ class: "inactive-mailbox", days: 1, replies: 1 }]);
	expect(await r.suppressed("old@good.test")).toBeNull();
	// As if it had been said on two days before.
	await r.db.softEvidence.updateMany({ data: { days: 2, lastAt: new Date(Date.now() - DAY) } });
	const next = await r.another({ readers: ["old@good.test"] });
	await r.run("finished", next);
	expect(await evidence()).toMatchObject([{ days: 3, replies: 2 }]);
	expect(await r.suppressed("old@good.test")).toBe("inactive-mailbox");
});

test("a full mailbox waits for a long time, is counted, and is never a reason to suppress", async () => {
	await using r = await rehearse({
		...one,
		hosts: says({ full: "452 4.2.2 The recipient's inbox is out of storage space" }),
		readers: ["full@good.test"],
		config: (config) => ({ ...config, retry: { waitsMs: [100, 60_000], giveUpMs: 3 * DAY } }),
	});
	await r.run(async () => (await r.delivery("full@good.test")).lastClass !== null);
	const { state, dueAt } = await r.delivery("full@good.test");
	expect(state).toBe("queued");
	expect(dueAt.getTime() - Date.now()).toBeGreaterThan(8 * 3_600_000);
	await r.db.softEvidence.updateMany({ data: { days: 40, lastAt: new Date(Date.now() - DAY) } });
	await r.db.delivery.updateMany({ data: { dueAt: new Date() } });
	r.engine.wake();
	await r.run(async () => (await r.db.softEvidence.findFirst())?.days === 41);
	expect(await r.suppressed("full@good.test")).toBeNull();
});

test("an acceptance wipes out what was held against a reader", async () => {
	await using r = await rehearse({ ...one, hosts: says({}), readers: ["lee@good.test"], begin: false });
	const now = new Date();
	await r.db.softEvidence.create({
		data: {
			email: "lee@good.test",
			class: "inactive-mailbox",
			days: 2,
			replies: 5,
			firstAt: now,
			lastAt: now,
			lastText: "",
			campaignId: r.id,
		},
	});
	const next = await r.another({ readers: ["lee@good.test"] });
	await r.run("finished", next);
	expect(await r.db.softEvidence.count()).toBe(0);
});

test("a reader who receives too quickly waits, and the others of the site do not", async () => {
	await using r = await rehearse({
		...one,
		hosts: says({ busy: "450 4.2.1 The user you are trying to contact is receiving mail too quickly" }),
		readers: ["busy@good.test", "kim@good.test", "lee@good.test"],
		config: (config) => ({ ...config, retry: { waitsMs: [100], giveUpMs: 3 * DAY } }),
	});
	await r.run(async () => (await r.counts()).delivered === 2);
	await r.run(async () => (await r.delivery("busy@good.test")).lastClass === "recipient-rate");
	const { dueAt } = await r.delivery("busy@good.test");
	expect(dueAt.getTime() - Date.now()).toBeGreaterThan(40 * 60_000);
	expect(r.engine.lanes.find("mta1", "good.test")?.state().hold ?? null).toBeNull();
});
