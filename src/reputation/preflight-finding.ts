// One line of the preflight: what was looked at, how it stands, and what to do. Pure.

export type FindingLevel = "ok" | "warn" | "fail" | "unknown";

export interface PreflightFinding {
	/** Stable: scripts match on it. "spf-missing", "ptr". */
	readonly id: string;
	readonly level: FindingLevel;
	/** "source mta1", "identity @example.com", "identity @example.com from mta1". */
	readonly subject: string;
	readonly what: string;
	/** "" when there is nothing to do; where a DNS record helps, the record to publish. */
	readonly fix: string;
}

/** All that was found about one source or identity. */
export interface PreflightReport {
	readonly kind: "source" | "identity";
	/** Name of the source, `from` of the identity. */
	readonly subject: string;
	readonly findings: readonly PreflightFinding[];
}

/** What DNS said; trouble is an answer. */
export type DnsAnswer<T> =
	| { readonly kind: "found"; readonly values: readonly T[] }
	/** `noName`: nothing exists under that name; otherwise only nothing of that type. */
	| { readonly kind: "none"; readonly noName: boolean }
	| { readonly kind: "failed"; readonly detail: string };

/** A maker of findings about one subject, bound to where they are collected. */
export type AddFinding = (level: FindingLevel, id: string, what: string, fix?: string) => undefined;

export function collect(subject: string): { readonly findings: PreflightFinding[]; readonly add: AddFinding } {
	const findings: PreflightFinding[] = [];
	return {
		findings,
		add(level, id, what, fix = "") {
			findings.push({ id, level, subject, what, fix });
		},
	};
}

/** Nothing in it failed. Unknown is not failed: a resolver that is silent proves nothing. */
export function passes(findings: readonly PreflightFinding[]): boolean {
	return findings.every((finding) => finding.level !== "fail");
}
