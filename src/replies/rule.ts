// What a rule is: the shape of the data in rules/, and of a user's own rules. Nothing is matched here: see rule-set.ts.
import type { Action, ReplyClass, Stage } from "./outcome.ts";

/** One sentence a server is known to say, and what it means. All conditions given must hold; at least one of text and enhanced is given. */
export interface RuleEntry {
	/** Unique, kebab-case with dots, never renamed: it is stored in the log. */
	readonly id: string;
	readonly class: ReplyClass;
	/** Replaces the action of the class, for replies that mean less or more than their kind. Never widens what the stage allows. */
	readonly action?: Action;
	/** Stages at which it is believed; left out: all that the scope of the class allows. */
	readonly stages?: readonly Stage[];
	/** Reply codes; left out: every 4xx and 5xx. */
	readonly codes?: readonly number[];
	/** Must match the whole enhanced code, e.g. /^[45]\.7\.28$/. */
	readonly enhanced?: RegExp;
	/** Searched in the text with its lines joined by one space. No `g` flag, no nested repetition. */
	readonly text?: RegExp;
	/** A real reply, as it came: the proof that the rule is needed and the test that it works. */
	readonly evidence: string;
	/** The stage at which the evidence came. */
	readonly at: Stage;
	/** Who documents or reports it. */
	readonly source: string;
}

export interface Rule extends RuleEntry {
	/** MX suffixes ("google.com" also means a.mx.google.com), or "*" for texts that many servers share. */
	readonly hosts: readonly string[] | "*";
}

/** The rules of one provider, product or blacklist. */
export interface RuleGroup {
	readonly name: string;
	readonly hosts: readonly string[] | "*";
	readonly rules: readonly RuleEntry[];
}
