// Outlook.com and Microsoft 365, the texts of Exchange Online. Data only; Exchange on premises is in products.ts.
import type { RuleGroup } from "../rule.ts";

const NDR = "sisimai lib/Sisimai/Rhost/Microsoft.pm, after learn.microsoft.com NDR pages";
const ZONE = "ZoneMTA config/bounces.txt";
const KUMO = "KumoMTA assets/community/shaping.toml";
const FIELD = "ActiveCampaign smtp-field-manual data/codes";

/** Both services answer with the same front ends, so both get the same rules. */
export const MICROSOFT: RuleGroup = {
	name: "microsoft",
	hosts: [
		"olc.protection.outlook.com",
		"protection.outlook.com",
		"mx.microsoft",
		"protection.partner.outlook.cn",
		"protection.office365.us",
		"hotmail.com",
	],
	rules: [
		{
			id: "microsoft-domain-spamhaus",
			class: "sender-refused",
			at: "mail",
			text: /\(S8002\)|MailFrom domain is listed in Spamhaus/i,
			evidence:
				"550 5.7.1 Service unavailable, MailFrom domain is listed in Spamhaus. To request removal from this list see https://www.spamhaus.org/query/lookup/ (S8002) [AM7EUR03FT012.eop-EUR03.prod.protection.outlook.com]",
			source: `${FIELD}/550.json`,
		},
		{
			id: "microsoft-client-spamhaus",
			class: "dnsbl-listed",
			at: "mail",
			text: /\(S800[0-9]\)|OU-001|Client host .{0,60}blocked using (?:Spamhaus|FBLW)/i,
			evidence:
				"550 5.7.1 Service unavailable, Client host [192.0.2.1] blocked using Spamhaus. To request removal from this list see https://www.spamhaus.org/query/ip/192.0.2.1 (AS3130). [DB5EUR01FT030.eop-EUR01.prod.protection.outlook.com]",
			source: `${FIELD}/550.json; ${ZONE}`,
		},
		{
			id: "microsoft-policy-codes",
			class: "ip-blocked",
			at: "mail",
			text: /\bSC-00[1-4]\b|\bDY-00[12]\b/,
			evidence:
				"550 SC-001 (SNT004-MC2F41) Unfortunately, messages from 192.0.2.1 weren't sent. Please contact your Internet service provider since part of their network is on our block list.",
			source: ZONE,
			stages: ["greeting", "ehlo", "mail", "rcpt", "data", "body"],
		},
		{
			id: "microsoft-ou-002",
			class: "content-refused",
			at: "body",
			text: /\bOU-002\b/,
			evidence:
				"550 OU-002 (BAY004-MC1F11) Unfortunately, messages from 192.0.2.1 weren't sent. Please contact your Internet service provider since part of their network is on our block list.",
			source: ZONE,
		},
		{
			id: "microsoft-rate-codes",
			class: "sender-rate",
			at: "mail",
			text: /\bRP-00[1-3]\b|exceeded the rate limit/i,
			evidence:
				"421 RP-001 (COL004-MC3F12) Unfortunately, some messages from 192.0.2.1 weren't sent. Please try again. We have limits for how many messages can be sent per hour and per day.",
			source: `${ZONE}; PowerMTA sample configurations`,
		},
		{
			id: "microsoft-block-list",
			class: "ip-blocked",
			at: "mail",
			text: /part of their network is on our block list|weren't sent\. Please contact your Internet service provider|\((?:AS|S)31[0-9]{2}\)(?!.{0,40}rate limited)/i,
			evidence:
				"550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your Internet service provider since part of their network is on our block list (S3150). You can also refer your provider to http://mail.live.com/mail/troubleshooting.aspx#errors. [BN8NAM11FT041.eop-nam11.prod.protection.outlook.com]",
			source: `${NDR}; ${KUMO}; ${FIELD}/550.json`,
		},
		{
			id: "microsoft-max-connections",
			class: "too-many-connections",
			at: "mail",
			text: /exceeded the maximum number of connections|exceed max concurrent connections|\bIB007\b/i,
			evidence: "421 4.7.0 The mail server [192.0.2.1] has exceeded the maximum number of connections.",
			source: KUMO,
		},
		{
			id: "microsoft-max-messages",
			class: "messages-per-connection",
			at: "mail",
			text: /exceeded (?:the )?maximum number of messages per connection/i,
			evidence: "421 4.7.0 The mail server [192.0.2.1] has exceeded the maximum number of messages per connection.",
			source: KUMO,
		},
		{
			id: "microsoft-ip-reputation-rate",
			class: "reputation-temporary",
			at: "mail",
			text: /temporarily rate limited due to IP reputation/i,
			evidence:
				"451 4.7.650 The mail server [192.0.2.1] has been temporarily rate limited due to IP reputation. For e-mail delivery information, see https://aka.ms/postmaster (S775) [VI1EUR04FT060.eop-eur04.prod.protection.outlook.com]",
			source: `${NDR}; KumoMTA assets/policy-extras/shaping.toml`,
		},
		{
			id: "microsoft-as843",
			class: "reputation-temporary",
			at: "mail",
			text: /Server busy\. Please try again later from|\((?:AS|S)84[0-9]\)/i,
			evidence:
				"451 4.7.500 Server busy. Please try again later from [192.0.2.1]. (S77719) [DB5EUR03FT027.eop-EUR03.prod.protection.outlook.com]",
			source: `${KUMO}; wordtothewise.com 2017`,
		},
		{
			id: "microsoft-banned-ip",
			class: "ip-blocked",
			at: "rcpt",
			text: /banned sending IP|sender\.office\.com/i,
			evidence:
				"550 5.7.606 Access denied, banned sending IP [192.0.2.1]. To request removal from this list please visit https://sender.office.com/ and follow the directions. For more information please go to https://go.microsoft.com/fwlink/?LinkId=526655 AS(1430)",
			source: `${NDR}; ${ZONE}`,
		},
		{
			id: "microsoft-banned-sender",
			class: "ip-blocked",
			at: "rcpt",
			text: /Access denied, banned sender|delist@(?:messaging\.)?microsoft\.com/i,
			evidence:
				"550 5.7.511 Access denied, banned sender[192.0.2.1]. To request removal from this list please forward this message to delist@microsoft.com. For more information please go to https://go.microsoft.com/fwlink/?LinkId=526653. AS(1410)",
			source: `${NDR}; ${ZONE}`,
		},
		{
			id: "microsoft-customer-block-list",
			class: "recipient-policy",
			at: "rcpt",
			text: /using Customer Block ?list|blocked by .{1,260} using/i,
			evidence:
				"550 5.7.513 Service unavailable, Client host [192.0.2.1] blocked by contoso.test using Customer Block list (AS16012607)",
			source: NDR,
		},
		{
			id: "microsoft-dmarc-verification",
			class: "dmarc-failed",
			at: "body",
			text: /does not pass DMARC verification|550 5\.7\.509/i,
			evidence:
				"550 5.7.509 Access denied, sending domain example.com does not pass DMARC verification and has a DMARC policy of reject.",
			source: `${NDR}; KumoMTA assets/community/bounces.toml`,
		},
		{
			id: "microsoft-authentication-level",
			class: "auth-failed",
			at: "body",
			text: /does(?:n't| not) meet the required authentication level/i,
			evidence:
				"550 5.7.515 Access denied, sending domain example.com does not meet the required authentication level. The sender's domain in the 5322.From address doesn't meet the authentication requirements defined for the sender. To learn how to fix this see: https://go.microsoft.com/fwlink/p/?linkid=2319303 Spf= Fail , Dkim= Pass , DMARC= Fail",
			source: "KumoMTA assets/community/bounces.toml; Microsoft's requirements for high-volume senders 2025",
		},
		{
			id: "microsoft-spf",
			class: "auth-failed",
			at: "body",
			text: /Sender Policy Framework violation|SPF (?:record )?(?:validation|check).{0,20}fail/i,
			evidence: "550 5.7.23 The message was rejected because of Sender Policy Framework violation -> 550 5.7.1 SPF check failed.",
			source: NDR,
		},
		{
			id: "microsoft-ipv6-auth",
			class: "auth-failed",
			at: "body",
			text: /sent over IPv6.{0,80}pass either SPF or DKIM/i,
			evidence:
				"450 4.7.26 Service does not accept messages sent over IPv6 [2001:db8::1] unless they pass either SPF or DKIM validation (message not signed)",
			source: NDR,
		},
		{
			id: "microsoft-ipv6-ptr",
			class: "ptr-missing",
			at: "mail",
			text: /IPv6 address .{0,60}must have (?:a )?reverse DNS/i,
			evidence: "550 5.7.25 Service unavailable, the sending IPv6 address [2001:db8::1] must have a reverse DNS record",
			source: NDR,
		},
		{
			id: "microsoft-denied-temporary",
			class: "reputation-temporary",
			at: "mail",
			codes: [450, 451, 421],
			enhanced: /^4\.7\.(?:5\d\d|6\d\d|8[5-9]\d)$/,
			text: /./,
			evidence: "451 4.7.550 Access denied, please try again later. [CO1NAM11FT003.eop-nam11.prod.protection.outlook.com]",
			source: `${NDR}; ${KUMO}`,
		},
		{
			id: "microsoft-bad-helo",
			class: "ehlo-refused",
			at: "mail",
			text: /Access denied, bad HELO/i,
			evidence: "550 5.7.506 Access denied, bad HELO",
			source: NDR,
		},
		{
			id: "microsoft-rejected-by-recipient",
			class: "recipient-policy",
			at: "rcpt",
			text: /Access denied, rejected by recipient|RESOLVER\.RST|permission to send to this recipient|RestrictedToRecipients|not authenticated to send/i,
			evidence:
				"550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required; Delivery restriction check failed because the sender was not authenticated when sending to this group",
			source: "learn.microsoft.com, Email non-delivery reports in Exchange Online, 5.7.133",
		},
		{
			id: "microsoft-edge-unknown",
			class: "invalid-recipient",
			at: "rcpt",
			enhanced: /^5\.4\.1$/,
			text: /Recipient address rejected: Access denied/i,
			evidence: "550 5.4.1 Recipient address rejected: Access denied. [DB5EUR01FT026.eop-EUR01.prod.protection.outlook.com]",
			source: `${ZONE}; learn.microsoft.com: directory-based edge blocking`,
		},
		{
			id: "microsoft-recipient-not-found",
			class: "invalid-recipient",
			at: "rcpt",
			text: /RecipientNotFound|RESOLVER\.ADR\.(?:ExRecipNotFound|RecipNotFound|RecipientNotFound)|not found by SMTP address lookup/i,
			evidence: "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient kim@contoso.test not found by SMTP address lookup",
			source: "learn.microsoft.com, Email non-delivery reports in Exchange Online, 5.1.10",
		},
		{
			id: "microsoft-recipient-hourly",
			class: "recipient-rate",
			at: "body",
			text: /recipient has exceeded their limit|limit of messages to this recipient|RecipientLimitExceeded|STOREDRV\.Deliver.{0,40}(?:throttled|rate)|exceeded the limit for the number of messages.{0,40}receive/i,
			evidence:
				"554 5.2.122 The recipient has exceeded their limit for the number of messages they can receive per hour. STOREDRV.Deliver; recipient throttled",
			source: `${FIELD}/554.json`,
		},
		{
			id: "microsoft-sender-recipient-hourly",
			class: "recipient-rate",
			at: "body",
			enhanced: /^5\.2\.12[01]$/,
			text: /./,
			evidence: "554 5.2.121 The sender has exceeded the maximum number of messages they can send per hour to this recipient.",
			source: `${FIELD}/554.json`,
		},
		{
			id: "microsoft-mailbox-unavailable",
			class: "invalid-recipient",
			at: "rcpt",
			text: /Requested action not taken: mailbox unavailable/i,
			evidence:
				"550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302). [AM6EUR05FT060.eop-eur05.prod.protection.outlook.com]",
			source: `${FIELD}/550.json; KumoMTA assets/community/bounces.toml`,
		},
		{
			id: "microsoft-quota",
			class: "mailbox-full",
			at: "body",
			text: /(?<!Submission)QuotaExceededException|mailbox is full|STOREDRV\.Deliver; mailbox full|Over quota/i,
			evidence:
				"554 5.2.2 mailbox full; STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded; Failed to process message",
			source: "learn.microsoft.com, NDR 5.2.2",
		},
		{
			id: "microsoft-tenant-attribution",
			class: "receiver-misconfigured",
			at: "rcpt",
			text: /TenantAttribution|Relay Access Denied(?: SMTP)?|ATTR[0-9]{1,2}\b.{0,60}(?:Access denied|relay)/i,
			evidence: "550 5.7.64 TenantAttribution; Relay Access Denied SMTP. [DB5EUR01FT021.eop-EUR01.prod.protection.outlook.com]",
			source: "learn.microsoft.com, NDR 5.7.64",
		},
		{
			id: "microsoft-attr-busy",
			codes: [421, 450, 451, 452],
			class: "server-busy",
			at: "mail",
			text: /Temporary server error\. Please try again later|Organization queue quota exceeded|Insufficient system resources|\bATTR\d|\bPRX\d|Service not available, closing/i,
			evidence:
				"451 4.3.2 Temporary server error. Please try again later ATTR17 [VE1EUR02FT055.eop-EUR02.prod.protection.outlook.com]",
			source: `${FIELD}/451.json; ${KUMO}`,
		},
		{
			id: "microsoft-connector-restricted",
			class: "recipient-policy",
			at: "rcpt",
			enhanced: /^5\.7\.(?:51|52)$/,
			text: /connector/i,
			evidence:
				"550 5.7.51 TenantInboundAttribution; Rejecting. Recipient has a partner connector with RestrictDomainsToIPAddresses or RestrictDomainsToCertificate set",
			source: "learn.microsoft.com, NDR 5.7.51",
		},
		{
			id: "microsoft-transport-rule",
			class: "recipient-policy",
			at: "body",
			text: /TRANSPORT\.RULES\.RejectMessage|rejected by organization policy|Message rejected as spam by Content Filtering/i,
			evidence: "550 5.7.1 TRANSPORT.RULES.RejectMessage; the message was rejected by organization policy",
			source: "learn.microsoft.com, mail flow rules",
		},
		{
			id: "microsoft-submission-quota",
			class: "sender-rate",
			at: "body",
			text: /SubmissionQuotaExceeded|exceeded (?:the|its) (?:recipient|message|submission) (?:rate )?(?:quota|limit)/i,
			evidence:
				"550 5.2.2 STOREDRV.Submission.Exception:SubmissionQuotaExceededException; Failed to process message due to a permanent exception",
			source: "learn.microsoft.com, sending limits",
		},
		{
			id: "microsoft-bad-outbound",
			class: "gateway-policy",
			at: "body",
			enhanced: /^5\.1\.(?:8|90)$/,
			text: /bad outbound sender|Access denied, bad outbound|daily (?:message )?limit/i,
			evidence: "550 5.1.8 Access denied, bad outbound sender AS(42004)",
			source: "learn.microsoft.com, NDR 5.1.8 and 5.1.90 (a Microsoft 365 gateway)",
		},
		{
			id: "microsoft-hop-count",
			class: "receiver-misconfigured",
			action: "end",
			at: "body",
			text: /Hop count exceeded|mail loop/i,
			evidence: "554 5.4.14 Hop count exceeded - possible mail loop ATTR34 [SN1NAM02FT051.eop-nam02.prod.protection.outlook.com]",
			source: "learn.microsoft.com, NDR 5.4.14",
		},
	],
};
