import { describe, expect, test } from "vitest";
import type { Heard } from "../../../src/deliver/story.ts";
import { Story } from "../../../src/deliver/story.ts";
import type { Reply } from "../../../src/replies/outcome.ts";
import { delivery, deskFor, exchange, START } from "./at-a-desk.ts";

const said = (code: number, text: string, enhanced: string | null = null): Reply => ({ code, enhanced, text });
const at = (mxHost: string, more: Partial<Heard> = {}): Heard => ({
	mxHost,
	mxAddress: "192.0.2.1",
	exchange: exchange(),
	tls: null,
	acceptedBefore: 0,
	hostsLeft: 0,
	mayGoPlain: true,
	...more,
});
const refused = (mxHost: string, hostsLeft: number, reply: Reply, stage: "greeting" | "rcpt" = "rcpt") =>
	at(mxHost, { hostsLeft, exchange: exchange({ stage, reply, bytes: 0 }) });
const SPAMHAUS = said(554, "Client host [192.0.2.1] blocked using zen.spamhaus.org", "5.7.1");

test("an accepted message makes one row and a delivered settlement", () => {
	const story = new Story(delivery({ attempts: 1, tries: 3 }), deskFor().desk);
	const { next } = story.heard(at("mx1.good.test", { tls: { version: "TLSv1.3", cipher: "x", verified: true } }));
	expect(next).toEqual({ kind: "delivered" });
	if (next.kind !== "delivered") return;
	const settlement = story.settle(next);
	expect(settlement).toMatchObject({
		deliveryId: 7,
		tries: 3,
		state: "delivered",
		attempts: 2,
		lastClass: "accepted",
		lastText: "250 2.0.0 Ok",
		suppress: null,
	});
	expect(settlement.rows).toEqual([
		expect.objectContaining({
			at: START,
			attempt: 3,
			seq: 1,
			mxHost: "mx1.good.test",
			stage: "body",
			code: 250,
			route: "direct",
			source: "mta1",
			tls: { version: "TLSv1.3", cipher: "x", verified: true },
		}),
	]);
});

test("only the words about a reader suppress, and the settlement carries them", () => {
	const story = new Story(delivery(), deskFor().desk);
	const { next } = story.heard(refused("mx1.good.test", 3, said(550, "User unknown", "5.1.1")));
	if (next.kind !== "failed") throw new Error(next.kind);
	expect(story.settle(next)).toMatchObject({
		state: "failed",
		suppress: { email: "kim@good.test", reason: "invalid-recipient", campaign: 3, detail: "550 5.1.1 User unknown" },
	});
});

test("a refusal about us asks one sibling and no more, and burns nothing", () => {
	const story = new Story(delivery({ attempts: 1 }), deskFor().desk);
	expect(story.heard(refused("mx1.good.test", 3, SPAMHAUS)).next).toEqual({ kind: "sibling" });
	const { next } = story.heard(refused("mx2.good.test", 2, SPAMHAUS));
	if (next.kind !== "later") throw new Error(next.kind);
	const settlement = story.settle(next);
	expect(settlement).toMatchObject({ state: "queued", attempts: 1, suppress: null, lastClass: "dnsbl-listed" });
	expect(settlement.rows.map((row) => [row.seq, row.mxHost])).toEqual([
		[1, "mx1.good.test"],
		[2, "mx2.good.test"],
	]);
});

test("hosts that cannot be reached are gone through one after the other", () => {
	const story = new Story(delivery(), deskFor().desk);
	const down = (hostsLeft: number) =>
		at("mx.good.test", { hostsLeft, exchange: exchange({ stage: "connect", reply: null, trouble: "connect-refused" }) });
	expect(story.heard(down(2)).next).toEqual({ kind: "sibling" });
	expect(story.heard(down(1)).next).toEqual({ kind: "sibling" });
	expect(story.heard(down(0)).next).toMatchObject({ kind: "later", burns: true });
});

