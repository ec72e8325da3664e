import { describe, expect, it } from "vitest";
import { diskTrouble } from "../../../src/alerts/disk.ts";
import { type AlertMessage, headline, readMessage, wordsOf } from "../../../src/alerts/message.ts";
import { nextTryAt } from "../../../src/alerts/post.store.ts";
import { BOUNCES, COMPLAINTS, judgeRate, type RateRule } from "../../../src/alerts/rates.ts";
import { webhookHeaders } from "../../../src/alerts/signature.ts";
import { STALLED_MS, Standstill, stalledTrouble } from "../../../src/alerts/stalled.ts";

const NOW = Date.UTC(2026, 10, 21, 9);
const GB = 1024 ** 3;

describe("the signature of a webhook", () => {
	it("is that of the test vector of the Standard Webhooks libraries", () => {
		expect(
			webhookHeaders({
				id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
				at: 1_614_265_330_999,
				body: '{"test": 2432232314}',
				secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
			}),
		).toEqual({
			"webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
			"webhook-timestamp": "1614265330",
			"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
		});
	});

	it("is left out without a secret", () => {
		expect(webhookHeaders({ id: "x", at: NOW, body: "", secret: null })).not.toHaveProperty("webhook-signature");
	});
});

describe("a rate", () => {
	it.each<[string, RateRule, number, number, boolean, string]>([
		["one complaint of ten readers is no rate", COMPLAINTS, 1, 10, false, "calm"],
		["two of a thousand are too few to say", COMPLAINTS, 2, 1_000, false, "calm"],
		["0.1 % warns", COMPLAINTS, 10, 10_000, false, "warn"],
		["just below does not", COMPLAINTS, 9, 10_000, false, "calm"],
		["just below does when it was said before", COMPLAINTS, 9, 10_000, true, "warn"],
		["0.3 % acts", COMPLAINTS, 30, 10_000, false, "act"],
		["one bounce of ten is no rate", BOUNCES, 1, 10, false, "calm"],
		["nine of a hundred are too few to say", BOUNCES, 9, 100, false, "calm"],
		["2 % bounces warn", BOUNCES, 20, 1_000, false, "warn"],
		["10 % of a small list warn and do not stop it", BOUNCES, 10, 100, false, "warn"],
		["5 % act", BOUNCES, 50, 1_000, false, "act"],
		["nobody was tried", BOUNCES, 0, 0, false, "calm"],
	])("%s", (_, rule, n, of, said, verdict) => {
		expect(judgeRate(rule, { n, of, said })).toBe(verdict);
	});
});

describe("a disk", () => {
	it.each([
		["half a GB is too little whatever the disk", 0.5 * GB, 2 * GB, false, true],
		["4 % of a large one is too little", 4 * GB, 100 * GB, false, true],
		["20 % is enough", 20 * GB, 100 * GB, false, false],
		["at the limit it stays low, so that it does not come and go", 5.5 * GB, 100 * GB, true, true],
		["above it is well again", 6.5 * GB, 100 * GB, true, false],
	])("%s", (_, free, total, low, trouble) => {
		expect(diskTrouble({ free, total }, { folder: "/data", low, now: NOW }) !== null).toBe(trouble);
	});
});

describe("a campaign that does not move", () => {
	const look = (mark: number) => ({ campaign: 7, name: "December", mark, lastAt: NOW });
	const site = (lanes: { held: string | null; free: boolean }[]) => [
		{ site: "daum", due: 3, lanes: lanes.map((lane, n) => ({ key: `mta${n}/daum`, ...lane })) },
	];

	it("is one whose last answer was the same for half an hour of looking; an answer, a pause or a restart begin anew", () => {
		const seen = new Standstill();
		expect(seen.look([look(1)], NOW)).toEqual([]);
		expect(seen.look([look(1)], NOW + STALLED_MS - 1)).toEqual([]);
		expect(seen.look([look(1)], NOW + STALLED_MS)).toHaveLength(1);
		expect(seen.look([look(2)], NOW + STALLED_MS + 1)).toEqual([]);
		expect(seen.look([], NOW + STALLED_MS + 2)).toEqual([]);
		expect(seen.look([look(2)], NOW + 3 * STALLED_MS)).toEqual([]);
	});

	it.each([
		[
			"a lane is free",
			site([
				{ held: "421", free: false },
				{ held: null, free: true },
			]),
			"although mta1/daum is free",
		],
		[
			"all lanes are on hold",
			site([{ held: "421 too many", free: false }]),
			"all its lanes are on hold (mta0/daum: 421 too many)",
		],
		["there is no way out", site([]), "no way out"],
		[
			"a limit says later: a plan",
			site([
				{ held: "421", free: false },
				{ held: null, free: false },
			]),
			null,
		],
		["nothing is due", [], null],
	])("%s", (_, sites, words) => {
		const trouble = stalledTrouble(look(1), sites);
		if (words === null) expect(trouble).toBeNull();
		else expect(trouble).toMatchObject({ subject: "campaign 7", since: NOW, text: expect.stringContaining(words) });
	});
});

describe("the outbox", () => {
	it("waits longer each time, six hours at most, and gives up after three days", () => {
		const minutes: number[] = [];
		let now = NOW;
		for (let tries = 1; tries < 100; tries++) {
			const next = nextTryAt({ tries, createdAt: NOW, now });
			if (next === null) break;
			minutes.push((next - now) / 60_000);
			now = next;
		}
		expect(minutes.slice(0, 10)).toEqual([1, 2, 5, 15, 30, 60, 120, 240, 360, 360]);
		expect(now - NOW).toBeLessThanOrEqual(3 * 86_400_000);
		expect(now - NOW).toBeGreaterThan(2.5 * 86_400_000);
	});
});

describe("the words of a message", () => {
	const incident = {
		id: 3,
		subject: "mta1/daum",
		level: "warning" as const,
		text: "mta1/daum is on hold",
		did: "It waits.",
		todo: "Look.",
		since: NOW,
		times: 2,
		recoveredAt: null,
	};
	const message: AlertMessage = {
		what: "opened",
		kind: "lane-held",
		level: "warning",
		title: "lane on hold",
		at: NOW,
		text: "",
		incidents: [incident],
	};

	it("name the fact, since when, what Wellsent did and what to do", () => {
		expect(headline(message)).toBe("warning: lane on hold: mta1/daum");
		expect(wordsOf(message)).toBe(
			"mta1/daum is on hold\n  since 2026-11-21 09:00 UTC, said 2 times\n  Wellsent: It waits.\n  To do: Look.\n  No reminders: wellsent alerts ack 3",
		);
	});

	it("say of what is over when it was, and no longer what to do", () => {
		const over: AlertMessage = { ...message, what: "recovered", incidents: [{ ...incident, recoveredAt: NOW + 3_600_000 }] };
		expect(headline(over)).toBe("over: lane on hold: mta1/daum");
		expect(wordsOf(over)).toBe("mta1/daum is on hold\n  since 2026-11-21 09:00 UTC, over at 2026-11-21 10:00 UTC, said 2 times");
	});

	it("count several", () => {
		expect(headline({ ...message, incidents: [incident, { ...incident, id: 4 }] })).toBe("warning: lane on hold: 2 at once");
	});

	it("come back from the text they were kept as; a damaged one is null", () => {
		expect(readMessage(JSON.stringify(message))).toEqual(message);
		expect(readMessage(JSON.stringify({ ...message, what: "sung" }))).toBeNull();
		expect(readMessage("{")).toBeNull();
	});
});
