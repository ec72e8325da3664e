import { describe, expect, it } from "vitest";
import { RULE_GROUPS } from "../../../src/replies/rules/all.ts";
import { accepted, type Learned, NOTHING_LEARNED, type Refusal, refused } from "../../../src/throttle/adapt.ts";
import { ADAPT_RULES } from "../../../src/throttle/adapt-rules.ts";
import { curbed, learnedLimits, speedsOf } from "../../../src/throttle/curbs.ts";
import type { LaneLimits } from "../../../src/throttle/limits.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const T0 = Date.UTC(2026, 10, 21, 9);
const limits: LaneLimits = {
	connections: 10,
	connectionsPerHour: 600,
	messagesPerConnection: 100,
	rates: [
		{ limit: 20, windowMs: 1000, text: "20/s" },
		{ limit: 6000, windowMs: HOUR, text: "6000/h" },
		{ limit: 20_000, windowMs: 24 * HOUR, text: "20000/d" },
	],
	tls: "opportunistic",
	origin: { connections: "x", connectionsPerHour: "x", messagesPerConnection: "x", rates: "x", tls: "x" },
};
const speeds = speedsOf(limits);
const refusal = (of: Partial<Refusal>): Refusal => ({
	at: T0,
	class: "sender-rate",
	rule: "",
	open: 10,
	acceptedBefore: 5,
	...of,
});

function learnFrom(refusals: readonly Partial<Refusal>[]): { learned: Learned; holdUntil: number | null } {
	let learned = NOTHING_LEARNED;
	let holdUntil: number | null = null;
	for (const one of refusals) ({ learned, holdUntil } = refused(learned, refusal(one), speeds, 8 * HOUR));
	return { learned, holdUntil };
}
const texts = (learned: Learned) => learnedLimits(limits, learned).map(({ text }) => text);

describe("a refusal lowers the limit it is about", () => {
	it.each([
		{ name: "too fast: half the rate", of: { class: "sender-rate" as const }, texts: ["50/min"] },
		{
			name: "too many connections: one fewer than were open",
			of: { class: "too-many-connections" as const, open: 4 },
			texts: ["3 connections at once"],
		},
		{
			name: "Outlook's connection limit: one",
			of: { class: "too-many-connections" as const, rule: "microsoft-max-connections" },
			texts: ["1 connection at once"],
		},
		{
			name: "too many messages: as many as it took",
			of: { class: "messages-per-connection" as const, acceptedBefore: 7 },
			texts: ["7 messages a connection"],
		},
		{
			name: "Yahoo's maximum: 20, or as many as it took",
			of: { rule: "yahoo-max-messages", acceptedBefore: 90 },
			texts: ["20 messages a connection"],
		},
		{
			name: "Postfix's connection rate: half the connections an hour",
			of: { rule: "postfix-connection-rate" },
			texts: ["300 connections/h"],
		},
		{ name: "a reader who gets too much mail: nothing", of: { class: "recipient-rate" as const }, texts: [] },
		{ name: "greylisting: nothing", of: { class: "greylisted" as const }, texts: [] },
	])("$name", ({ of, texts: expected }) => {
		expect(texts(learnFrom([of]).learned)).toEqual(expected);
	});

	it("Gmail's 4.7.28: ten minutes of silence, then one connection and 10 a minute, adding one at a time after half an hour", () => {
		const { learned, holdUntil } = learnFrom([{ rule: "google-unusual-rate" }]);
		expect(holdUntil).toBe(T0 + 10 * MINUTE);
		expect(texts(learned)).toEqual(["10/min", "1 connection at once"]);
		const early = accepted(learned, T0 + 29 * MINUTE, speeds);
		expect(early).toBe(learned);
		const later = accepted(learned, T0 + 30 * MINUTE, speeds);
		expect(curbed(limits, later).connections).toBe(2);
		expect(curbed(limits, accepted(later, T0 + 34 * MINUTE, speeds)).connections).toBe(2);
		expect(curbed(limits, accepted(later, T0 + 35 * MINUTE, speeds)).connections).toBe(3);
	});

	it("a silent close teaches nothing once and N the second time, the larger of the two", () => {
		const once = { class: "silent-close" as const, acceptedBefore: 12 };
		expect(texts(learnFrom([once]).learned)).toEqual([]);
		expect(texts(learnFrom([once, { ...once, at: T0 + MINUTE, acceptedBefore: 20 }]).learned)).toEqual([
			"20 messages a connection",
		]);
		expect(texts(learnFrom([once, { ...once, at: T0 + 2 * HOUR }]).learned)).toEqual([]);
	});

	it("many connections that meet the same wall at once are one complaint", () => {
		const wall = Array.from({ length: 10 }, (_, i) => ({ at: T0 + i * 500 }));
		expect(texts(learnFrom(wall).learned)).toEqual(["50/min"]);
	});

	it("repeated ones hold the lane, and longer ones longer", () => {
		const each = (times: number) => Array.from({ length: times }, (_, i) => ({ at: T0 + i * MINUTE }));
		expect(learnFrom(each(2)).holdUntil).toBe(T0 + 2 * MINUTE);
		expect(learnFrom(each(3)).holdUntil).toBe(T0 + 12 * MINUTE);
		expect(learnFrom(each(6)).holdUntil).toBe(T0 + 5 * MINUTE + HOUR);
	});

	it("no hold is longer than the longest that is allowed; lowered limits last as the table says", () => {
		const { learned, holdUntil } = refused(NOTHING_LEARNED, refusal({ rule: "google-unusual-rate" }), speeds, 250);
		expect(holdUntil).toBe(T0 + 250);
		expect(learned.curbs.connections).toMatchObject({ raiseAt: T0 + 30 * MINUTE, stepMs: 5 * MINUTE });
	});

	it("a lane that is at one connection already rests when even that is too many", () => {
		const { holdUntil } = refused(
			NOTHING_LEARNED,
			refusal({ class: "too-many-connections", open: 1 }),
			{ ...speeds, connections: 1 },
			HOUR,
		);
		expect(holdUntil).toBe(T0 + MINUTE);
	});
});

describe("the table", () => {
	it("names only replies that there are rules for, each once", () => {
		const known = new Set(RULE_GROUPS.flatMap((group) => group.rules.map((rule) => rule.id)));
		const named = ADAPT_RULES.flatMap((rule) => (typeof rule.replies === "string" ? [] : rule.replies));
		expect(named.filter((id) => !known.has(id))).toEqual([]);
		expect(named).toHaveLength(new Set(named).size);
		expect(new Set(ADAPT_RULES.map((rule) => rule.name)).size).toBe(ADAPT_RULES.length);
	});
});
