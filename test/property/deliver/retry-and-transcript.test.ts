import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../../src/deliver/retry.ts";
import { Transcript } from "../../../src/deliver/transcript.ts";
import { CLASSES } from "../../../src/replies/classes.ts";
import { type Action, REPLY_CLASSES } from "../../../src/replies/outcome.ts";

const ACTIONS: readonly Action[] = [
	"done",
	"suppress",
	"end",
	"retry",
	"retry-soon",
	"retry-long",
	"wait-recipient",
	"again",
	"sibling",
	"requeue",
	"hold",
	"doubt",
];
const outcomes = fc
	.tuple(fc.constantFrom(...REPLY_CLASSES), fc.constantFrom(...ACTIONS))
	.map(([name, action]) => ({ class: name, scope: CLASSES[name].scope, action, rule: "x" }));
const policies = fc.record({
	waitsMs: fc.array(fc.integer({ min: 1, max: 86_400_000 }), { maxLength: 6 }),
	giveUpMs: fc.integer({ min: 1_000, max: 30 * 86_400_000 }),
});
const situations = fc.record({
	outcome: outcomes,
	attempts: fc.nat(50),
	queuedAt: fc.integer({ min: 0, max: 2_000_000_000_000 }),
	age: fc.integer({ min: 0, max: 40 * 86_400_000 }),
	siblingLeft: fc.boolean(),
	agains: fc.nat(5),
	random: fc.double({ min: 0, max: 0.999_999_999, noNaN: true }),
});

test("another try is never in the past, and never beyond the age limit", () => {
	fc.assert(
		fc.property(situations, policies, ({ age, ...given }, policy) => {
			const now = given.queuedAt + age;
			const next = decide({ ...given, now }, policy);
			if (next.kind !== "later") return;
			expect(next.at).toBeGreaterThanOrEqual(now);
			expect(next.at).toBeLessThanOrEqual(given.queuedAt + policy.giveUpMs);
		}),
		{ numRuns: 2_000 },
	);
});

test("whatever a server answers, a delivery comes to an end by its age limit", () => {
	fc.assert(
		fc.property(
			fc.array(outcomes, { minLength: 1, maxLength: 8 }),
			policies,
			fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true })),
			(answers, policy, dice) => {
				let now = 0;
				let attempts = 0;
				for (let tries = 0; ; tries++) {
					const outcome = answers[tries % answers.length];
					if (outcome === undefined) return;
					// "again" and "sibling" stay within one try, and are bounded there.
					const random = dice.next().value ?? 0;
					const next = decide({ outcome, attempts, queuedAt: 0, now, siblingLeft: false, agains: 2, random }, policy);
					if (next.kind !== "later") return;
					expect(tries).toBeLessThan(
						policy.giveUpMs / Math.max(1, Math.floor(Math.min(...policy.waitsMs, 60_000, 300_000, policy.giveUpMs / 6) * 0.8)) +
							4,
					);
					now = next.at;
					attempts += next.burns ? 1 : 0;
					if (tries > 2_000) return;
				}
			},
		),
		{ numRuns: 300 },
	);
});

/** Groups of commands that may be sent at once (RFC 2920), each with the code of its reply. */
const reply = (codes: readonly number[]) => fc.constantFrom(...codes);
const envelope = fc.record({
	mail: reply([250, 451, 550]),
	rcpt: reply([250, 450, 550]),
	data: reply([354, 451, 554]),
	body: reply([250, 451, 554]),
	atOnce: fc.boolean(),
	reset: fc.boolean(),
});

test("replies never lose their commands, over any number of messages and any order of pipelining", () => {
	fc.assert(
		fc.property(fc.array(envelope, { minLength: 1, maxLength: 12 }), fc.boolean(), (messages, tls) => {
			const transcript = new Transcript();
			transcript.received("220 hi");
			transcript.sent("EHLO us.test");
			transcript.received("250-mx\n250 STARTTLS");
			if (tls) {
				transcript.sent("STARTTLS");
				transcript.received("220 go");
				expect(transcript.waitingFor).toBe("tls");
				transcript.sent("EHLO us.test");
				transcript.received("250 mx");
			}
			for (const [index, message] of messages.entries()) {
				if (message.reset) {
					transcript.sent("RSET");
					transcript.received("250 reset");
				}
				transcript.nextMessage();
				const steps = [
					["mail", "MAIL FROM:<a@b.test>", message.mail],
					["rcpt", "RCPT TO:<c@d.test>", message.rcpt],
				] as const;
				if (message.atOnce) for (const [, line] of steps) transcript.sent(line);
				for (const [stage, line, code] of steps) {
					if (!message.atOnce) transcript.sent(line);
					expect(transcript.waitingFor).toBe(stage);
					transcript.received(`${code} ${stage} ${index}`);
				}
				transcript.sent("DATA");
				transcript.received(`${message.data} data ${index}`);
				if (message.data === 354) {
					expect(transcript.waitingFor).toBe("body");
					transcript.received(`${message.body} body ${index}`);
				}
				for (const heard of transcript.heard) expect(heard.raw.endsWith(`${heard.stage} ${index}`)).toBe(true);
				expect(transcript.heard).toHaveLength(message.data === 354 ? 4 : 3);
				expect(transcript.waitingFor).toBeNull();
			}
			expect(transcript.surplus).toBe(false);
		}),
		{ numRuns: 500 },
	);
});
