// [limits] hold at the moment of sending, too: what is over them goes to no server, the campaign waits for a person, and nothing counts against the readers.
import { expect, test } from "vitest";
import { cancelCampaign, resumeCampaign } from "../../../src/campaign/actions.ts";
import { listAlerts } from "../../../src/log/alert.store.ts";
import { rehearse } from "../../support/rehearsal.ts";

const READERS = 30;
const email = (n: number) => `reader${n}@good.test`;

/** A campaign that was checked and started; then a reader's field grew, and the limit was made smaller than what became of it. */
async function stopped(limits: { readonly messageMax: number } | { readonly htmlMax: number }) {
	const r = await rehearse({
		zones: "good.test MX 10 mx1.good.test",
		hosts: { "mx1.good.test": {} },
		readers: Array.from({ length: READERS }, (_, n) => ({ email: email(n), attributes: { note: "short" } })),
		limits: { connections: 1 },
		engine: false,
		campaign: {
			"body.html": '<p>{{ contact.note }}</p><a href="{{ unsubscribe_url }}">stop</a>',
			"body.txt": "Hello\n{{ unsubscribe_url }}\n",
		},
	});
	const { config } = r.app;
	r.app.reload({ ...config, limits: { ...config.limits, ...limits } });
	await r.db.contact.update({
		where: { email: email(20) },
		data: { attributes: JSON.stringify({ note: "a long word ".repeat(1_000) }) },
	});
	await r.restart();
	await r.run("paused");
	await r.run(async () => (await r.counts()).sending === 0 && (await listAlerts(r.db, 9)).length > 0);
	return r;
}

test("a message over message_max pauses the campaign with the reason and one alert, and is handed to nobody", async () => {
	await using r = await stopped({ messageMax: 12_000 });
	const before = await r.counts();
	expect(before).toMatchObject({ failed: 0, uncertain: 0, queued: READERS - before.delivered });
	expect(before.delivered).toBeLessThan(READERS);
	expect(r.sandbox.arrivals.rows().some(({ to }) => to === email(20))).toBe(false);
	expect((await r.campaign()).stateReason).toMatch(
		/^message to reader20@good\.test: the message has \d+ bytes, \[limits\] message_max allows 12000$/,
	);
	expect(await r.delivery(email(20))).toMatchObject({ state: "queued", attempts: 0 });
	const alerts = await listAlerts(r.db, 9);
	expect(alerts).toMatchObject([
		{ kind: "campaign-blocked", subject: `campaign ${r.id}`, facts: { limit: "message_max", email: email(20) } },
	]);
	expect(alerts[0]?.did).toContain("It is paused");
	expect(alerts[0]?.todo).toContain(`wellsent campaign resume ${r.id}`);

	// Resumed without having changed anything: it stops again, and says so again.
	await resumeCampaign(r.app, r.id);
	r.engine.wake();
	await r.run("paused");
	await r.run(async () => (await listAlerts(r.db, 9)).length === 3);
	expect((await listAlerts(r.db, 9)).map(({ kind }) => kind)).toEqual([
		"campaign-blocked",
		"campaign-unblocked",
		"campaign-blocked",
	]);

	// With the limit raised everybody gets it, once.
	const { config } = r.app;
	r.engine.reload({ ...config, limits: { ...config.limits, messageMax: 100_000 } });
	await resumeCampaign(r.app, r.id);
	r.engine.wake();
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: READERS });
	const arrived = r.sandbox.arrivals.rows();
	expect(arrived.map(({ to }) => to).toSorted()).toEqual(Array.from({ length: READERS }, (_, n) => email(n)).toSorted());
	expect((await listAlerts(r.db, 1))[0]?.kind).toBe("campaign-unblocked");
});

test("HTML over html_max, too; cancelling it ends the alert and sends nothing more", async () => {
	await using r = await stopped({ htmlMax: 9_000 });
	expect((await r.campaign()).stateReason).toContain("[limits] html_max allows 9000");
	const { delivered } = await r.counts();
	await cancelCampaign(r.app, r.id);
	expect(await r.counts()).toMatchObject({ delivered, cancelled: READERS - delivered, failed: 0 });
	expect((await listAlerts(r.db, 1))[0]?.kind).toBe("campaign-unblocked");
});
