import { describe, expect, it, test } from "vitest";
import { chanceOfShare, chanceOfStreak } from "../../../src/log/chance.ts";
import { isInvalidBurst, judge } from "../../../src/log/detector.ts";
import { emptyRecord, type HostRecord, recordOf, withAnswer } from "../../../src/log/host-record.ts";
import type { ReplyClass, Stage } from "../../../src/replies/outcome.ts";

type Answer = readonly [number, ReplyClass, (Stage | undefined)?];
const host = (name: string, answers: readonly Answer[]): HostRecord =>
	answers.reduce<HostRecord>(
		(record, [at, kind, stage]) => withAnswer(record, { class: kind, stage: stage ?? "body", at, text: `words ${at}` }),
		emptyRecord(name, "192.0.2.1"),
	);
const served = (n: number, from = 0): Answer[] => Array.from({ length: n }, (_, i) => [from + i, "accepted"]);
const said = (n: number, kind: ReplyClass, from: number, stage?: Stage): Answer[] =>
	Array.from({ length: n }, (_, i) => [from + i, kind, stage]);

describe("the verdict on a host", () => {
	const siblings = [host("mx1", served(40, 0)), host("mx2", served(40, 10))];
	test.each<[string, readonly Answer[], readonly HostRecord[], string, string]>([
		["was not asked", [], siblings, "idle", "idle"],
		["was only passed over", [[1, "skipped"]], siblings, "idle", "idle"],
		["serves", served(5), siblings, "ok", "serves"],
		[
			"refuses readers and messages only",
			[...said(9, "invalid-recipient", 1, "rcpt"), ...said(3, "content-refused", 20)],
			siblings,
			"ok",
			"serves",
		],
		["greylists", said(9, "greylisted", 1, "rcpt"), siblings, "ok", "serves"],
		["blocks us once", said(1, "ip-blocked", 5, "greeting"), siblings, "suspect", "first-refusal"],
		["blocks us three times while siblings serve", said(3, "dnsbl-listed", 5, "greeting"), siblings, "refusing", "streak"],
		["says too fast three times", said(3, "sender-rate", 5, "mail"), siblings, "suspect", "streak"],
		["says too fast five times", said(5, "sender-rate", 5, "mail"), siblings, "refusing", "streak"],
		["blocked us and serves again", [...said(5, "ip-blocked", 5, "greeting"), ...served(1, 20)], siblings, "suspect", "pattern"],
		["blocked us long ago", [...said(3, "ip-blocked", 5, "greeting"), ...served(2_000, 20)], siblings, "ok", "serves"],
		["says something unknown before MAIL", said(6, "unknown-permanent", 5, "greeting"), siblings, "refusing", "streak"],
		["says something unknown to a reader", said(6, "unknown-permanent", 5, "rcpt"), siblings, "ok", "serves"],
		["cannot be reached", said(2, "connect-failed", 5, "connect"), siblings, "suspect", "trouble"],
		[
			"could not be reached once",
			[...served(3), ...said(1, "timeout", 9, "connect"), ...served(1, 10)],
			siblings,
			"ok",
			"serves",
		],
		["is the only one and blocks us from the first", said(3, "ip-blocked", 5, "greeting"), [], "refusing", "site"],
		["is the only one and blocked us twice", said(2, "ip-blocked", 5, "greeting"), [], "suspect", "site"],
		[
			"is the only one and blocks us after long service",
			[...served(100), ...said(3, "ip-blocked", 200, "greeting")],
			[],
			"refusing",
			"site",
		],
	])("that %s", (_, answers, others, verdict, because) => {
		expect(judge(host("mx3", answers), others)).toMatchObject({ verdict, because });
	});

	it("is refusing for every host when the whole site turned us away, with what they said together", () => {
		const hosts = [1, 2, 3].map((n) => host(`mx${n}`, [...served(30), ...said(2, "ip-blocked", 100 + n, "greeting")]));
		for (const one of hosts)
			expect(
				judge(
					one,
					hosts.filter((other) => other !== one),
				),
			).toMatchObject({ verdict: "refusing", because: "site" });
	});

	it("names since when, and how many siblings served us meanwhile", () => {
		const three = host("mx3", [...served(3), ...said(4, "dnsbl-listed", 12, "greeting")]);
		const quiet = host("mx4", served(2));
		expect(judge(three, [...siblings, quiet])).toMatchObject({ since: 12, siblings: { hosts: 3, served: 82, serving: 2 } });
	});

	it("two of four that refuse are found, each by the two that do not", () => {
		const bad = ["mx1", "mx2"].map((name) => host(name, said(4, "ip-blocked", 50, "greeting")));
		const good = ["mx3", "mx4"].map((name) => host(name, served(100)));
		for (const one of bad) expect(judge(one, [...bad.filter((other) => other !== one), ...good]).verdict).toBe("refusing");
		for (const one of good) expect(judge(one, [...bad, ...good.filter((other) => other !== one)]).verdict).toBe("ok");
	});
});

