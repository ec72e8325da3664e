// What each class of outcome is about and what is done with the delivery. Data only: classify.ts chooses the class, words-*.ts tell people.
import type { Action, ReplyClass, Scope, Stage } from "./outcome.ts";
import { REPLY_CLASSES } from "./outcome.ts";
import { WORDS_EN } from "./words-en.ts";
import { WORDS_KO } from "./words-ko.ts";

interface Languages {
	readonly en: string;
	readonly ko: string;
}

export interface ClassFacts {
	readonly scope: Scope;
	readonly action: Action;
	readonly meaning: Languages;
	readonly advice: Languages;
}

/**
 * Scope and action of each class. Only `invalid-recipient` suppresses at once; a reader whose mailbox is inactive or whose domain is gone is
 * suppressed after repeated evidence, which one reply cannot give. What is about us (lane, identity) never ends a delivery.
 */
const EFFECTS: Readonly<Record<ReplyClass, readonly [Scope, Action]>> = {
	accepted: ["recipient", "done"],
	"invalid-recipient": ["recipient", "suppress"],
	"inactive-mailbox": ["recipient", "end"],
	"mailbox-full": ["recipient", "retry-long"],
	"recipient-rate": ["recipient", "wait-recipient"],
	"recipient-policy": ["recipient", "end"],
	greylisted: ["host", "retry-soon"],
	"server-busy": ["host", "sibling"],
	"too-many-connections": ["lane", "requeue"],
	"messages-per-connection": ["lane", "again"],
	"sender-rate": ["lane", "requeue"],
	"reputation-temporary": ["lane", "requeue"],
	"ip-blocked": ["lane", "requeue"],
	"dnsbl-listed": ["lane", "requeue"],
	"ptr-missing": ["lane", "requeue"],
	"ehlo-refused": ["lane", "requeue"],
	"relay-denied": ["host", "sibling"],
	"auth-failed": ["identity", "hold"],
	"dmarc-failed": ["identity", "hold"],
	"not-aligned": ["identity", "hold"],
	"sender-refused": ["identity", "hold"],
	"tls-required": ["host", "again"],
	"content-refused": ["message", "end"],
	"link-listed": ["message", "end"],
	"too-big": ["message", "end"],
	"bad-format": ["message", "end"],
	"receiver-misconfigured": ["host", "sibling"],
	"no-such-domain": ["recipient", "end"],
	"null-mx": ["recipient", "end"],
	"dns-failed": ["recipient", "retry"],
	"connect-failed": ["host", "sibling"],
	timeout: ["host", "sibling"],
	"tls-failed": ["host", "sibling"],
	"protocol-error": ["host", "sibling"],
	"login-refused": ["lane", "requeue"],
	"gateway-policy": ["identity", "requeue"],
	"connection-expired": ["lane", "again"],
	"silent-close": ["lane", "again"],
	"lost-after-body": ["host", "doubt"],
	"source-missing": ["lane", "requeue"],
	skipped: ["host", "sibling"],
	"unknown-temporary": ["host", "retry"],
	"unknown-permanent": ["message", "end"],
};

export const CLASSES: Readonly<Record<ReplyClass, ClassFacts>> = Object.fromEntries(
	REPLY_CLASSES.map((name): [ReplyClass, ClassFacts] => {
		const [scope, action] = EFFECTS[name];
		const [en, ko] = [WORDS_EN[name], WORDS_KO[name]];
		return [name, { scope, action, meaning: { en: en.meaning, ko: ko.meaning }, advice: { en: en.advice, ko: ko.advice } }];
	}),
) as Record<ReplyClass, ClassFacts>;

/** Classes that a sibling may see otherwise even after the envelope: a stale blacklist entry, a full disk, an own PTR cache. */
const OTHERWISE_ELSEWHERE: ReadonlySet<ReplyClass> = new Set(["ip-blocked", "dnsbl-listed", "ptr-missing", "server-busy"]);

/**
 * Whether another MX host of the site is worth asking now, before the outcome's own action is taken.
 *
 * Refusals before MAIL always: each host has its own counters and lists. From MAIL on only blocks and busy hosts, and whatever is the
 * host's own trouble (`sibling`). Never where too fast is the complaint: knocking at the next door would prove the point.
 */
export const mayAskSibling = (name: ReplyClass, action: Action, stage: Stage): boolean => {
	if (action === "sibling" || OTHERWISE_ELSEWHERE.has(name)) return true;
	if (action === "done" || action === "doubt" || action === "again") return false;
	if (stage !== "greeting" && stage !== "ehlo") return false;
	return name !== "too-many-connections" && name !== "sender-rate" && name !== "source-missing";
};
