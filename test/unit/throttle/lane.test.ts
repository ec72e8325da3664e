import { describe, expect, it } from "vitest";
import type { Lane } from "../../../src/throttle/lane.ts";
import { LaneSet } from "../../../src/throttle/lane-set.ts";
import type { LaneLimits } from "../../../src/throttle/limits.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const HOUR = 3_600_000;
const never = new AbortController().signal;

const limitsWith = (of: Partial<LaneLimits>): LaneLimits => ({
	connections: 2,
	connectionsPerHour: 100,
	messagesPerConnection: 10,
	rates: [],
	tls: "opportunistic",
	origin: {
		connections: "site data",
		connectionsPerHour: "site data",
		messagesPerConnection: "site data",
		rates: "site data",
		tls: "site data",
	},
	...of,
});
const perHour = (limit: number) => ({ limit, windowMs: HOUR, text: `${limit}/h` });

function laneWith(of: Partial<LaneLimits>) {
	const clock = new ManualClock();
	const taken: string[] = [];
	const set = new LaneSet({
		clock,
		elapsed: () => clock.elapsed(),
		limitsFor: () => limitsWith(of),
		onTake: (kind, lane, at, n) => taken.push(`${kind} ${lane} ${at - clock.now()} ${n}`),
	});
	return { clock, set, taken, lane: set.lane("mta1", "naver") };
}

/** Bottleneck passes its turns on in real ticks; whoever is not served after these waits for time. */
async function settle(): Promise<void> {
	for (let i = 0; i < 10; i++) await new Promise((resolve) => setTimeout(resolve, 2));
}

const messages = (lane: Lane) => lane.state().uses.find((use) => use.kind === "message");

/** Watches a promise without waiting for it. */
function watch<T>(promise: Promise<T>): { value: T | undefined } {
	const seen: { value: T | undefined } = { value: undefined };
	void promise.then((value) => {
		seen.value = value;
	});
	return seen;
}

describe("messages of a lane", () => {
	it("go in a batch as far as the rates allow, and the next waits for its time", async () => {
		const { lane, clock, taken } = laneWith({ rates: [perHour(600)] });
		expect(await lane.takeMessages(100, never)).toBe(60);
		expect(await lane.takeMessages(100, never)).toBe(1);
		const next = watch(lane.takeMessages(100, never));
		await settle();
		expect(next.value).toBeUndefined();
		clock.advance(6010);
		await settle();
		expect(next.value).toBe(1);
		expect(taken).toEqual(["message mta1/naver 0 60", "message mta1/naver 0 1", "message mta1/naver 0 1"]);
	});

	it("are served first come first served, and one who gives up takes nothing", async () => {
		const { lane, clock } = laneWith({ rates: [perHour(1)] });
		expect(await lane.takeMessages(1, never)).toBe(1);
		const impatient = new AbortController();
		const first = watch(lane.takeMessages(1, impatient.signal));
		const second = watch(lane.takeMessages(1, never));
		const third = watch(lane.takeMessages(1, never));
		await settle();
		impatient.abort();
		await settle();
		expect(first.value).toBe(0);
		clock.advance(HOUR + 1001);
		await settle();
		expect(second.value).toBe(1);
		expect(third.value).toBeUndefined();
		expect(lane.state().uses.find((use) => use.kind === "message")?.used).toBe(1);
	});

	it("answers 0 at once to a caller that gave up before it asked", async () => {
		const { lane } = laneWith({});
		expect(await lane.takeMessages(5, AbortSignal.abort())).toBe(0);
		expect(await lane.openConnection(AbortSignal.abort())).toBe("aborted");
		expect(lane.state().uses.every((use) => use.used === 0)).toBe(true);
	});

	it("that are given back may go again", async () => {
		const { lane } = laneWith({ rates: [perHour(10)] });
		await lane.takeMessages(1, never);
		lane.giveBack(1);
		expect(lane.state().uses.find((use) => use.text === "10/h")?.used).toBe(0);
	});

	it("count when they are sent and not when their ticket was handed out", async () => {
		const { lane, clock } = laneWith({ rates: [{ limit: 40, windowMs: HOUR, text: "40/h" }] });
		expect(await lane.takeMessages(4, never)).toBe(4);
		clock.advance(HOUR / 2);
		expect([lane.spend(), lane.spend(), lane.spend(), lane.spend()]).toEqual([true, true, true, true]);
		clock.advance(HOUR / 2 + 2000);
		expect(lane.state().uses.find((use) => use.text === "40/h")?.used).toBe(4);
	});

	it("that are held up on their way count from when they may have arrived, so that those behind them keep their distance", async () => {
		const { lane, clock } = laneWith({ rates: [{ limit: 2, windowMs: 1000, text: "2/s" }] });
		const send = async (answerMs: number) => {
			await lane.takeMessages(1, never);
			expect(lane.spend()).toBe(true);
			clock.advance(answerMs);
			lane.arrived();
		};
		// The usual answer takes 5 ms; the second one 300 ms: it may have come in 295 ms after it was sent.
		await send(5);
		clock.advance(2000);
		await send(300);
		expect(messages(lane)).toMatchObject({ used: 1 });
		clock.advance(900);
		expect(messages(lane)).toMatchObject({ used: 1 });
		clock.advance(100);
		expect(messages(lane)).toMatchObject({ used: 0 });
	});

	it("that were taken out of the hand unsent may go again", async () => {
		const { lane } = laneWith({ rates: [{ limit: 1, windowMs: 60_000, text: "1/min" }] });
		await lane.takeMessages(1, never);
		expect(lane.spend()).toBe(true);
		expect(messages(lane)).toMatchObject({ used: 1 });
		lane.unspent();
		expect(messages(lane)).toMatchObject({ used: 0 });
	});

	it("refuses a ticket that is spent when others have filled the window meanwhile", async () => {
		const { lane, clock } = laneWith({ rates: [{ limit: 2, windowMs: 1000, text: "2/s" }] });
		expect(await lane.takeMessages(1, never)).toBe(1);
		clock.advance(5000);
		expect(await lane.takeMessages(5, never)).toBe(2);
		// Three tickets are out and two may go in this second.
		expect([lane.spend(), lane.spend(), lane.spend()].filter(Boolean)).toHaveLength(2);
	});
});