describe("a record made from the hours of the ledger", () => {
	const hour = (kind: ReplyClass, n: number, firstAt: number, lastAt: number, stage: Stage = "greeting") => ({
		class: kind,
		stage,
		n,
		firstAt,
		lastAt,
		lastText: `words ${lastAt}`,
	});
	it("is that of the answers where the hours do not overlap", () => {
		const answers: Answer[] = [...served(3), ...said(4, "ip-blocked", 10, "greeting")];
		const { lastText, ...whole } = recordOf("mx", "192.0.2.1", [
			hour("accepted", 3, 0, 2, "body"),
			hour("ip-blocked", 4, 10, 13),
		]);
		expect(host("mx", answers)).toMatchObject(whole);
		expect(lastText).toBe("words 13");
	});
	it("never overstates a streak within an hour", () => {
		const overlapping = recordOf("mx", "192.0.2.1", [hour("accepted", 3, 5, 8, "body"), hour("ip-blocked", 4, 1, 13)]);
		expect(overlapping).toMatchObject({ streak: 1, blocked: 1, streakSince: 13 });
	});
});

describe("a burst of unknown readers", () => {
	const others = [
		{ invalid: 3, accepted: 300 },
		{ invalid: 2, accepted: 280 },
	];
	test.each([
		["one host calls everybody unknown", { invalid: 12, accepted: 0 }, others, true],
		["a few bad addresses", { invalid: 9, accepted: 0 }, others, false],
		["many, but as many as its siblings", { invalid: 40, accepted: 40 }, [{ invalid: 50, accepted: 45 }], false],
		["no sibling took anything", { invalid: 40, accepted: 0 }, [{ invalid: 30, accepted: 2 }], false],
		["no siblings", { invalid: 40, accepted: 0 }, [], false],
		["it still takes most", { invalid: 40, accepted: 60 }, others, false],
	])("%s", (_, one, siblings, burst) => {
		expect(isInvalidBurst(one, siblings)).toBe(burst);
	});
});

describe("chances", () => {
	it("of a share are those of Fisher's exact test", () => {
		// 3 of 4 bad on one host, 1 of 6 on the others: (C(4,3)C(6,1) + C(4,4)) / C(10,4) = 25/210.
		expect(chanceOfShare({ bad: 3, asked: 4, allBad: 4, all: 10 })).toBeCloseTo(25 / 210, 10);
		expect(chanceOfShare({ bad: 0, asked: 4, allBad: 4, all: 10 })).toBe(1);
		expect(chanceOfShare({ bad: 20, asked: 20, allBad: 20, all: 1_000_000 })).toBeLessThan(1e-80);
		expect(chanceOfShare({ bad: 500_000, asked: 1_000_000, allBad: 1_000_000, all: 2_000_000 })).toBeGreaterThan(0.4);
	});
	it("of a streak are even odds where nothing is known, and never nought", () => {
		expect(chanceOfStreak(1, { bad: 0, asked: 0 })).toBe(0.5);
		expect(chanceOfStreak(2, { bad: 0, asked: 998 })).toBeCloseTo(1e-6, 12);
	});
});
