// Replies reported in public collections (ZoneMTA's bounces.txt, ActiveCampaign's smtp-field-manual), at a host of no known provider: the judgement
// must not depend on knowing who answers. Addresses are replaced.
import type { ReplyClass, Stage } from "../../../src/replies/outcome.ts";

export const REPORTED: readonly (readonly [Stage, string, ReplyClass])[] = [
	["greeting", "554 gmx.example (mxgmx01) ESMTP Service not available No SMTP service IP address is black listed", "ip-blocked"],
	["rcpt", "550 192.0.2.44 blacklisted see http://www.spamhaus.org/query/bl?ip=192.0.2.44", "dnsbl-listed"],
	[
		"rcpt",
		"550 5.2.1 Mailbox unavailable. Your IP address 192.0.2.44 is blacklisted using SPAMHAUS-XBL. Details: https://www.spamhaus.org/query/ip/192.0.2.44.",
		"dnsbl-listed",
	],
	["greeting", "550 5.7.0 Your server IP address is in the SpamHaus SBL-XBL database, bye", "dnsbl-listed"],
	[
		"rcpt",
		"554 5.7.1 Service unavailable; Client host [192.0.2.4] blocked using ee.countries.nerd.dk; Your IP is in ee, rejected based on geographical location",
		"dnsbl-listed",
	],
	[
		"rcpt",
		"450 4.7.1 Service unavailable; Client host [192.0.2.4] blocked using grey.rbl - Rechazo temporal, intentelo mas tarde por favor...Greylisting in action, please try again later",
		"greylisted",
	],
	[
		"rcpt",
		"550 5.7.1 :127.0.0.4:Client host 192.0.2.44 blocked using 87.blocklist.zap; Mail from IP banned. To request removal from this list please visit http://www.spamhaus.org/query/bl?ip=$",
		"dnsbl-listed",
	],
	[
		"rcpt",
		"550 5.7.1 Blacklisted by zen.spamhaus.org. To avoid this problem on this particular server please visit http://spamfiltered.extra-dns.com/resolve/000",
		"dnsbl-listed",
	],
	[
		"greeting",
		"550 5.7.1 Client address [192.0.2.44] blocked. You are in the SPAMMER List - Listed on The Spamhaus Project. See http://www.spamhaus.org/query/bl?ip=192.0.2.44",
		"dnsbl-listed",
	],
	["body", "554 5.7.1 Service unavailable; Client host [mail.example.com] blocked using multi.uribl.com", "link-listed"],
	["rcpt", "550 5.7.1 The IP address was rejected by the Realtime Block List provider zen.spamhaus.org.", "dnsbl-listed"],
	["rcpt", "550 5.7.107 The IP address was rejected by the sbl.spamhaus.org RBL.", "dnsbl-listed"],
	["rcpt", "550 Email blocked by SPAMHAUS", "dnsbl-listed"],
	["rcpt", "550-Rejected message because 192.0.2.44 is in a black list at sbl-xbl.spamhaus.org\r\n550 bye", "dnsbl-listed"],
	[
		"greeting",
		"554 5.7.1 ACL dns_rbl; Client host [192.0.2.44] blocked using sa-ip4tset.blagr.emailsrvr.com=127.24.0.2 Spamhaus XBL. Please visit http://www.spamhaus.org/lookup/",
		"dnsbl-listed",
	],
	[
		"greeting",
		"554 mx.recipient.example bizsmtp IB105. Connection refused. 192.0.2.44 is listed on the Exploits Block List (XBL) <http://www.spamhaus.org/query/ip/192.0.2.44>",
		"dnsbl-listed",
	],
	[
		"greeting",
		"554 mx.recipient.example cmsmtp 1sSZcfhLEUv3Q IP blacklisted by Spamhaus. For remediation please use https://www.spamhaus.org/lookup/ [103]",
		"dnsbl-listed",
	],
	["rcpt", "550 Rejected: 192.0.2.44 is listed at work.drbl.example.net", "dnsbl-listed"],
	["rcpt", "550 Rejected due to DNSBL server response (dnsbl.cobion.com - 192.0.2.4)", "dnsbl-listed"],
	[
		"greeting",
		"550 Service unavailable; Client Host [192.0.2.4] blocked using Trend Micro RBL+. Please see http://www.mail-abuse.com/cgi-bin/lookup?ip_address=192.0.2.4",
		"dnsbl-listed",
	],
	[
		"greeting",
		"554 Connection from 192.0.2.4 rejected for policy reasons. Host found in DNS blacklist at dnsbl.example.net",
		"dnsbl-listed",
	],
	[
		"rcpt",
		"554 cmsmtp 5.7.1 Service unavailable; Client host [192.0.2.4] blocked using cm-csi-v11; Cloudmark Poor Reputation Sender Blacklist http://csi.cloudmark.com/reset-request/?ip=192.0.2.4",
		"dnsbl-listed",
	],
	[
		"rcpt",
		"554 5.5.4 Your IP 192.0.2.4 address has a bad reputation. To unblock visit http://cloud-security.net/unblock",
		"ip-blocked",
	],
	[
		"rcpt",
		"553 5.7.1 <hostname[192.0.2.4]>: Client host rejected: Relaying denied - Your IP identified as spammer. Please contact 123",
		"ip-blocked",
	],
	[
		"body",
		"550 5.7.1 [192.0.2.4] Our system has detected that this message is likely suspicious due to the very low reputation of the sending domain. To best protect our users from spam, the message has been blocked.",
		"ip-blocked",
	],
	["body", "550 5.7.1 Unauthenticated email from example.com is not accepted due to domain's DMARC policy.", "dmarc-failed"],
	["rcpt", "550 relaying denied for <kim@example.net>", "relay-denied"],
	["rcpt", "550 5.1.1 <kim@example.net>: user does not exist", "invalid-recipient"],
	["body", "550 5.7.1 Your message was rejected due to example.com\u2019s DMARC policy.", "dmarc-failed"],
	["rcpt", "550 5.7.1 Policy rejection on the target address", "recipient-policy"],
	["body", "550 5.7.1 Email rejected per DMARC policy for mail.example", "dmarc-failed"],
	["rcpt", "550 5.2.1 <kim@example.net>... Addressee unknown, relay=[192.0.2.4]", "invalid-recipient"],
	["rcpt", "550 5.2.1 <kim@example.net>... blank mailhost - invalid address, relay=[192.0.2.4]", "invalid-recipient"],
	[
		"greeting",
		"550 5.7.1 Connections not accepted from servers without a valid sender domain. Fix reverse DNS for 192.0.2.4",
		"ptr-missing",
	],
	["rcpt", "550 Envelope blocked - User Entry - https://community.mimecast.com/docs/DOC-1369#550 [#]", "recipient-policy"],
	[
		"rcpt",
		"550 5.1.1 <kim@example.net>: Recipient address rejected: undeliverable address: host example.net[192.0.2.4] said: 550 5.1.1 <kim@example.net>: Recipient address rejected: undeliverable address",
		"invalid-recipient",
	],
	[
		"rcpt",
		"550 5.1.1 - This is not a valid email address. Please verify that you have the correct email address for your recipient.",
		"invalid-recipient",
	],
	[
		"rcpt",
		"550 5.7.1 <kim@example.net>: Recipient address rejected: User email address is marked as invalid.",
		"invalid-recipient",
	],
	["rcpt", "550 cuda_nsu 5.1.1 <kim@example.net>... User unknown", "invalid-recipient"],
	["rcpt", "550 No such user (kim@example.net)", "invalid-recipient"],
	["body", "550 rejecting spoofed message", "sender-refused"],
	["greeting", "550 Blocked", "ip-blocked"],
];
