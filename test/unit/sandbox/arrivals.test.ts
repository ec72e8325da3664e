import { describe, expect, it } from "vitest";
import { type ArrivalRow, Arrivals, mostAtOnce, mostMessagesPerConnection, worstWindow } from "../../../src/sandbox/arrivals.ts";

describe("worstWindow", () => {
	it.each([
		{ times: [], windowMs: 1000, worst: 0 },
		{ times: [5], windowMs: 1000, worst: 1 },
		{ times: [0, 1000, 2000], windowMs: 1000, worst: 1 },
		{ times: [0, 999], windowMs: 1000, worst: 2 },
		{ times: [900, 950, 1050, 1100, 5000], windowMs: 1000, worst: 4 },
		{ times: [3000, 0, 3001, 3002, 10], windowMs: 100, worst: 3 },
		{ times: [7, 7, 7], windowMs: 1, worst: 3 },
	])("$times in $windowMs ms: $worst", ({ times, windowMs, worst }) => {
		expect(worstWindow(times, windowMs)).toBe(worst);
	});

	it("sees the burst across a minute's edge that counting by calendar minutes would miss", () => {
		const times = [...Array.from({ length: 10 }, (_, n) => 59_000 + n), ...Array.from({ length: 10 }, (_, n) => 60_500 + n)];
		expect(worstWindow(times, 60_000)).toBe(20);
	});
});

describe("connections", () => {
	it.each([
		{ spans: [], most: 0 },
		{
			spans: [
				[0, 10],
				[10, 20],
			],
			most: 1,
		},
		{
			spans: [
				[0, 11],
				[10, 20],
			],
			most: 2,
		},
		{
			spans: [
				[0, null],
				[5, 6],
				[7, 8],
			],
			most: 2,
		},
		{ spans: [[5, 5]], most: 1 },
	])("$spans: $most at once", ({ spans, most }) => {
		expect(mostAtOnce(spans.map(([openedAt, closedAt]) => ({ openedAt: openedAt ?? 0, closedAt: closedAt ?? null })))).toBe(most);
	});

	it("most messages on one", () => {
		expect(mostMessagesPerConnection([{ messages: 3 }, { messages: 20 }, { messages: 0 }])).toBe(20);
		expect(mostMessagesPerConnection([])).toBe(0);
	});
});

describe("the record", () => {
	const row = (id: number, accepted = true, raw: Buffer | null = null): ArrivalRow => ({
		kind: "arrival",
		id,
		connection: 1,
		host: id % 2 ? "a.test" : "b.test",
		client: "127.1.0.1",
		mailAt: id,
		rcptAt: id,
		dataAt: id,
		dotAt: id,
		at: id,
		from: "f@x.test",
		to: `r${id}@a.test`,
		stage: "body",
		reply: "250 ok",
		accepted,
		tls: null,
		bytes: 10,
		raw,
	});

	it("keeps exact totals and only the newest rows", () => {
		const arrivals = new Arrivals(10);
		for (let id = 1; id <= 100; id += 1) arrivals.arrived(row(id, id % 4 !== 0));
		expect(arrivals.totals()).toMatchObject({ accepted: 75, refused: 25, bytes: 1000 });
		expect(arrivals.totals("a.test")).toMatchObject({ accepted: 50, refused: 0 });
		expect(arrivals.totals("nobody.test")).toMatchObject({ accepted: 0 });
		expect(arrivals.rows().map(({ id }) => id)).toEqual([91, 92, 93, 94, 95, 96, 97, 98, 99, 100]);
		expect(arrivals.rows({ host: "b.test", accepted: false }).map(({ id }) => id)).toEqual([92, 96, 100]);
	});

	it("counts a mail that came twice", () => {
		const arrivals = new Arrivals();
		for (const id of [1, 1, 2]) arrivals.arrived(row(id));
		expect(arrivals.acceptedByRecipient()).toEqual(
			new Map([
				["r1@a.test", 2],
				["r2@a.test", 1],
			]),
		);
	});

	it("lets go of the oldest messages beyond 256 MB", () => {
		const arrivals = new Arrivals();
		const big = Buffer.alloc(100 * 1024 * 1024);
		for (const id of [1, 2, 3]) arrivals.arrived(row(id, true, big));
		expect(arrivals.rows().map(({ raw }) => raw !== null)).toEqual([false, true, true]);
	});
});
