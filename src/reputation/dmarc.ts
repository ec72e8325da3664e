// DMARC: which policy holds for a From domain, and whether our signatures and return paths are aligned with it (RFC 7489). Pure.
import { registrableDomain } from "../address/registrable.ts";
import type { AddFinding, DnsAnswer } from "./preflight-finding.ts";
import { DNS_FIX } from "./spf-judge.ts";

export type DmarcPolicy = "none" | "quarantine" | "reject";

export interface DmarcRecord {
	readonly policy: DmarcPolicy;
	/** sp=; null: subdomains have the same. */
	readonly subdomains: DmarcPolicy | null;
	readonly dkim: "relaxed" | "strict";
	readonly spf: "relaxed" | "strict";
	/** Where aggregate reports go. */
	readonly reports: readonly string[];
}

/** Reads one record; a text that begins otherwise is none of ours: null. */
export function parseDmarc(text: string): { readonly record: DmarcRecord } | { readonly problem: string } | null {
	const pieces = text.split(";").map((piece) => piece.trim());
	if (!/^v\s*=\s*DMARC1$/.test(pieces[0] ?? "")) return null;
	const tags = new Map<string, string>();
	for (const piece of pieces.slice(1)) {
		const at = piece.indexOf("=");
		if (at > 0) tags.set(piece.slice(0, at).trim().toLowerCase(), piece.slice(at + 1).trim());
	}
	const reports = (tags.get("rua") ?? "")
		.split(",")
		.map((uri) => uri.trim())
		.filter((uri) => /^mailto:/i.test(uri));
	const policy = policyOf(tags.get("p"));
	// Section 6.6.3: with a usable rua, a broken policy counts as none; without one the record is as good as absent.
	if (policy === null && reports.length === 0) return { problem: `p=${tags.get("p") ?? ""} is no policy` };
	return {
		record: {
			policy: policy ?? "none",
			subdomains: policyOf(tags.get("sp")),
			dkim: tags.get("adkim")?.toLowerCase() === "s" ? "strict" : "relaxed",
			spf: tags.get("aspf")?.toLowerCase() === "s" ? "strict" : "relaxed",
			reports,
		},
	};
}

function policyOf(text: string | undefined): DmarcPolicy | null {
	const low = text?.toLowerCase();
	return low === "none" || low === "quarantine" || low === "reject" ? low : null;
}

/** Section 3.1: strict is the same domain, relaxed the same registered one. */
export function aligned(from: string, other: string, mode: "relaxed" | "strict"): boolean {
	if (from === other) return true;
	const organisation = registrableDomain(from);
	return mode === "relaxed" && organisation !== null && organisation === registrableDomain(other);
}

export interface DmarcFacts {
	/** Domain of From. */
	readonly domain: string;
	/** TXT at _dmarc.DOMAIN, and at that of the registered domain. */
	readonly own: DnsAnswer<string>;
	readonly organisation: DnsAnswer<string>;
	/** d= of the keys. */
	readonly signing: readonly string[];
	readonly returnPath: string;
}

/** Names that are asked. The registered domain speaks where the domain itself does not (section 6.6.3). */
export function dmarcNames(domain: string): { readonly own: string; readonly organisation: string } {
	return { own: `_dmarc.${domain}`, organisation: `_dmarc.${registrableDomain(domain) ?? domain}` };
}

export function judgeDmarc(facts: DmarcFacts, add: AddFinding): undefined {
	const { domain, own, organisation } = facts;
	const names = dmarcNames(domain);
	const publish = `Publish a TXT record at ${names.own}: v=DMARC1; p=none; rua=mailto:dmarc@${domain}`;
	if (own.kind === "failed" || (own.kind === "none" && organisation.kind === "failed")) {
		const detail = own.kind === "failed" ? own.detail : organisation.kind === "failed" ? organisation.detail : "";
		return add("unknown", "dmarc", `${names.own} could not be asked: ${detail}`, DNS_FIX);
	}
	const here = recordsOf(own);
	const inherited = here.length === 0;
	const read = inherited ? recordsOf(organisation) : here;
	const [first] = read;
	const at = inherited ? names.organisation : names.own;
	if (first === undefined) return add("fail", "dmarc-missing", `there is no DMARC record at ${names.own}`, publish);
	if (read.length > 1)
		return add("fail", "dmarc-broken", `at ${at} there are ${read.length} DMARC records: receivers ignore all of them`, publish);
	if ("problem" in first)
		return add("fail", "dmarc-broken", `the DMARC record at ${at} counts as absent: ${first.problem}`, publish);
	const { record } = first;
	const policy = inherited && domain !== registrableDomain(domain) ? (record.subdomains ?? record.policy) : record.policy;
	add("ok", "dmarc", `DMARC at ${at}: policy ${policy}`);
	if (record.reports.length === 0)
		add(
			"warn",
			"dmarc-no-reports",
			`the DMARC record at ${at} names nobody who gets reports`,
			`Add rua=mailto:dmarc@${domain} to it.`,
		);
	const signed = facts.signing.filter((signer) => aligned(domain, signer, record.dkim));
	const path = aligned(domain, facts.returnPath, record.spf);
	const how = [
		...(signed.length > 0 ? [`DKIM (d=${[...new Set(signed)].join(", ")}, ${record.dkim})`] : []),
		...(path ? [`SPF (return path in ${facts.returnPath}, ${record.spf})`] : []),
	];
	if (how.length > 0) add("ok", "dmarc-aligned", `From ${domain} is aligned by ${how.join(" and ")}`);
	else
		add(
			"fail",
			"dmarc-not-aligned",
			`nothing is aligned with From ${domain}: ${facts.signing.length === 0 ? "there is no signature" : `signatures have d=${facts.signing.join(", ")} (${record.dkim})`}, the return path is in ${facts.returnPath} (${record.spf})`,
			`Sign with a key of ${domain}, or set return_path of the [[identity]] to ${domain} or a name below it.`,
		);
	if (signed.length === 0 && path)
		add(
			"warn",
			"dmarc-dkim-not-aligned",
			`only SPF is aligned with From ${domain}: a forwarded message fails DMARC`,
			`Sign with a key of ${domain}.`,
		);
}

function recordsOf(answer: DnsAnswer<string>) {
	return answer.kind === "found" ? answer.values.flatMap((text) => parseDmarc(text) ?? []) : [];
}