describe("connections of a lane", () => {
	it("are limited at once: the next opens when one is released, and releasing twice frees one", async () => {
		const { lane } = laneWith({ connections: 2 });
		const first = await lane.openConnection(never);
		await lane.openConnection(never);
		const third = watch(lane.openConnection(never));
		const fourth = watch(lane.openConnection(never));
		await settle();
		expect(third.value).toBeUndefined();
		expect(lane.nextConnectionAt()).toEqual({
			at: null,
			because: { rule: "connections", text: "2 connections at once", used: 2, limit: 2, from: "site data" },
		});
		if (first === "aborted") throw new Error("not aborted");
		first.release();
		first.release();
		await settle();
		expect(third.value).toBeDefined();
		expect(fourth.value).toBeUndefined();
		expect(lane.state().connections).toEqual({ open: 2, limit: 2, from: "site data" });
	});

	it("are limited by the hour, however short each of them is", async () => {
		const { lane, clock } = laneWith({ connections: 2, connectionsPerHour: 2 });
		for (let i = 0; i < 2; i++) {
			const slot = await lane.openConnection(never);
			if (slot !== "aborted") slot.release();
		}
		const third = watch(lane.openConnection(never));
		await settle();
		clock.advance(HOUR - 1);
		await settle();
		expect(third.value).toBeUndefined();
		expect(lane.nextConnectionAt().because).toMatchObject({
			rule: "connections-per-hour",
			text: "2 connections/h",
			used: 2,
			why: "full",
		});
		clock.advance(1002);
		await settle();
		expect(third.value).toBeDefined();
	});

	it("that were given up in the queue leave nothing behind", async () => {
		const { lane } = laneWith({ connections: 1 });
		const open = await lane.openConnection(never);
		for (let i = 0; i < 20; i++) {
			const giveUp = new AbortController();
			const waiting = lane.openConnection(giveUp.signal);
			await new Promise((resolve) => setImmediate(resolve));
			giveUp.abort();
			expect(await waiting).toBe("aborted");
		}
		expect(lane.state().waiting.connections).toBe(0);
		const next = watch(lane.openConnection(never));
		if (open !== "aborted") open.release();
		await settle();
		expect(next.value).toBeDefined();
		expect(lane.state().uses.find((use) => use.kind === "connection")?.used).toBe(2);
	});

	it("become more or fewer at run time, without cutting those that are open", async () => {
		const { lane } = laneWith({ connections: 2 });
		const slots = [await lane.openConnection(never), await lane.openConnection(never)];
		lane.setLimits(limitsWith({ connections: 1 }));
		const next = watch(lane.openConnection(never));
		await settle();
		const [first, second] = slots;
		if (first !== undefined && first !== "aborted") first.release();
		await settle();
		expect(next.value).toBeUndefined();
		if (second !== undefined && second !== "aborted") second.release();
		await settle();
		expect(next.value).toBeDefined();
		const more = watch(lane.openConnection(never));
		lane.setLimits(limitsWith({ connections: 2 }));
		await settle();
		expect(more.value).toBeDefined();
	});
});

