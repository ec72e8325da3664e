// A desk for tests of the pure parts: a real lane and a real memory of hosts, a clock that stands still, no network.

import { loadConfig } from "../../../src/config/load.file.ts";
import type { Config } from "../../../src/config/types.ts";
import type { Desk } from "../../../src/deliver/engine.ts";
import type { Exchange } from "../../../src/deliver/exchange.ts";
import { type HostFacts, HostMemory } from "../../../src/deliver/host-memory.ts";
import type { ClaimedDelivery } from "../../../src/deliver/settlement.ts";
import { BUILT_IN } from "../../../src/replies/rule-set.ts";
import { LaneSet } from "../../../src/throttle/lane-set.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { PLENTY } from "../../support/rehearsal-world.ts";

export const START = Date.UTC(2026, 10, 2, 9);

const base = await loadConfig({ cwd: import.meta.dirname, env: {} });

export interface TestDesk {
	readonly desk: Desk;
	readonly clock: ManualClock;
	readonly hosts: HostMemory;
	readonly saved: HostFacts[];
}

export function deskFor(
	options: { tls?: "opportunistic" | "required"; config?: Partial<Config>; random?: number } = {},
): TestDesk {
	const clock = new ManualClock(START);
	const saved: HostFacts[] = [];
	const hosts = new HostMemory(clock, [], (facts) => saved.push(facts));
	const source = {
		name: "mta1",
		address: "127.0.0.1",
		ehlo: "mta1.sender.test",
		warmup: null,
		publicAddress: "127.0.0.1",
		rates: [],
		connections: 500,
	};
	const origin = { connections: "", connectionsPerHour: "", messagesPerConnection: "", rates: "", tls: "" };
	const { waitsMs } = options.config?.retry ?? { waitsMs: [60_000, 1_800_000] };
	const lanes = new LaneSet({
		clock,
		limitsFor: () => ({ ...PLENTY, tls: options.tls ?? "opportunistic", origin }),
		longestMs: () => Math.max(...waitsMs),
	});
	const desk: Desk = {
		engine: {
			clock,
			random: () => options.random ?? 0.5,
			config: { ...base, retry: { waitsMs: [60_000, 1_800_000], giveUpMs: 259_200_000 }, ...options.config },
			resolver: {
				mx: () => Promise.reject(new Error("no DNS here")),
				addresses: () => Promise.reject(new Error("no DNS here")),
			},
			siteOf: (_hosts, domain) => domain,
			hosts,
			tokens: { get: () => Promise.reject(new Error("no tokens here")), spoil: () => undefined },
			rules: BUILT_IN,
			connected: () => undefined,
			markBody: () => Promise.resolve(),
		},
		lane: lanes.lane("mta1", "good.test"),
		exit: { kind: "direct", source },
		messageTicket: () => Promise.resolve(true),
		withdrawn: () => false,
		message: () => Promise.resolve({ kind: "withdrawn" }),
		signal: new AbortController().signal,
	};
	return { desk, clock, hosts, saved };
}

export function delivery(more: Partial<ClaimedDelivery> = {}): ClaimedDelivery {
	return {
		id: 7,
		campaign: 3,
		contactId: 11,
		email: "kim@good.test",
		domain: "good.test",
		site: "good.test",
		attempts: 0,
		tries: 1,
		queuedAt: START,
		name: null,
		attributes: {},
		suppressed: false,
		...more,
	};
}

export function exchange(more: Partial<Exchange> = {}): Exchange {
	return {
		stage: "body",
		reply: { code: 250, enhanced: "2.0.0", text: "Ok" },
		trouble: null,
		detail: "",
		inDoubt: false,
		durationMs: 12,
		bytes: 900,
		...more,
	};
}
