// What became of a campaign, in words and as JSON: delivered, failed by reason, what still waits and until when, what is in doubt.

import { type Campaign, type Counts, countBySite, countDeliveries } from "../campaign/campaign.store.ts";
import { holdsOn } from "../campaign/campaign-holds.store.ts";
import { campaignJson } from "../campaign/campaign-json.ts";
import type { CampaignCheck } from "../campaign/check.ts";
import { siteTimes } from "../campaign/eta.ts";
import { writtenWay } from "../campaign/way.file.ts";
import { type FailureRow, failuresBy } from "../log/query.store.ts";
import { CLASSES } from "../replies/classes.ts";
import { REPLY_CLASSES, type ReplyClass } from "../replies/outcome.ts";
import type { Output } from "./output.ts";
import type { CliApp } from "./ports.ts";
import { text } from "./printable.ts";
import { lanesTo, readProgress } from "./progress.store.ts";
import { type Progress, RateMeter } from "./progress.ts";
import { count, iso, localTime, several } from "./words.ts";

/** One reason why readers of a campaign were not reached, or not yet. */
export interface Problem {
	readonly kind: "failed" | "deferred" | "uncertain" | "state" | "hold";
	readonly class: string | null;
	readonly deliveries: number;
	readonly what: string;
	readonly fix: string;
	readonly example: { readonly to: string; readonly text: string } | null;
}

export interface CampaignReport {
	readonly campaign: Campaign;
	readonly counts: Counts;
	readonly progress: Progress;
	readonly problems: readonly Problem[];
	/** Route and group of its campaign.toml. */
	readonly way: Awaited<ReturnType<typeof writtenWay>>;
}

export async function reportOf(app: CliApp, campaign: Campaign): Promise<CampaignReport> {
	const progress = await readProgress(app, campaign.id, new RateMeter());
	const problems: Problem[] = [];
	if (campaign.stateReason !== null && ["paused", "blocked", "cancelled"].includes(campaign.state))
		problems.push({
			kind: "state",
			class: null,
			deliveries: 0,
			what: `${campaign.state}: ${campaign.stateReason}`,
			fix: campaign.state === "paused" ? `wellsent campaign resume ${campaign.id}` : "",
			example: null,
		});
	for (const { what, fix } of await holdsOn(app, campaign))
		problems.push({ kind: "hold", class: null, deliveries: 0, what, fix, example: null });
	for (const kind of ["failed", "uncertain", "deferred"] as const) {
		if (kind !== "deferred" && progress.counts[kind] === 0) continue;
		if (progress.counts.queued === 0 && kind === "deferred") continue;
		for (const row of await failuresBy(app.db, campaign.id, "class", kind)) problems.push(problemOf(kind, row, campaign.id));
	}
	return { campaign, counts: progress.counts, progress, problems, way: await writtenWay(campaign) };
}

function problemOf(kind: "failed" | "uncertain" | "deferred", row: FailureRow, id: number): Problem {
	const name = REPLY_CLASSES.find((one) => one === row.key);
	return {
		kind,
		class: row.key === "" ? null : row.key,
		deliveries: row.deliveries,
		what: name === undefined ? row.key : CLASSES[name].meaning.en,
		fix:
			kind === "uncertain"
				? `Look for the message there, then \`wellsent campaign retry ${id} --uncertain\` (it may arrive twice).`
				: adviceOf(name),
		example: row.example,
	};
}

function adviceOf(name: ReplyClass | undefined): string {
	return name === undefined ? "" : CLASSES[name].advice.en;
}

export function reportJson(report: CampaignReport) {
	const { campaign, counts, progress, problems, way } = report;
	const eta = campaign.state === "running" && counts.queued + counts.sending > 0 ? progress.at + progress.eta : null;
	return campaignJson(campaign, counts, { way, eta, problems });
}

