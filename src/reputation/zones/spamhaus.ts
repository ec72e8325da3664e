// Spamhaus: the lists that most receivers use. Codes: docs.spamhaus.com ("Data Query Service, return codes"), rspamd conf/modules.d/rbl.conf and
// the rspamd-dqs rule set. SBL, XBL and PBL are parts of ZEN and are not asked beside it: one listing would count twice.
import { code, FREELY, type Zone } from "./zone.ts";

const removal = {
	url: "https://check.spamhaus.org/",
	how: "Enter the address there: it names the list and the cause. CSS and XBL go by that form once the cause is gone; an SBL entry is removed for the network's operator only, so write to your hoster; PBL takes a single address off at once if it has a static name.",
	ko: "사이트에 주소를 입력하면 등록된 목록과 원인이 표시됩니다. CSS·XBL은 원인을 해결한 뒤 그 양식으로, SBL은 IP를 관리하는 호스팅 업체를 통해서만 해제할 수 있습니다.",
};
const policy = { ...FREELY, ownResolver: true };
const xbl = code("XBL", "an infected or hijacked machine sends from there", "critical");

export const SPAMHAUS: readonly Zone[] = [
	{
		name: "zen.spamhaus.org",
		title: "Spamhaus ZEN",
		takes: ["ip4", "ip6"],
		standard: true,
		answers: {
			kind: "codes",
			codes: {
				"127.0.0.2": code("SBL", "a source of spam, entered by hand", "critical"),
				"127.0.0.3": code(
					"CSS",
					"sends like a snowshoe spammer, found automatically; the usual entry of newsletters",
					"critical",
				),
				"127.0.0.4": xbl,
				"127.0.0.5": xbl,
				"127.0.0.6": xbl,
				"127.0.0.7": xbl,
				"127.0.0.9": code("DROP", "a hijacked network or one run for crime: move to another hoster", "critical"),
				"127.0.0.10": code("PBL", "an end-user range, said its provider: mail servers do not belong there", "serious"),
				"127.0.0.11": code("PBL", "an end-user range, found by Spamhaus: mail servers do not belong there", "serious"),
				"127.0.0.30": code("BCL", "a botnet's controller", "critical"),
			},
			other: "critical",
		},
		errors: {},
		removal,
		policy,
		dqs: { label: "zen", only: false },
		source: "https://docs.spamhaus.com/datasets/docs/source/40-real-world-usage/PublicMirrors/MTAs/020-SpamAssassin.html",
	},
	{
		name: "dbl.spamhaus.org",
		title: "Spamhaus DBL",
		takes: ["domain"],
		standard: true,
		answers: {
			kind: "codes",
			codes: {
				"127.0.1.2": code("DBL spam", "a domain of spam", "critical"),
				"127.0.1.4": code("DBL phish", "a domain of phishing", "critical"),
				"127.0.1.5": code("DBL malware", "a domain of malware", "critical"),
				"127.0.1.6": code("DBL botnet", "a botnet's control domain", "critical"),
				"127.0.1.102": code("DBL abused spam", "an honest domain that was broken into and used for spam", "serious"),
				"127.0.1.103": code("DBL redirector", "a redirector or shortener that spam uses", "serious"),
				"127.0.1.104": code("DBL abused phish", "an honest domain that was broken into and used for phishing", "serious"),
				"127.0.1.105": code("DBL abused malware", "an honest domain that was broken into and spreads malware", "serious"),
				"127.0.1.106": code("DBL abused botnet", "an honest domain that was broken into and controls a botnet", "serious"),
			},
			other: "serious",
		},
		errors: { "127.0.1.255": "an address was asked for, and it lists domains only" },
		tests: { domain: { listed: "dbltest.com", clean: "example.com" } },
		removal: {
			url: "https://check.spamhaus.org/",
			how: "Enter the domain there. New entries expire by themselves within days once the mail stops; the form asks what you changed (consent of the readers, a broken-in web site).",
			ko: "사이트에 도메인을 입력해 해제를 요청합니다. 수신 동의나 해킹된 웹사이트 등 무엇을 고쳤는지 적어야 합니다.",
		},
		policy,
		dqs: { label: "dbl", only: false },
		source: "https://www.spamhaus.org/faqs/domain-blocklist/",
	},
	{
		name: "zrd.spamhaus.net",
		title: "Spamhaus ZRD (domains first seen today)",
		takes: ["domain"],
		standard: true,
		answers: {
			kind: "codes",
			codes: {
				"127.0.2.2-4": code("ZRD very fresh", "a domain first seen two to four hours ago", "serious"),
				"127.0.2.5-24": code("ZRD fresh", "a domain first seen within a day", "minor"),
			},
			other: "minor",
		},
		errors: { "127.0.2.255": "an address was asked for, and it lists domains only" },
		removal: {
			url: "",
			how: "Nothing can be done and nothing need be: entries end 24 hours after the domain was first seen. Wait with the campaign.",
		},
		policy,
		dqs: { label: "zrd", only: true },
		source: "https://github.com/spamhaus/rspamd-dqs",
	},
	{
		name: "authbl.spamhaus.net",
		title: "Spamhaus AuthBL",
		takes: ["ip4", "ip6"],
		standard: true,
		answers: {
			kind: "codes",
			codes: { "127.0.0.20": code("AuthBL", "tries stolen log-ins", "minor") },
			other: "minor",
		},
		errors: {},
		removal,
		policy,
		dqs: { label: "authbl", only: true },
		source: "https://github.com/spamhaus/rspamd-dqs",
	},
];
