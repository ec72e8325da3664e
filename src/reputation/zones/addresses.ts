// Lists of addresses beside Spamhaus that receivers use. Codes and weights: rspamd conf/modules.d/rbl.conf, SpamAssassin 20_dnsbl_tests.cf and
// 50_scores.cf, mailcow's postscreen list, and each list's own page. The standard ones are few: those that make receivers refuse, or warn early.
import { code, FREELY, SPARINGLY, type Zone } from "./zone.ts";

const only = (name: string, meaning: string, severity: "serious" | "minor" | "info") => ({
	kind: "codes" as const,
	codes: { "127.0.0.2": code(name, meaning, severity) },
	other: severity,
});

export const ADDRESS_ZONES: readonly Zone[] = [
	{
		name: "bl.spamcop.net",
		title: "SpamCop",
		takes: ["ip4"],
		standard: true,
		answers: only("SCBL", "reported by SpamCop's users or caught by its traps", "serious"),
		errors: {},
		removal: {
			url: "https://www.spamcop.net/bl.shtml",
			how: "Entries end by themselves about a day after the last report; there is no form. Find the readers who report you (the page shows when) and take them off the list.",
			ko: "마지막 신고 후 약 하루가 지나면 자동으로 해제됩니다. 신고한 수신자를 목록에서 빼야 다시 등록되지 않습니다.",
		},
		policy: FREELY,
		source: "https://www.spamcop.net/fom-serve/cache/297.html",
	},
	{
		name: "b.barracudacentral.org",
		title: "Barracuda BRBL",
		takes: ["ip4"],
		standard: true,
		answers: only("BRBL", "poor reputation with Barracuda's appliances, which many companies use", "serious"),
		errors: {},
		removal: {
			url: "https://www.barracudacentral.org/rbl/removal-request",
			how: "Fill in the form with the address, a name and a phone number; it is answered within about a day. Repeated requests without a change are ignored.",
			ko: "양식에 IP, 담당자 이름과 전화번호를 적어 요청하면 보통 하루 안에 처리됩니다.",
		},
		policy: {
			...FREELY,
			ownResolver: true,
			registration: "register the address of your resolver at https://www.barracudacentral.org/rbl (free)",
		},
		source: "https://www.barracudacentral.org/rbl/how-to-use",
	},
	{
		name: "psbl.surriel.com",
		title: "PSBL",
		takes: ["ip4"],
		standard: true,
		answers: only("PSBL", "hit a spam trap", "minor"),
		errors: {},
		removal: {
			url: "https://psbl.org/remove",
			how: "Anybody may remove an address there at once. It comes back with the next trap that is hit: look for old or bought addresses in the lists.",
		},
		policy: FREELY,
		source: "https://psbl.org/howto/",
	},
	{
		name: "bl.mailspike.net",
		title: "Mailspike",
		takes: ["ip4"],
		standard: true,
		answers: {
			kind: "codes",
			codes: {
				"127.0.0.2": code("Z", "part of a wave of spam just now", "serious"),
				"127.0.0.10": code("L5", "the worst reputation", "serious"),
				"127.0.0.11": code("L4", "a very bad reputation", "minor"),
				"127.0.0.12": code("L3", "a bad reputation", "minor"),
			},
			other: "minor",
		},
		errors: {},
		removal: {
			url: "https://mailspike.io/ip_verify",
			how: "Look the address up there and ask for a review. The reputation recovers by itself when mail is wanted.",
		},
		policy: FREELY,
		source: "https://mailspike.io/usage",
	},
	{
		name: "all.spamrats.com",
		title: "SpamRATS",
		takes: ["ip4"],
		standard: true,
		answers: {
			kind: "codes",
			codes: {
				"127.0.0.36": code("RATS-Dyna", "its reverse name looks like that of a dynamic address", "minor"),
				"127.0.0.37": code("RATS-NoPtr", "it has no reverse name", "minor"),
				"127.0.0.38": code("RATS-Spam", "sends spam", "minor"),
				"127.0.0.43": code("RATS-Auth", "tries to log in elsewhere", "info"),
			},
			other: "minor",
		},
		errors: {},
		removal: {
			url: "https://www.spamrats.com/removal.php",
			how: "Give the address a reverse name that looks like a mail server first, then use the form; it acts at once.",
		},
		policy: SPARINGLY,
		source: "https://www.spamrats.com/lists.php",
	},
	{
		name: "truncate.gbudb.net",
		title: "GBUdb Truncate",
		takes: ["ip4"],
		standard: true,
		answers: only("Truncate", "nearly all that was seen from it is spam", "minor"),
		errors: {},
		removal: {
			url: "http://www.gbudb.com/truncate/",
			how: "There is no form: the figures come from running mail filters and recover with wanted mail.",
		},
		policy: SPARINGLY,
		source: "http://www.gbudb.com/truncate/",
	},
	{
		name: "dnsbl-1.uceprotect.net",
		title: "UCEPROTECT Level 1",
		takes: ["ip4"],
		standard: true,
		answers: only("Level 1", "this address hit one of its traps; few receivers use the list", "info"),
		errors: {},
		removal: {
			url: "https://www.uceprotect.net/en/rblcheck.php",
			how: "Entries end by themselves after seven days without another hit. Do not pay for the express removal.",
		},
		policy: SPARINGLY,
		source: "https://www.uceprotect.net/en/index.php?m=6&s=0",
	},
	{
		name: "bl.blocklist.de",
		title: "blocklist.de",
		takes: ["ip4", "ip6"],
		standard: true,
		answers: only("attack", "attacks or abuse were reported by its users' servers", "minor"),
		errors: {},
		removal: {
			url: "https://www.blocklist.de/en/delist.html",
			how: "Clean the machine, then use the form; entries end by themselves 48 hours after the last report.",
		},
		policy: SPARINGLY,
		source: "https://www.blocklist.de/en/rbldns.html",
	},
];
