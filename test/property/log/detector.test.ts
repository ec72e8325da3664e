// How often the detector is wrong, and how soon it is right: measured on thousands of random histories. The numbers stand in docs/hosts.md.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judge } from "../../../src/log/detector.ts";
import { emptyRecord, type HostRecord, withAnswer } from "../../../src/log/host-record.ts";
import type { ReplyClass } from "../../../src/replies/outcome.ts";

/** mulberry32: a seed gives the same history on every machine. */
function dice(seed: number): () => number {
	let a = seed;
	return () => {
		a = (a + 0x6d2b79f5) | 0;
		let t = Math.imul(a ^ (a >>> 15), 1 | a);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
	};
}

const others = (records: readonly HostRecord[], h: number) => records.filter((_, i) => i !== h);

/** False alarms in `answers` answers of a site whose hosts all refuse at random with the same share. */
function falseAlarms(of: { hosts: number; share: number; kind: ReplyClass; answers: number; seed: number }): number {
	const random = dice(of.seed);
	const records = Array.from({ length: of.hosts }, (_, i) => emptyRecord(`mx${i}`, "192.0.2.1"));
	const refusing = new Set<number>();
	let alarms = 0;
	for (let at = 0; at < of.answers; at += 1) {
		const h = Math.floor(random() * of.hosts);
		const bad = random() < of.share;
		records[h] = withAnswer(
			records[h]!,
			bad ? { class: of.kind, stage: "greeting", at, text: "" } : { class: "accepted", stage: "body", at, text: "" },
		);
		if (!bad) {
			refusing.delete(h);
			continue;
		}
		if (refusing.has(h) || judge(records[h]!, others(records, h)).verdict !== "refusing") continue;
		refusing.add(h);
		alarms += 1;
	}
	return alarms;
}

describe("the error rate of the detector", () => {
	const RUNS = 60;
	const ANSWERS = 2_500;
	// Measured with 400 runs of 2,500 answers (1,000,000 a case): the bounds leave room for the luck of smaller samples.
	it.each([
		["ip-blocked", 0.01, 6],
		["ip-blocked", 0.05, 15],
		["ip-blocked", 0.2, 22],
		["sender-rate", 0.01, 2],
		["sender-rate", 0.05, 3],
		["sender-rate", 0.2, 5],
	] as const)("random refusals (%s, %d of all answers) raise at most %d false alarms in 100,000 answers", (kind, share, most) => {
		for (const hosts of [2, 4, 6]) {
			let alarms = 0;
			for (let run = 0; run < RUNS; run += 1)
				alarms += falseAlarms({ hosts, share, kind, answers: ANSWERS, seed: run * 1_000 + hosts });
			expect((alarms / (RUNS * ANSWERS)) * 100_000, `${hosts} hosts`).toBeLessThanOrEqual(most);
		}
	});

	it("a host that blocks us is found after four of its own answers, once its siblings have served us twenty times", () => {
		fc.assert(
			fc.property(fc.integer({ min: 20, max: 5_000 }), fc.integer({ min: 1, max: 5 }), (before, siblings) => {
				let at = 0;
				const good = Array.from({ length: siblings }, (_, i) => emptyRecord(`mx${i}`, "192.0.2.1"));
				for (let n = 0; n < before; n += 1) {
					const h = n % siblings;
					good[h] = withAnswer(good[h]!, { class: "accepted", stage: "body", at: at++, text: "" });
				}
				let bad = emptyRecord("bad", "192.0.2.9");
				for (let n = 0; n < 4; n += 1) {
					bad = withAnswer(bad, { class: "dnsbl-listed", stage: "greeting", at: at++, text: "" });
					good[0] = withAnswer(good[0]!, { class: "accepted", stage: "body", at: at++, text: "" });
				}
				expect(judge(bad, good)).toMatchObject({ verdict: "refusing", because: "streak" });
				for (const [h, one] of good.entries()) expect(judge(one, [bad, ...others(good, h)]).verdict).toBe("ok");
			}),
		);
	});

	it("more refusals in a row never make a verdict milder, and one service ends it", () => {
		const order = ["idle", "ok", "suspect", "refusing"];
		fc.assert(
			fc.property(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 1, max: 30 }), fc.boolean(), (usual, streak, more) => {
				let sibling = emptyRecord("mx1", "192.0.2.1");
				for (let n = 0; n < usual; n += 1) sibling = withAnswer(sibling, { class: "accepted", stage: "body", at: n, text: "" });
				let host = emptyRecord("mx2", "192.0.2.2");
				let before = 0;
				for (let n = 0; n < streak; n += 1) {
					host = withAnswer(host, { class: "ip-blocked", stage: "greeting", at: 1_000 + 2 * n, text: "" });
					if (more) sibling = withAnswer(sibling, { class: "accepted", stage: "body", at: 1_001 + 2 * n, text: "" });
					const verdict = order.indexOf(judge(host, [sibling]).verdict);
					expect(verdict).toBeGreaterThanOrEqual(before);
					before = verdict;
				}
				host = withAnswer(host, { class: "accepted", stage: "body", at: 9_999, text: "" });
				expect(judge(host, [sibling]).verdict).not.toBe("refusing");
			}),
		);
	});
});
