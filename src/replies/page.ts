// The page docs/replies.md, made from the table of classes so that it cannot say something else. Writes no file.
import { CLASSES, mayAskSibling } from "./classes.ts";
import { type Action, REPLY_CLASSES, type Scope } from "./outcome.ts";

const SCOPES: Readonly<Record<Scope, string>> = {
	recipient: "the reader",
	message: "the message",
	host: "the MX host",
	lane: "us at this site",
	identity: "the sender identity",
};

const ACTIONS: Readonly<Record<Action, string>> = {
	done: "delivered",
	suppress: "ends, and the reader is suppressed",
	end: "ends, the reader is kept",
	retry: "tried again on the schedule",
	"retry-soon": "tried again in minutes",
	"retry-long": "tried again in a day",
	"wait-recipient": "this reader waits an hour",
	again: "at once on a new connection, costs no attempt",
	sibling: "another MX host now, else on the schedule",
	requeue: "later, costs no attempt",
	hold: "waits for a person, costs no attempt",
	doubt: "uncertain, never sent again by itself",
};

/** The whole page as Markdown, with a newline at its end. */
export const repliesPage = (): string => {
	const sections = REPLY_CLASSES.map((name) => {
		const { scope, action, meaning, advice } = CLASSES[name];
		const sibling = action !== "sibling" && mayAskSibling(name, action, "body") ? " Another MX host is asked first." : "";
		return [
			`### ${name}`,
			`${meaning.en} ${advice.en}`,
			`${meaning.ko} ${advice.ko}`,
			`*About ${SCOPES[scope]}. The delivery: ${ACTIONS[action]}.${sibling}*`,
		].join("\n\n");
	});
	return `${[
		"# What a mail server's reply means",
		"Every reply of every MX host gets one class. The class says whom it is about and what happens to the delivery. Only `invalid-recipient` suppresses a reader at once; what is about us never costs a reader.",
		"How a class is found: what happened on our own side, then the texts of the provider whose host answered, then texts that many servers share, then the enhanced code (RFC 3463), then the three digits. The first that fits decides, and the log names it. The stage bounds the scope: before RCPT no reply is about a reader, before MAIL none is about the sender or the message. A 4xx never ends a delivery. A reply that nothing recognises is judged by its first digit, is counted, and never suppresses.",
		'`wellsent rules test "550 5.7.1 …"` shows which rule decides and what it does.',
		"## Classes",
		...sections,
	].join("\n\n")}\n`;
};
