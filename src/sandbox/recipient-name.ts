// The vocabulary of recipients: what a local part asks the server to do. Pure.
//
//   ok@                      accepted
//   tempfail@ permfail@      451 / 550 at RCPT
//   full@ unknown@           552 5.2.2 / 550 5.1.1 at RCPT
//   550-5.1.1-no-such-user@  any 4xx or 5xx at RCPT; dashes are blanks; 421 closes the connection after it
//   at-data-451-busy@        the same at DATA, at-body-554-spam@ after the final dot
//   slow-500@                accepted, the reply to the final dot 500 ms late; slow-at-rcpt-500@ and slow-at-data-500@ elsewhere
//   greylist@ greylist-3@    the first (three) tries refused with 451, then accepted
//   drop-at-rcpt@ drop-at-data@   the connection ends instead of that reply
//   drop-at-body@            the connection ends while the message arrives: nothing was accepted
//   drop-after-body@         the message IS accepted and recorded, the connection ends instead of the reply: the sender cannot know
//   spamtrap@                accepted, and its source is on the blacklist zen.spamhaus.org for five minutes (spam-trap.ts)
//   silent-at-rcpt@ silent-at-data@ silent-at-body@   no reply ever (at body: nothing is accepted)
//
// A tag does not count: full+kim@ is full@. Anything else is accepted.

/** Stages at which a recipient's name can bite. */
export type NameStage = "rcpt" | "data" | "in-body" | "body";

export type Behaviour =
	| { readonly kind: "accept" }
	| { readonly kind: "reply"; readonly at: NameStage; readonly reply: string }
	| { readonly kind: "slow"; readonly at: NameStage; readonly ms: number }
	| { readonly kind: "drop"; readonly at: NameStage }
	| { readonly kind: "silent"; readonly at: NameStage }
	| { readonly kind: "greylist"; readonly tries: number };

const FIXED: Readonly<Record<string, Behaviour>> = {
	tempfail: { kind: "reply", at: "rcpt", reply: "451 4.3.0 Temporary trouble with <{to}>, try again later" },
	permfail: { kind: "reply", at: "rcpt", reply: "550 5.0.0 Mail for <{to}> is refused" },
	full: { kind: "reply", at: "rcpt", reply: "552 5.2.2 <{to}>: mailbox full, over quota" },
	unknown: { kind: "reply", at: "rcpt", reply: "550 5.1.1 <{to}>: Recipient address rejected: User unknown" },
	greylist: { kind: "greylist", tries: 1 },
	"drop-at-rcpt": { kind: "drop", at: "rcpt" },
	"drop-at-data": { kind: "drop", at: "data" },
	"drop-at-body": { kind: "drop", at: "in-body" },
	"drop-after-body": { kind: "drop", at: "body" },
	"silent-at-rcpt": { kind: "silent", at: "rcpt" },
	"silent-at-data": { kind: "silent", at: "data" },
	"silent-at-body": { kind: "silent", at: "body" },
};

const ACCEPT: Behaviour = { kind: "accept" };

/** What the local part asks for. Case does not count. */
export function behaviourOf(localPart: string): Behaviour {
	const word = untagged(localPart);
	const fixed = Object.hasOwn(FIXED, word) ? FIXED[word] : undefined;
	if (fixed !== undefined) return fixed;
	// Two tests on the first letters keep ordinary names (nearly all, in a benchmark) away from the expressions below.
	const first = word.charCodeAt(0);
	if (first !== 52 && first !== 53 && !/^(?:at|slow|greylist)-/.test(word)) return ACCEPT;
	const reply = /^(?:at-(rcpt|data|body)-)?([45]\d\d)(?:-(.*))?$/.exec(word);
	if (reply) return { kind: "reply", at: nameStage(reply[1]), reply: spoken(reply[2] ?? "", reply[3] ?? "") };
	const slow = /^slow(?:-at-(rcpt|data|body))?-(\d{1,6})$/.exec(word);
	if (slow) return { kind: "slow", at: slow[1] === undefined ? "body" : nameStage(slow[1]), ms: Number(slow[2]) };
	const grey = /^greylist-(\d{1,3})$/.exec(word);
	if (grey) return { kind: "greylist", tries: Number(grey[1]) };
	return ACCEPT;
}

/** The local part in lower case up to its first "+". */
export function untagged(localPart: string): string {
	const plus = localPart.indexOf("+");
	return (plus > 0 ? localPart.slice(0, plus) : localPart).toLowerCase();
}

/** What a host's own table says: a reply line at RCPT, or a word of the vocabulary. */
export function behaviourOfEntry(entry: string): Behaviour {
	return /^[2-5]\d\d(?: |$)/.test(entry) ? { kind: "reply", at: "rcpt", reply: entry } : behaviourOf(entry);
}

function nameStage(word: string | undefined): NameStage {
	return word === "data" || word === "body" ? word : "rcpt";
}

function spoken(code: string, words: string): string {
	return words === "" ? `${code} as asked` : `${code} ${words.replaceAll("-", " ")}`;
}
