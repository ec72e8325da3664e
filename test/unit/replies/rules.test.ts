// Every rule proves itself on the reply that made somebody write it.
import { describe, expect, test } from "vitest";
import { CLASSES } from "../../../src/replies/classes.ts";
import { classify } from "../../../src/replies/classify.ts";
import { parseReply } from "../../../src/replies/reply.ts";
import { RULE_GROUPS } from "../../../src/replies/rules/all.ts";
import { happening } from "./happening.ts";

const rules = RULE_GROUPS.flatMap((group) => group.rules.map((rule) => ({ ...rule, hosts: group.hosts })));
const hostOf = (hosts: readonly string[] | "*") => (hosts === "*" ? "mx.receiver.test" : `mx1.in.${hosts[0]}`);

describe("the rules", () => {
	test("are at least 250, each with an id of its own, evidence and source", () => {
		expect(rules.length).toBeGreaterThanOrEqual(250);
		expect(new Set(rules.map((rule) => rule.id)).size).toBe(rules.length);
		for (const rule of rules) {
			expect(rule.id, rule.id).toMatch(/^[a-z0-9][a-z0-9.-]+$/);
			expect(rule.evidence, rule.id).toMatch(/^[45]\d\d[ -]/);
			expect(rule.source.length, rule.id).toBeGreaterThan(3);
			expect(rule.text ?? rule.enhanced, rule.id).toBeDefined();
			expect(rule.text?.global ?? false, rule.id).toBe(false);
		}
	});

	test("are asked by lower-case suffixes without a dot in front", () => {
		for (const group of RULE_GROUPS)
			if (group.hosts !== "*") for (const host of group.hosts) expect(host).toMatch(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/);
	});

	test.each(rules)("$id decides about its own evidence, and no earlier rule takes it", (rule) => {
		const outcome = classify(happening(rule.at, parseReply(rule.evidence), { mxHost: hostOf(rule.hosts) }));
		expect(outcome.rule).toBe(rule.id);
		expect(outcome.class).toBe(rule.class);
		expect(outcome.scope).toBe(CLASSES[rule.class].scope);
	});
});
