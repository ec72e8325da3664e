// Delivery status notifications as the servers of the world write them, and what is to be understood.
import type { ReplyClass } from "../../../src/replies/outcome.ts";
import { report } from "./mail-forms.ts";

export interface BounceSample {
	readonly name: string;
	readonly mail: string;
	readonly failed: boolean;
	readonly code: number;
	readonly class: ReplyClass;
	readonly host: string;
	readonly suppress: boolean;
}

export const STATUS_SAMPLES: readonly BounceSample[] = [
	{
		name: "Postfix: user unknown at RCPT",
		mail: report({
			headers:
				"From: MAILER-DAEMON@mx.corp.test (Mail Delivery System)\nSubject: Undelivered Mail Returned to Sender\nTo: {verp}\nAuto-Submitted: auto-replied",
			human:
				"This is the mail system at host mx.corp.test.\n\nI'm sorry to have to inform you that your message could not\nbe delivered to one or more recipients.\n\n<{reader}>: host store1.corp.test[10.0.0.7] said: 550 5.1.1\n    <{reader}>: Recipient address rejected: User unknown in virtual mailbox\n    table (in reply to RCPT TO command)",
			status:
				"Reporting-MTA: dns; mx.corp.test\nX-Postfix-Queue-ID: 4XyZ\nX-Postfix-Sender: rfc822; {verp}\nArrival-Date: Mon,  2 Nov 2026 00:00:00 +0000 (UTC)\n\nFinal-Recipient: rfc822; {reader}\nOriginal-Recipient: rfc822;{reader}\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; store1.corp.test\nDiagnostic-Code: smtp; 550 5.1.1 <{reader}>: Recipient address rejected: User\n    unknown in virtual mailbox table",
		}),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "store1.corp.test",
		suppress: true,
	},
	{
		name: "Postfix: delayed for hours",
		mail: report({
			headers:
				"From: MAILER-DAEMON@mx.corp.test (Mail Delivery System)\nSubject: Delayed Mail (still being retried)\nAuto-Submitted: auto-replied",
			human:
				"####################################################################\n# THIS IS A WARNING ONLY.  YOU DO NOT NEED TO RESEND YOUR MESSAGE. #\n####################################################################\n\nYour message could not be delivered for more than 4 hour(s).\nIt will be retried until it is 5 day(s) old.",
			status:
				"Reporting-MTA: dns; mx.corp.test\n\nFinal-Recipient: rfc822; {reader}\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to store1.corp.test[10.0.0.7]:25:\n    Connection timed out\nWill-Retry-Until: Sat,  7 Nov 2026 00:00:00 +0000 (UTC)",
			returnedType: "text/rfc822-headers",
		}),
		failed: false,
		code: 450,
		class: "timeout",
		host: "mx.corp.test",
		suppress: false,
	},
	{
		name: "Postfix: given up on a full mailbox",
		mail: report({
			headers: "From: MAILER-DAEMON@mx.corp.test\nSubject: Undelivered Mail Returned to Sender",
			human: "<{reader}>: host store1.corp.test[10.0.0.7] said: 452 4.2.2 Mailbox full (in reply to end of DATA command)",
			status:
				"Reporting-MTA: dns; mx.corp.test\n\nFinal-Recipient: rfc822; {reader}\nAction: failed\nStatus: 4.2.2\nRemote-MTA: dns; store1.corp.test\nDiagnostic-Code: smtp; 452 4.2.2 Mailbox full",
		}),
		failed: true,
		code: 452,
		class: "mailbox-full",
		host: "store1.corp.test",
		suppress: false,
	},
	{
		name: "Postfix: refused by a blacklist further on is about us, never about the reader",
		mail: report({
			headers: "From: MAILER-DAEMON@mx.corp.test\nSubject: Undelivered Mail Returned to Sender",
			human:
				"<{reader}>: host mx9.corp.test[198.51.100.9] refused to talk to me: 554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org",
			status:
				"Reporting-MTA: dns; mx.corp.test\n\nFinal-Recipient: rfc822; {reader}\nAction: failed\nStatus: 5.7.1\nRemote-MTA: dns; mx9.corp.test\nDiagnostic-Code: smtp; 554 5.7.1 Service unavailable; Client host [192.0.2.1]\n blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.1",
		}),
		failed: true,
		code: 554,
		class: "dnsbl-listed",
		host: "mx9.corp.test",
		suppress: false,
	},
	{
		name: "Sendmail: user unknown",
		mail: report({
			headers:
				"From: Mail Delivery Subsystem <MAILER-DAEMON@gate.corp.test>\nSubject: Returned mail: see transcript for details\nAuto-Submitted: auto-generated (failure)",
			human:
				"The original message was received at Mon, 2 Nov 2026 09:00:00 +0900\nfrom mta1.sender.test [192.0.2.1]\n\n   ----- The following addresses had permanent fatal errors -----\n<{reader}>\n    (reason: 550 5.1.1 <{reader}>... User unknown)\n\n   ----- Transcript of session follows -----\n... while talking to store.corp.test.:\n>>> RCPT To:<{reader}>\n<<< 550 5.1.1 <{reader}>... User unknown\n550 5.1.1 <{reader}>... User unknown",
			status:
				"Reporting-MTA: dns; gate.corp.test\nReceived-From-MTA: DNS; mta1.sender.test\nArrival-Date: Mon, 2 Nov 2026 09:00:00 +0900\n\nFinal-Recipient: RFC822; {reader}\nAction: failed\nStatus: 5.1.1\nRemote-MTA: DNS; store.corp.test\nDiagnostic-Code: SMTP; 550 5.1.1 <{reader}>... User unknown\nLast-Attempt-Date: Mon, 2 Nov 2026 09:00:01 +0900",
		}),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "store.corp.test",
		suppress: true,
	},
	{
		name: "Exim: its own report",
		mail: report({
			headers:
				"X-Failed-Recipients: {reader}\nAuto-Submitted: auto-replied\nFrom: Mail Delivery System <Mailer-Daemon@exim.corp.test>\nSubject: Mail delivery failed: returning message to sender",
			human:
				"This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  {reader}\n    host store.corp.test [198.51.100.7]\n    SMTP error from remote mail server after RCPT TO:<{reader}>:\n    550 No such user here",
			status:
				"Reporting-MTA: dns; exim.corp.test\n\nAction: failed\nFinal-Recipient: rfc822;{reader}\nStatus: 5.0.0\nRemote-MTA: dns; store.corp.test\nDiagnostic-Code: smtp; 550 No such user here",
		}),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "store.corp.test",
		suppress: true,
	},
	{
		name: "Exchange Online: not in the directory",
		mail: report({
			headers:
				"From: Microsoft Outlook\n <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@corp.test>\nSubject: Undeliverable: December\nAuto-Submitted: auto-generated\nContent-Language: en-US",
			human: "Your message to {reader} couldn't be delivered.\n\nreader wasn't found at corp.test.",
			status:
				"Reporting-MTA: dns;AM0PR04MB1234.eurprd04.prod.outlook.com\nReceived-From-MTA: dns;mta1.sender.test\nArrival-Date: Mon, 2 Nov 2026 00:00:00 +0000\n\nFinal-Recipient: rfc822;{reader}\nAction: failed\nStatus: 5.1.10\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup",
		}),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "am0pr04mb1234.eurprd04.prod.outlook.com",
		suppress: true,
	},
	{
		name: "Exchange in the house: no diagnostic but in the words for people",
		mail: report({
			headers: "From: postmaster@corp.test\nSubject: Undeliverable: December",
			human:
				"Delivery has failed to these recipients or distribution lists:\n\n{reader}\nThe recipient's e-mail address was not found in the recipient's e-mail system.\n\nDiagnostic information for administrators:\nGenerating server: ex1.corp.test\n\n{reader}\n#550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##",
			status:
				"Reporting-MTA: dns;ex1.corp.test\n\nFinal-recipient: RFC822;{reader}\nAction: failed\nStatus: 5.0.0\nX-Display-Name: Reader",
		}),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "ex1.corp.test",
		suppress: true,
	},
	{
		name: "Exchange 2003: only a status",
		mail: report({
			headers: "From: postmaster@corp.test\nSubject: Delivery Status Notification (Failure)",
			human:
				"This is an automatically generated Delivery Status Notification.\n\nDelivery to the following recipients failed.\n\n       {reader}",
			status: "Reporting-MTA: dns;ex3.corp.test\n\nFinal-Recipient: rfc822;{reader}\nAction: failed\nStatus: 5.1.1",
		}),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "ex3.corp.test",
		suppress: true,
	},
	{
		name: "Gmail: forwarded to an address that is gone",
		mail: report({
			headers:
				"From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Failure)\nAuto-Submitted: auto-replied",
			human:
				"** Address not found **\n\nYour message wasn't delivered to {reader} because the address couldn't be found, or is unable to receive mail.",
			status:
				"Reporting-MTA: dns; googlemail.com\nArrival-Date: Mon, 02 Nov 2026 00:00:00 -0800 (PST)\nX-Original-Message-ID: <x@sender.test>\n\nFinal-Recipient: rfc822; {reader}\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; gmail-smtp-in.l.google.com. (2607:f8b0:400e:c03::1a, the\n server for the domain gmail.com.)\nDiagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 double-checking the recipient's email address for typos or\n 550-5.1.1 unnecessary spaces. For more information, go to\n 550 5.1.1  https://support.google.com/mail/?p=NoSuchUser d9443c01a7336-1 - gsmtp\nLast-Attempt-Date: Mon, 02 Nov 2026 00:00:01 -0800 (PST)",
		}),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "gmail-smtp-in.l.google.com",
		suppress: true,
	},
	{
		name: "Gmail: still trying",
		mail: report({
			headers: "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nSubject: Delivery Status Notification (Delay)",
			human: "There was a temporary problem delivering your message to {reader}. Gmail will retry for 46 more hours.",
			status:
				"Reporting-MTA: dns; googlemail.com\n\nFinal-Recipient: rfc822; {reader}\nAction: delayed\nStatus: 4.4.1\nDiagnostic-Code: smtp; The recipient server did not accept our requests to connect. Learn more at https://support.google.com/mail/answer/7720",
		}),
		failed: false,
		code: 450,
		class: "receiver-misconfigured",
		host: "googlemail.com",
		suppress: false,
	},
	{
		name: "Outlook.com: mailbox full",
		mail: report({
			headers: "From: postmaster@outlook.com\nSubject: Undeliverable: December",
			human: "Your message couldn't be delivered because the recipient's mailbox is full.",
			status:
				"Reporting-MTA: dns;BL6PEPF0001AB4D.mail.protection.outlook.com\n\nFinal-Recipient: rfc822;{reader}\nAction: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp;554 5.2.2 mailbox full;\n STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded",
		}),
		failed: true,
		code: 554,
		class: "mailbox-full",
		host: "bl6pepf0001ab4d.mail.protection.outlook.com",
		suppress: false,
	},
	{
		name: "Domino: a code of its own and a status",
		mail: report({
			headers:
				"From: Postmaster@corp.test\nSubject: DELIVERY FAILURE: User reader (reader@corp.test) not listed in Domino Directory",
			human: "Your message was not delivered to: {reader} because: User reader ({reader}) not listed in Domino Directory",
			status:
				"Reporting-MTA: dns;domino1.corp.test\n\nFinal-Recipient: rfc822;{reader}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: X-Notes; User reader ({reader}) not listed in Domino Directory",
		}),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "domino1.corp.test",
		suppress: true,
	},
	{
		name: "Yahoo: account disabled",
		mail: report({
			headers: "From: MAILER-DAEMON@yahoo.com\nSubject: Failure Notice",
			human: "Sorry, we were unable to deliver your message to the following address.",
			status:
				"Reporting-MTA: dns; atlas-production.v2-mail-prod1-ne1.omega.yahoo.com\n\nFinal-Recipient: rfc822; {reader}\nAction: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 554 30 Sorry, your message to {reader} cannot be delivered. This mailbox is disabled (554.30).",
		}),
		failed: true,
		code: 554,
		class: "inactive-mailbox",
		host: "atlas-production.v2-mail-prod1-ne1.omega.yahoo.com",
		suppress: false,
	},
	{
		name: "a filter behind the MX refuses the content",
		mail: report({
			headers: "From: MAILER-DAEMON@mx.corp.test\nSubject: Undelivered Mail Returned to Sender",
			human:
				"<{reader}>: host filter.corp.test[10.0.0.9] said: 550 5.7.1 Message rejected as spam by Content Filtering. (in reply to end of DATA command)",
			status:
				"Reporting-MTA: dns; mx.corp.test\n\nFinal-Recipient: rfc822; {reader}\nAction: failed\nStatus: 5.7.1\nRemote-MTA: dns; filter.corp.test\nDiagnostic-Code: smtp; 550 5.7.1 Message rejected as spam by Content Filtering.",
		}),
		failed: true,
		code: 550,
		class: "content-refused",
		host: "filter.corp.test",
		suppress: false,
	},
	{
		name: "the reader forwards his mail to an address that is gone: he is counted softly",
		mail: report({
			headers: "From: MAILER-DAEMON@mx.corp.test\nSubject: Undelivered Mail Returned to Sender",
			human: "<old@elsewhere.test> (expanded from <{reader}>): host mx.elsewhere.test[10.0.0.9] said: 550 5.1.1 unknown user",
			status:
				"Reporting-MTA: dns; mx.corp.test\n\nFinal-Recipient: rfc822; old@elsewhere.test\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.elsewhere.test\nDiagnostic-Code: smtp; 550 5.1.1 unknown user",
		}),
		failed: true,
		code: 550,
		class: "invalid-recipient",
		host: "mx.elsewhere.test",
		suppress: false,
	},
];