/** The sites of a campaign as scripts read them: what is left there, and how long the lanes need for it (milliseconds). */
export async function sitesJson(app: CliApp, { campaign, progress }: CampaignReport) {
	const sites = await countBySite(app.db, campaign.id);
	const times = new Map(
		siteTimes(
			sites.map(({ site, counts }) => ({
				site,
				messages: counts.queued + counts.sending,
				lanes: lanesTo(app, campaign.identity, site),
			})),
		).map((time) => [time.site, time]),
	);
	return sites.map(({ site, counts }) => ({
		site,
		counts,
		remainingMs: times.get(site)?.ms ?? 0,
		limit: times.get(site)?.limit ?? "",
		nextTry: iso(progress.sites.find((one) => one.site === site)?.nextTry ?? null),
	}));
}

export async function campaignWithCounts(app: CliApp, campaign: Campaign) {
	const way = await writtenWay(campaign);
	return campaignJson(campaign, await countDeliveries(app.db, campaign.id), { way, eta: null, problems: [] });
}

/** The summary for people, several lines. */
export function reportLines(report: CampaignReport, colours: Output["colours"]): string[] {
	const { campaign, counts, progress, problems } = report;
	const c = colours;
	const part = (n: number, words: string, paint: (text: string) => string) =>
		n === 0 ? [] : [`  ${paint(count(n).padStart(9))}  ${words}`];
	const waiting = counts.queued + counts.sending;
	const lines = [
		`${c.bold(text`${campaign.name}`)} (campaign ${campaign.id}): ${campaign.state}${campaign.finishedAt === null ? "" : ` ${localTime(campaign.finishedAt)}`}`,
		`  ${count(counts.total).padStart(9)}  readers in all`,
		...part(counts.delivered, "accepted by their servers", c.green),
		...part(counts.failed, "failed", c.red),
		...failureLines(problems, "failed"),
		...part(counts.uncertain, "uncertain: the connection broke before the last reply; never sent again by itself", c.yellow),
		...part(counts.suppressed, "suppressed: not mailed", c.dim),
		...part(counts.cancelled, "cancelled", c.dim),
		...part(waiting, waitingWords(progress), c.yellow),
		...failureLines(problems, "deferred"),
	];
	for (const problem of problems) if (problem.kind === "state") lines.push(text`  ${problem.what}`);
	for (const problem of problems) if (problem.kind === "hold") lines.push(c.yellow(text`  ${problem.what} (${problem.fix})`));
	if (counts.uncertain > 0) lines.push(`  To send the uncertain ones again: wellsent campaign retry ${campaign.id} --uncertain`);
	return lines;
}

function waitingWords(progress: Progress): string {
	if (progress.deferred === 0) return "still to be sent";
	const next = progress.nextTry === null ? "" : `, the next at ${localTime(progress.nextTry)}`;
	const last =
		progress.lastTry === null || progress.lastTry === progress.nextTry ? "" : `, the last at ${localTime(progress.lastTry)}`;
	return `still to be sent, ${several(progress.deferred, "of them waits", "of them wait")} for a later try${next}${last}`;
}

function failureLines(problems: readonly Problem[], kind: Problem["kind"]): string[] {
	return problems
		.filter((problem) => problem.kind === kind)
		.flatMap((problem) => [
			text`             ${count(problem.deliveries).padStart(7)}  ${problem.class ?? "not tried yet"}: ${problem.what}`,
			...(problem.example === null || problem.example.text === ""
				? []
				: [text`                      e.g. ${problem.example.to}: ${problem.example.text.slice(0, 160)}`]),
		]);
}

/** The findings of a check as lines: what failed first. */
export function findingLines(check: CampaignCheck, colours: Output["colours"], all: boolean): string[] {
	const c = colours;
	const order = { fail: 0, unknown: 1, warn: 2, ok: 3 } as const;
	const paint = { fail: c.red, unknown: c.yellow, warn: c.yellow, ok: c.green } as const;
	return check.findings
		.filter((finding) => all || finding.level !== "ok")
		.toSorted((a, b) => order[a.level] - order[b.level])
		.flatMap((finding) => [
			`${paint[finding.level](finding.level.padEnd(7))} ${text`${finding.subject}`}: ${text`${finding.what}`}`,
			...(finding.fix === "" || finding.level === "ok" ? [] : [text`        ${finding.fix}`]),
		]);
}
