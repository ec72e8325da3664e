import { describe, expect, it } from "vitest";
import { LaneSet } from "../../../src/throttle/lane-set.ts";
import type { LaneLimits } from "../../../src/throttle/limits.ts";
import {
	beginWarmUp,
	capOf,
	countAccepted,
	countRefusal,
	turnDay,
	type WarmUp,
	type WarmUpPlan,
} from "../../../src/throttle/warm-up.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 10, 21);
const plan: WarmUpPlan = { curve: [50, 100, 200], since: START, from: "test" };
const never = new AbortController().signal;
const limits: LaneLimits = {
	connections: 2,
	connectionsPerHour: null,
	messagesPerConnection: 10,
	rates: [],
	tls: "opportunistic",
	origin: { connections: "x", connectionsPerHour: "x", messagesPerConnection: "x", rates: "x", tls: "x" },
};
const times = (n: number, what: (warmUp: WarmUp) => WarmUp) => (warmUp: WarmUp) =>
	Array.from({ length: n }).reduce<WarmUp>(what, warmUp);

describe("the curve", () => {
	it.each([
		{ name: "a day whose cap was used goes up", day: (w: WarmUp) => countAccepted(w, 50), cap: 100 },
		{ name: "half of it is enough", day: (w: WarmUp) => countAccepted(w, 25), cap: 100 },
		{ name: "a day on which little was sent proves nothing", day: (w: WarmUp) => countAccepted(w, 24), cap: 50 },
		{
			name: "5 % deferred for reputation is borne",
			day: (w: WarmUp) => countRefusal(countAccepted(w, 47), "sender-rate"),
			cap: 100,
		},
		{
			name: "more than 5 % holds the step",
			day: (w: WarmUp) => times(3, (one) => countRefusal(one, "reputation-temporary"))(countAccepted(w, 47)),
			cap: 50,
		},
		{
			name: "full mailboxes are no matter",
			day: (w: WarmUp) => times(40, (one) => countRefusal(one, "mailbox-full"))(countAccepted(w, 50)),
			cap: 100,
		},
	])("$name", ({ day, cap }) => {
		const next = turnDay(plan, day(beginWarmUp(plan, START)), START + DAY);
		expect(capOf(plan, next)).toBe(cap);
	});

	it("goes down a step at once on a block, once a day, and not up that night", () => {
		const second: WarmUp = { ...countAccepted(beginWarmUp(plan, START), 100), step: 1 };
		const blocked = times(3, (one) => countRefusal(one, "ip-blocked"))(second);
		expect(capOf(plan, blocked)).toBe(50);
		expect(capOf(plan, turnDay(plan, blocked, START + DAY))).toBe(50);
	});

	it("is over after its last day, and goes one step however many days have passed", () => {
		const last: WarmUp = { ...countAccepted(beginWarmUp(plan, START), 200), step: 2 };
		expect(capOf(plan, turnDay(plan, last, START + DAY))).toBeNull();
		expect(capOf(plan, turnDay(plan, countAccepted(beginWarmUp(plan, START), 50), START + 9 * DAY))).toBe(100);
	});

	it("begins where the calendar of its source is when a site was not mailed yet", () => {
		expect(capOf(plan, beginWarmUp(plan, START + 2 * DAY))).toBe(200);
		expect(capOf(plan, beginWarmUp(plan, START + 3 * DAY))).toBeNull();
		expect(capOf(plan, beginWarmUp(plan, START - 5 * DAY))).toBe(50);
	});
});

describe("a lane that is warmed up", () => {
	const setWith = (clock: ManualClock) =>
		new LaneSet({ clock, elapsed: () => clock.elapsed(), limitsFor: () => limits, warmUpFor: () => plan });

	it("counts accepted messages: what was refused may go again, what is on its way counts until it is known", async () => {
		const clock = new ManualClock(START + 9 * HOUR);
		const lane = setWith(clock).lane("mta1", "naver");
		expect(await lane.takeMessages(80, never)).toBe(50);
		expect(lane.nextMessageAt().because).toMatchObject({ rule: "rate", text: "warm-up day 1: 50/d", used: 50, limit: 50 });
		for (let i = 0; i < 10; i++) lane.refused({ class: "mailbox-full", rule: "", acceptedBefore: 0, spent: true, words: "full" });
		lane.accepted(40);
		expect(lane.state().warmUp).toMatchObject({ day: 1, days: 3, cap: 50, used: 40, rises: true });
		expect(await lane.takeMessages(80, never)).toBe(10);
	});

	it("tells until when it waits: midnight when the step is proven, else a day after the first message", async () => {
		const clock = new ManualClock(START + 9 * HOUR);
		const lane = setWith(clock).lane("mta1", "naver");
		await lane.takeMessages(50, never);
		lane.accepted(50);
		expect(lane.nextMessageAt().at).toBe(START + DAY);
		clock.advance(15 * HOUR);
		expect(lane.state().warmUp).toMatchObject({ day: 2, cap: 100, used: 50 });
		expect(await lane.takeMessages(80, never)).toBe(50);
	});

	it("keeps day and count over a restart, also of what was on its way", async () => {
		const clock = new ManualClock(START + 9 * HOUR);
		const before = setWith(clock);
		await before.lane("mta1", "naver").takeMessages(30, never);
		before.lane("mta1", "naver").accepted(20);
		const after = setWith(clock);
		after.restore([...before.snapshots()]);
		expect(after.lane("mta1", "naver").state().warmUp).toMatchObject({ day: 1, cap: 50, used: 30 });
		const display = new LaneSet({ clock, limitsFor: () => limits });
		display.restore([...before.snapshots()]);
		expect(display.lane("mta1", "naver").state().warmUp).toMatchObject({ day: 1, cap: 50, used: 30 });
	});

	it("sends no more than the cap in any 24 hours, and no less when there is work", async () => {
		const clock = new ManualClock(START);
		const lane = setWith(clock).lane("mta1", "naver");
		const sent: { at: number; n: number; cap: number }[] = [];
		const stop = new AbortController();
		const work = (async () => {
			for (let n = await lane.takeMessages(7, stop.signal); n > 0; n = await lane.takeMessages(7, stop.signal)) {
				lane.accepted(n);
				sent.push({ at: clock.now(), n, cap: lane.state().warmUp?.cap ?? Number.POSITIVE_INFINITY });
				if (lane.state().warmUp === null) break;
			}
		})();
		for (let hour = 0; hour < 5 * 24; hour++) {
			clock.advance(HOUR);
			await new Promise((resolve) => setTimeout(resolve, 2));
		}
		stop.abort();
		await work;
		for (const { at, cap } of sent) {
			const inDay = sent.filter((one) => one.at > at - DAY && one.at <= at).reduce((sum, one) => sum + one.n, 0);
			expect(inDay).toBeLessThanOrEqual(cap);
		}
		const perDay = [0, 1, 2].map((day) =>
			sent.filter((one) => one.at >= START + day * DAY && one.at < START + (day + 1) * DAY).reduce((sum, one) => sum + one.n, 0),
		);
		expect(perDay[0]).toBe(50);
		expect(perDay[1]).toBeGreaterThanOrEqual(97);
		expect(perDay[2]).toBeGreaterThanOrEqual(194);
	});
});
