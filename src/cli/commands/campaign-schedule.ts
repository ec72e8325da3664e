// `wellsent campaign schedule | unschedule`: the time of a campaign.
import type { Command } from "commander";
import { idArgument } from "../arguments.ts";
import type { CliApp } from "../ports.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";

interface Options {
	readonly at: string;
	readonly zone?: string;
	readonly first?: true;
	readonly second?: true;
}

export function campaignSchedule(group: Command, host: Host): void {
	group
		.command("schedule")
		.description("check it, and start it at a time; again for another time. Exit status 3 when a check forbids it")
		.argument("<id>", "number of the campaign", idArgument)
		.requiredOption("--at <time>", 'local time in the zone: "2026-12-01 09:00", also with seconds or an offset ("…+09:00")')
		.option("--zone <name>", "IANA time zone, e.g. Asia/Seoul; that of this machine unless given")
		.option("--first", "of a time that comes twice (the clocks are set back) the first")
		.option("--second", "of such a time the second")
		.action((id: number, options: Options, command: Command) =>
			host.run(command, async (run) => {
				if (options.first && options.second) run.misuse("--first and --second contradict each other");
				const { scheduleCampaign, timeTyped } = await import("../../campaign/schedule.ts");
				const { findingLines } = await import("../report.ts");
				const which = options.first ? "first" : options.second ? "second" : undefined;
				const time = timeTyped(options.at, {
					zone: options.zone ?? null,
					now: run.now,
					...(which === undefined ? {} : { which }),
				});
				if (options.zone === undefined)
					run.out.note(`no --zone was given: the time is meant in ${time.zone}, the zone of this machine`);
				const app = await run.app();
				const { scheduled, check } = await scheduleCampaign(app, id, time);
				const lines = findingLines(check, run.out.noteColours, false);
				if (lines.length > 0) run.out.note(lines.join("\n"));
				if (scheduled === null) return await refuse(run, app, id, check);
				await tell(run, app, id);
				return 0;
			}),
		);

	group
		.command("unschedule")
		.description("take its time back: it is a draft again")
		.argument("<id>", "number of the campaign", idArgument)
		.action((id: number, _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { unscheduleCampaign } = await import("../../campaign/schedule.ts");
				const { campaignWithCounts } = await import("../report.ts");
				const app = await run.app();
				const campaign = await unscheduleCampaign(app, id);
				const json = await campaignWithCounts(app, campaign);
				await run.out.answer(
					() => json,
					() => run.out.say(text`campaign ${id} "${campaign.name}" is a draft again: nothing starts it by itself`),
				);
				return 0;
			}),
		);
}

async function tell(run: Run, app: CliApp, id: number): Promise<void> {
	const { getCampaign } = await import("../../campaign/campaign.store.ts");
	const { campaignWithCounts } = await import("../report.ts");
	const { activeRunner } = await import("../../deliver/runner.store.ts");
	const { systemZone } = await import("../../campaign/schedule.ts");
	const { timeOf } = await import("../../campaign/schedule.store.ts");
	const { inZone } = await import("../../campaign/zone-time.ts");
	const { spell } = await import("../../campaign/eta.ts");
	const { out } = run;
	const campaign = await getCampaign(app.db, id);
	if (out.json) return out.value(await campaignWithCounts(app, campaign));
	const at = campaign.scheduledAt ?? 0;
	const here = campaign.zone === systemZone() ? "" : ` (${inZone(at, systemZone())})`;
	await out.say(
		text`campaign ${id} "${campaign.name}" starts at ${timeOf(campaign)}${here}, in ${spell(Math.max(0, at - run.now))}`,
	);
	if ((await activeRunner(app.db, app.clock)) === null)
		out.note("No process is sending now: it starts only while `wellsent serve` runs.");
}

async function refuse(
	run: Run,
	app: CliApp,
	id: number,
	check: { readonly findings: readonly { level: string; subject: string; what: string; fix: string }[] },
): Promise<number> {
	const { WellsentError } = await import("../../errors.ts");
	const { getCampaign } = await import("../../campaign/campaign.store.ts");
	const failed = check.findings.filter((finding) => finding.level === "fail");
	const { name } = await getCampaign(app.db, id);
	throw new WellsentError(
		"schedule-refused",
		{ id, name, count: failed.length },
		{ findings: run.out.json ? failed.map(({ subject, what, fix }) => ({ where: subject, what, fix })) : [] },
	);
}
