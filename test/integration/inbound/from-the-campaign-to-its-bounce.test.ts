// The whole way: the real engine sends over real sockets, and what arrived comes back as bounce, complaint and letter of leave.
import { expect, onTestFinished, test } from "vitest";
import { startInbound } from "../../../src/inbound/start.ts";
import { rehearse } from "../../support/rehearsal.ts";
import { COMPLAINT_SAMPLES } from "../../unit/inbound/feedback-samples.ts";
import { fill, plain } from "../../unit/inbound/mail-forms.ts";
import { STATUS_SAMPLES } from "../../unit/inbound/status-samples.ts";
import { deliverTo } from "./world.ts";

test("the return path and the links of a message that was sent are what its bounces and complaints are known by", async () => {
	await using r = await rehearse({
		zones: "good.test MX 10 mx1.good.test",
		hosts: { "mx1.good.test": {} },
		readers: ["kim@good.test", "lee@good.test", "park@good.test", "choi@good.test"],
		config: (config) => ({ ...config, inbound: { ...config.inbound, listen: { host: "127.0.0.1", port: 0 } } }),
	});
	await r.run("finished");
	const inbound = await startInbound(r.app);
	onTestFinished(() => inbound?.close());
	const port = inbound?.port ?? 0;
	const arrived = r.sandbox.arrivals.rows({ accepted: true });
	const to = (email: string) => {
		const row = arrived.find((one) => one.to === email);
		const raw = row?.raw?.toString() ?? "";
		return { verp: row?.from ?? "", mailto: /<mailto:(u-[^>]+)>/.exec(raw.replace(/\r\n[ \t]+/g, ""))?.[1] ?? "", raw };
	};

	// A return path came with the connection.
	const bounce = fill(STATUS_SAMPLES[0]?.mail ?? "", { reader: "kim@good.test", verp: to("kim@good.test").verp });
	expect(await deliverTo(port, { from: "", to: to("kim@good.test").verp, message: bounce })).toMatch(/^250 /);
	// The message itself, in a report that names nobody.
	const jmrp = (COMPLAINT_SAMPLES.find((one) => one.name.includes("JMRP"))?.mail ?? "").replace(
		/Return-Path: [\s\S]*?\n\n/,
		`${to("lee@good.test").raw}\n\n`,
	);
	const domain = to("kim@good.test").verp.split("@")[1] ?? "";
	expect(await deliverTo(port, { from: "staff@hotmail.com", to: `abuse@${domain}`, message: fill(jmrp) })).toMatch(/^250 /);
	expect(
		await deliverTo(port, {
			from: "park@home.test",
			to: to("park@good.test").mailto,
			message: fill(plain("From: park@home.test\nSubject: unsubscribe", "")),
		}),
	).toMatch(/^250 /);

	expect(await r.counts()).toMatchObject({ total: 4, delivered: 3, failed: 1 });
	const rows = await r.db.suppression.findMany({ orderBy: { subject: "asc" } });
	expect(rows.map(({ subject, reason, campaignId }) => [subject, reason, campaignId])).toEqual([
		["kim@good.test", "invalid-recipient", r.id],
		["lee@good.test", "complaint", r.id],
		["park@good.test", "unsubscribe", r.id],
	]);
});
