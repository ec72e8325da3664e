// What the preflight means for a campaign that wants to start: which failures receivers would surely answer with refusals, and which only harm. Pure.
import { isLoopback } from "../config/values.ts";
import type { PreflightFinding, PreflightReport } from "./preflight-finding.ts";

/** Refused by big receivers whatever else is right: Gmail 550 5.7.25 (PTR), RFC 7505 section 4.2 (null MX), DMARC, a port that nothing leaves by. */
const REFUSED: ReadonlySet<string> = new Set([
	"ptr-missing",
	"ptr-not-confirmed",
	"from-null-mx",
	"return-path-null-mx",
	"dmarc-not-aligned",
	"port-blocked",
]);
/** A signature that fails everywhere; harmless beside one that verifies (RFC 6376 section 6.1). */
const BROKEN_SIGNATURE: ReadonlySet<string> = new Set(["dkim-mismatch", "dkim-revoked"]);
/** Said by other parts of the check. */
const SAID_ALREADY: ReadonlySet<string> = new Set([
	"dkim-missing",
	"one-click-missing",
	"source-missing",
	"no-source",
	"one-click-loopback",
]);
/** What a campaign need not be told is unknown: no list was asked yet, nothing was connected to yet. */
const UNKNOWN_IS_USUAL: ReadonlySet<string> = new Set(["blacklist", "port", "tls", "spf-gateway"]);

/**
 * The findings for the check of a campaign. `addresses`: public addresses of the sources: what leaves from loopback reaches only this machine, and is
 * not kept back for records that are missing.
 */
export function campaignVerdict(reports: readonly PreflightReport[], addresses: readonly string[]): readonly PreflightFinding[] {
	const sources = reports.filter((report) => report.kind === "source");
	const all = reports.flatMap((report) => report.findings).filter((finding) => !SAID_ALREADY.has(finding.id));
	const signed = all.some((finding) => finding.id === "dkim" && finding.level === "ok");
	const everySourceListed = sources.length > 0 && sources.every((report) => report.findings.some(isListed));
	const refused = (finding: PreflightFinding): boolean => {
		if (isListed(finding)) return everySourceListed || finding.subject.startsWith("identity ");
		return REFUSED.has(finding.id) || (BROKEN_SIGNATURE.has(finding.id) && !signed);
	};
	const failed = all.filter((finding) => finding.level === "fail");
	const findings = failed.map((finding): PreflightFinding => (refused(finding) ? finding : { ...finding, level: "warn" }));
	const unproven = unauthenticated(reports, signed);
	if (unproven !== null && addresses.some((address) => !isLoopback(address))) findings.push(unproven);

	const warned = all.filter((finding) => finding.level === "warn");
	const unknown = all.filter((finding) => finding.level === "unknown" && !UNKNOWN_IS_USUAL.has(finding.id));
	const ids = (some: readonly PreflightFinding[]) => [...new Set(some.map((finding) => finding.id))].join(", ");
	const more = (level: "warn" | "unknown", some: readonly PreflightFinding[], what: string) =>
		findings.push({
			id: `preflight-${level}`,
			level,
			subject: "preflight",
			what: `${what}: ${ids(some)}`,
			fix: "`wellsent check` says more.",
		});
	if (unknown.length > 0) more("unknown", unknown, "could not be looked at");
	if (warned.length > 0) more("warn", warned, "could be better");
	if (findings.length === 0)
		findings.push({
			id: "preflight",
			level: "ok",
			subject: "preflight",
			what: "DNS records, names and addresses are in order",
			fix: "",
		});
	return findings;
}

function isListed(finding: PreflightFinding): boolean {
	return finding.id === "blacklist-listed" && finding.level === "fail";
}

/** Neither SPF nor DKIM speaks for the mail, and that is certain: Gmail answers 550 5.7.26 to all of it, Outlook 550 5.7.515. */
function unauthenticated(reports: readonly PreflightReport[], signed: boolean): PreflightFinding | null {
	if (signed) return null;
	const identity = reports.find((report) => report.kind === "identity");
	const findings = identity?.findings ?? [];
	const spf = findings.filter((finding) => finding.id.startsWith("spf"));
	const dkim = findings.filter((finding) => finding.id.startsWith("dkim"));
	const sure = (some: readonly PreflightFinding[]) => some.length > 0 && some.every((finding) => finding.level === "fail");
	if (identity === undefined || !sure(spf) || !sure(dkim)) return null;
	return {
		id: "unauthenticated",
		level: "fail",
		subject: `identity ${identity.subject}`,
		what: "neither SPF nor DKIM speaks for the mail: Gmail, Outlook, Yahoo and Naver refuse it",
		fix: "Publish the records that stand with spf and dkim (`wellsent check` shows them).",
	};
}
