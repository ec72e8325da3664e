// Hosts that refuse us: left alone but for single messages, more rarely as time goes by; and how many siblings are asked in their place.
import { expect, test } from "vitest";
import { HostMemory } from "../../../src/deliver/host-memory.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { START } from "./at-a-desk.ts";

const SECOND = 1_000;
const LONGEST = { reason: "blocked", longestMs: 15 * 60_000 };

function memory() {
	const clock = new ManualClock(START);
	return { clock, hosts: new HostMemory(clock, [], () => undefined) };
}

test("after each refusal of a probe it is left alone longer: 2 s, 5 s, 15 s, 1 min, 5 min, then every 15 min", () => {
	const { clock, hosts } = memory();
	const waits: number[] = [];
	for (let n = 0; n < 8; n += 1) {
		hosts.refused("mta1", "mx3", LONGEST);
		const until = hosts.mark("mta1", "mx3")?.until ?? 0;
		waits.push((until - clock.now()) / SECOND);
		expect(hosts.takeProbe("mta1", "mx3")).toBe(false);
		clock.advance(until - clock.now());
		expect(hosts.takeProbe("mta1", "mx3")).toBe(true);
	}
	expect(waits).toEqual([2, 5, 15, 60, 300, 900, 900, 900]);
});

test("one message probes while all others pass it over, and messages on their way together count once", () => {
	const { clock, hosts } = memory();
	hosts.refused("mta1", "mx3", LONGEST);
	hosts.refused("mta1", "mx3", LONGEST);
	hosts.refused("mta1", "mx3", LONGEST);
	clock.advance(2 * SECOND);
	expect(hosts.mark("mta1", "mx3")).toBeNull();
	expect(hosts.refusesUs("mta1", "mx3")).toBe(true);
	expect(hosts.takeProbe("mta1", "mx3")).toBe(true);
	expect(hosts.takeProbe("mta1", "mx3")).toBe(false);
	expect(hosts.mark("mta1", "mx3")).toMatchObject({ aboutUs: true, reason: "blocked" });
	// The probe was lost: after a while another one may go.
	clock.advance(2 * 60 * SECOND);
	expect(hosts.takeProbe("mta1", "mx3")).toBe(true);
});

test("one acceptance ends it, and so does a day without a question", () => {
	const { clock, hosts } = memory();
	hosts.refused("mta1", "mx3", LONGEST);
	hosts.clearMark("mta1", "mx3");
	expect(hosts.refusesUs("mta1", "mx3")).toBe(false);
	expect(hosts.mark("mta1", "mx3")).toBeNull();
	hosts.refused("mta1", "mx3", LONGEST);
	clock.advance(24 * 3_600 * SECOND);
	expect(hosts.refusesUs("mta1", "mx3")).toBe(false);
	expect(hosts.probeDue("mta1", "mx3")).toBe(false);
});

test("what is known from before a restart is probed first", () => {
	const { hosts } = memory();
	hosts.expectRefusal("mta1", "mx3", "blocked");
	expect(hosts.probeDue("mta1", "mx3")).toBe(true);
	expect(hosts.takeProbe("mta1", "mx3")).toBe(true);
	expect(hosts.takeProbe("mta1", "mx3")).toBe(false);
});

test("at most 30 siblings an hour are asked by one source at one site, in every sliding hour", () => {
	const { clock, hosts } = memory();
	let asked = 0;
	for (let minute = 0; minute < 180; minute += 1) {
		for (let n = 0; n < 3; n += 1) {
			if (!hosts.maySibling("mta1", "daum")) continue;
			hosts.tookSibling("mta1", "daum");
			asked += 1;
		}
		clock.advance(60 * SECOND);
	}
	expect(asked).toBe(90);
	expect(hosts.maySibling("mta2", "daum")).toBe(true);
	expect(hosts.maySibling("mta1", "naver")).toBe(true);
});

test("a host in doubt is believed again when the time is over", () => {
	const { clock, hosts } = memory();
	hosts.doubt("mta1", "mx3", clock.now() + 60 * SECOND);
	expect(hosts.isDoubted("mta1", "mx3")).toBe(true);
	expect(hosts.isDoubted("mta2", "mx3")).toBe(false);
	clock.advance(60 * SECOND);
	expect(hosts.isDoubted("mta1", "mx3")).toBe(false);
});
