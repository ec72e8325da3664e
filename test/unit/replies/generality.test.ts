// How well the rules judge replies they were not written from. A miss is allowed, a wrong suppression is not.
import { describe, expect, test } from "vitest";
import { classify } from "../../../src/replies/classify.ts";
import { parseReply } from "../../../src/replies/reply.ts";
import { RULE_GROUPS } from "../../../src/replies/rules/all.ts";
import { happening } from "./happening.ts";
import { REPORTED } from "./reported.ts";
import { UNSEEN } from "./unseen.ts";
import { WORDED_ANEW } from "./worded-anew.ts";

const rows = [
	...UNSEEN,
	...WORDED_ANEW,
	...REPORTED.map(([stage, raw, expected]) => [stage, raw, expected, undefined] as const),
].map(([stage, raw, expected, host]) => ({
	raw,
	expected,
	outcome: classify(happening(stage, parseReply(raw), host === undefined ? {} : { mxHost: host })),
}));
const evidence = new Set(RULE_GROUPS.flatMap((group) => group.rules.map((rule) => rule.evidence)));
const fresh = rows.filter((row) => !evidence.has(row.raw));

describe("replies that no rule was written from", () => {
	test("are at least 300", () => {
		expect(fresh.length).toBeGreaterThanOrEqual(300);
	});

	test("get the expected class in at least 97 of 100 cases", () => {
		const missed = fresh.filter((row) => row.outcome.class !== row.expected);
		expect(
			missed.length / fresh.length,
			missed.map((row) => `${row.raw} → ${row.outcome.class} (${row.outcome.rule})`).join("\n"),
		).toBeLessThan(0.03);
	});

	test("never suppress a reader for something else than an unknown mailbox", () => {
		expect(rows.filter((row) => row.outcome.action === "suppress" && row.expected !== "invalid-recipient")).toEqual([]);
	});

	test("never suppress a reader when a provider's words come from a host that we do not know", () => {
		const others = RULE_GROUPS.flatMap((group) => group.rules).filter((rule) => rule.class !== "invalid-recipient");
		const wrong = others.flatMap((rule) =>
			(["rcpt", "data", "body"] as const)
				.map((stage) => classify(happening(stage, parseReply(rule.evidence))))
				.filter((outcome) => outcome.action === "suppress")
				.map((outcome) => `${rule.id} → ${outcome.rule}`),
		);
		expect(wrong).toEqual([]);
	});

	test.each([
		"550 5.7.1 Recipient not found in whitelist; your IP 192.0.2.1 is blocked",
		"550 mailbox unavailable: blocked by policy",
		"550 5.7.1 bad address in HELO",
		"550 5.1.1 authentication required for unknown user",
		"550 5.7.0 Local policy violation: no user-agent",
		"550 No DKIM for this address",
		"550 5.7.1 Invalid sender account",
		"554 no valid rDNS for host",
		"550 cannot verify user news@example.com: sender verification failed",
	])("do not suppress for a refusal about us that mentions a user: %s", (raw) => {
		expect(classify(happening("rcpt", parseReply(raw))).action).not.toBe("suppress");
	});
});
