// What Google, Yahoo, Microsoft and Naver ask of bulk senders, as data with its source, and how an identity stands to it. Pure: findings in, a checklist out.
import type { PreflightFinding } from "./preflight-finding.ts";

export type BulkProvider = "google" | "yahoo" | "microsoft" | "naver";

/** What a rule is about; each is judged by findings of the preflight, or by nothing that can be asked from here. */
type Topic = "spf" | "dkim" | "dmarc" | "aligned" | "ptr" | "tls" | "one-click" | "from" | "format" | "complaints" | "opt-in";

export interface BulkRule {
	readonly provider: BulkProvider;
	readonly topic: Topic;
	readonly rule: string;
	/** Required of bulk senders (about 5,000 messages a day and more), or advice. */
	readonly required: boolean;
}

/** Where each provider says so; looked at in 2026. */
export const BULK_SOURCES: Readonly<Record<BulkProvider, { readonly title: string; readonly url: string }>> = {
	google: { title: "Google", url: "https://support.google.com/mail/answer/81126" },
	yahoo: { title: "Yahoo", url: "https://senders.yahooinc.com/best-practices/" },
	microsoft: {
		title: "Microsoft (outlook.com)",
		url: "https://techcommunity.microsoft.com/blog/microsoftdefenderforoffice365blog/strengthening-email-ecosystem-outlook%E2%80%99s-new-requirements-for-high%E2%80%90volume-senders/4399730",
	},
	naver: { title: "Naver", url: "https://policy.naver.com/rules/spamcheck.html" },
};

const rule = (provider: BulkProvider, topic: Topic, text: string, required = true): BulkRule => ({
	provider,
	topic,
	rule: text,
	required,
});

export const BULK_RULES: readonly BulkRule[] = [
	rule("google", "spf", "SPF for the return path"),
	rule("google", "dkim", "DKIM signature with a key of at least 1024 bits, better 2048"),
	rule("google", "dmarc", "DMARC record for the From domain, p=none is enough"),
	rule("google", "aligned", "From is aligned with SPF or DKIM, better with both"),
	rule("google", "ptr", "the address has a PTR name that leads back to it"),
	rule("google", "tls", "mail is sent over TLS"),
	rule("google", "one-click", "marketing mail has a one-click unsubscribe link (RFC 8058) and a visible one"),
	rule("google", "format", "messages keep to RFC 5322"),
	rule("google", "complaints", "complaints in Postmaster Tools under 0.1 %, never 0.3 %"),
	rule("yahoo", "spf", "SPF"),
	rule("yahoo", "dkim", "DKIM"),
	rule("yahoo", "dmarc", "DMARC record, at least p=none"),
	rule("yahoo", "aligned", "From is aligned with SPF or DKIM"),
	rule("yahoo", "ptr", "forward and reverse DNS of the address"),
	rule("yahoo", "one-click", "one-click unsubscribe (RFC 8058), honoured within two days"),
	rule("yahoo", "format", "messages keep to RFC 5321 and 5322"),
	rule("yahoo", "complaints", "complaints under 0.3 %"),
	rule("microsoft", "spf", "SPF passes"),
	rule("microsoft", "dkim", "DKIM passes"),
	rule("microsoft", "dmarc", "DMARC record, at least p=none"),
	rule("microsoft", "aligned", "From is aligned with SPF or DKIM, better with both"),
	rule("microsoft", "from", "From and Reply-To take replies", false),
	rule("microsoft", "one-click", "a way to unsubscribe that works and is easily seen", false),
	rule("microsoft", "opt-in", "readers have agreed, and addresses that bounce are removed", false),
	rule("naver", "spf", "SPF"),
	rule("naver", "ptr", "reverse DNS of the address"),
	rule("naver", "dkim", "DKIM"),
	rule("naver", "dmarc", "DMARC for bulk senders (since 2024-07-19)"),
	rule("naver", "opt-in", "advertising only to readers who agreed, marked (광고), with a way to refuse (정보통신망법 제50조)"),
];

