// `wellsent campaign check`: what stands against sending, how large the message is, how long it will take. Exit status 3 when it may not start.
import type { Command } from "commander";
import type { Campaign } from "../../campaign/campaign.store.ts";
import type { CampaignCheck } from "../../campaign/check.ts";
import type { SizePart } from "../../compose/size.ts";
import type { Score } from "../../reputation/score.ts";
import { idArgument } from "../arguments.ts";
import type { Output } from "../output.ts";
import type { CliApp } from "../ports.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";
import type { Column } from "../table.ts";
import { bytes, count, several } from "../words.ts";

interface Options {
	readonly fix?: boolean;
	readonly hostedUrl?: string;
	readonly use?: boolean;
	readonly score?: boolean;
}

export function campaignCheck(group: Command, host: Host): void {
	group
		.command("check")
		.description(
			"sizes of the worst message, mistakes, and the time it will take by site; sends nothing. Exit status 3 when it may not start",
		)
		.argument("<id>", "number of the campaign", idArgument)
		.option(
			"--fix",
			"write a smaller copy of its folder beside it: pictures recompressed or hosted, large files linked, HTML minified; measured before and after",
		)
		.option("--hosted-url <address>", "with --fix: where pictures and large files will be found, instead of [images] hosted_url")
		.option("--use", "with --fix: let the campaign use the copy")
		.option("--score", "show the worst message to the spam filter of [score], and list the rules that fired")
		.action((id: number, options: Options, command: Command) =>
			host.run(command, async (run) => {
				if (options.fix === true) return fix(run, id, options);
				const { fail } = await import("../../errors.ts");
				if (options.use === true || options.hostedUrl !== undefined)
					fail("usage", { detail: "--use and --hosted-url go with --fix", command: "wellsent campaign check" });
				const { checkCampaign } = await import("../../campaign/check.ts");
				const { checkJson } = await import("../../campaign/check-json.ts");
				const { getCampaign } = await import("../../campaign/campaign.store.ts");
				const app = await run.app();
				const campaign = await getCampaign(app.db, id);
				const content = await checkCampaign(app, campaign);
				const scored = options.score === true ? await score(app, campaign, content) : null;
				const check = scored?.check ?? content;
				await run.out.answer(
					() => ({ ...checkJson(campaign, check), ...(scored === null ? {} : { scores: scored.scores }) }),
					async () => {
						await sayCheck(run.out, campaign, check);
						if (scored !== null) await sayScores(run.out, scored.scores);
					},
				);
				return check.passed && scored?.refused !== true ? 0 : 3;
			}),
		);
}

async function score(app: CliApp, campaign: Campaign, check: CampaignCheck) {
	const { scoreCampaign } = await import("../../campaign/score.ts");
	const { scores, findings } = await scoreCampaign(app, campaign, check);
	// A start does not ask the filter, so its word does not say whether the campaign may start; the exit status does tell of it.
	const refused = findings.some((finding) => finding.level === "fail");
	return { scores, refused, check: { ...check, findings: [...check.findings, ...findings] } };
}

async function sayScores(out: Output, scores: readonly Score[]): Promise<void> {
	for (const score of scores) {
		if (score.kind === "failed") continue;
		await out.say(
			`\n${out.colours.bold("score")} by ${score.by}: ${score.score} of ${score.threshold} (${text`${score.action}`})`,
		);
		await out.table(
			[
				{ title: "score", value: (rule) => rule.score, align: "right" },
				{ title: "rule", value: (rule) => rule.name },
				{ title: "meaning", value: (rule) => rule.description, shrinks: true },
			],
			score.rules,
		);
	}
}

async function fix(run: Run, id: number, options: Options): Promise<number> {
	const { fixCampaign } = await import("../../campaign/fix.file.ts");
	const { getCampaign } = await import("../../campaign/campaign.store.ts");
	const { fixJson, sayFix, stillTooLarge } = await import("../fix-report.ts");
	const app = await run.app();
	const campaign = await getCampaign(app.db, id);
	const hostedUrl = options.hostedUrl === undefined ? null : await hostedUrlOf(options.hostedUrl);
	const fixed = await fixCampaign(app, campaign, { hostedUrl, use: options.use === true });
	await run.out.answer(
		() => fixJson(campaign, fixed),
		() => sayFix(run.out, campaign, fixed, hostedUrl === null ? "" : ` --hosted-url ${hostedUrl}`),
	);
	return stillTooLarge(fixed) ? 3 : 0;
}

