// What SPF means for an identity whose mail leaves a source: findings, and the record to publish. Pure.
import { isIPv6 } from "node:net";
import type { AddFinding } from "./preflight-finding.ts";
import { SPF_LOOKUPS, type SpfVerdict } from "./spf.ts";
import { isSpf } from "./spf-record.ts";

/** From here on a record is close to its limit: a provider behind an include may add one any day. */
const NEARLY = SPF_LOOKUPS - 1;

/** The SPF record that lets `addresses` send: the one that is there with them put in before its last word, or a new one. */
export function spfToPublish(existing: string | null, addresses: readonly string[]): string {
	const wanted = addresses.map((address) => `${isIPv6(address) ? "ip6" : "ip4"}:${address}`);
	if (existing === null || !isSpf(existing)) return `v=spf1 ${wanted.join(" ")} -all`;
	const terms = existing.split(" ").filter(Boolean);
	const missing = wanted.filter((term) => !terms.includes(term) && !terms.includes(`+${term}`));
	const last = terms.findIndex((term) => /^[+?~-]?all$/i.test(term) || /^redirect=/i.test(term));
	// Where the last word comes too early or none is there, ours go to its place all the same: what follows "all" is never read.
	return last < 0 ? [...terms, ...missing].join(" ") : [...terms.slice(0, last), ...missing, ...terms.slice(last)].join(" ");
}

export interface SpfFacts {
	/** Domain of the return path. */
	readonly domain: string;
	/** Public address of the source; several that the record treats alike as "a, b". */
	readonly address: string;
	readonly verdict: SpfVerdict;
	/** Public addresses of all sources of the identity: the record must let each of them. */
	readonly addresses: readonly string[];
}

export function judgeSpf(facts: SpfFacts, add: AddFinding): undefined {
	const { domain, address, verdict } = facts;
	const { result, mechanism, record, lookups, problem } = verdict;
	const publish = `Publish one TXT record at ${domain}: ${spfToPublish(result === "permerror" ? null : record, facts.addresses)}`;
	const cost = `${lookups} of ${SPF_LOOKUPS} look-ups`;
	switch (result) {
		case "pass":
			add("ok", "spf", `SPF of ${domain} lets ${address} send (${mechanism ?? "by default"}; ${cost})`);
			if (lookups >= NEARLY)
				add(
					"warn",
					"spf-lookups",
					`SPF of ${domain} needs ${cost}: one more and receivers call it broken`,
					"Replace an include by the addresses behind it.",
				);
			if (/^\+?all$/i.test(mechanism ?? ""))
				add(
					"warn",
					"spf-too-wide",
					`SPF of ${domain} lets the whole world send ("${mechanism}")`,
					publish.replace(/ \+?all$/i, " -all"),
				);
			if (/(?:^| )[+?~-]?ptr(?::|$)/i.test(mechanism ?? ""))
				add("warn", "spf-ptr", `SPF of ${domain} matches by ptr, which receivers may ignore (RFC 7208 section 5.5)`, publish);
			return;
		case "none":
			add("fail", "spf-missing", `${problem}, and mail from ${address} has nothing that speaks for it`, publish);
			return;
		case "fail":
		case "softfail":
		case "neutral":
			add(
				"fail",
				"spf-fail",
				`SPF of ${domain} answers "${result}" for ${address} (${mechanism ?? "no term matches"}; the record: ${record ?? ""})`,
				publish,
			);
			return;
		case "permerror":
			add(
				"fail",
				"spf-broken",
				`SPF of ${domain} is broken: ${problem}`,
				`Correct the record at ${domain}${record === null ? "" : ` ("${record}")`}. ${publish}`,
			);
			return;
		case "temperror":
			add("unknown", "spf", `SPF of ${domain} could not be asked: ${problem}`, DNS_FIX);
	}
}

/** SPF of the EHLO name: asked for mail with an empty return path (RFC 7208 section 2.4). A good sign elsewhere, nobody requires it. */
export function judgeEhloSpf(ehlo: string, address: string, verdict: SpfVerdict, add: AddFinding): undefined {
	const fix = `Publish a TXT record at ${ehlo}: v=spf1 a -all`;
	if (verdict.result === "pass") add("ok", "spf-ehlo", `SPF of ${ehlo} lets ${address} send`);
	else if (verdict.result === "temperror")
		add("unknown", "spf-ehlo", `SPF of ${ehlo} could not be asked: ${verdict.problem}`, DNS_FIX);
	else if (verdict.result === "none") add("warn", "spf-ehlo", `the EHLO name ${ehlo} has no SPF record`, fix);
	else add("warn", "spf-ehlo", `SPF of the EHLO name ${ehlo} answers "${verdict.result}" for ${address}`, fix);
}

export const DNS_FIX = "See that the servers in [dns] servers answer, then check again.";
