import { expect, test } from "vitest";
import type { JournalRecord } from "../../../src/deliver/journal.file.ts";
import { TraceCollector } from "../../../src/deliver/recover.ts";
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
