import { describe, expect, test } from "vitest";
import { aboutUs, decide, type Next, type RetrySituation } from "../../../src/deliver/retry.ts";
import type { Action, ReplyClass } from "../../../src/replies/outcome.ts";

const NOW = 1_000_000_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const policy = { waitsMs: [15 * MINUTE, HOUR, 4 * HOUR], giveUpMs: 72 * HOUR };

const situation = (
	action: Action,
	more: Partial<RetrySituation> = {},
	name: ReplyClass = "unknown-temporary",
): RetrySituation => ({
	outcome: { class: name, scope: "recipient", action, rule: "test" },
	attempts: 0,
	queuedAt: NOW,
	now: NOW,
	siblingLeft: false,
	agains: 0,
	// In the middle of the spread: exactly the wait.
	random: 0.5,
	...more,
});
const later = (waitMs: number, burns: boolean): Next => ({ kind: "later", at: NOW + waitMs, burns });

describe("what each action leads to", () => {
	test.each<[string, RetrySituation, Next]>([
		["done", situation("done"), { kind: "delivered" }],
		["doubt", situation("doubt"), { kind: "uncertain" }],
		["end", situation("end", {}, "too-big"), { kind: "failed", suppress: null, why: "too-big" }],
		[
			"suppress",
			situation("suppress", {}, "invalid-recipient"),
			{ kind: "failed", suppress: "invalid-recipient", why: "invalid-recipient" },
		],
		[
			"suppress an inactive mailbox",
			situation("suppress", {}, "inactive-mailbox"),
			{ kind: "failed", suppress: "inactive-mailbox", why: "inactive-mailbox" },
		],
		["retry", situation("retry"), later(15 * MINUTE, true)],
		["retry the second time", situation("retry", { attempts: 1 }), later(HOUR, true)],
		["retry beyond the schedule", situation("retry", { attempts: 9 }), later(4 * HOUR, true)],
		["retry-soon", situation("retry-soon"), later(5 * MINUTE, true)],
		["retry-long", situation("retry-long"), later(12 * HOUR, true)],
		["wait-recipient", situation("wait-recipient"), later(HOUR, true)],
		["requeue", situation("requeue"), later(15 * MINUTE, false)],
		["hold", situation("hold"), later(HOUR, false)],
		["again", situation("again"), { kind: "again" }],
		["again the second time", situation("again", { agains: 1 }), { kind: "again" }],
		["again too often", situation("again", { agains: 2 }), later(15 * MINUTE, false)],
		["sibling", situation("sibling", { siblingLeft: true }), { kind: "sibling" }],
		["sibling with none left, the host's trouble", situation("sibling", {}, "connect-failed"), later(15 * MINUTE, true)],
		["sibling with none left, about us", situation("sibling", {}, "ip-blocked"), later(15 * MINUTE, false)],
	])("%s", (_, given, expected) => {
		expect(decide(given, policy)).toEqual(expected);
	});
});

test("waits are spread by a fifth to either side", () => {
	const at = (random: number) => {
		const next = decide(situation("retry", { random }), policy);
		return next.kind === "later" ? next.at - NOW : Number.NaN;
	};
	expect(at(0)).toBe(12 * MINUTE);
	expect(at(0.5)).toBe(15 * MINUTE);
	expect(at(0.999_999)).toBeLessThanOrEqual(18 * MINUTE);
	expect(at(0.999_999)).toBeGreaterThan(17.9 * MINUTE);
});

test("greylisting never waits longer than the schedule of an impatient sender", () => {
	expect(decide(situation("retry-soon"), { waitsMs: [MINUTE], giveUpMs: HOUR })).toEqual(later(MINUTE, true));
});

test("a wait that comes from a rule leaves room for more tries before a short age limit", () => {
	expect(decide(situation("retry-long"), { waitsMs: [MINUTE], giveUpMs: 6 * HOUR })).toEqual(later(HOUR, true));
});

test.each<Action>(["retry", "retry-soon", "retry-long", "wait-recipient", "requeue", "hold", "sibling"])(
	"%s of a delivery at its age limit is given up, and never suppresses",
	(action) => {
		const next = decide(situation(action, { queuedAt: NOW - policy.giveUpMs }), policy);
		expect(next).toMatchObject({ kind: "failed", suppress: null });
	},
);

test("a delivery is tried as long as the next try falls within the age limit", () => {
	expect(decide(situation("retry", { queuedAt: NOW - policy.giveUpMs + 16 * MINUTE }), policy).kind).toBe("later");
	expect(decide(situation("retry", { queuedAt: NOW - policy.giveUpMs + 14 * MINUTE }), policy).kind).toBe("failed");
});

test("an empty schedule waits an hour", () => {
	expect(decide(situation("retry"), { waitsMs: [], giveUpMs: 72 * HOUR })).toEqual(later(HOUR, true));
});

test("blocks, blacklists and rates are about us; mailboxes, sizes and broken networks are not", () => {
	for (const name of ["ip-blocked", "dnsbl-listed", "ptr-missing", "sender-rate", "tls-required", "source-missing"] as const)
		expect(aboutUs(name), name).toBe(true);
	for (const name of ["invalid-recipient", "mailbox-full", "greylisted", "connect-failed", "timeout", "too-big"] as const)
		expect(aboutUs(name), name).toBe(false);
});
