// Hosts differ in what they offer and in how they say it; neither may lose a message nor make one up.
import { expect, test } from "vitest";
import { retryCampaign } from "../../../src/campaign/actions.ts";
import type { MannersInput } from "../../../src/sandbox/manners.ts";
import { type RehearsalOptions, rehearse } from "../../support/rehearsal.ts";

const one = (manners: MannersInput, more: Partial<RehearsalOptions> = {}): RehearsalOptions => ({
	zones: "good.test MX 10 mx1.good.test",
	hosts: { "mx1.good.test": { manners } },
	readers: ["kim@good.test"],
	...more,
});

test("a host that does not know EHLO is greeted with HELO", async () => {
	await using r = await rehearse(one({ ehlo: false }));
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1 });
	expect((await r.rows()).map((row) => row.class)).toEqual(["accepted"]);
});

test.each([
	["without PIPELINING", { pipelining: false, starttls: "none" }],
	["without 8BITMIME and enhanced codes", { eightBitMime: false, enhancedStatusCodes: false }],
	["with replies of several lines", { style: "multi-line" }],
	["with replies in pieces of one byte", { style: "split", starttls: "none" }],
	["with line feeds alone", { style: "lf-only", starttls: "none" }],
	["with a slow banner", { delayMs: { greeting: 300 } }],
] as const satisfies readonly (readonly [string, MannersInput])[])(
	"a host %s gets several messages on one connection",
	async (_, manners) => {
		const readers = ["a@good.test", "b@good.test", "unknown@good.test", "c@good.test"];
		await using r = await rehearse(one(manners, { readers, limits: { connections: 1 } }));
		await r.run("finished");
		expect(await r.counts()).toMatchObject({ delivered: 3, failed: 1 });
		expect(r.sandbox.arrivals.connections().map((row) => row.messages)).toEqual([3]);
		expect(r.sandbox.arrivals.totals()).toMatchObject({ accepted: 3, refused: 1 });
	},
);

test("a message larger than the announced SIZE is never handed over, and the SIZE is remembered", async () => {
	await using r = await rehearse(one({ size: 900 }, { readers: ["a@good.test", "b@good.test"] }));
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ failed: 2 });
	for (const row of await r.rows()) expect(row).toMatchObject({ class: "too-big", stage: "mail", code: 0, bytes: 0 });
	expect(r.sandbox.arrivals.rows()).toEqual([]);
	await r.run(async () => (await r.db.hostMemory.findFirst())?.sizeLimit === 900);
	expect(await r.db.suppression.count()).toBe(0);
});

test("a host that enforces a size it never announced ends the delivery as too big", async () => {
	await using r = await rehearse(one({ size: 900, announceSize: false }));
	await r.run("finished");
	expect((await r.rows()).map((row) => [row.class, row.code])).toEqual([["too-big", 552]]);
	expect(r.sandbox.arrivals.totals().accepted).toBe(0);
});

test("a refusal for size teaches the host's memory: the next message as large is not even offered", async () => {
	const readers = ["a@good.test", "b@good.test", "c@good.test"];
	await using r = await rehearse(one({ size: 900, announceSize: false }, { readers, limits: { connections: 1 } }));
	await r.run("finished");
	expect((await r.rows()).map((row) => [row.class, row.code, row.stage])).toEqual([
		["too-big", 552, "body"],
		["too-big", 0, "mail"],
		["too-big", 0, "mail"],
	]);
	const known = (await r.db.hostMemory.findFirst())?.sizeLimit ?? 0;
	expect(known).toBeGreaterThan(900);
	expect(await r.db.suppression.count()).toBe(0);

	// Neither after a restart, although its EHLO still says nothing of a size.
	await r.reopen();
	await r.restart();
	await retryCampaign(r.app, r.id, "failed");
	r.engine.wake();
	await r.run("finished");
	expect((await r.rows()).slice(3).map((row) => [row.class, row.code, row.stage])).toEqual(
		readers.map(() => ["too-big", 0, "mail"]),
	);
});

test("an address that needs SMTPUTF8 goes only to hosts that offer it", async () => {
	const readers = ["김@good.test", "kim@good.test"];
	await using without = await rehearse(one({ smtpUtf8: false }, { readers }));
	await without.run("finished");
	expect((await without.rows({ to: "김@good.test" })).map((row) => [row.class, row.code])).toEqual([["recipient-policy", 0]]);
	expect(without.sandbox.arrivals.rows().map((row) => row.to)).toEqual(["kim@good.test"]);
	expect(await without.suppressed("김@good.test")).toBeNull();

	await using withIt = await rehearse(one({ smtpUtf8: true }, { readers }));
	await withIt.run("finished");
	expect(await withIt.counts()).toMatchObject({ delivered: 2 });
});

test("a reply in EUC-KR is read as Korean", async () => {
	await using r = await rehearse(
		one({ style: "eight-bit", styleAt: ["rcpt"] }, { readers: ["550-5.1.1-no-such-user@good.test"] }),
	);
	await r.run("finished");
	const [row] = await r.rows();
	expect(row).toMatchObject({ stage: "rcpt", code: 550, class: "invalid-recipient" });
	expect(row?.text).toContain("안녕");
});

test.each([
	["greeting", "no-code"],
	["ehlo", "no-code"],
	["data", "no-code"],
] as const)("something that is no reply at %s is trouble of the host and nothing is delivered by it", async (stage, style) => {
	await using r = await rehearse(one({ style, styleAt: [stage] }));
	await r.run(async () => (await r.rows()).length >= 1);
	for (const row of await r.rows()) {
		expect(row.class).not.toBe("accepted");
		expect(["suppress", "end", "doubt"]).not.toContain(row.action);
	}
	r.sandbox.setManners("mx1.good.test", { style: "plain" });
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ delivered: 1 });
	expect(r.sandbox.arrivals.acceptedByRecipient().get("kim@good.test")).toBe(1);
});

test("something that is no reply to the final dot leaves the delivery uncertain", async () => {
	await using r = await rehearse(one({ style: "no-code", styleAt: ["body"] }));
	await r.run("finished");
	expect(await r.counts()).toMatchObject({ uncertain: 1 });
	expect((await r.rows()).map((row) => row.class)).toEqual(["lost-after-body"]);
});

test("connections are used again up to the lane's own limit of messages", async () => {
	const readers = Array.from({ length: 12 }, (_, n) => `reader${n}@good.test`);
	await using r = await rehearse(one({}, { readers, limits: { connections: 1, messagesPerConnection: 5 } }));
	await r.run("finished");
	expect(r.sandbox.arrivals.connections().map((row) => row.messages)).toEqual([5, 5, 2]);
});