describe("a hold", () => {
	it("stops everything until its end, and is named as the reason", async () => {
		const { lane, clock } = laneWith({});
		lane.hold(clock.now() + 5000, "listed at sbl.test", "blacklist");
		const message = watch(lane.takeMessages(1, never));
		const connection = watch(lane.openConnection(never));
		await settle();
		expect(message.value).toBeUndefined();
		expect(lane.nextMessageAt()).toEqual({
			at: clock.now() + 5000,
			because: { rule: "hold", text: "listed at sbl.test", by: "blacklist", until: clock.now() + 5000 },
		});
		clock.advance(5000);
		await settle();
		expect(message.value).toBe(1);
		expect(connection.value).toBeDefined();
		expect(lane.nextMessageAt().because).toEqual({ rule: "free" });
	});

	it("without an end lasts until it is released", async () => {
		const { lane, clock } = laneWith({});
		lane.hold(null, "stop", "a person");
		const message = watch(lane.takeMessages(1, never));
		await settle();
		clock.advance(48 * HOUR);
		await settle();
		expect(message.value).toBeUndefined();
		expect(lane.nextMessageAt().at).toBeNull();
		lane.release();
		await settle();
		expect(message.value).toBe(1);
	});

	it.each([
		{ name: "without an end", endsIn: null },
		{ name: "with an end", endsIn: 5000 },
	])("$name is not shortened by another one, and is lengthened by a longer one", ({ endsIn }) => {
		const { lane, clock } = laneWith({});
		lane.hold(endsIn === null ? null : clock.now() + endsIn, "for long", "a person");
		lane.hold(clock.now() + 10, "for short", "back-off");
		expect(lane.state().hold?.reason).toBe("for long");
		lane.hold(null, "for ever", "a person");
		expect(lane.state().hold?.until).toBeNull();
	});

	it("keeps tickets from being spent", async () => {
		const { lane } = laneWith({ rates: [perHour(100)] });
		expect(await lane.takeMessages(2, never)).toBe(2);
		lane.hold(null, "blocked", "deliver");
		expect(lane.spend()).toBe(false);
		expect(lane.state().uses.find((use) => use.text === "100/h")?.used).toBe(1);
	});
});

describe("time on a lane", () => {
	it.each([-HOUR, HOUR])("is not freed nor frozen by a step of the clock of %d ms", async (step) => {
		const { lane, clock } = laneWith({ rates: [{ limit: 2, windowMs: 60_000, text: "2/min" }] });
		expect(await lane.takeMessages(9, never)).toBe(2);
		const next = watch(lane.takeMessages(1, never));
		await settle();
		clock.step(step);
		clock.advance(50_000);
		await settle();
		expect(next.value).toBeUndefined();
		clock.advance(11_001);
		await settle();
		expect(next.value).toBe(1);
	});

	it("costs one timer when somebody waits and none when nobody does", async () => {
		const { lane, clock } = laneWith({ rates: [perHour(1)], connectionsPerHour: 1 });
		const slot = await lane.openConnection(never);
		if (slot !== "aborted") slot.release();
		await lane.takeMessages(1, never);
		expect(clock.alarms).toBe(0);
		const giveUp = new AbortController();
		const waiting = [
			lane.openConnection(giveUp.signal),
			lane.takeMessages(1, giveUp.signal),
			lane.takeMessages(1, giveUp.signal),
		];
		await settle();
		expect(clock.alarms).toBe(1);
		giveUp.abort();
		await Promise.all(waiting);
		await settle();
		expect(clock.alarms).toBe(0);
	});

	it("may be asked about beforehand without changing anything", async () => {
		const { lane, clock } = laneWith({ rates: [perHour(1)] });
		await lane.takeMessages(1, never);
		expect(lane.nextMessageAt(clock.now() + 2 * HOUR)).toEqual({ at: clock.now() + 2 * HOUR, because: { rule: "free" } });
		expect(lane.nextMessageAt().because).toMatchObject({
			rule: "rate",
			text: "1/h",
			used: 1,
			limit: 1,
			from: "site data",
			of: "mta1/naver",
		});
	});
});
