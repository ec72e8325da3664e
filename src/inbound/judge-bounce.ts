// What a bounce means and what follows from it for the delivery and the reader (D6). Pure: the same rules as for a reply in the conversation.
import { REPORTED } from "../log/response.ts";
import { classify } from "../replies/classify.ts";
import type { Outcome, ReplyClass, Stage } from "../replies/outcome.ts";
import type { RuleSet } from "../replies/rule-set.ts";
import type { Bounce } from "./bounce.ts";

export interface BounceVerdict {
	readonly outcome: Outcome;
	/** The delivery did not arrive after all, and nobody tries it any more. */
	readonly failed: boolean;
	/** The reader is to be suppressed as unknown, unless the host that took the mail is in doubt. */
	readonly suppress: boolean;
	/** What is counted against the reader by days (log/soft-evidence.store.ts); null: nothing. */
	readonly soft: ReplyClass | null;
}

/** Said of a connection between others: to us it is a time-out somewhere on the way, and nothing about our own connections. */
const THEIR_CONNECTION: ReadonlySet<ReplyClass> = new Set(["connection-expired", "silent-close", "messages-per-connection"]);
const SOFT: ReadonlySet<ReplyClass> = new Set(["inactive-mailbox", "mailbox-full", "no-such-domain", "null-mx"]);

/**
 * Judges a bounce of a message to `reader`. Null: nothing in it is understood, so nothing may follow from it.
 *
 * A report is final when it says so, whatever its code: "given up after four days" with a 4xx is as lost as a 550. But only a permanent refusal suppresses.
 * When the address that failed is not the reader's own (he forwards his mail), it may be mended tomorrow, so it counts softly.
 */
export function judgeBounce(
	bounce: Bounce,
	of: { readonly reader: string; readonly site: string },
	rules: RuleSet,
): BounceVerdict | null {
	const judged = outcomeOf(bounce, of.site, rules);
	const found: Outcome = THEIR_CONNECTION.has(judged.class) ? { ...judged, class: "timeout", scope: "host" } : judged;
	// Words without a report around them count only when they are known: an unknown text may be about anything.
	if (!bounce.told && !rules.byId.has(found.rule)) return null;
	const foreign = bounce.recipient !== null && bounce.recipient !== of.reader.toLowerCase();
	const gone = bounce.failed && found.action === "suppress";
	const outcome: Outcome = {
		...found,
		action: bounce.failed ? (gone && !foreign ? "suppress" : "end") : "retry",
		rule: `${REPORTED}${found.rule}`,
	};
	const soft = gone && foreign ? "inactive-mailbox" : bounce.failed && SOFT.has(found.class) ? found.class : null;
	return { outcome, failed: bounce.failed, suppress: gone && !foreign, soft };
}

/** Where the stage is not told, words that a rule knows at RCPT or after the body go before what a code alone says. */
function outcomeOf({ reply, stage, host }: Bounce, site: string, rules: RuleSet): Outcome {
	const at = (one: Stage) =>
		classify({ stage: one, reply, trouble: null, detail: "", inDoubt: false, acceptedBefore: 0, mxHost: host, site }, rules);
	if (stage !== null) return at(stage);
	const found = [at("rcpt"), at("body")] as const;
	return found.find((one) => rules.byId.has(one.rule)) ?? found.find((one) => one.rule.startsWith("enhanced-")) ?? found[0];
}
