// From what happened at one stage with one MX host to its one Outcome. Pure; asks no rule to know hosts, lanes or schedules.
//
// Order: our own stage and trouble, then the provider's texts (by the suffix of the host that answered), then texts that many servers
// share, then the enhanced code, then the three digits, then the first digit. The first that fits wins and its id is recorded.
import { CLASSES } from "./classes.ts";
import { codeMeaning, enhancedMeaning, type Meaning } from "./enhanced.ts";
import type { Action, Happening, Outcome, Reply, ReplyClass, Scope, Stage, Trouble } from "./outcome.ts";
import { BUILT_IN, flatText, matches, type RuleSet, rulesFor } from "./rule-set.ts";

const ACCEPTED: Outcome = { class: "accepted", scope: "recipient", action: "done", rule: "accepted" };
const IN_DOUBT: Outcome = { class: "lost-after-body", scope: "host", action: "doubt", rule: "in-doubt" };

/**
 * Whom a reply at this stage can be about. Before MAIL neither the sender, the message nor the reader has been named, so a refusal there
 * cannot be about them, whatever it says; before RCPT it cannot be about the reader.
 */
const allowed = (scope: Scope, stage: Stage): boolean => {
	switch (stage) {
		case "rcpt":
		case "data":
		case "body":
			return true;
		case "mail":
			return scope !== "recipient";
		default:
			return scope === "host" || scope === "lane";
	}
};

/** Only a permanent reply ends anything: a 4xx promises that the next try may go otherwise (RFC 5321 section 4.2.1). */
const tempered = (action: Action, code: number): Action =>
	code < 500 && (action === "suppress" || action === "end") ? "retry" : action;

const outcome = (meaning: Meaning, stage: Stage, code: number, rule: string): Outcome | null => {
	const facts = CLASSES[meaning.class];
	if (!allowed(facts.scope, stage)) return null;
	return { class: meaning.class, scope: facts.scope, action: meaning.action ?? tempered(facts.action, code), rule };
};

const byTrouble = (trouble: Trouble, happening: Happening): ReplyClass => {
	switch (trouble) {
		case "no-such-domain":
		case "null-mx":
		case "dns-failed":
		case "source-missing":
		case "tls-failed":
		case "timeout":
			return trouble;
		case "no-address":
			return "dns-failed";
		case "connect-refused":
		case "connect-failed":
			return "connect-failed";
		case "tls-not-offered":
			return "tls-failed";
		case "closed":
			// Yahoo and others close without a word after a number of messages: a new connection, not a trouble.
			return happening.acceptedBefore > 0 && happening.stage === "mail" ? "silent-close" : "connect-failed";
		case "bad-reply":
			return "protocol-error";
		case "message-too-big":
			return "too-big";
		case "login-impossible":
			return "login-refused";
		case "smtputf8-missing":
			return "recipient-policy";
	}
};

const ofTrouble = (trouble: Trouble, happening: Happening): Outcome => {
	const name = byTrouble(trouble, happening);
	const facts = CLASSES[name];
	// A host without an address is one host's fault; a domain that cannot be looked up is nobody's host.
	if (trouble === "no-address") return { class: name, scope: "host", action: "sibling", rule: "trouble-no-address" };
	return { class: name, scope: facts.scope, action: facts.action, rule: `trouble-${trouble}` };
};

/** Nothing was recognised: the stage says whom it may be about, the first digit whether to try again. Never suppresses. */
const byDigit = (code: number, stage: Stage): Outcome => {
	const name = code >= 500 ? "unknown-permanent" : "unknown-temporary";
	const rule = code >= 500 ? "digit-5" : "digit-4";
	switch (stage) {
		case "rcpt":
			return { class: name, scope: "recipient", action: code >= 500 ? "end" : "retry", rule };
		case "data":
		case "body":
			return { class: name, scope: "message", action: code >= 500 ? "end" : "retry", rule };
		case "mail":
			// About our address or the sender: the reader's mail must not be lost for it, so the schedule goes on.
			return { class: name, scope: "lane", action: "retry", rule };
		default:
			return { class: name, scope: "host", action: "sibling", rule };
	}
};

/** Before the envelope, AUTH itself: what is refused is the login, whatever the words. 4xx: the gateway cannot check it now (RFC 4954 454). */
const atLogin = (code: number): Outcome =>
	code >= 500
		? { class: "login-refused", scope: "lane", action: "requeue", rule: "stage-auth" }
		: { class: "server-busy", scope: "host", action: "retry", rule: "stage-auth-temporary" };

const ofRefusal = (reply: Reply, happening: Happening, set: RuleSet): Outcome => {
	const { stage } = happening;
	const flat = flatText(reply);
	for (const rules of [rulesFor(happening.mxHost, set), set.shared]) {
		for (const rule of rules) {
			if (!matches(rule, stage, reply, flat)) continue;
			const found = outcome(rule, stage, reply.code, rule.id);
			if (found !== null) return found;
		}
	}
	if (stage === "auth") return atLogin(reply.code);
	const meaning = reply.enhanced === null ? null : enhancedMeaning(reply.enhanced, reply.code, stage);
	const byEnhanced = meaning === null ? null : outcome(meaning, stage, reply.code, `enhanced-${reply.enhanced}`);
	if (byEnhanced !== null) return byEnhanced;
	// An idle or full connection that says good-bye between two messages: once more on a new one, where this no longer holds.
	if (reply.code === 421 && stage === "mail" && happening.acceptedBefore > 0)
		return { class: "connection-expired", scope: "lane", action: "again", rule: "421-between-messages" };
	const bare = codeMeaning(reply.code, stage);
	const byCode = bare === null ? null : outcome(bare, stage, reply.code, `code-${reply.code}`);
	return byCode ?? byDigit(reply.code, stage);
};

/**
 * The one outcome of a happening. Never throws, whatever the server said.
 *
 * Only a 2xx to the body is `accepted`. A reply to the body that is neither 2xx, 4xx nor 5xx is `lost-after-body`: the message was handed
 * over and nobody knows its fate. A 2xx or 3xx handed in for any other stage is a `protocol-error`: it must never read as delivered.
 */
export const classify = (happening: Happening, set: RuleSet = BUILT_IN): Outcome => {
	const { reply, stage } = happening;
	if (reply !== null && stage === "body" && reply.code >= 200 && reply.code < 300) return ACCEPTED;
	const clear = reply !== null && reply.code >= 400 && reply.code < 600;
	if (stage === "body" && (reply !== null || happening.inDoubt) && !clear) return IN_DOUBT;
	if (happening.inDoubt && stage !== "body") return IN_DOUBT;
	if (reply !== null && clear) return ofRefusal(reply, happening, set);
	if (reply !== null) return { class: "protocol-error", scope: "host", action: "sibling", rule: "not-a-refusal" };
	return ofTrouble(happening.trouble ?? "closed", happening);
};