async function hostedUrlOf(typed: string): Promise<string> {
	const { fail } = await import("../../errors.ts");
	const { parseHostedUrl } = await import("../../config/schema-images.ts");
	const parsed = parseHostedUrl(typed);
	return parsed.ok
		? parsed.value
		: fail("usage", { detail: `--hosted-url: ${parsed.what}; ${parsed.fix}`, command: "wellsent campaign check" });
}

async function sayCheck(out: Output, campaign: Campaign, check: CampaignCheck): Promise<void> {
	const { findingLines } = await import("../report.ts");
	const { spell } = await import("../../campaign/eta.ts");
	const c = out.colours;
	await out.say(`${c.bold(text`${campaign.name}`)} (campaign ${campaign.id}, ${campaign.state})\n`);
	await out.say(findingLines(check, c, true).join("\n"));
	const { sizes } = check;
	if (sizes !== null) {
		await out.say(`\n${c.bold("sizes")} ${text`${whose(check)}`}`);
		await out.table(sizeColumns(out.width !== null), sizes.parts);
		if (sizes.contributors.length > 0) await out.say(text`largest parts: ${sizes.contributors.slice(0, 6).join("; ")}`);
	}
	if (check.sites.length > 0) {
		await out.say(`\n${c.bold("time")} by site, from the limits of the lanes (deferrals come on top)`);
		await out.table(
			[
				{ title: "site", value: (site) => site.site, shrinks: true },
				{ title: "messages", value: (site) => count(site.messages), align: "right" },
				{ title: "about", value: (site) => spell(site.ms), align: "right" },
				{ title: "limit", value: (site) => site.limit, shrinks: true },
			],
			check.sites.slice(0, out.width === null ? undefined : 20),
		);
		if (out.width !== null && check.sites.length > 20) await out.say(`and ${several(check.sites.length - 20, "more site")}`);
	}
	const { move } = await import("../../campaign/states.ts");
	if (move(campaign.state, "start") === null) return out.say(`\nit is ${campaign.state}: this is how it would be measured now`);
	const { timeOf } = await import("../../campaign/schedule.store.ts");
	const start =
		campaign.state === "scheduled" ? `it starts by itself at ${timeOf(campaign)}` : `wellsent campaign start ${campaign.id}`;
	await out.say(check.passed ? `\n${c.green("may start")}: ${start}` : `\n${c.red("may not start")}`);
}

/** Whose message the sizes are of, and how sure that is. */
function whose({ worstReader, worstHtmlReader, search }: CampaignCheck): string {
	const readers = worstReader === worstHtmlReader ? `to ${worstReader}` : `to ${worstReader}; largest HTML: ${worstHtmlReader}`;
	const measured = search === null ? "" : several(search.measured, "message");
	return search?.proven === true
		? `of the largest of ${measured}, ${readers}`
		: `of the largest of ${measured} that were likely to be, ${readers} (the templates have conditions: a search, no proof)`;
}

/** HTML counts by the larger of its two sizes, an attachment as a file, the message as it travels. */
function sizeColumns(bars: boolean): readonly Column<SizePart>[] {
	return [
		{ title: "part", value: (row) => (row.part === "html" ? "HTML" : row.part) },
		{ title: "file", value: (row) => row.name, shrinks: true },
		{ title: "size", value: (row) => (row.bytes === null ? "" : bytes(row.bytes)), align: "right" },
		{ title: "as it travels", value: (row) => bytes(row.encoded), align: "right" },
		{ title: "limit", value: (row) => boundWords(row), align: "right" },
		{
			title: "used",
			value: (row) => used(row, bars),
			style: (cell, row, c) => (row.level === "fail" ? c.red(cell) : row.level === "warn" ? c.yellow(cell) : cell),
		},
	];
}

function boundWords({ part, limit, warn }: SizePart): string {
	// An attachment as large as allowed is allowed: its bound is a byte more.
	if (limit !== null) return bytes(part === "attachment" ? limit - 1 : limit);
	return warn === null ? "" : `${bytes(warn)} advised`;
}

const BAR = 20;

function used({ counts, limit, warn, level }: SizePart, bars: boolean): string {
	const bound = limit ?? warn;
	if (bound === null) return "";
	const share = counts / bound;
	const word = level === "fail" ? " too large" : level === "warn" ? " large" : "";
	const percent = `${share > 0 && share < 0.01 ? "<1" : Math.floor(share * 100)} %${word}`;
	const full = Math.min(BAR, Math.ceil(share * BAR));
	return bars ? `${"█".repeat(full)}${"░".repeat(BAR - full)} ${percent}` : percent;
}
