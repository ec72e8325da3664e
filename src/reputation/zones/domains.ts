// Lists of domains, asked for senders' domains and for the links of a newsletter. Both are bit masks of the last octet, in which bit 1 is no
// listing but a refusal. Codes: https://surbl.org/lists, http://uribl.com/usage.shtml, rspamd conf/modules.d/rbl.conf.
import { code, FREELY, type Zone } from "./zone.ts";

export const DOMAIN_ZONES: readonly Zone[] = [
	{
		name: "multi.surbl.org",
		title: "SURBL",
		takes: ["domain"],
		standard: true,
		answers: {
			kind: "bits",
			bits: {
				4: code("DM", "a disposable mail domain", "info"),
				8: code("PH", "phishing", "critical"),
				16: code("MW", "malware", "critical"),
				32: code("CT", "a click tracker of senders that hit traps without confirmed consent", "minor"),
				64: code("ABUSE", "a site that spam advertises", "serious"),
				128: code("CR", "a web site that was broken into", "serious"),
			},
		},
		errors: { "127.0.0.1": "access refused: too many questions, or a public resolver" },
		tests: { domain: { listed: "surbl-org-permanent-test-point.com", clean: null } },
		removal: {
			url: "https://surbl.org/surbl-analysis",
			how: "Look the domain up there; the answer has a link to the removal form. Say what was changed: a cleaned web site, or readers who were asked for consent.",
			ko: "사이트에서 도메인을 조회하면 해제 양식으로 가는 링크가 나옵니다.",
		},
		policy: { ...FREELY, ownResolver: true },
		names: "registrable",
		source: "https://surbl.org/lists",
	},
	{
		name: "multi.uribl.com",
		title: "URIBL",
		takes: ["domain"],
		standard: true,
		answers: {
			kind: "bits",
			bits: {
				2: code("black", "a domain of spam", "serious"),
				4: code("grey", "a bulk sender's domain, wanted by some", "minor"),
				8: code("red", "a fresh entry made automatically", "info"),
			},
		},
		errors: { "127.0.0.1": "query refused: too many questions, or a public resolver (http://uribl.com/refused.shtml)" },
		tests: { domain: { listed: "test.uribl.com", clean: null } },
		removal: {
			url: "https://admin.uribl.com/",
			how: "Make a free account, look the domain up and ask for its removal; grey entries of honest newsletters stay.",
		},
		policy: { ...FREELY, ownResolver: true },
		names: "registrable",
		source: "http://uribl.com/usage.shtml",
	},
];
