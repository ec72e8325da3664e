import { expect, test } from "vitest";
import type { JournalRecord } from "../../../src/deliver/journal.file.ts";
import { TakeCollector, TraceCollector } from "../../../src/deliver/recover.ts";
import type { Settlement } from "../../../src/deliver/settlement.ts";
import { delivery } from "./at-a-desk.ts";

const settlement: Settlement = {
	deliveryId: 1,
	tries: 2,
	state: "delivered",
	at: 5,
	attempts: 1,
	lastClass: "accepted",
	lastText: "250 Ok",
	site: null,
	rows: [],
	suppress: null,
};
const body = (d: number, n: number): JournalRecord => ({ k: "B", d, n, t: 100 });
const reply = (d: number, n: number): JournalRecord => ({ k: "R", d, n, s: { ...settlement, deliveryId: d, tries: n } });
const take: JournalRecord = { k: "T", l: "mta1/good.test", c: "message", t: 1, n: 1 };

test.each<[string, JournalRecord[], "settled" | "uncertain" | "unclaimed"]>([
	["no trace: it had not got that far", [], "unclaimed"],
	["only what a lane used up", [take], "unclaimed"],
	["the body alone: nobody knows", [body(1, 2)], "uncertain"],
	["the body and its reply", [body(1, 2), reply(1, 2)], "settled"],
	["a reply without a body: refused at RCPT", [reply(1, 2)], "settled"],
	["the body of an earlier try", [body(1, 1)], "unclaimed"],
	["the body of an earlier try and its reply", [body(1, 1), reply(1, 1)], "unclaimed"],
	["the body of another delivery", [body(9, 2)], "unclaimed"],
])("%s", (_, records, expected) => {
	const sending = [delivery({ id: 1, tries: 2, attempts: 1 })];
	const traces = new TraceCollector(sending);
	for (const record of records) traces.add(record);
	const { settlements, unclaim } = traces.recover(sending);
	expect(unclaim).toEqual(expected === "unclaimed" ? [1] : []);
	expect(settlements.map((one) => one.state)).toEqual(
		expected === "settled" ? ["delivered"] : expected === "uncertain" ? ["uncertain"] : [],
	);
});

test("a delivery in doubt is told with a row of its own, at the time of its body", () => {
	const sending = [delivery({ id: 1, tries: 2, attempts: 1 })];
	const traces = new TraceCollector(sending);
	traces.add(body(1, 2));
	const [found] = traces.recover(sending).settlements;
	expect(found).toMatchObject({ deliveryId: 1, tries: 2, state: "uncertain", attempts: 2, suppress: null, at: 100 });
	expect(found?.rows).toEqual([
		expect.objectContaining({ class: "lost-after-body", action: "doubt", rule: "crash", stage: "body", attempt: 2 }),
	]);
});

test("messages of a grant count at the next grant of their lane, the last ones at the last sign of life", () => {
	const grant = (l: string, t: number, n: number): JournalRecord => ({ k: "T", l, c: "message", t, n });
	const opened: JournalRecord = { k: "T", l: "mta1/a.test", c: "connection", t: 1_000, n: 1 };
	const takes = new TakeCollector();
	const records = [grant("mta1/a.test", 400, 9), opened, grant("mta1/a.test", 1_100, 64), grant("mta1/b.test", 1_200, 2)];
	const later = [grant("mta1/a.test", 5_000, 3), { ...body(1, 1), t: 9_000 } as JournalRecord];
	// Everything of a.test up to 500 is in its saved windows.
	const savedAt = (lane: string) => (lane === "mta1/a.test" ? 500 : 0);
	expect([...records, ...later].flatMap((record) => takes.add(record, savedAt))).toEqual([
		{ lane: "mta1/a.test", kind: "connection", at: 1_000, n: 1 },
		{ lane: "mta1/a.test", kind: "message", at: 5_000, n: 64 },
	]);
	expect(takes.rest()).toEqual([
		{ lane: "mta1/b.test", kind: "message", at: 9_000, n: 2 },
		{ lane: "mta1/a.test", kind: "message", at: 9_000, n: 3 },
	]);
});