describe("TLS that breaks", () => {
	const broken = (mayGoPlain: boolean, hostsLeft: number) =>
		at("mx1.good.test", {
			mayGoPlain,
			hostsLeft,
			exchange: exchange({ stage: "tls", reply: null, trouble: "tls-failed", detail: "handshake" }),
		});
	test.each([
		[true, 0, "again"],
		[true, 2, "again"],
		[false, 2, "sibling"],
		[false, 0, "later"],
	] as const)("plain text allowed %s, %i hosts left: %s", (plain, left, kind) => {
		expect(new Story(delivery(), deskFor().desk).heard(broken(plain, left)).next.kind).toBe(kind);
	});
});

test("a host passed over has a row with the reason, and it is not what the delivery is remembered by", () => {
	const { desk } = deskFor();
	const story = new Story(delivery(), desk);
	expect(story.begun).toBe(false);
	story.skipped({
		name: "mx3.good.test",
		preference: 10,
		mark: { until: START + 600_000, reason: "554 blocked", aboutUs: true },
	});
	story.skipped({ name: "mx4.good.test", preference: 10, mark: null });
	const { next } = story.heard(at("mx1.good.test"));
	if (next.kind !== "delivered") throw new Error(next.kind);
	const settlement = story.settle(next);
	expect(settlement.rows.map((row) => [row.seq, row.mxHost, row.class])).toEqual([
		[1, "mx3.good.test", "skipped"],
		[2, "mx1.good.test", "accepted"],
	]);
	expect(settlement.rows[0]?.text).toBe("not asked for another 10 min: 554 blocked");
	expect(settlement.lastClass).toBe("accepted");
});

test.each([
	["no-such-domain", "failed", "no-such-domain"],
	["null-mx", "failed", "null-mx"],
	["dns-failed", "queued", "dns-failed"],
] as const)("without a host (%s) the delivery is %s", (trouble, state, name) => {
	const settlement = new Story(delivery(), deskFor().desk).withoutHost(
		exchange({ stage: "dns", reply: null, trouble, bytes: 0 }),
	);
	expect(settlement).toMatchObject({ state, lastClass: name, suppress: null });
	expect(settlement.rows).toHaveLength(1);
});

test("a reader who cannot have a message fails without a word to anybody", () => {
	const settlement = new Story(delivery(), deskFor().desk).unfit({
		kind: "unfit",
		class: "bad-format",
		rule: "reader-refused",
		why: "a line break in the name",
	});
	expect(settlement).toMatchObject({ state: "failed", lastClass: "bad-format", suppress: null });
	expect(settlement.rows[0]).toMatchObject({ mxHost: "", code: 0, rule: "reader-refused", text: "a line break in the name" });
});

test("what was not a try leaves the delivery as it was", () => {
	const story = () => new Story(delivery({ attempts: 2 }), deskFor().desk);
	expect(story().suppressed()).toMatchObject({ state: "suppressed", attempts: 2, rows: [], lastClass: null });
	expect(story().refiled("google")).toMatchObject({ state: "queued", site: "google", at: START, attempts: 2, rows: [] });
	expect(story().postponed(START + 5)).toMatchObject({ state: "queued", at: START + 5, attempts: 2, rows: [] });
});

test("a fault of ours after the final dot is uncertain, unless the server had accepted it", () => {
	const unanswered = new Story(delivery(), deskFor().desk);
	expect(unanswered.afterFault("disk full")).toMatchObject({ state: "uncertain", attempts: 1, lastClass: "lost-after-body" });
	const answered = new Story(delivery(), deskFor().desk);
	answered.heard(at("mx1.good.test"));
	expect(answered.afterFault("disk full")).toMatchObject({ state: "delivered" });
});

test("a reply of several lines is remembered as one, not too long", () => {
	const story = new Story(delivery(), deskFor().desk);
	const { next } = story.heard(refused("mx1.good.test", 0, said(451, `first\nsecond\t ${"x".repeat(500)}`)));
	if (next.kind !== "later") throw new Error(next.kind);
	const { lastText } = story.settle(next);
	expect(lastText).toMatch(/^451 first second x+$/);
	expect(lastText?.length).toBe(300);
});
