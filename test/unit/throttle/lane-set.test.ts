import { describe, expect, it } from "vitest";
import { LaneSet } from "../../../src/throttle/lane-set.ts";
import type { LaneLimits } from "../../../src/throttle/limits.ts";
import type { SharedLimits } from "../../../src/throttle/shared.ts";
import { ManualClock } from "../../support/manual-clock.ts";

const HOUR = 3_600_000;
const never = new AbortController().signal;
const limitsOf = (limit: number): LaneLimits => ({
	connections: 2,
	connectionsPerHour: 100,
	messagesPerConnection: 10,
	rates: [{ limit, windowMs: HOUR, text: `${limit}/h` }],
	tls: "opportunistic",
	origin: { connections: "x", connectionsPerHour: "x", messagesPerConnection: "x", rates: "x", tls: "x" },
});
const account: SharedLimits = {
	name: "gateway partner",
	kind: "message",
	rates: [{ limit: 15, windowMs: 24 * HOUR, text: "15/d" }],
	from: "wellsent.toml",
};

function setWith(clock: ManualClock, limit = 100, shared: readonly SharedLimits[] = []): LaneSet {
	return new LaneSet({ clock, elapsed: () => clock.elapsed(), limitsFor: () => limitsOf(limit), sharedFor: () => shared });
}
const used = (set: LaneSet, text: string) =>
	set
		.lane("mta1", "naver")
		.state()
		.uses.find((use) => use.text === text)?.used;

describe("the lanes", () => {
	it("are made when they are asked for, one of each source and site", () => {
		const set = setWith(new ManualClock());
		expect(set.find("mta1", "naver")).toBeUndefined();
		expect(set.lane("mta1", "naver")).toBe(set.lane("mta1", "naver"));
		expect(set.lane("mta1", "daum").key).toBe("mta1/daum");
		expect([...set].map((lane) => lane.key)).toEqual(["mta1/naver", "mta1/daum"]);
	});

	it("are thrown away only when nothing is left to remember", async () => {
		const clock = new ManualClock();
		const set = setWith(clock);
		await set.lane("mta1", "naver").takeMessages(1, never);
		set.lane("mta1", "daum").hold(null, "stop", "a person");
		set.lane("mta1", "google");
		expect(set.sweep()).toBe(1);
		clock.advance(25 * HOUR);
		expect(set.sweep()).toBe(1);
		expect([...set].map((lane) => lane.key)).toEqual(["mta1/daum"]);
	});

	it("are not thrown away while a connection is open", async () => {
		const clock = new ManualClock();
		const set = setWith(clock);
		await set.lane("mta1", "naver").openConnection(never);
		clock.advance(25 * HOUR);
		expect(set.sweep()).toBe(0);
	});

	it("do not grant a second budget after a restart from snapshots", async () => {
		const clock = new ManualClock();
		const before = setWith(clock);
		expect(await before.lane("mta1", "naver").takeMessages(50, never)).toBe(10);
		before.lane("mta1", "naver").hold(null, "blocked", "deliver");
		const kept = [...before.snapshots()];
		clock.advance(60_000);
		const after = setWith(clock);
		expect(after.restore(kept)).toEqual([]);
		expect(used(after, "100/h")).toBe(10);
		expect(after.lane("mta1", "naver").state().hold?.reason).toBe("blocked");
	});

	it("keep a snapshot that nobody asked for until the next restart", async () => {
		const clock = new ManualClock();
		const before = setWith(clock);
		await before.lane("mta1", "naver").takeMessages(5, never);
		const between = setWith(clock);
		between.restore(before.snapshots());
		const after = setWith(clock);
		after.restore(between.snapshots());
		expect(used(after, "100/h")).toBe(5);
	});

	it("do not grant a second budget after a restart from a journal", () => {
		const clock = new ManualClock();
		const set = setWith(clock, 100, [account]);
		set.replay("mta1", "naver", "message", clock.now() - 1000, 7);
		set.replay("mta1", "naver", "connection", clock.now() - 1000, 3);
		expect([used(set, "100/h"), used(set, "15/d"), used(set, "100 connections/h")]).toEqual([7, 7, 3]);
	});

	it("report a damaged snapshot instead of beginning empty in silence", () => {
		const clock = new ManualClock();
		const set = setWith(clock);
		const kept = [
			{ key: "mta1/naver", state: "{" },
			{ key: "mta1/daum", state: '{"version":2}' },
			{ key: "shared:message:x", state: "[]" },
		];
		expect(set.restore(kept)).toEqual(["mta1/naver", "mta1/daum", "shared:message:x"]);
	});

	it("change their limits at run time and keep what was used", async () => {
		const clock = new ManualClock();
		let limit = 100;
		const set = new LaneSet({ clock, limitsFor: () => limitsOf(limit) });
		await set.lane("mta1", "naver").takeMessages(10, never);
		limit = 10;
		set.refresh();
		expect(set.lane("mta1", "naver").nextMessageAt().because).toMatchObject({ text: "10/h", used: 10, why: "full" });
	});
});

describe("a ceiling that several lanes share", () => {
	it("counts the messages of all of them, and is named as the reason", async () => {
		const clock = new ManualClock();
		const set = setWith(clock, 100_000, [account]);
		let sent = 0;
		for (let minute = 0; minute < 23 * 60; minute++) {
			const lane = set.lane("mta1", `site${minute % 7}`);
			if (lane.nextMessageAt().because.rule === "free") sent += await lane.takeMessages(3, never);
			clock.advance(60_000);
		}
		expect(sent).toBe(15);
		expect(set.lane("mta1", "other").nextMessageAt().because).toMatchObject({
			rule: "rate",
			of: "gateway partner",
			text: "15/d",
			used: 15,
		});
	});

	it("is kept over a restart by itself", async () => {
		const clock = new ManualClock();
		const before = setWith(clock, 100, [account]);
		await before.lane("mta1", "naver").takeMessages(1, never);
		const after = setWith(clock, 100, [account]);
		expect(after.restore(before.snapshots())).toEqual([]);
		expect(used(after, "15/d")).toBe(1);
	});
});
