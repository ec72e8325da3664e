// What the last preflight found, kept for pages and for the check of a campaign; alerts where that changed; and what it reads of other tables.
import { type Db, instant } from "../db/db.ts";
import { type AlertRow, appendAlerts } from "../log/alert.store.ts";
import { type PreflightFinding, type PreflightReport, passes } from "./preflight-finding.ts";

export interface KeptReport extends PreflightReport {
	/** Milliseconds. */
	readonly checkedAt: number;
	readonly passed: boolean;
}

/** The last report of every source and identity, those of subjects that are not configured any more as well. */
export async function keptReports(db: Db): Promise<readonly KeptReport[]> {
	const rows = await db.preflight.findMany({ orderBy: [{ kind: "desc" }, { subject: "asc" }] });
	return rows.map((row) => ({
		kind: row.kind === "source" ? "source" : "identity",
		subject: row.subject,
		checkedAt: instant(row.checkedAt) ?? 0,
		passed: row.passed,
		findings: JSON.parse(row.findings) as PreflightFinding[],
	}));
}

/** Keeps reports, and appends an alert where one began to fail (or fails by something new) or passes again. */
export async function keepReports(db: Db, reports: readonly PreflightReport[], now: number): Promise<void> {
	const before = new Map((await keptReports(db)).map((one) => [`${one.kind} ${one.subject}`, one]));
	const at = new Date(now);
	for (const { kind, subject, findings } of reports) {
		const row = { checkedAt: at, passed: passes(findings), findings: JSON.stringify(findings) };
		await db.preflight.upsert({ where: { kind_subject: { kind, subject } }, create: { kind, subject, ...row }, update: row });
	}
	await appendAlerts(
		db,
		reports.flatMap((report) => change(before.get(`${report.kind} ${report.subject}`), report, now) ?? []),
	);
}

/** The alert that a new report is worth, or null. Pure. */
export function change(before: KeptReport | undefined, after: PreflightReport, now: number): AlertRow | null {
	const subject = `${after.kind} ${after.subject}`;
	const failed = after.findings.filter((finding) => finding.level === "fail");
	const knownBefore = new Set(
		(before?.findings ?? []).filter((finding) => finding.level === "fail").map((finding) => finding.id),
	);
	const [first] = failed;
	if (first === undefined) {
		if (before === undefined || before.passed) return null;
		return {
			at: now,
			kind: "preflight-passed",
			subject,
			since: now,
			text: `the preflight of ${subject} passes again`,
			facts: {},
		};
	}
	if (failed.every((finding) => knownBefore.has(finding.id))) return null;
	const more = failed.length === 1 ? "" : ` (and ${failed.length - 1} more)`;
	return {
		at: now,
		kind: "preflight-failed",
		subject,
		since: now,
		text: `the preflight of ${subject} failed: ${first.what}${more}`,
		facts: { failed: failed.map(({ id, what, fix }) => ({ id, what, fix })) },
		did: "Campaigns of which receivers would surely refuse the mail do not start; nothing that runs was stopped.",
		todo: `${first.fix} Then: \`wellsent check\`.`.trim(),
	};
}

/** Domains with the most readers, the largest first. */
export async function largestDomains(db: Db, most: number): Promise<readonly string[]> {
	const rows = await db.$queryRaw<{ domain: string }[]>`
		SELECT "domain" FROM "contact" GROUP BY "domain" ORDER BY count(*) DESC, "domain" LIMIT ${most}`;
	return rows.map((row) => row.domain);
}

export interface StandingListing {
	readonly subject: string;
	readonly zone: string;
	readonly severity: string;
	readonly meaning: string;
	readonly removal: string;
	/** Milliseconds. */
	readonly since: number;
}

/** What the blacklist watch knows of some subjects: listings that stand, and which subjects have been asked about at all. */
export async function blacklistWord(
	db: Db,
	subjects: readonly string[],
): Promise<{ readonly listings: readonly StandingListing[]; readonly asked: ReadonlySet<string> }> {
	const wanted = [...new Set(subjects)];
	const listings = await db.listing.findMany({ where: { clearedAt: null, subject: { in: wanted } }, orderBy: { id: "asc" } });
	const asked = await db.blacklistState.findMany({
		where: { subject: { in: wanted } },
		select: { subject: true },
		distinct: ["subject"],
	});
	return {
		listings: listings.map(({ subject, zone, severity, meaning, removal, firstSeen }) => ({
			subject,
			zone,
			severity,
			meaning,
			removal,
			since: instant(firstSeen) ?? 0,
		})),
		asked: new Set(asked.map((row) => row.subject)),
	};
}
