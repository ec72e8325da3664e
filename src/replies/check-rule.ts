// Whether a rule may be used: it names its source and proves itself on its own evidence. For built-in rules a test asks, for a user's own the loader.
import { classify } from "./classify.ts";
import { parseReply } from "./reply.ts";
import type { Rule } from "./rule.ts";
import { ruleSet } from "./rule-set.ts";

/** How long one search may take on a text that was made to be slow, milliseconds. A linear expression needs far less than one. */
const PATIENCE_MS = 50;

/** Pieces that are repeated to hostile texts; the end that fits nothing makes a backtracking search try everything. */
const PIECES = [" ", "a", "a ", "1.", "not ", "user ", "\u00e4", "<", "(", "blocked "];

/** Lengths grow slowly at first, so that an exponential expression is caught at a tenth of a second and not after the end of the world. */
const LENGTHS = [12, 16, 20, 22, 24, 26, 28, 32, 64, 250, 2000];

const isSlow = (text: RegExp, now: () => number): boolean => {
	for (const length of LENGTHS) {
		for (const piece of PIECES) {
			const hostile = `${piece.repeat(Math.ceil(length / piece.length)).slice(0, length)}!`;
			const start = now();
			text.test(hostile);
			if (now() - start > PATIENCE_MS) return true;
		}
	}
	return false;
};

/**
 * Why a rule is refused, in words, or null when it is good.
 *
 * @param others the user's other rules, in their order: one of them may take the evidence first.
 * @param now a monotonic clock in milliseconds, for example performance.now.
 */
export const ruleProblem = (rule: Rule, others: readonly Rule[], now: () => number): string | null => {
	if (!/^[a-z0-9][a-z0-9.@_-]{0,99}$/.test(rule.id)) return "its id must be lower-case letters, digits, dots and hyphens";
	if (rule.source.trim() === "") return "it has no source: say who documents or reports the reply";
	if (rule.text === undefined && rule.enhanced === undefined)
		return "it has neither text nor enhanced, so it would match everything";
	if (rule.text?.global || rule.text?.sticky)
		return "its text has the flag g or y, which makes a search depend on the one before";
	if (rule.hosts !== "*" && rule.hosts.length === 0) return 'it names no hosts: give MX suffixes or "*"';
	const evidence = parseReply(rule.evidence);
	if (evidence.code < 400) return "its evidence is not a reply that refuses: paste the whole reply with its code";

	if (rule.text !== undefined && isSlow(rule.text, now))
		return "its text is too slow on long replies: bound the repetitions, e.g. .{0,80}";

	const mxHost = rule.hosts === "*" ? "" : (rule.hosts[0] ?? "").replace(/^\./, "");
	const happening = {
		stage: rule.at,
		reply: evidence,
		trouble: null,
		detail: "",
		inDoubt: false,
		acceptedBefore: 0,
		mxHost,
		site: "",
	};
	const decided = classify(happening, ruleSet([...others.filter((other) => other.id !== rule.id), rule]));
	if (decided.rule === rule.id) return null;
	return `its own evidence is decided by ${decided.rule} (${decided.class}): an earlier rule takes it, or the stage ${rule.at} does not allow ${rule.class}`;
};
