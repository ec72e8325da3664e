// Gmail and Google Workspace. Data only.
import type { RuleGroup } from "../rule.ts";

const HELP = "sisimai lib/Sisimai/Rhost/Google.pm, after support.google.com/a/answer/3726730";

export const GOOGLE: RuleGroup = {
	name: "google",
	hosts: ["google.com", "googlemail.com", "smtp.goog"],
	rules: [
		{
			id: "google-same-message-id",
			class: "bad-format",
			action: "end",
			at: "body",
			text: /quota for sending messages with the same message-id/i,
			evidence:
				"421-4.7.28 Gmail has detected this message exceeded its quota for sending\r\n421-4.7.28 messages with the same Message-ID. To best protect our users, the message has\r\n421 4.7.28 been temporarily rejected. d2e1a72fcca58-gsmtp",
			source: HELP,
		},
		{
			id: "google-unusual-rate-blocked",
			class: "ip-blocked",
			at: "body",
			codes: [550],
			text: /unusual rate of unsolicited mail/i,
			evidence:
				"550-5.7.28 There is an unusual rate of unsolicited mail originating from your IP\r\n550-5.7.28 address. To protect our users from spam, mail sent from your IP address has\r\n550 5.7.28 been blocked. gsmtp",
			source: HELP,
		},
		{
			id: "google-unsolicited-rate",
			class: "reputation-temporary",
			at: "body",
			codes: [421],
			text: /unusual rate of unsolicited mail/i,
			evidence:
				"421-4.7.0 [192.0.2.1 15] Our system has detected an unusual rate of\r\n421-4.7.0 unsolicited mail originating from your IP address. To protect our\r\n421-4.7.0 users from spam, mail sent from your IP address has been temporarily\r\n421 4.7.0 rate limited. gsmtp",
			source: `${HELP}; KumoMTA assets/community/shaping.toml`,
		},
		{
			id: "google-unusual-rate",
			class: "sender-rate",
			at: "body",
			text: /unusual rate of (?:unsolicited )?(?:e?mail|messages)/i,
			evidence:
				"421-4.7.28 Gmail has detected an unusual rate of mail originating from your IP\r\n421-4.7.28 address. To protect our users from spam, mail has been temporarily rate\r\n421 4.7.28 limited. 41be03b00d2f7-gsmtp",
			source: `${HELP}; KumoMTA assets/community/shaping.toml`,
		},
		{
			id: "google-low-reputation-temporary",
			class: "reputation-temporary",
			at: "body",
			codes: [421],
			text: /suspicious due to the (?:very )?low reputation of/i,
			evidence:
				"421-4.7.0 This message is suspicious due to the very low reputation of the sending IP\r\n421 4.7.0 address. To best protect our users from spam, the message has been blocked. gsmtp",
			source: HELP,
		},
		{
			id: "google-low-reputation",
			class: "ip-blocked",
			at: "body",
			codes: [550, 554],
			text: /low reputation of the sending/i,
			evidence:
				"550-5.7.1 [192.0.2.1 19] Gmail has detected that this message is likely\r\n550-5.7.1 suspicious due to the very low reputation of the sending domain. To best\r\n550 5.7.1 protect our users from spam, the message has been blocked. gsmtp",
			source: `${HELP}; ActiveCampaign smtp-field-manual data/codes/550.json`,
		},
		{
			id: "google-content-temporary",
			class: "content-refused",
			action: "retry",
			at: "body",
			codes: [421, 451],
			text: /suspicious due to the nature of the content/i,
			evidence:
				"421-4.7.0 Our system has detected that this message is suspicious due to the nature\r\n421-4.7.0 of the content and/or the links within. To best protect our users from\r\n421 4.7.0 spam, the message has been blocked. gsmtp",
			source: HELP,
		},
		{
			id: "google-content",
			class: "content-refused",
			at: "body",
			text: /suspicious due to the nature of the content/i,
			evidence:
				"550-5.7.1 Our system has detected that this message is suspicious due to the nature of\r\n550 5.7.1 the content and/or the links within. gsmtp",
			source: HELP,
		},
		{
			id: "google-unsolicited",
			class: "content-refused",
			at: "body",
			text: /likely (?:unsolicited mail|spam)/i,
			evidence:
				"550-5.7.1 [192.0.2.1 12] Our system has detected that this message is\r\n550-5.7.1 likely unsolicited mail. To reduce the amount of spam sent to Gmail,\r\n550 5.7.1 this message has been blocked. gsmtp",
			source: `${HELP}; ZoneMTA config/bounces.txt`,
		},
		{
			id: "google-dmarc-dns",
			class: "auth-failed",
			action: "retry",
			at: "body",
			codes: [451, 421],
			text: /temporary DNS failure|authentication information .{0,40}(?:cannot|could not) be/i,
			evidence:
				"451-4.7.26 Unauthenticated email from example.com is not accepted due to domain's\r\n451-4.7.26 DMARC policy, but temporary DNS failures prevent authentication. Please\r\n451 4.7.26 contact the administrator of example.com domain. gsmtp",
			source: HELP,
		},
		{
			id: "google-dmarc",
			class: "dmarc-failed",
			at: "body",
			text: /not accepted due to domain's DMARC policy/i,
			evidence:
				"550-5.7.26 Unauthenticated email from example.com is not accepted due to domain's\r\n550-5.7.26 DMARC policy. Please contact the administrator of example.com domain if\r\n550 5.7.26 this was a legitimate mail. gsmtp",
			source: `${HELP}; KumoMTA assets/community/bounces.toml`,
		},
		{
			id: "google-not-aligned",
			class: "not-aligned",
			at: "body",
			text: /From: header.{0,60}isn't aligned/i,
			evidence:
				"421-4.7.32 Your email has been rate limited because the From: header (RFC5322) in this\r\n421-4.7.32 message isn't aligned with either the authenticated SPF or DKIM\r\n421 4.7.32 organizational domain. gsmtp",
			source: `${HELP}; ActiveCampaign smtp-field-manual data/codes/421.json`,
		},
		{
			id: "google-spf-suspicious",
			class: "auth-failed",
			at: "body",
			text: /SPF record of the sending domain has one or more suspicious/i,
			evidence:
				"451-4.7.24 The SPF record of the sending domain has one or more suspicious entries.\r\n451 4.7.24 This mail has been temporarily rate limited. gsmtp",
			source: HELP,
		},
		{
			id: "google-unauthenticated",
			class: "auth-failed",
			at: "body",
			text: /(?:because (?:the sender|it) is unauthenticated|requires all (?:bulk )?senders to authenticate)/i,
			evidence:
				"550-5.7.26 This mail has been blocked because the sender is unauthenticated.\r\n550-5.7.26 Gmail requires all senders to authenticate with either SPF or DKIM.\r\n550 5.7.26 Authentication results: DKIM = did not pass SPF [example.com] with ip: [192.0.2.1] = did not pass gsmtp",
			source: HELP,
		},
		{
			id: "google-spf-dkim-not-passed",
			class: "auth-failed",
			at: "body",
			text: /(?:SPF|DKIM)(?: authentication)? (?:didn't|did not|does not) pass/i,
			evidence:
				"421-4.7.30 Your email has been rate limited because DKIM authentication didn't pass for\r\n421 4.7.30 this message. Gmail requires all bulk email senders to authenticate their email with DKIM. gsmtp",
			source: HELP,
		},
		{
			id: "google-ipv6-guidelines",
			class: "ptr-missing",
			at: "body",
			text: /IPv6 sending guidelines regarding PTR/i,
			evidence:
				"550-5.7.1 [2001:db8::1] Our system has detected that this message does\r\n550-5.7.1 not meet IPv6 sending guidelines regarding PTR records and\r\n550 5.7.1 authentication. gsmtp",
			source: `${HELP}; ZoneMTA config/bounces.txt`,
		},
		{
			id: "google-ptr",
			class: "ptr-missing",
			at: "body",
			text: /(?:does not|doesn't) have a PTR record|PTR record'?s? forward DNS|forward DNS entry does not (?:match|point)/i,
			evidence:
				"550-5.7.25 [192.0.2.1] The IP address sending this message does not have a PTR\r\n550-5.7.25 record setup, or the corresponding forward DNS entry does not point to\r\n550 5.7.25 the sending IP. As a policy, Gmail does not accept messages from IPs with missing PTR records. gsmtp",
			source: HELP,
		},
		{
			id: "google-tls",
			class: "tls-required",
			at: "body",
			text: /wasn't sent over a TLS connection|TLS required for RCPT domain/i,
			evidence:
				"421-4.7.29 Your email has been rate limited because this message wasn't sent over a\r\n421 4.7.29 TLS connection. Gmail requires all bulk email senders to use TLS/SSL for SMTP connections. gsmtp",
			source: `${HELP}; ZoneMTA config/bounces.txt`,
		},
		{
			id: "google-ip-not-in-whitelist",
			class: "recipient-policy",
			at: "rcpt",
			text: /IP not in whitelist for RCPT domain/i,
			evidence: "421 4.7.0 IP not in whitelist for RCPT domain, closing connection. gsmtp",
			source: `${HELP}; ZoneMTA config/bounces.txt`,
		},
		{
			id: "google-connection-expired",
			class: "connection-expired",
			at: "mail",
			text: /Connection expired, try reconnecting/i,
			evidence: "421 4.7.0 Connection expired, try reconnecting. gsmtp",
			source: HELP,
		},
		{
			id: "google-idle",
			class: "connection-expired",
			at: "mail",
			codes: [451, 421],
			text: /Timeout - closing connection/i,
			evidence: "451 4.4.2 Timeout - closing connection. ffacd0b85a97d-gsmtp",
			source: "Google Workspace SMTP error reference, 4.4.2",
		},
		{
			id: "google-try-again",
			class: "server-busy",
			at: "greeting",
			text: /Try again later, closing connection|temporarily rejected message|temporary System Problem/i,
			evidence: "421 4.7.0 Try again later, closing connection. (EHLO) gsmtp",
			source: HELP,
		},
		{
			id: "google-recipient-rate-permanent",
			class: "recipient-rate",
			at: "rcpt",
			codes: [550],
			text: /receiving mail (?:at a rate|too quickly)/i,
			evidence:
				"550-5.2.1 The user you are trying to contact is receiving mail at a rate that\r\n550-5.2.1 prevents additional messages from being delivered. For more information, please\r\n550 5.2.1 visit https://support.google.com/mail/?p=ReceivingRatePerm gsmtp",
			source: `${HELP}; KumoMTA assets/community/bounces.toml`,
		},
		{
			id: "google-recipient-rate",
			class: "recipient-rate",
			at: "rcpt",
			text: /receiving mail (?:at a rate|too quickly)|p=ReceivingRate/i,
			evidence:
				"450-4.2.1 The user you are trying to contact is receiving mail at a rate that\r\n450-4.2.1 prevents additional messages from being delivered. Please resend your\r\n450 4.2.1 message at a later time. gsmtp",
			source: `${HELP}; ZoneMTA config/bounces.txt`,
		},
		{
			id: "google-full-inactive",
			class: "inactive-mailbox",
			at: "rcpt",
			codes: [550, 552],
			text: /out of storage space and inactive|p=OverQuotaPerm/i,
			evidence:
				"552-5.2.2 The recipient's inbox is out of storage space and inactive. Please direct\r\n552-5.2.2 the recipient to https://support.google.com/mail/?p=OverQuotaPerm\r\n552 5.2.2 gsmtp",
			source: `${HELP}; KumoMTA assets/community/bounces.toml (InactiveMailbox, as Google says)`,
		},
		{
			id: "google-full",
			class: "mailbox-full",
			at: "rcpt",
			text: /inbox is out of storage|is over quota|p=OverQuotaTemp/i,
			evidence:
				"452-4.2.2 The recipient's inbox is out of storage space. Please direct the recipient to\r\n452 4.2.2 https://support.google.com/mail/?p=OverQuotaTemp gsmtp",
			source: HELP,
		},
		{
			id: "google-no-such-user",
			class: "invalid-recipient",
			at: "rcpt",
			text: /account that you tried to reach does not exist|p=NoSuchUser/i,
			evidence:
				"550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n550-5.1.1 double-checking the recipient's email address for typos or\r\n550-5.1.1 unnecessary spaces. For more information, go to\r\n550 5.1.1  https://support.google.com/mail/?p=NoSuchUser gsmtp",
			source: HELP,
		},
		{
			id: "google-disabled",
			class: "inactive-mailbox",
			at: "rcpt",
			text: /account that you tried to reach is (?:disabled|inactive)|p=DisabledUser/i,
			evidence:
				"550-5.2.1 The email account that you tried to reach is inactive. For more\r\n550 5.2.1 information, go to https://support.google.com/mail/?p=DisabledUser gsmtp",
			source: HELP,
		},
		{
			id: "google-bad-address",
			class: "invalid-recipient",
			at: "rcpt",
			text: /recipient address <?.{0,320}>? is not a valid RFC.?5321 address/i,
			evidence: "553-5.1.2 The recipient address <kim,> is not a valid\r\n553 5.1.2 RFC-5321 address. gsmtp",
			source: "KumoMTA examples/smart-sink-docker/policy/responses.toml",
		},
		{
			id: "google-too-big",
			class: "too-big",
			at: "mail",
			text: /exceeded Google's message size limits/i,
			evidence:
				"552-5.3.4 Your message exceeded Google's message size limits. For more information,\r\n552 5.3.4 visit https://support.google.com/mail/?p=MaxSizeError gsmtp",
			source: HELP,
		},
		{
			id: "google-security-content",
			class: "content-refused",
			at: "body",
			text: /content presents a potential security issue|contains a virus/i,
			evidence:
				"552-5.7.0 This message was blocked because its content presents a potential\r\n552 5.7.0 security issue. To review our message content and attachment content guidelines, go to https://support.google.com/mail/?p=BlockedMessage gsmtp",
			source: HELP,
		},
		{
			id: "google-header",
			class: "bad-format",
			at: "body",
			text: /messages (?:missing a valid|with multiple|that are not)|not RFC 5322 compliant|duplicate (?:From|headers?)|missing a valid (?:Message-?ID|address in)/i,
			evidence:
				"550-5.7.1 [192.0.2.1] Messages missing a valid address in the From: header, or\r\n550 5.7.1 having no From: header, are not accepted. gsmtp",
			source: HELP,
		},
		{
			id: "google-hops",
			class: "receiver-misconfigured",
			action: "end",
			at: "body",
			text: /Message exceeded \d+ hops/i,
			evidence: "554 5.4.6 Message exceeded 50 hops, this may indicate a mail loop. gsmtp",
			source: HELP,
		},
		{
			id: "google-policy",
			class: "recipient-policy",
			at: "body",
			text: /has a policy that prohibited the mail/i,
			evidence:
				"550-5.7.1 The user or domain that you are sending to (or from) has a policy that\r\n550 5.7.1 prohibited the mail that you sent. Please contact your domain administrator for further details. gsmtp",
			source: `${HELP}; ZoneMTA config/bounces.txt`,
		},
	],
};