export type BulkState = "passed" | "failed" | "unknown";

export interface BulkRow extends BulkRule {
	readonly identity: string;
	readonly state: BulkState;
	/** What it was judged by. */
	readonly because: string;
	/** What to do; where a record helps, the record to publish. */
	readonly fix: string;
	readonly source: string;
}

/** Ids of findings that speak about a topic; a warning that is named here breaks the rule all the same. */
const SIGNS: Readonly<Record<Topic, { readonly ids: readonly string[]; readonly breaking?: readonly string[] }>> = {
	spf: { ids: ["spf", "spf-missing", "spf-fail", "spf-broken", "spf-gateway", "no-source"] },
	dkim: {
		ids: [
			"dkim",
			"dkim-missing",
			"dkim-record-missing",
			"dkim-record-broken",
			"dkim-revoked",
			"dkim-mismatch",
			"dkim-key-small",
			"dkim-key-unusable",
			"dkim-testing",
		],
		breaking: ["dkim-testing"],
	},
	dmarc: { ids: ["dmarc", "dmarc-missing", "dmarc-broken"] },
	aligned: { ids: ["dmarc-aligned", "dmarc-not-aligned"] },
	ptr: { ids: ["ptr", "ptr-missing", "ptr-not-confirmed"] },
	tls: { ids: ["tls", "tls-failed", "port-blocked"], breaking: ["tls-failed"] },
	"one-click": {
		ids: ["one-click", "one-click-missing", "one-click-loopback", "one-click-not-https", "one-click-failed"],
		breaking: ["one-click-missing", "one-click-loopback"],
	},
	from: { ids: ["from", "from-null-mx", "from-dead-mx", "from-no-mx", "from-no-mx-record"] },
	format: { ids: [] },
	complaints: { ids: [] },
	"opt-in": { ids: [] },
};

/** What no question to DNS can answer. */
const BESIDE: Readonly<Partial<Record<Topic, { readonly state: BulkState; readonly because: string; readonly fix: string }>>> = {
	format: { state: "passed", because: "Wellsent composes every message so", fix: "" },
	complaints: {
		state: "unknown",
		because: "only the provider knows",
		fix: "Look at https://postmaster.google.com/ and Yahoo's Sender Hub.",
	},
	"opt-in": { state: "unknown", because: "only you know how the lists came to be", fix: "" },
};

/** The checklist of an identity, from the findings about it and about its sources. */
export function bulkChecklist(identity: string, findings: readonly PreflightFinding[]): readonly BulkRow[] {
	return BULK_RULES.map((one) => ({ ...one, identity, ...judged(one.topic, findings), source: BULK_SOURCES[one.provider].url }));
}

function judged(topic: Topic, findings: readonly PreflightFinding[]): Pick<BulkRow, "state" | "because" | "fix"> {
	const beside = BESIDE[topic];
	if (beside !== undefined) return beside;
	const { ids, breaking = [] } = SIGNS[topic];
	const signs = findings.filter((finding) => ids.includes(finding.id));
	// One key that verifies is enough, whatever became of the one beside it (RFC 6376 section 6.1).
	const good = signs.find((finding) => finding.level === "ok");
	const bad = signs.find((finding) => finding.level === "fail" || breaking.includes(finding.id));
	const doubt = signs.find((finding) => finding.level === "unknown");
	const told = (state: BulkState, by: PreflightFinding | undefined) => ({
		state,
		because: by?.what ?? "not looked at",
		fix: by?.fix ?? "",
	});
	if (topic === "dkim" && good !== undefined && !signs.some((finding) => breaking.includes(finding.id)))
		return { ...told("passed", good), fix: "" };
	if (bad !== undefined) return told("failed", bad);
	if (doubt !== undefined || good === undefined) return told("unknown", doubt);
	return { state: "passed", because: good.what, fix: "" };
}
