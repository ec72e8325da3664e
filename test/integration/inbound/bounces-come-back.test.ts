// A bounce over a real socket: the row of the log, the delivery's state, the reader, the counts.
import { describe, expect, it } from "vitest";
import { watchRates } from "../../../jobs/watch-rates.ts";
import { createMetrics } from "../../../src/api/metrics.ts";
import { countDeliveries } from "../../../src/campaign/campaign.store.ts";
import { failuresBy } from "../../../src/log/failures.store.ts";
import { hostLedger } from "../../../src/log/ledger.store.ts";
import { STATUS_SAMPLES } from "../../unit/inbound/status-samples.ts";
import { TEXT_SAMPLES } from "../../unit/inbound/text-samples.ts";
import { addResponses, response } from "../api/rows.ts";
import { deliverTo, filled, inboundWorld } from "./world.ts";

function sample(name: string): string {
	const found = [...STATUS_SAMPLES, ...TEXT_SAMPLES].find((one) => one.name.includes(name));
	if (found === undefined) throw new Error(`no sample ${name}`);
	return found.mail;
}

const UNKNOWN = sample("Postfix: user unknown");

describe("a bounce", () => {
	it("makes a delivered delivery a failed one, suppresses the reader, and leaves the ledger of MX hosts alone", async () => {
		const world = await inboundWorld();
		const { db } = world.app;
		const one = await world.sent("kim@corp.test");
		await world.sent("lee@corp.test");
		const before = await hostLedger(db);
		expect(await world.deliver(one.verp, UNKNOWN, { about: one })).toMatch(/^250 /);

		expect(await world.state(one)).toBe("failed");
		expect(await world.suppression("kim@corp.test")).toMatchObject({
			reason: "invalid-recipient",
			campaignId: one.campaign,
			detail: expect.stringContaining("bounced: 550 5.1.1"),
		});
		expect(await db.response.findFirst({ orderBy: { id: "desc" } })).toMatchObject({
			deliveryId: one.id,
			email: "kim@corp.test",
			site: "corp.test",
			source: "mta1",
			stage: "body",
			code: 550,
			enhanced: "5.1.1",
			class: "invalid-recipient",
			action: "suppress",
			rule: expect.stringMatching(/^dsn:/),
			mxHost: "store1.corp.test",
			mxAddress: "",
			attempt: 1,
			seq: 2,
		});
		expect(await hostLedger(db)).toEqual(before);
		expect(await countDeliveries(db, one.campaign)).toMatchObject({ total: 2, delivered: 1, failed: 1 });
		expect(await failuresBy(db, one.campaign, "class")).toMatchObject([{ key: "invalid-recipient", deliveries: 1 }]);
		expect(await db.campaign.findUnique({ where: { id: one.campaign } })).toMatchObject({ state: "finished" });
	});

	it("counts once, however often it comes", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		const answers = await Promise.all(
			[1, 2, 3, 4].map(() => deliverTo(world.port, { from: "", to: one.verp, message: filled(UNKNOWN, one) })),
		);
		expect(answers.every((answer) => answer.startsWith("250"))).toBe(true);
		expect(await world.app.db.response.count({ where: { rule: { startsWith: "dsn:" } } })).toBe(1);
		expect(await failuresBy(world.app.db, one.campaign, "class")).toMatchObject([{ deliveries: 1 }]);
		expect(world.inbound.counts().get("duplicate")).toBe(3);
	});

	it("that is about us fails the delivery and suppresses nobody", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		await world.deliver(one.verp, sample("refused by a blacklist"), { about: one });
		expect(await world.state(one)).toBe("failed");
		expect(await world.app.db.suppression.count()).toBe(0);
		expect(await world.app.db.softEvidence.count()).toBe(0);
	});

	it("that only says it is late is a row of the log and changes nothing; the end that follows counts", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		await world.deliver(one.verp, sample("delayed for hours"), { about: one });
		await world.deliver(one.verp, sample("delayed for hours"), { about: one });
		expect(await world.state(one)).toBe("delivered");
		expect(await world.app.db.response.count({ where: { rule: { startsWith: "dsn:" } } })).toBe(1);
		await world.deliver(one.verp, sample("given up on a full mailbox"), { about: one });
		expect(await world.state(one)).toBe("failed");
		expect(await world.app.db.suppression.count()).toBe(0);
		expect(await world.app.db.softEvidence.findFirst()).toMatchObject({ email: "kim@corp.test", class: "mailbox-full" });
	});

	it("settles a delivery that was uncertain, in the roll-up of failures, too", async () => {
		const world = await inboundWorld();
		const { db } = world.app;
		const one = await world.sent("kim@corp.test", { state: "uncertain" });
		const other = await world.sent("lee@corp.test", { state: "uncertain" });
		const lost = [one, other].map((each) =>
			response({
				deliveryId: each.id,
				to: each.email,
				campaign: one.campaign,
				site: "corp.test",
				class: "lost-after-body",
				rule: "in-doubt",
			}),
		);
		await addResponses(db, lost);
		expect(await failuresBy(db, one.campaign, "class", "uncertain")).toMatchObject([{ key: "lost-after-body", deliveries: 2 }]);
		await world.deliver(one.verp, UNKNOWN, { about: one });
		expect(await world.state(one)).toBe("failed");
		expect(await countDeliveries(db, one.campaign)).toMatchObject({ uncertain: 1, failed: 1 });
		expect(await failuresBy(db, one.campaign, "class", "uncertain")).toMatchObject([{ key: "lost-after-body", deliveries: 1 }]);
	});

	it("that overtakes the record of its own delivery is asked to come again", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test", { state: "sending" });
		expect(await world.deliver(one.verp, UNKNOWN, { about: one })).toMatch(/^451 /);
		expect(await world.app.db.suppression.count()).toBe(0);
		await world.app.db.delivery.update({ where: { id: one.id }, data: { state: "delivered" } });
		expect(await world.deliver(one.verp, UNKNOWN, { about: one })).toMatch(/^250 /);
		expect(await world.state(one)).toBe("failed");
	});

	it("at the postmaster is known by the newsletter it returns", async () => {
		const world = await inboundWorld();
		const one = await world.sent("kim@corp.test");
		expect(await world.deliver("postmaster@bounces.sender.test", sample("qmail: no mailbox"), { about: one })).toMatch(/^250 /);
		expect(await world.state(one)).toBe("failed");
	});

	it("of an inactive mailbox suppresses after three days of it, though every newsletter was taken first", async () => {
		const world = await inboundWorld();
		const { db } = world.app;
		for (const day of [1, 2, 3]) {
			expect(await db.suppression.count(), `before day ${day}`).toBe(0);
			const campaign = (
				await db.campaign.create({
					data: {
						name: "n",
						state: "finished",
						identity: "news@example.test",
						subject: "",
						kind: "marketing",
						folder: "",
						createdAt: new Date(world.clock.now()),
					},
				})
			).id;
			const one = await world.sent("kim@corp.test", { campaign });
			// As an acceptance does.
			await db.softEvidence.deleteMany();
			await world.deliver(one.verp, sample("Yahoo: account disabled"), { about: one });
			world.clock.advance(7 * 86_400_000);
		}
		expect(await world.suppression("kim@corp.test")).toMatchObject({
			reason: "inactive-mailbox",
			detail: expect.stringContaining("bounced on 3 days"),
		});
	});

	it("is told by the metrics as mail that came in, and not as a response of an MX host", async () => {
		const world = await inboundWorld();
		const metrics = createMetrics({ ...world.app, arrived: () => world.inbound.counts() });
		await metrics.text();
		const one = await world.sent("kim@corp.test");
		await world.deliver(one.verp, UNKNOWN, { about: one });
		world.clock.advance(60_000);
		const text = await metrics.text();
		expect(text).toContain('wellsent_inbound_total{kind="bounce"} 1');
		expect(text).toContain('wellsent_responses_total{class="accepted",site="other"} 1');
		expect(text).not.toContain('class="invalid-recipient"');
	});

	it("is what the rate of bounces sees", async () => {
		const world = await inboundWorld();
		for (let i = 0; i < 60; i++) await world.sent(`ok${i}@corp.test`);
		for (let i = 0; i < 12; i++) {
			const one = await world.sent(`gone${i}@corp.test`, { host: `mx${i % 2}.corp.test` });
			await world.deliver(one.verp, UNKNOWN, { about: one });
		}
		await watchRates.run(world.jobs);
		expect(await world.app.db.alert.findFirst({ where: { kind: "bounce-rate-high" } })).toMatchObject({
			text: expect.stringContaining("12 of 72"),
		});
	});
});
