// What each class of outcome means and what is done, in English. Words only: scope and action are in classes.ts.

import type { ReplyClass } from "./outcome.ts";

/** What the server meant, and what Wellsent does or a person should do. */
export interface ClassWords {
	readonly meaning: string;
	readonly advice: string;
}

export const WORDS_EN: Readonly<Record<ReplyClass, ClassWords>> = {
	accepted: { meaning: "The server took the message.", advice: "Nothing to do. Taken does not prove that it reached the inbox." },
	"invalid-recipient": {
		meaning: "There is no such mailbox.",
		advice: "The reader is suppressed. Many of these at once mean an old list, which itself leads to blocks.",
	},
	"inactive-mailbox": {
		meaning: "The mailbox is disabled, dormant or given up.",
		advice: "This delivery ends. The reader is suppressed only after the same answer in several campaigns.",
	},
	"mailbox-full": { meaning: "The mailbox is full.", advice: "Tried again a day later. The reader is kept." },
	"recipient-rate": {
		meaning: "This one mailbox gets too much mail at the moment.",
		advice: "This reader waits an hour. Others at the site are not slowed.",
	},
	"recipient-policy": {
		meaning: "The reader or the reader's organisation does not want or cannot take this mail.",
		advice: "This delivery ends, the reader is kept. Ask the reader to allow the sender.",
	},
	greylisted: {
		meaning: "The server makes unknown senders come back after some minutes.",
		advice: "Tried again in some minutes from the same source. Normal, nothing to do.",
	},
	"server-busy": {
		meaning: "The host cannot take mail at the moment.",
		advice: "Another host of the site is tried, else later.",
	},
	"too-many-connections": {
		meaning: "We hold or open too many connections.",
		advice: "Wellsent lowers its connections to the site for a time. Lower `connections` if it happens often.",
	},
	"messages-per-connection": {
		meaning: "This connection has carried as many messages as the host allows.",
		advice: "The message goes at once on a new connection; the limit is learnt.",
	},
	"sender-rate": {
		meaning: "We send too fast, or have used up what the site allows us.",
		advice: "Wellsent slows this lane down and comes back. No reader is lost.",
	},
	"reputation-temporary": {
		meaning: "The site puts us off because of our reputation: complaints, unknown users or sudden volume.",
		advice: "Wellsent slows down, then holds the lane. Clean the list and look at the provider's postmaster page.",
	},
	"ip-blocked": {
		meaning: "The site or this host blocks our sending IP.",
		advice: "Another host is tried, then the lane is held. Find and stop the cause, then ask the provider for removal.",
	},
	"dnsbl-listed": {
		meaning: "The host refuses us because our IP is on a public blacklist.",
		advice:
			"The message waits, a sibling host is asked, and the lane is held when all hosts refuse. Look the IP up at the list named in the reply, and fix the cause before asking for removal.",
	},
	"ptr-missing": {
		meaning: "The reverse DNS name of our IP is missing, generic or does not lead back to it.",
		advice: "Give the IP a PTR name of your own that resolves to the same IP, and use that name in EHLO.",
	},
	"ehlo-refused": {
		meaning: "The host does not accept the name we greet with.",
		advice: "Set the source's `ehlo` to a full host name that resolves to its IP.",
	},
	"relay-denied": {
		meaning: "This host says that it does not take mail for the reader's domain.",
		advice: "Another MX host is tried. If all say so, the domain's MX records or the gateway's settings are wrong.",
	},
	"auth-failed": {
		meaning: "SPF or DKIM of the sending domain did not pass.",
		advice: "The identity is held on all sites. Correct SPF and DKIM, run preflight, then release it.",
	},
	"dmarc-failed": {
		meaning: "The message broke the DMARC policy of its From domain.",
		advice: "The identity is held. DKIM or SPF must pass for the same domain as the From address.",
	},
	"not-aligned": {
		meaning: "SPF or DKIM passed, but for another domain than the From address.",
		advice: "The identity is held. Sign with the From domain, or use a return path below it.",
	},
	"sender-refused": {
		meaning: "The sender's address or domain is refused or cannot be verified.",
		advice: "The identity is held. Check that the sending domain resolves, takes mail and is on no domain blacklist.",
	},
	"tls-required": {
		meaning: "The host takes mail only over TLS.",
		advice: "Sent again at once with TLS, and remembered for the host.",
	},
	"content-refused": {
		meaning: "The message looks like spam, phishing or a virus to the filter.",
		advice: "The campaign pauses for this site. Look at wording, links, images and attachments before going on.",
	},
	"link-listed": {
		meaning: "A link or domain in the message is on a blacklist.",
		advice: "The campaign pauses for this site. Find the listed domain; link shorteners are the usual cause.",
	},
	"too-big": {
		meaning: "The message is larger than the host allows.",
		advice: "Make the message smaller: link to files instead of attaching them.",
	},
	"bad-format": {
		meaning: "The host finds the form of the message wrong: headers, addresses or encoding.",
		advice: "The campaign stops, since every copy has the same form. Look at the headers the text names.",
	},
	"receiver-misconfigured": {
		meaning: "The receiving side is set up wrongly; it is not about us or the reader.",
		advice: "Another host is tried, else later. Tell the receiving postmaster.",
	},
	"no-such-domain": {
		meaning: "The reader's domain does not exist.",
		advice: "This delivery ends. Suppressed once it is proven again; often a typing error.",
	},
	"null-mx": {
		meaning: "The reader's domain states that it takes no mail at all.",
		advice: "This delivery ends. Suppressed once it is proven again.",
	},
	"dns-failed": {
		meaning: "DNS gave no answer for the reader's domain.",
		advice: "Tried again later. If it concerns many domains, look at your own resolver.",
	},
	"connect-failed": {
		meaning: "The host could not be reached or hung up.",
		advice: "Another host is tried, else later. If all sites fail, port 25 may be closed on your network.",
	},
	timeout: { meaning: "The host did not answer in time.", advice: "Another host is tried, else later." },
	"tls-failed": {
		meaning: "TLS with the host failed, or it has none although it is required.",
		advice: "Another host is tried, else later; plain text only where the policy allows it.",
	},
	"protocol-error": {
		meaning: "The host said something that does not fit the conversation.",
		advice: "Another host is tried, else later. Often a firewall that rewrites SMTP.",
	},
	"login-refused": {
		meaning: "The gateway refused our login, or wants one.",
		advice: "The gateway is held. Check user, password and whether the account may use SMTP.",
	},
	"gateway-policy": {
		meaning: "The gateway does not let this account send with this From address.",
		advice: "The identity is held. Have its administrator verify the address or allow the account to send as it.",
	},
	"connection-expired": {
		meaning: "The host ended a connection that was idle or too old.",
		advice: "Sent again at once on a new connection.",
	},
	"silent-close": {
		meaning: "The host closed the connection without a word after taking messages.",
		advice: "Sent again at once on a new connection; the number of messages is learnt.",
	},
	"lost-after-body": {
		meaning: "The connection was lost after the message was handed over: it may or may not have arrived.",
		advice: "Marked uncertain and never sent again by itself. You may resend it on command.",
	},
	"source-missing": {
		meaning: "This machine does not have the source's IP address.",
		advice: "Add the address to a network interface, or correct `address` of the source.",
	},
	skipped: {
		meaning: "This host was not tried, because it is marked or held.",
		advice: "Another host is used until the mark ends.",
	},
	"unknown-temporary": {
		meaning: "A temporary refusal whose words no rule knows.",
		advice: "Tried again on the schedule. A rule of your own can teach Wellsent its meaning.",
	},
	"unknown-permanent": {
		meaning: "A permanent refusal whose words no rule knows.",
		advice: "After RCPT this delivery ends and the reader is kept; before, another host or a later try.",
	},
};
