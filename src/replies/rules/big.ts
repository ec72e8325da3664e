// Other mailbox providers of America and Europe: Apple, Comcast, AT&T, Spectrum, GMX, T-Online, Orange, La Poste, Free, Libero, KPN, Yandex, Mail.ru. Data only.
import type { RuleGroup } from "../rule.ts";

const ZONE = "ZoneMTA config/bounces.txt";
const KUMO = "KumoMTA assets/community/shaping.toml";
const FIELD = "ActiveCampaign smtp-field-manual data/codes";
const APPLE_HELP = "sisimai lib/Sisimai/Rhost/Apple.pm, after support.apple.com/en-us/102322";
const COMCAST_HELP = "postmaster.comcast.net/mail-error-codes.html";
const FRANCE = "sisimai lib/Sisimai/Rhost/FrancePTT.pm, after postmastery's page on Orange";
const UI = "postmaster.gmx.com/en/error-messages";

export const BIG: readonly RuleGroup[] = [
	{
		name: "apple",
		hosts: ["icloud.com", "apple.com"],
		rules: [
			{
				id: "apple-dbl",
				class: "link-listed",
				at: "body",
				text: /having a domain present in the Spamhaus DBL/i,
				evidence:
					"550 5.7.1 Your email was rejected due to having a domain present in the Spamhaus DBL -- see https://www.spamhaus.org/dbl/",
				source: `${APPLE_HELP}; ${KUMO}`,
			},
			{
				id: "apple-spamhaus",
				class: "dnsbl-listed",
				at: "rcpt",
				text: /rejected due to listing in Spamhaus/i,
				evidence:
					"550 5.7.1 Mail from IP 192.0.2.1 was rejected due to listing in Spamhaus SBL. For details please see http://www.spamhaus.org/query/bl?ip=192.0.2.1",
				source: `${APPLE_HELP}; ${ZONE}`,
			},
			{
				id: "apple-proofpoint",
				class: "ip-blocked",
				at: "mail",
				text: /Blocked - see https:\/\/(?:support|ipcheck)\.proofpoint\.com/i,
				evidence: "550 5.7.0 Blocked - see https://support.proofpoint.com/dnsbl-lookup.cgi?ip=192.0.2.1",
				source: APPLE_HELP,
			},
			{
				id: "apple-excessive-volume",
				class: "recipient-rate",
				at: "rcpt",
				text: /deferred due to excessive volume/i,
				evidence:
					"421 4.7.1 Messages to kim@icloud.com deferred due to excessive volume. Try again later - https://support.apple.com/en-us/HT204137",
				source: `${APPLE_HELP}; ${FIELD}/421.json`,
			},
			{
				id: "apple-busy",
				class: "server-busy",
				at: "mail",
				text: /\[BS\d\d\]|Service unavailable - try again later|not accepting connections/i,
				evidence: "451 4.7.1 Service unavailable - try again later",
				source: `${KUMO}; ${FIELD}/451.json`,
			},
			{
				id: "apple-hcm",
				class: "reputation-temporary",
				at: "mail",
				text: /\[HCM\d\]/,
				evidence: "421 [HCM1] Your mail from 192.0.2.1 was deferred",
				source: KUMO,
			},
			{
				id: "apple-hme",
				class: "auth-failed",
				at: "body",
				text: /\[HME\d\]|failing both SPF and DKIM/i,
				evidence:
					"554 5.7.1 [HME1] This message was blocked for failing both SPF and DKIM authentication checks. See https://support.apple.com/en-us/HT204137 for mailing best practices",
				source: APPLE_HELP,
			},
			{
				id: "apple-dmarc",
				class: "dmarc-failed",
				at: "body",
				text: /rejected due to .{1,260} DMARC policy/i,
				evidence:
					"554 5.7.1 Your message was rejected due to example.com's DMARC policy. See https://support.apple.com/en-us/HT204137 for info",
				source: APPLE_HELP,
			},
			{
				id: "apple-local-policy",
				class: "content-refused",
				at: "body",
				text: /\[CS01\]|rejected due to local policy/i,
				evidence: "550 5.7.1 [CS01] Message rejected due to local policy. Please visit https://support.apple.com/en-us/HT204137",
				source: `${APPLE_HELP}; ${FIELD}/550.json`,
			},
			{
				id: "apple-gone",
				class: "inactive-mailbox",
				at: "rcpt",
				text: /recipient no longer on server/i,
				evidence: "550 5.1.6 recipient no longer on server: kim@icloud.com",
				source: APPLE_HELP,
			},
			{
				id: "apple-no-user",
				class: "invalid-recipient",
				at: "rcpt",
				text: /user does not exist|inactive email address/i,
				evidence: "550 5.1.1 <kim@icloud.com>: inactive email address",
				source: APPLE_HELP,
			},
			{
				id: "apple-full",
				class: "mailbox-full",
				at: "rcpt",
				text: /user is over quota/i,
				evidence: "552 5.2.2 <kim@icloud.com>: user is over quota",
				source: APPLE_HELP,
			},
		],
	},
	{
		name: "comcast",
		hosts: ["comcast.net"],
		rules: [
			{
				id: "comcast-spamhaus",
				class: "dnsbl-listed",
				at: "greeting",
				text: /\bBL000001\b|\bBL000010\b|\bBL000100\b|one or more (?:DNSBLs|block ?lists)/i,
				evidence:
					"554 resimta-c1p-023456.sys.comcast.net resimta 192.0.2.1 found on one or more DNSBLs, see http://postmaster.comcast.net/smtp-error-codes.php#BL000001",
				source: `${COMCAST_HELP}; ${ZONE}`,
			},
			{
				id: "comcast-blocked",
				class: "ip-blocked",
				at: "greeting",
				text: /\bBL0[01]\d{4}\b|patterns? (?:which are |that are )?characteristic of spam/i,
				evidence:
					"554 resimta-po-13v.sys.comcast.net comcast 192.0.2.1 Comcast BL000000: sent mail in patterns characteristic of spam. See https://postmaster.comcast.net/smtp-error-codes.php#BL000000",
				source: `${COMCAST_HELP}; ${FIELD}/554.json`,
			},
			{
				id: "comcast-ptr",
				class: "ptr-missing",
				at: "greeting",
				text: /\bES000010\b|must have a PTR record|Reverse DNS failure|\bPT000001\b/i,
				evidence:
					"554 resimta-h1p-027952.sys.comcast.net resimta-h1p-027952.sys.comcast.net 192.0.2.1 Comcast requires that all mail servers must have a PTR record with a valid Reverse DNS entry. Currently your mail server does not fill that requirement. For more information, refer to: https://postmaster.comcast.net/smtp-error-codes.php#PT000001",
				source: `${COMCAST_HELP}; ${FIELD}/554.json`,
			},
			{
				id: "comcast-sessions",
				class: "too-many-connections",
				at: "greeting",
				text: /Too many sessions (?:opened|from)/i,
				evidence: "421 resimta-c2p-546789.sys.comcast.net resimta Too many sessions opened from 192.0.2.1",
				source: "postmaster.comcast.net smtp-error-codes.php: 25 connections at once",
			},
			{
				id: "comcast-rate",
				class: "sender-rate",
				at: "mail",
				text: /\bRL0000\d\d\b/,
				evidence:
					"421 4.1.0 192.0.2.1 Throttled - try again later. Please see https://postmaster.comcast.net/smtp-error-codes.php#RL000001",
				source: "KumoMTA assets/policy-extras/shaping.toml",
			},
			{
				id: "comcast-dmarc",
				class: "dmarc-failed",
				at: "body",
				text: /\bDM000001\b|rejected due to DMARC/i,
				evidence:
					"550 5.2.0 Message rejected due to DMARC. Please see http://postmaster.comcast.net/smtp-error-codes.php#DM000001",
				source: `${FIELD}/550.json`,
			},
			{
				id: "comcast-recipient-rate",
				class: "recipient-rate",
				at: "rcpt",
				text: /too many recent messages/i,
				evidence: "452 4.1.1 <kim@comcast.net> too many recent messages; Try again later",
				source: `${FIELD}/452.json`,
			},
			{
				id: "comcast-not-customer",
				class: "invalid-recipient",
				at: "rcpt",
				text: /Not our Customer|recipient mailbox unallocated/i,
				evidence: "550 5.1.1 <kim@comcast.net> Not our Customer",
				source: `${FIELD}/550.json; KumoMTA assets/community/bounces.toml`,
			},
		],
	},
	{
		name: "att",
		hosts: ["prodigy.net", "att.net"],
		rules: [
			{
				id: "att-rbl",
				class: "ip-blocked",
				at: "greeting",
				text: /DNSBL:(?:ATT)?RBL|abuse_rbl@abuse-att\.net/i,
				evidence:
					"553 5.3.0 flph825 DNSBL:ATTRBL 521< 192.0.2.1 >_is_blocked.__For_information_see_https://att.net/blocks. Forward this error to abuse_rbl@abuse-att.net",
				source: `${ZONE}; KumoMTA assets/community/bounces.toml`,
			},
			{
				id: "att-ptr",
				class: "ptr-missing",
				at: "greeting",
				text: /servers without a valid sender domain|Fix reverse DNS/i,
				evidence:
					"550 5.7.1 Connections not accepted from servers without a valid sender domain.alph138 Fix reverse DNS for 192.0.2.1",
				source: `${FIELD}/550.json`,
			},
		],
	},
	{
		name: "charter",
		hosts: ["charter.net", "rr.com", "spectrum.net"],
		rules: [
			{
				id: "charter-blocked",
				class: "ip-blocked",
				at: "greeting",
				text: /\bAUP#(?:In-)?1[2-9]\d\d\b|\bE1[2-4]10\b/i,
				evidence: "554 ESMTP server not available AUP#1260",
				source: "spectrum.net, Understanding email error codes",
			},
			{
				id: "charter-rate",
				class: "sender-rate",
				at: "mail",
				text: /\bAUP#(?:I|O|In|Out)-[12]\d\d0\b/i,
				evidence: "421 Message Rejected - Too many messages AUP#I-1000",
				source: "spectrum.net, Understanding email error codes",
			},
		],
	},
	{
		name: "gmx",
		hosts: ["gmx.net", "gmx.de", "web.de", "mail.com", "kundenserver.de", "1and1.com", "perfora.net", "ionos.com", "ionos.co.uk"],
		rules: [
			{
				id: "gmx-block-listed",
				class: "ip-blocked",
				at: "greeting",
				text: /Nemesis ESMTP Service not available|IP address is (?:block|black) ?listed|No SMTP service/i,
				evidence:
					"554-gmx.net (mxgmx017) Nemesis ESMTP Service not available\r\n554-No SMTP service\r\n554-IP address is block listed.\r\n554 For explanation visit https://postmaster.gmx.net/en/case?c=r0201&i=ip&v=192.0.2.1&r=1M4",
				source: `${UI}; goaffpro issue 61`,
			},
			{
				id: "gmx-ptr",
				class: "ptr-missing",
				at: "greeting",
				text: /Bad DNS PTR resource record/i,
				evidence:
					"554-web.de (mxweb111) Nemesis ESMTP Service\r\n550 Bad DNS PTR resource record. For explanation visit https://postmaster.web.de/error-messages?ip=192.0.2.1&c=rdns",
				source: `${UI}; ${FIELD}/550.json`,
			},
			{
				id: "gmx-connections",
				class: "too-many-connections",
				at: "greeting",
				text: /Too many connections/i,
				evidence: "421 gmx.net (mxgmx106) Too many connections",
				source: KUMO,
				codes: [421],
			},
			{
				id: "gmx-rate",
				class: "sender-rate",
				at: "mail",
				text: /Rate limit reached/i,
				evidence: "421 Rate limit reached. Please try again later",
				source: "1&1 mail FAQ (new-faq.comservice-ffo.de)",
			},
			{
				id: "gmx-policy-violation",
				class: "reputation-temporary",
				at: "mail",
				text: /Reject due to policy violations/i,
				evidence: "450 Requested mail action not taken: mailbox unavailable - Reject due to policy violations",
				source: `${KUMO}; 1&1 mail FAQ`,
			},
			{
				id: "gmx-spf",
				class: "auth-failed",
				at: "body",
				text: /Reject due to SPF policy/i,
				evidence:
					"550-Requested action not taken: mailbox unavailable\r\n550-Reject due to SPF policy.\r\n550 For explanation visit https://postmaster.gmx.net/en/error-messages",
				source: UI,
			},
			{
				id: "gmx-policy-ip",
				class: "reputation-temporary",
				at: "body",
				text: /c=(?:hip|sip|ip)\b|policy restrictions.{0,20}IP/i,
				evidence:
					"550-Requested action not taken: mailbox unavailable\r\n550-Reject due to policy restrictions.\r\n550 For explanation visit https://postmaster.gmx.net/en/error-messages?ip=192.0.2.1&c=hip",
				source: `${FIELD}/550.json`,
			},
			{
				id: "gmx-policy-header",
				class: "bad-format",
				at: "body",
				text: /c=hi\b|c=hd\b|policy restrictions.{0,20}header/i,
				evidence:
					"550-Requested action not taken: mailbox unavailable\r\n550-Reject due to policy restrictions.\r\n550 For explanation visit https://postmaster.gmx.net/en/error-messages?ip=192.0.2.1&c=hi",
				source: `${UI}; smtp.codes/unitedinternet`,
			},
			{
				id: "gmx-policy",
				class: "reputation-temporary",
				at: "body",
				text: /Reject due to policy restrictions/i,
				evidence:
					"554-Transaction failed\r\n554-Reject due to policy restrictions.\r\n554 For explanation visit https://postmaster.web.de/error-messages",
				source: KUMO,
			},
			{
				id: "gmx-no-mailbox",
				class: "invalid-recipient",
				at: "rcpt",
				text: /Requested action not taken: mailbox unavailable/i,
				codes: [550],
				evidence:
					"550 Requested action not taken: mailbox unavailable For explanation visit https://postmaster.gmx.net/en/error-messages",
				source: UI,
			},
			{
				id: "gmx-quota",
				class: "mailbox-full",
				at: "rcpt",
				text: /exceeded storage allocation|Quota exceeded/i,
				evidence:
					"552-Requested mail action aborted: exceeded storage allocation\r\n552-Quota exceeded. The recipient's mailbox is full.\r\n552 For explanation visit https://postmaster.gmx.net/en/error-messages",
				source: `${FIELD}/552.json`,
			},
		],
	},
	{
		name: "t-online",
		hosts: ["t-online.de"],
		rules: [
			{
				id: "t-online-blocked",
				class: "ip-blocked",
				at: "greeting",
				text: /A problem occurred\. .{0,80}tosa@rx\.t-online\.de/i,
				evidence:
					"554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster for help or to contact tosa@rx.t-online.de to clarify.) (BL)",
				source: `${ZONE}; mailcow issue 2532`,
			},
			{
				id: "t-online-dialup",
				class: "ip-blocked",
				at: "greeting",
				text: /Dialup\/transient IP not allowed/i,
				evidence:
					"554 IP=192.0.2.1 - Dialup/transient IP not allowed. Use a mailgateway or contact tosa@rx.t-online.de to clarify. (DIAL)",
				source: "chatmail filtermail issue 140",
			},
			{
				id: "t-online-spam",
				class: "content-refused",
				at: "body",
				text: /rejected due to spam or virus classification/i,
				evidence:
					"550-5.7.0 Message considered as spam or virus, rejected\r\n550 message has been rejected due to spam or virus classification",
				source: "KumoMTA assets/community/bounces.toml",
			},
		],
	},
	{
		name: "orange",
		hosts: ["orange.fr", "wanadoo.fr"],
		rules: [
			{
				id: "orange-connections",
				class: "too-many-connections",
				at: "greeting",
				text: /OFR\w{0,4}_104|Trop de connexions/i,
				evidence:
					"421 smtp.orange.fr Trop de connexions, veuillez verifier votre configuration. Too many connections, slow down. OFR005_104 [104]",
				source: FRANCE,
			},
			{
				id: "orange-spam-incident",
				class: "ip-blocked",
				at: "greeting",
				text: /OFR\w{0,4}_102|bloquee pour incident de spam/i,
				evidence:
					"550 mwinf5c04 ME Adresse IP source bloquee pour incident de spam. Client host blocked for spamming issues. OFR006_102 Ref http://csi.cloudmark.com/reset-request/?ip=192.0.2.1 [102]",
				source: `${FRANCE}; ${FIELD}/550.json`,
			},
			{
				id: "orange-refused",
				class: "reputation-temporary",
				at: "greeting",
				text: /OFR\w{0,4}_(?:103|109)|Service refused, please try later/i,
				codes: [550, 554],
				evidence: "550 5.2.0 Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR006_103 [103]",
				source: `${FRANCE}; ${KUMO}`,
			},
			{
				id: "orange-busy",
				class: "server-busy",
				at: "rcpt",
				text: /OFR\w{0,4}_(?:505|10[0-9])|Veuillez essayer plus tard/i,
				codes: [421, 450, 451],
				evidence: "421 4.2.0 Service refuse. Veuillez essayer plus tard. Service refused, please try later. OFR005_505 [505]",
				source: FRANCE,
			},
			{
				id: "orange-999",
				class: "ip-blocked",
				at: "greeting",
				text: /OFR\w{0,4}_999/i,
				evidence: "421 Service refuse. Veuillez verifier votre configuration. Service refused. OFR_999 [999]",
				source: FRANCE,
			},
			{
				id: "orange-sender",
				class: "sender-refused",
				at: "mail",
				text: /OFR\w{0,4}_405|Emetteur invalide/i,
				evidence: "501 5.1.0 Emetteur invalide. Invalid Sender. OFR004_405 [405]",
				source: `${FRANCE}; ${FIELD}/501.json`,
			},
			{
				id: "orange-dmarc",
				class: "dmarc-failed",
				at: "body",
				text: /DMARC check failed/i,
				evidence: "501 5.0.2 Mail rejected. DMARC check failed",
				source: "KumoMTA assets/community/bounces.toml",
			},
			{
				id: "orange-invalid",
				class: "invalid-recipient",
				at: "rcpt",
				text: /OFR\w{0,4}_416|destinataire invalide/i,
				evidence: "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. OFR_416 [416]",
				source: `${FRANCE}; ${ZONE}`,
			},
			{
				id: "orange-full",
				class: "mailbox-full",
				at: "rcpt",
				text: /OFR\w{0,4}_417|Boite du destinataire pleine/i,
				evidence: "552 5.1.1 Boite du destinataire pleine. Recipient overquota. OFR_417 [417]",
				source: `${FRANCE}; ${ZONE}`,
			},
			{
				id: "orange-content",
				class: "content-refused",
				at: "body",
				text: /OFR\w{0,4}_506|Mail rejete\./i,
				evidence: "550 5.2.0 Mail rejete. Mail rejected. ofr_506 [506]",
				source: FRANCE,
			},
		],
	},
	{
		name: "laposte",
		hosts: ["laposte.net"],
		rules: [
			{
				id: "laposte-spamhaus",
				class: "dnsbl-listed",
				at: "greeting",
				text: /LPNAAA_101|LPN\d{3}_101/,
				evidence: "550 5.7.1 Service unavailable; client [192.0.2.1] blocked using Spamhaus. LPNAAA_101",
				source: FRANCE,
			},
			{
				id: "laposte-dmarc",
				class: "dmarc-failed",
				at: "body",
				text: /LPN\d{3}_517|DMARC verification Failed/i,
				evidence: "571 5.7.1 Message refused, DMARC verification Failed LPN007_517",
				source: FRANCE,
			},
			{
				id: "laposte-invalid",
				class: "invalid-recipient",
				at: "rcpt",
				text: /LPN\d{3}_41[0-6]/,
				evidence: "550 5.1.1 Adresse d au moins un destinataire invalide. Invalid recipient. LPN007_416",
				source: FRANCE,
			},
		],
	},
	{
		name: "free",
		hosts: ["free.fr", "proxad.net"],
		rules: [
			{
				id: "free-ptr",
				class: "ptr-missing",
				at: "greeting",
				text: /reverse DNS entry does not resolve/i,
				evidence: "421 Refused. Your reverse DNS entry does not resolve to an IP",
				source: "iRedMail issue 156",
			},
			{
				id: "free-spam-errors",
				class: "reputation-temporary",
				at: "rcpt",
				text: /Too many (?:errors|spams?) from your IP/i,
				evidence: "451 too many errors from your ip (192.0.2.1), please visit http://postmaster.free.fr/",
				source: "postmaster.free.fr; widely reported",
			},
			{
				id: "free-spam-content",
				class: "content-refused",
				at: "body",
				text: /spam(?: content)? (?:detected|refused)/i,
				evidence: "550 spam detected",
				source: "postmaster.free.fr; reports on forum.ovh.com",
			},
		],
	},
	{
		name: "libero",
		hosts: ["libero.it", "iol.local", "iol.it", "virgilio.it"],
		rules: [
			{
				id: "libero-ptr",
				class: "ptr-missing",
				at: "greeting",
				text: /LIB_120|No reverse DNS/i,
				evidence: "421 No reverse DNS [smtp-28.iol.local; LIB_120]",
				source: "postal issue 83",
			},
			{
				id: "libero-connections",
				class: "too-many-connections",
				at: "greeting",
				text: /LIB_10\d|Too many connections/i,
				evidence: "421 smtp-16.iol.local Too many connections, slow down. [smtp-16.iol.local; LIB_102]",
				source: "haraka-plugin-limit issue 54",
			},
		],
	},
	{
		name: "yandex",
		hosts: ["yandex.ru", "yandex.net"],
		rules: [
			{
				id: "yandex-later",
				class: "greylisted",
				at: "rcpt",
				text: /service is currently unavailable\. Please come back later/i,
				evidence: "451 4.7.1 Sorry, the service is currently unavailable. Please come back later. 1700000000-abcdef",
				source: `${FIELD}/451.json; ${ZONE}`,
			},
			{
				id: "yandex-recipient-rate",
				class: "recipient-rate",
				at: "rcpt",
				text: /recipient has exceeded message rate limit/i,
				evidence: "450 4.2.1 The recipient has exceeded message rate limit. Try again later.",
				source: `${FIELD}/450.json`,
			},
			{
				id: "yandex-spam",
				class: "content-refused",
				at: "body",
				text: /rejected under suspicion of SPAM/i,
				evidence: "554 5.7.1 [1] Message rejected under suspicion of SPAM; https://ya.cc/1IrBc 1700000000-abcdef",
				source: `${FIELD}/554.json`,
			},
			{
				id: "yandex-no-user",
				class: "invalid-recipient",
				at: "rcpt",
				text: /No such user/i,
				evidence: "550 5.7.1 No such user! 1700000000-abcdef",
				source: `${FIELD}/550.json (5.7.1 is no policy here)`,
			},
		],
	},
	{
		name: "mail-ru",
		hosts: ["mail.ru"],
		rules: [
			{
				id: "mail-ru-spam",
				class: "content-refused",
				at: "body",
				text: /spam message (?:rejected|discarded)|notspam-support/i,
				evidence:
					"550 spam message rejected. Please visit http://help.mail.ru/notspam-support/id?c=abc or report details to abuse@corp.mail.ru. Error code: ABCDEF",
				source: `${FIELD}/550.json; ${ZONE}`,
			},
			{
				id: "mail-ru-disabled",
				class: "inactive-mailbox",
				at: "rcpt",
				text: /account is disabled|Local mailbox .{1,320} is unavailable: account/i,
				evidence:
					"550 Message was not accepted -- invalid mailbox.  Local mailbox kim@mail.ru is unavailable: account is disabled",
				source: `${FIELD}/550.json`,
			},
			{
				id: "mail-ru-no-user",
				class: "invalid-recipient",
				at: "rcpt",
				text: /invalid mailbox\..{0,340}user not found/i,
				evidence: "550 Message was not accepted -- invalid mailbox.  Local mailbox kim@mail.ru is unavailable: user not found",
				source: "KumoMTA assets/community/bounces.toml",
			},
			{
				id: "mail-ru-dynamic",
				class: "ptr-missing",
				at: "greeting",
				text: /do not accept mail from (?:dynamic ips|hosts with dynamic IP)/i,
				evidence:
					"550 we do not accept mail from hosts with dynamic IP or generic dns PTR-records. Your IP is 192.0.2.1. Please, contact your ISP to resolve the issue",
				source: "sisimai lib/Sisimai/Reason/Blocked.pm; help.mail.ru",
			},
			{
				id: "mail-ru-ptr",
				class: "ptr-missing",
				at: "greeting",
				text: /have no (?:valid )?(?:reverse|PTR)|no PTR record/i,
				evidence:
					"550 Access from ip address 192.0.2.1 blocked. Your host have no PTR record. Visit http://help.mail.ru/mail-help/faq/server",
				source: "help.mail.ru postmaster FAQ",
			},
			{
				id: "mail-ru-blocked",
				class: "ip-blocked",
				at: "greeting",
				text: /Access from ip address [0-9a-f.:]{3,45} blocked/i,
				evidence: "550 Access from ip address 192.0.2.1 blocked. Visit http://win.mail.ru/cgi-bin/support_bl?ip=192.0.2.1",
				source: "help.mail.ru postmaster FAQ",
			},
		],
	},
	{
		name: "nicmail",
		hosts: ["nicmail.ru"],
		rules: [
			{
				id: "nicmail-other-server",
				class: "server-busy",
				at: "rcpt",
				text: /try another server/i,
				evidence: "451 Please try another server",
				source: "nic.ru/help/mail-diagnostics-and-troubleshooting_14426.html: its other hosts must be asked",
			},
		],
	},
];
