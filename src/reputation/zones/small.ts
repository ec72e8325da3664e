// Zones of little weight, or of a region, whose every answer means the same: to be added by name. See optional.ts for where they were found.
import { code, SPARINGLY, type SubjectKind, type Zone } from "./zone.ts";

const IP4: readonly SubjectKind[] = ["ip4"];
const IP6: readonly SubjectKind[] = ["ip6"];
const IPS: readonly SubjectKind[] = ["ip4", "ip6"];
const DOMAIN: readonly SubjectKind[] = ["domain"];
const LOOK_UP = "Look the subject up there and follow the page; write to its operator if there is no form.";

function plain(
	name: string,
	title: string,
	takes: readonly SubjectKind[],
	severity: "minor" | "info",
	meaning: string,
	url: string,
	how: string = LOOK_UP,
): Zone {
	return {
		name,
		title,
		takes,
		standard: false,
		answers: { kind: "codes", codes: { "127.0.0.2": code("listed", meaning, severity) }, other: severity },
		errors: {},
		removal: { url, how },
		policy: SPARINGLY,
		source: url,
	};
}

export const SMALL: readonly Zone[] = [
	plain(
		"dnsbl-2.uceprotect.net",
		"UCEPROTECT Level 2",
		IP4,
		"info",
		"the neighbourhood has many Level 1 entries: your hoster, not you",
		"https://www.uceprotect.net/en/rblcheck.php",
		"Only the hoster can mend it. Do not pay.",
	),
	plain(
		"dnsbl-3.uceprotect.net",
		"UCEPROTECT Level 3",
		IP4,
		"info",
		"the whole provider is listed: not you",
		"https://www.uceprotect.net/en/rblcheck.php",
		"Only the provider can mend it. Do not pay.",
	),
	plain("bl.spameatingmonkey.net", "SEM-BLACK", IP4, "minor", "sent to traps", "https://spameatingmonkey.com/lookup"),
	plain("bl.ipv6.spameatingmonkey.net", "SEM-IPV6BL", IP6, "minor", "sent to traps", "https://spameatingmonkey.com/lookup"),
	plain(
		"backscatter.spameatingmonkey.net",
		"SEM-BACKSCATTER",
		IP4,
		"info",
		"sends bounces to people who wrote nothing",
		"https://spameatingmonkey.com/lookup",
	),
	plain(
		"uribl.spameatingmonkey.net",
		"SEM-URI",
		DOMAIN,
		"minor",
		"a domain seen in trap mail",
		"https://spameatingmonkey.com/lookup",
	),
	plain(
		"fresh15.spameatingmonkey.net",
		"SEM-FRESH15",
		DOMAIN,
		"info",
		"registered within fifteen days",
		"https://spameatingmonkey.com/lookup",
		"It ends by itself.",
	),
	plain("bip.virusfree.cz", "VirusFree BIP", IPS, "minor", "a botnet's address", "https://www.virusfree.cz/"),
	plain(
		"all.s5h.net",
		"s5h",
		IPS,
		"info",
		"sent spam to its operator",
		"http://www.usenix.org.uk/content/rblremove",
		"Open the page from the listed address: it acts at once.",
	),
	plain("nbl.0spam.org", "0Spam networks", IP4, "info", "the neighbourhood hit traps", "https://0spam.org/"),
	plain("dbl.0spam.org", "0Spam domains", DOMAIN, "info", "a domain seen in trap mail", "https://0spam.org/"),
	plain("bl.nordspam.com", "NordSpam", IPS, "info", "a source of spam to the north of Europe", "https://www.nordspam.com/"),
	plain(
		"dbl.nordspam.com",
		"NordSpam domains",
		DOMAIN,
		"info",
		"a domain of spam to the north of Europe",
		"https://www.nordspam.com/",
	),
	plain("bl.suomispam.net", "Suomispam", IPS, "minor", "a source of spam to Finland", "http://suomispam.net/"),
	plain("db.wpbl.info", "WPBL", IP4, "info", "sent to traps", "http://www.wpbl.info/"),
	plain("spamrbl.imp.ch", "ImproWare spam", IP4, "info", "a source of spam to Switzerland", "https://antispam.imp.ch/"),
	plain("wormrbl.imp.ch", "ImproWare worms", IP4, "info", "sends worms", "https://antispam.imp.ch/"),
	plain("dnsrbl.swinog.ch", "SWINOG", IP4, "info", "a source of spam to Switzerland", "https://antispam.imp.ch/"),
	plain(
		"dnsbl.spfbl.net",
		"SPFBL",
		IPS,
		"info",
		"bad reputation or no proper reverse name; many false alarms",
		"https://matrix.spfbl.net/",
	),
	plain("rbl.interserver.net", "InterServer", IP4, "info", "a source of spam", "http://rbl.interserver.net/"),
	plain("blacklist.woody.ch", "Woody's SMTP", IPS, "info", "a source of spam to one operator", "http://blacklist.woody.ch/"),
	plain("mail-abuse.blacklist.jippg.org", "JIPPG", IP4, "info", "a source of spam to Japan", "http://blacklist.jippg.org/"),
	plain("bl.nosolicitado.org", "NoSolicitado", IP4, "info", "a source of spam to Spain", "https://www.nosolicitado.org/"),
	plain("bl.konstant.no", "Konstant", IP4, "info", "a source of spam to Norway", "https://bl.konstant.no/"),
	plain(
		"ips.backscatterer.org",
		"Backscatterer",
		IP4,
		"info",
		"sends bounces or call-outs to people who wrote nothing",
		"http://www.backscatterer.org/",
		"It ends by itself after four weeks. Do not pay.",
	),
	plain(
		"access.redhawk.org",
		"Redhawk",
		IP4,
		"info",
		"a source of spam to one operator",
		"https://www.redhawk.org/SpamHawk/query.php",
	),
];
