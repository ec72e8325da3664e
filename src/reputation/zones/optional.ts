// Zones to be added by name ([blacklist] zones = ["default", "+dnsbl.dronebl.org"]): of regions, of single operators, or of little weight. Sources:
// rspamd conf/modules.d/rbl.conf, haraka-plugin-dns-list, YunoHost dnsbl_list.yml, check_rbl.ini, mailcow postfix.sh, and the lists' own pages.
import { code, SPARINGLY, type SubjectKind, type Zone } from "./zone.ts";

const IP4: readonly SubjectKind[] = ["ip4"];
const IPS: readonly SubjectKind[] = ["ip4", "ip6"];

const DRONES: Readonly<Record<string, readonly [string, "minor" | "info"]>> = {
	"127.0.0.3": ["an IRC drone", "minor"],
	"127.0.0.5": ["a bottler", "minor"],
	"127.0.0.6": ["a worm or spam bot", "minor"],
	"127.0.0.7": ["a DDoS drone", "minor"],
	"127.0.0.8": ["an open SOCKS proxy", "minor"],
	"127.0.0.9": ["an open HTTP proxy", "minor"],
	"127.0.0.10": ["a proxy chain", "minor"],
	"127.0.0.11": ["a web page proxy", "minor"],
	"127.0.0.12": ["an open DNS resolver", "info"],
	"127.0.0.13": ["guesses passwords", "minor"],
	"127.0.0.14": ["an open Wingate proxy", "minor"],
	"127.0.0.15": ["a router that was broken into", "minor"],
	"127.0.0.16": ["a rooting worm", "minor"],
	"127.0.0.17": ["a botnet's address", "minor"],
	"127.0.0.18": ["a mail server's name seen on IRC", "info"],
	"127.0.0.19": ["an abused VPN", "info"],
	"127.0.0.255": ["of unknown kind", "info"],
};

export const OPTIONAL: readonly Zone[] = [
	{
		name: "dnsbl.dronebl.org",
		title: "DroneBL",
		takes: IPS,
		standard: false,
		answers: {
			kind: "codes",
			codes: {
				"127.0.0.1": code("test", "an entry for testing", "none"),
				"127.0.0.2": code("sample", "a sample entry", "none"),
				...Object.fromEntries(Object.entries(DRONES).map(([at, [meaning, severity]]) => [at, code("drone", meaning, severity)])),
			},
			other: "info",
		},
		errors: {},
		removal: { url: "https://dronebl.org/lookup", how: "Look the address up there; the page has the removal form." },
		policy: SPARINGLY,
		source: "https://dronebl.org/docs/howtouse",
	},
	{
		name: "hostkarma.junkemailfilter.com",
		title: "Hostkarma",
		takes: IP4,
		standard: false,
		answers: {
			kind: "codes",
			codes: {
				"127.0.0.1": code("white", "on its white list", "none"),
				"127.0.0.2": code("black", "on its black list", "minor"),
				"127.0.0.3": code("yellow", "a mixed source", "info"),
				"127.0.0.4": code("brown", "nearly black", "info"),
				"127.0.0.5": code("nobl", "not to be judged by its address", "none"),
				"127.0.1.1": code("quit", "ends its sessions properly", "none"),
				"127.0.1.2": code("no quit", "never ends its sessions properly", "info"),
				"127.0.1.3": code("mixed quit", "ends some sessions properly", "none"),
				"127.0.2.1": code("new", "first seen within two days", "info"),
				"127.0.2.2": code("newish", "first seen within ten days", "none"),
				"127.0.2.3": code("known", "first seen long ago", "none"),
			},
			other: "info",
		},
		errors: {},
		// Loopback is on its white list, so the negative point of RFC 5782 would always fail.
		tests: { ip4: { listed: "127.0.0.2", clean: null } },
		removal: { url: "https://ipadmin.junkemailfilter.com/remove.php", how: "Enter the address there; it acts at once." },
		policy: SPARINGLY,
		source: "https://wiki.junkemailfilter.com/index.php/Spam_DNS_Lists",
	},
	{
		name: "spamlist.or.kr",
		title: "KISA RBL (Korea)",
		takes: IP4,
		standard: false,
		answers: {
			kind: "codes",
			codes: { "127.0.0.2": code("KISA", "known as a source of spam to Korea", "minor") },
			other: "minor",
		},
		errors: {},
		removal: {
			url: "https://spam.kisa.or.kr/",
			how: "Ask KISA there, with the address and what was changed; Korean providers follow within a day. Its zone is made anew every hour.",
			ko: "불법스팸대응센터에서 IP와 조치 내용을 적어 해제를 신청합니다. 목록은 한 시간마다 새로 만들어집니다.",
		},
		policy: SPARINGLY,
		source: "https://spam.kisa.or.kr/",
	},
	{
		name: "bl.score.senderscore.com",
		title: "Validity RPBL",
		takes: IP4,
		standard: false,
		answers: {
			kind: "bits",
			bits: {
				1: code("bot", "looks like a bot", "minor"),
				2: code("NA", "sends without authentication", "info"),
				4: code("traps", "hits pristine traps", "minor"),
				8: code("attachments", "sends suspicious attachments", "minor"),
				16: code("score", "has a low Sender Score", "minor"),
			},
		},
		errors: {},
		removal: {
			url: "https://senderscore.org/blocklistlookup/",
			how: "Look the address up there and follow the link to the removal form.",
		},
		policy: { ...SPARINGLY, ownResolver: true, registration: "register the address of your resolver with a MyValidity account" },
		source: "https://knowledge.validity.com/",
	},
];
