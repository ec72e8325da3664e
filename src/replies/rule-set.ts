// Finds the rule that speaks about a reply. Compiles suffix → rules once; says nothing about rules' content (rules/) or their effect (classify.ts).
import type { Reply, Stage } from "./outcome.ts";
import type { Rule } from "./rule.ts";
import { RULE_GROUPS } from "./rules/all.ts";

export interface RuleSet {
	/** Suffix without a dot in front → its rules, in order. */
	readonly bySuffix: ReadonlyMap<string, readonly Rule[]>;
	/** Texts that many servers share, in order: blacklists, products, then languages. */
	readonly shared: readonly Rule[];
	readonly byId: ReadonlyMap<string, Rule>;
}

const ALL: readonly Rule[] = RULE_GROUPS.flatMap((group) => group.rules.map((entry) => ({ ...entry, hosts: group.hosts })));

/**
 * Compiles the built-in rules, with `extra` ones in front: a user's own rule decides before ours, at its hosts or everywhere.
 * An extra rule with the id of a built-in one replaces it.
 */
export const ruleSet = (extra: readonly Rule[] = []): RuleSet => {
	const replaced = new Set(extra.map((rule) => rule.id));
	const rules = [...extra, ...ALL.filter((rule) => !replaced.has(rule.id))];
	const bySuffix = new Map<string, Rule[]>();
	for (const rule of rules) {
		if (rule.hosts === "*") continue;
		for (const host of rule.hosts) {
			const suffix = host.toLowerCase().replace(/^\./, "");
			const list = bySuffix.get(suffix);
			if (list === undefined) bySuffix.set(suffix, [rule]);
			else list.push(rule);
		}
	}
	return { bySuffix, shared: rules.filter((rule) => rule.hosts === "*"), byId: new Map(rules.map((rule) => [rule.id, rule])) };
};

/** The built-in rules. */
export const BUILT_IN: RuleSet = ruleSet();

/** Copies of a group's rules for other hosts, for a network that imitates a provider or a provider's private MX names. */
export const rehosted = (group: string, hosts: readonly string[]): readonly Rule[] =>
	RULE_GROUPS.filter((one) => one.name === group).flatMap((one) =>
		one.rules.map((entry) => ({ ...entry, id: `${entry.id}@${hosts[0] ?? ""}`, hosts })),
	);

/** The provider's rules for an answering host, those of the longest suffix first; shared ones are not among them. */
export const rulesFor = (mxHost: string, set: RuleSet = BUILT_IN): readonly Rule[] => {
	let name = mxHost.toLowerCase();
	const found: (readonly Rule[])[] = [];
	for (;;) {
		const list = set.bySuffix.get(name);
		if (list !== undefined) found.push(list);
		const dot = name.indexOf(".");
		if (dot < 0) break;
		name = name.slice(dot + 1);
	}
	return found.length === 1 ? (found[0] ?? []) : found.flat();
};

/** The text as rules see it: lines joined, runs of white space as one space, typographic apostrophes plain, bounded. */
export const flatText = (reply: Reply): string => reply.text.slice(0, 2000).replace(/\s+/g, " ").replace(/[‘’]/g, "'");

/** Whether all conditions of the rule hold. `flat` comes from flatText. */
export const matches = (rule: Rule, stage: Stage, reply: Reply, flat: string): boolean =>
	(rule.stages === undefined || rule.stages.includes(stage)) &&
	(rule.codes === undefined || rule.codes.includes(reply.code)) &&
	(rule.enhanced === undefined || (reply.enhanced !== null && rule.enhanced.test(reply.enhanced))) &&
	(rule.text === undefined || rule.text.test(flat));

/** The rule of that id, for a person who asks why; null for the judgements that need no rule ("enhanced-5.1.1", "digit-4"). */
export const explainRule = (id: string, set: RuleSet = BUILT_IN): Rule | null => set.byId.get(id) ?? null;
