import { expect, test } from "vitest";
import { notNow, patiently } from "../../../src/deliver/patience.ts";
import { TicketDesk } from "../../../src/deliver/ticket-desk.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { deskFor, START } from "./at-a-desk.ts";

const hold = { rule: "hold", text: "", by: "", until: null } as const;
const busy = { rule: "connections", text: "", used: 1, limit: 1, from: "" } as const;

test.each([
	["connection", { at: START, because: { rule: "free" } }, null],
	["connection", { at: START + 9_000, because: hold }, null],
	["connection", { at: START + 11_000, because: hold }, START + 11_000],
	["message", { at: START + 11_000, because: hold }, null],
	["message", { at: START + 31_000, because: hold }, START + 31_000],
	["connection", { at: null, because: busy }, null],
	["connection", { at: null, because: hold }, START + 60_000],
] as const)("a %s that may go at %o: come back at %s", (kind, next, expected) => {
	expect(notNow(kind, next, START)).toBe(expected);
});

const untilAborted = (signal: AbortSignal) =>
	new Promise<"aborted">((resolve) => signal.addEventListener("abort", () => resolve("aborted"), { once: true }));

test("a wait that is not worth it any more ends with the instant to come back at", async () => {
	const clock = new ManualClock(START);
	let worth = true;
	const waiting = patiently(
		{ clock, signal: new AbortController().signal, look: () => (worth ? null : START + 90_000) },
		untilAborted,
	);
	clock.advance(1_000);
	worth = false;
	clock.advance(1_000);
	expect(await waiting).toEqual({ got: "aborted", comeBackAt: START + 90_000 });
	expect(clock.alarms).toBe(0);
});

test("a wait is ended by its signal, also by one that was aborted before", async () => {
	const clock = new ManualClock(START);
	const stop = new AbortController();
	const waiting = patiently({ clock, signal: stop.signal, look: () => null }, untilAborted);
	stop.abort();
	expect(await waiting).toEqual({ got: "aborted", comeBackAt: null });
	const late = patiently({ clock, signal: stop.signal, look: () => null }, (signal) => Promise.resolve(signal.aborted));
	expect(await late).toEqual({ got: true, comeBackAt: null });
	expect(clock.alarms).toBe(0);
});

test("tickets are shared, spent one by one, and those left over go back to the lane", async () => {
	const { desk } = deskFor();
	const tickets = new TicketDesk(() => desk.lane);
	const used = () => desk.lane.state().uses.find((use) => use.kind === "message")?.used;
	const signal = new AbortController().signal;
	expect(await Promise.all([tickets.take(5, signal), tickets.take(5, signal)])).toEqual([true, true]);
	expect(used()).toBe(5);
	tickets.close();
	expect(used()).toBe(2);
});

test("whoever gives up waiting for a ticket costs the lane nothing", async () => {
	const { desk } = deskFor();
	desk.lane.hold(null, "a test", "test");
	const tickets = new TicketDesk(() => desk.lane);
	const stop = new AbortController();
	const waiting = tickets.take(1, stop.signal);
	stop.abort();
	expect(await waiting).toBe(false);
	tickets.close();
	desk.lane.release();
	expect(desk.lane.state()).toMatchObject({ waiting: { messages: 0 } });
	expect(desk.lane.state().uses.every((use) => use.used === 0)).toBe(true);
});
