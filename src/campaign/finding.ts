// One line of a check: what was looked at, how it stands, and what to do.

export type FindingLevel = "ok" | "warn" | "fail" | "unknown";

export interface CheckFinding {
	/** Stable: scripts match on it. */
	readonly id: string;
	readonly level: FindingLevel;
	/** What was looked at: "identity", "body.html:12", "site google". */
	readonly subject: string;
	readonly what: string;
	/** "" when there is nothing to do. */
	readonly fix: string;
}
