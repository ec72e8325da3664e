// The texts by which servers pass on what a public blacklist said. Data only. The most special first: an error of the receiver's resolver,
// a domain in the message, a domain of the sender, then the IP lists.
import type { RuleGroup } from "../rule.ts";

const ZONE = "ZoneMTA config/bounces.txt";
const POSTFIX = "stock text of Postfix reject_rbl_client";

export const BLACKLISTS: RuleGroup = {
	name: "blacklists",
	hosts: "*",
	rules: [
		{
			id: "dnsbl-greylist",
			class: "greylisted",
			at: "rcpt",
			codes: [421, 450, 451, 454],
			text: /blocked using grey|blocked using .{0,120}greylist/i,
			evidence:
				"450 4.7.1 Service unavailable; Client host [192.0.2.4] blocked using grey.rbl - Rechazo temporal, intentelo mas tarde por favor...Greylisting in action, please try again later",
			source: ZONE,
		},
		{
			id: "spamhaus-open-resolver",
			class: "receiver-misconfigured",
			at: "rcpt",
			text: /Error: open resolver|spamhaus\.org\/returnc\/(?:pub|vol|typo)|127\.255\.255\.25[0-9]/i,
			evidence:
				"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; Error: open resolver; https://check.spamhaus.org/returnc/pub/203.0.113.7/",
			source: "simple-login app pull request 2674; spamhaus.com, return codes: we are not listed",
		},
		{
			id: "uribl-query-refused",
			class: "receiver-misconfigured",
			at: "body",
			text: /(?:uribl|surbl)\.(?:com|org).{0,200}(?:Query Refused|127\.0\.0\.1\b|refused by)/i,
			evidence:
				"554 5.7.1 Service unavailable; Helo command [mx.example.com] blocked using multi.uribl.com; 127.0.0.1 -> Query Refused. See http://uribl.com/refused.shtml for more information [Your DNS IP: 203.0.113.7]",
			source: `${ZONE} (comment); uribl.com/refused.shtml`,
		},
		{
			id: "dnsbl-wrong-zone",
			class: "receiver-misconfigured",
			at: "rcpt",
			text: /blocked using (?:dnsbl\.sorbs\.net|bl\.spamcannibal\.org|dnsbl\.njabl\.org|relays\.ordb\.org|list\.dsbl\.org|dnsbl-1\.uceprotect\.invalid|rbl\.megarbl\.net|bl\.emailbasura\.org)/i,
			evidence:
				"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using dnsbl.sorbs.net; Exploitable Server See: http://www.sorbs.net/lookup.shtml?192.0.2.1",
			source: "SORBS ended in June 2024, SpamCannibal in 2018, ORDB in 2006: the receiver asks a dead zone",
		},
		{
			id: "spamhaus-dbl-link",
			class: "link-listed",
			at: "body",
			text: /(?:URL|URI|link|body|message|content).{0,80}(?:dbl\.spamhaus|Spamhaus DBL|uribl|surbl)/i,
			evidence: "550 5.7.1 Your message contains a URL listed in the Spamhaus DBL",
			source: "rspamd and SpamAssassin milters; ionos help pages",
		},
		{
			id: "uribl-link",
			class: "link-listed",
			at: "body",
			text: /(?:multi\.|black\.|grey\.)?uribl\.com|(?:multi\.)?surbl\.org|\bURIBL\b|\bSURBL\b|ivmURI/i,
			evidence: "554 5.7.1 Service unavailable; blocked using multi.uribl.com",
			source: ZONE,
		},
		{
			// The name of ours that is listed is the host's, not the sender's: all mail of the source meets it.
			id: "spamhaus-dbl-helo",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /(?:Helo command|Client host|EHLO).{0,120}(?:dbl\.spamhaus\.org|rhsbl|fresh\.spameatingmonkey)/i,
			evidence:
				"554 5.7.1 Service unavailable; Helo command [mta1.example.com] blocked using dbl.spamhaus.org; https://www.spamhaus.org/query/domain/example.com",
			source: `${ZONE}; stock text of Postfix reject_rhsbl_helo`,
		},
		{
			id: "spamhaus-dbl-sender",
			class: "sender-refused",
			at: "mail",
			text: /dbl\.spamhaus\.org|Spamhaus DBL|rhsbl|fresh\.spameatingmonkey/i,
			evidence:
				"554 5.7.1 Service unavailable; Sender address [news@example.com] blocked using dbl.spamhaus.org; https://www.spamhaus.org/query/domain/example.com",
			source: `${ZONE}; stock text of Postfix reject_rhsbl_sender`,
		},
		{
			id: "spamhaus-ip",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /(?:zen|sbl|xbl|pbl|sbl-xbl|css)\.(?:dq\.)?spamhaus|spamhaus\.(?:org|net|com)|\bSpamhaus\b/i,
			evidence:
				"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/192.0.2.1",
			source: `${ZONE}; ${POSTFIX}`,
		},
		{
			id: "spamcop",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /spamcop\.net/i,
			evidence:
				"550 JunkMail rejected - mail.example.com [192.0.2.1] is in an RBL: Blocked - see https://www.spamcop.net/bl.shtml?192.0.2.1",
			source: `${ZONE} (cPanel's Exim)`,
		},
		{
			id: "barracuda-brbl",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /b\.barracudacentral\.org|barracudanetworks\.com\/reputation|Barracuda Reputation|barracudacentral\.org/i,
			evidence:
				"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using b.barracudacentral.org; http://www.barracudanetworks.com/reputation/?pr=1&ip=192.0.2.1",
			source: `${ZONE}; ${POSTFIX}`,
		},
		{
			id: "cloudmark-csi",
			class: "dnsbl-listed",
			at: "greeting",
			text: /csi\.cloudmark\.com|Cloudmark Sender Intelligence|cloudmark.{0,40}(?:block|reset|poor)/i,
			evidence:
				"550 mail.example.com [192.0.2.1] is in an RBL on csi.cloudmark.com/reset-request/?ip=192.0.2.1, see Poor Reputation Sender",
			source: `${ZONE}; KumoMTA assets/community/shaping.toml`,
		},
		{
			id: "invaluement",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /invaluement|\bivmSIP/i,
			evidence: "550 5.5.4 Your IP 192.0.2.1 is listed by Invaluement. See https://www.invaluement.com/lookup/",
			source: `${ZONE}; KumoMTA assets/community/bounces.toml`,
		},
		{
			id: "hostkarma",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /hostkarma|junkemailfilter\.com/i,
			evidence: "550 Black listed at hostkarma http://ipadmin.junkemailfilter.com/remove.php?ip=192.0.2.1",
			source: ZONE,
		},
		{
			id: "uceprotect",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /uceprotect|backscatterer\.org/i,
			evidence:
				"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using dnsbl-1.uceprotect.net; IP 192.0.2.1 is UCEPROTECT-Level 1 listed. See http://www.uceprotect.net/rblcheck.php?ipr=192.0.2.1",
			source: POSTFIX,
		},
		{
			id: "nixspam",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /ix\.dnsbl\.manitu|nixspam/i,
			evidence:
				"550 5.7.1 Service unavailable; client [192.0.2.1] blocked using ix.dnsbl.manitu.net; Your e-mail service was detected by mx.selfip.biz (NiX Spam) as spamming",
			source: POSTFIX,
		},
		{
			id: "psbl",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /psbl\.(?:surriel|org)/i,
			evidence:
				"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using psbl.surriel.com; Listed in PSBL, see http://psbl.org/listing?ip=192.0.2.1",
			source: POSTFIX,
		},
		{
			id: "mailspike",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /mailspike/i,
			evidence:
				"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using bl.mailspike.net; https://mailspike.io/ip_verify?ip=192.0.2.1",
			source: POSTFIX,
		},
		{
			id: "spamrats",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /spamrats/i,
			evidence: "550 Blocked by RATS-Spam, see http://www.spamrats.com/bl?192.0.2.1",
			source: "spamrats.com; stock Exim dnslists text",
		},
		{
			id: "spameatingmonkey",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /spameatingmonkey/i,
			evidence:
				"554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using bl.spameatingmonkey.net; https://spameatingmonkey.com/lookup/192.0.2.1",
			source: POSTFIX,
		},
		{
			id: "abusix",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /abusix|mail\.abusix\.zone/i,
			evidence:
				"550 5.7.1 Service unavailable; client [192.0.2.1] blocked using combined.mail.abusix.zone; https://lookup.abusix.com/search?q=192.0.2.1",
			source: POSTFIX,
		},
		{
			id: "s5h-sorbs-legacy",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /sorbs\.net|all\.s5h\.net|dnsbl\.dronebl|dronebl\.org|truncate\.gbudb|wpbl\.info|bl\.blocklist\.de|blocklist\.de|dnsrbl|korea\.services\.net|cbl\.abuseat\.org|virbl|0spam|dnsbl\.justspam/i,
			evidence:
				"550 5.7.1 rejected because 192.0.2.1 is in a black list at bl.blocklist.de: Infected System, see http://www.blocklist.de/en/view.html?ip=192.0.2.1",
			source: `${POSTFIX}; stock Exim dnslists text`,
		},
		{
			id: "senderscore",
			class: "dnsbl-listed",
			at: "greeting",
			text: /senderscore|returnpath\.(?:net|com)|bl\.score/i,
			evidence: "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using bl.score.senderscore.com",
			source: "sisimai Reason/BadReputation.pm; Return Path block list",
		},
		{
			id: "vade-lashback",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /ubl\.(?:unsubscore|lashback)|sendertool\.vadesecure|vadesecure\.com/i,
			evidence:
				"550 5.7.1 Service unavailable; blocked using ubl.unsubscore.com, see http://blacklist.lashback.com/?ipAddress=192.0.2.1",
			source: POSTFIX,
		},
		{
			id: "generic-dnsbl",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /blocked using [a-z0-9.-]{3,120}|in an? (?:DNS ?)?(?:RBL|DNSBL)|(?:listed|found) (?:in|on|at|by) (?:an? |the |our )?(?:DNS ?)?(?:RBL|DNSBL|realtime black ?list)|\b(?:RBL|DNSBL)[: -]{1,2}(?:listed|rejected|restriction|blocked)/i,
			evidence: "554 5.7.1 Service unavailable; Client host [mail.example.com] blocked using dnsbl.receiver.test",
			source: POSTFIX,
		},
		{
			id: "generic-dnsbl-words",
			class: "dnsbl-listed",
			at: "rcpt",
			text: /is in a (?:black|block) ?list at |is listed (?:at|by) [a-z0-9-]{1,63}\.[a-z0-9.-]{2,120}|\bdns(?:bl| blacklist)\b.{0,120}|listed in (?:one of )?(?:our )?(?:DNS|public|several) ?block ?lists?|\brealtime block(?:ing)? list/i,
			evidence: "550 rejected because 192.0.2.1 is in a black list at dnsbl.receiver.test",
			source: "stock text of Exim's dnslists condition in the default ACL",
		},
	],
};
