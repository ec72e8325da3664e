import { performance } from "node:perf_hooks";
import { expect, it } from "vitest";
import { systemClock } from "../../../src/clock.ts";
import { LaneSet } from "../../../src/throttle/lane-set.ts";
import type { LaneLimits } from "../../../src/throttle/limits.ts";

const origin = { connections: "x", connectionsPerHour: "x", messagesPerConnection: "x", rates: "x", tls: "x" };
const base: LaneLimits = {
	connections: 3,
	connectionsPerHour: null,
	messagesPerConnection: 10,
	rates: [],
	tls: "opportunistic",
	origin,
};
const laneWith = (of: Partial<LaneLimits>) =>
	new LaneSet({ clock: systemClock, elapsed: () => performance.now(), limitsFor: () => ({ ...base, ...of }) }).lane(
		"mta1",
		"naver",
	);

it("sends 50 a second through three connections: never more in any second, and nearly as many", async () => {
	const lane = laneWith({ rates: [{ limit: 50, windowMs: 1000, text: "50/s" }] });
	const stop = new AbortController();
	const sent: number[] = [];
	const began = performance.now();
	const connection = async () => {
		for (;;) {
			const tickets = await lane.takeMessages(5, stop.signal);
			if (tickets === 0) return;
			for (let i = 0; i < tickets; i++) sent.push(performance.now());
		}
	};
	const all = Promise.all([connection(), connection(), connection()]);
	setTimeout(() => stop.abort(), 2500);
	await all;
	const took = performance.now() - began;
	sent.sort((a, b) => a - b);
	const busiest = Math.max(...sent.map((from) => sent.filter((at) => at >= from && at < from + 1000).length));
	expect(busiest).toBeLessThanOrEqual(50);
	expect(sent.length).toBeGreaterThanOrEqual(0.9 * 50 * (took / 1000));
});

it("never has more connections open than it may, and uses all it may", async () => {
	const lane = laneWith({ connections: 3 });
	let open = 0;
	let most = 0;
	const session = async () => {
		const slot = await lane.openConnection(AbortSignal.timeout(20_000));
		if (slot === "aborted") throw new Error("waited too long");
		open++;
		most = Math.max(most, open);
		await new Promise((resolve) => setTimeout(resolve, 10));
		open--;
		slot.release();
	};
	await Promise.all(Array.from({ length: 30 }, session));
	expect(most).toBe(3);
	expect(lane.state()).toMatchObject({ connections: { open: 0 }, waiting: { connections: 0, messages: 0 } });
});

it("hands out at least 20,000 tickets a second in batches when no rate applies", async () => {
	const lane = laneWith({});
	const signal = new AbortController().signal;
	let tickets = 0;
	const began = performance.now();
	const connection = async () => {
		while (performance.now() - began < 1000) tickets += await lane.takeMessages(200, signal);
	};
	await Promise.all([connection(), connection(), connection()]);
	expect(tickets / ((performance.now() - began) / 1000)).toBeGreaterThanOrEqual(20_000);
});
