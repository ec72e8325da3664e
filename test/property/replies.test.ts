// What must hold for every reply that anybody could send.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classify } from "../../src/replies/classify.ts";
import { type Happening, REPLY_CLASSES, STAGES } from "../../src/replies/outcome.ts";
import { MAX_REPLY_TEXT, parseReply } from "../../src/replies/reply.ts";
import { RULE_GROUPS } from "../../src/replies/rules/all.ts";

const rules = RULE_GROUPS.flatMap((group) => group.rules);
const evidence = rules.map((rule) => rule.evidence);
const hosts = RULE_GROUPS.flatMap((group) => (group.hosts === "*" ? [] : group.hosts.map((host) => `mx.${host}`)));

const raw = fc.oneof(
	fc.constantFrom(...evidence),
	fc
		.tuple(fc.integer({ min: 100, max: 999 }), fc.string({ unit: "binary", maxLength: 300 }))
		.map(([code, text]) => `${code} ${text}`),
	fc.tuple(fc.integer({ min: 400, max: 599 }), fc.constantFrom(...evidence)).map(([code, text]) => `${code}${text.slice(3)}`),
	fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes)),
);
const happening: fc.Arbitrary<Happening> = fc.record({
	stage: fc.constantFrom(...STAGES),
	reply: fc.option(raw.map(parseReply), { nil: null }),
	trouble: fc.constantFrom("no-such-domain", "null-mx", "timeout", "closed", "bad-reply", "message-too-big", null),
	detail: fc.string(),
	inDoubt: fc.boolean(),
	acceptedBefore: fc.nat(50),
	mxHost: fc.oneof(fc.constantFrom(...hosts), fc.constant(""), fc.domain(), fc.string()),
	site: fc.string(),
});

describe("any reply", () => {
	test("is parsed into bounded text without control characters", () => {
		fc.assert(
			fc.property(raw, (bytes) => {
				const reply = parseReply(bytes);
				expect(reply.text.length).toBeLessThanOrEqual(MAX_REPLY_TEXT);
				expect(reply.text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
				expect(reply.code === 0 || (reply.code >= 200 && reply.code < 600)).toBe(true);
				expect(reply.enhanced ?? "2.0.0").toMatch(/^[245]\.\d{1,3}\.\d{1,3}$/);
			}),
			{ numRuns: 2000 },
		);
	});

	test("has exactly one outcome, within what its stage allows", () => {
		fc.assert(
			fc.property(happening, (one) => {
				const outcome = classify(one);
				expect(REPLY_CLASSES).toContain(outcome.class);
				expect(outcome.rule).not.toBe("");
				const early = STAGES.indexOf(one.stage) < STAGES.indexOf("rcpt");
				if (outcome.action === "suppress") {
					expect(early).toBe(false);
					expect(one.reply?.code).toBeGreaterThanOrEqual(500);
					expect(outcome.class).toBe("invalid-recipient");
				}
				if (early && one.reply !== null && outcome.class !== "lost-after-body") {
					expect(outcome.scope).not.toBe("recipient");
					if (one.stage !== "mail") expect(["host", "lane"]).toContain(outcome.scope);
				}
				if (outcome.action === "done") expect([one.stage, String(one.reply?.code)[0]]).toEqual(["body", "2"]);
				if (one.inDoubt && one.reply === null) expect(outcome.action).toBe("doubt");
			}),
			{ numRuns: 5000 },
		);
	});

	test("is judged in bounded time, however it is made", () => {
		// Words of the rules themselves, repeated: the texts on which a careless expression would search for ever.
		const word = fc.constantFrom(
			...new Set(evidence.flatMap((text) => text.split(/\s+/)).filter((text) => text.length < 30)),
			" ",
			"a",
			".",
			"<",
			"1.",
		);
		const hostile = fc
			.tuple(fc.array(word, { minLength: 1, maxLength: 4 }), fc.constantFrom("", " ", "-"))
			.map(([words, glue]) => `${words.join(glue)}${glue}`.repeat(2000).slice(0, 2000));
		let slowest = { ms: 0, id: "" };
		fc.assert(
			fc.property(hostile, (text) => {
				for (const rule of rules) {
					const start = performance.now();
					rule.text?.test(text);
					const ms = performance.now() - start;
					if (ms > slowest.ms) slowest = { ms, id: rule.id };
				}
			}),
			{ numRuns: 150 },
		);
		// A generous bound for a busy machine; linear expressions stay below a few milliseconds, exponential ones never return.
		expect(slowest.ms, slowest.id).toBeLessThan(250);
	});
});
