// Yahoo Mail, AOL and Yahoo! JAPAN. Data only.
import type { RuleGroup } from "../rule.ts";

const HELP = "sisimai lib/Sisimai/Rhost/YahooInc.pm, after senders.yahooinc.com/smtp-error-codes";
const ZONE = "ZoneMTA config/bounces.txt";
const KUMO = "KumoMTA assets/community/shaping.toml";

export const YAHOO: RuleGroup = {
	name: "yahoo",
	hosts: ["yahoodns.net", "mx.aol.com"],
	rules: [
		{
			id: "yahoo-permanently-deferred",
			class: "ip-blocked",
			at: "mail",
			text: /\[TS(?:03|S09|S11)\]|will be permanently deferred/i,
			evidence:
				"553 5.7.2 [TSS09] All messages from 192.0.2.1 will be permanently deferred; Retrying will NOT succeed. See https://postmaster.yahooinc.com/error-codes",
			source: `${HELP}; ${ZONE}`,
		},
		{
			id: "yahoo-unusual-traffic",
			class: "sender-rate",
			at: "mail",
			text: /\[TS02\]|unusual traffic patterns/i,
			evidence:
				"421 4.7.0 [TS02] Messages from 192.0.2.1 temporarily deferred due to unusual traffic patterns from your server - 4.16.55.1",
			source: KUMO,
		},
		{
			id: "yahoo-deferred-complaints",
			class: "reputation-temporary",
			at: "mail",
			text: /\[(?:TS|IP)\w{0,4}\d\d\]|temporarily deferred due to (?:unexpected volume|user complaints|excessive)/i,
			evidence:
				"421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints - 4.16.55.1; see https://postmaster.yahooinc.com/error-codes",
			source: `${HELP}; KumoMTA assets/policy-extras/shaping.toml`,
		},
		{
			id: "yahoo-spamhaus",
			class: "dnsbl-listed",
			at: "greeting",
			text: /\[BL2[1-9]\]|\[TSS0[67]\]|ip is in Spamhaus|on Spamhaus (?:XBL|SBL|PBL)/i,
			evidence:
				"553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1, because the ip is in Spamhaus's list; see https://postmaster.yahooinc.com/550-bl23.html",
			source: `${HELP}; ${ZONE}`,
		},
		{
			id: "yahoo-dynamic",
			class: "ptr-missing",
			at: "greeting",
			text: /\(RTR:(?:BB|DU|RD|BD)\)|dynamic\/?(?:residential)? ?(?:IP|address)/i,
			evidence: "554 5.7.1 (RTR:BB) https://postmaster.aol.com/error-codes#554rtrbb",
			source: `${ZONE} (legacy AOL code)`,
		},
		{
			id: "yahoo-aol-rate",
			class: "sender-rate",
			at: "greeting",
			text: /\((?:DYN|RLY|CON):[A-Z]\d\)/,
			evidence: "421 4.7.0 (DYN:T1) https://postmaster.aol.com/error-codes#421dynt1",
			source: `${ZONE} (legacy AOL code)`,
		},
		{
			id: "yahoo-unauthenticated",
			class: "auth-failed",
			at: "body",
			text: /sender is unauthenticated|requires all senders to authenticate/i,
			evidence:
				"550 5.7.9 This mail has been blocked because the sender is unauthenticated. Yahoo requires all senders to authenticate with either SPF or DKIM.",
			source: HELP,
		},
		{
			id: "yahoo-dkim",
			class: "auth-failed",
			at: "body",
			text: /\(AU01\)|invalid DKIM signature/i,
			evidence:
				"554 5.7.5 (AU01) Message not accepted for policy reasons: invalid DKIM signature. See https://postmaster.yahooinc.com/error-codes",
			source: ZONE,
		},
		{
			id: "yahoo-policy-auth",
			class: "dmarc-failed",
			at: "body",
			enhanced: /^5\.7\.9$/,
			text: /not accepted for policy reasons/i,
			evidence: "554 5.7.9 Message not accepted for policy reasons. See https://postmaster.yahooinc.com/error-codes",
			source: `${HELP}; ActiveCampaign smtp-field-manual data/codes/554.json`,
		},
		{
			id: "yahoo-phishing",
			class: "content-refused",
			at: "body",
			text: /\[P[HA]\d\d\]|not accepted for policy reasons/i,
			evidence:
				"554 Message not allowed - [PH01] Email not accepted for policy reasons. Please visit https://postmaster.yahooinc.com/error-codes [120]",
			source: `${HELP}; ${ZONE}`,
		},
		{
			id: "yahoo-max-messages",
			class: "messages-per-connection",
			at: "mail",
			text: /Max messages? per connection reached/i,
			evidence: "421 Max message per connection reached, closing transmission channel",
			source: HELP,
		},
		{
			id: "yahoo-sender-domain",
			class: "sender-refused",
			at: "mail",
			text: /unresolvable RFC.?5321 from domain/i,
			evidence:
				"451 Message temporarily deferred due to unresolvable RFC.5321 from domain; see https://postmaster.yahooinc.com/error-codes",
			source: HELP,
		},
		{
			id: "yahoo-busy",
			class: "server-busy",
			at: "rcpt",
			text: /Message temporarily deferred - ?(?:\[|\d)|Resources temporarily unavailable/i,
			evidence: "451 Message temporarily deferred - [170]",
			source: "KumoMTA examples/smart-sink-docker/policy/responses.toml; ActiveCampaign smtp-field-manual data/codes/451.json",
		},
		{
			id: "yahoo-recipient-rate",
			class: "recipient-rate",
			at: "rcpt",
			text: /User is receiving mail too quickly/i,
			evidence: "450 User is receiving mail too quickly",
			source: HELP,
		},
		{
			id: "yahoo-no-account",
			class: "invalid-recipient",
			at: "body",
			text: /user doesn't have an? .{1,60} account|mailbox not found/i,
			evidence:
				"554 delivery error: dd This user doesn't have a yahoo.com account (kim@yahoo.com) [0] - mta4123.mail.ne1.yahoo.com",
			source: `${HELP}; ${ZONE}`,
		},
		{
			id: "yahoo-mailbox-not-found",
			class: "invalid-recipient",
			at: "body",
			codes: [552],
			text: /Requested mail action aborted, mailbox/i,
			evidence: "552 1 Requested mail action aborted, mailbox unavailable",
			source: `${HELP}; KumoMTA assets/community/bounces.toml (552 is not a quota here)`,
		},
		{
			id: "yahoo-disabled",
			class: "inactive-mailbox",
			at: "body",
			text: /This mailbox is disabled|account has been disabled or discontinued|\b554\.30\b|is no longer valid/i,
			evidence: "554 30 Sorry, your message to kim@yahoo.com cannot be delivered. This mailbox is disabled (554.30).",
			source: `${HELP}; KumoMTA assets/community/bounces.toml`,
		},
		{
			id: "yahoo-headers",
			class: "bad-format",
			at: "body",
			text: /Headers are not RFC compliant|multiple From headers/i,
			evidence: "554 Message not allowed - Headers are not RFC compliant[291]",
			source: HELP,
		},
	],
};

export const YAHOO_JAPAN: RuleGroup = {
	name: "yahoo-jp",
	hosts: ["yahoo.co.jp"],
	rules: [
		{
			id: "yahoo-jp-deferred",
			class: "reputation-temporary",
			at: "mail",
			text: /not allowed - VS\d\d-|\bVS\d\d-IP\d/,
			evidence:
				"553 Mail from 192.0.2.1 not allowed - VS98-IP0 deferred - see https://support.yahoo-net.jp/PccMail/s/article/H000013915",
			source: KUMO,
		},
		{
			id: "yahoo-jp-no-account",
			class: "invalid-recipient",
			at: "body",
			text: /user doesn't have an? .{1,40} account/i,
			evidence:
				"554 delivery error: dd This user doesn't have a yahoo.co.jp account (kim@yahoo.co.jp) [-5] - mta5012.mail.kks.yahoo.co.jp",
			source: ZONE,
		},
	],
};
