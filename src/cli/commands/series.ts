// `wellsent series …`: a folder that becomes a campaign at each run of a cron expression.
import type { Command } from "commander";
import type { Series } from "../../campaign/series.store.ts";
import { listNames } from "../arguments.ts";
import type { CliApp } from "../ports.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";
import { iso, localTime, several } from "../words.ts";

interface AddOptions {
	readonly list: readonly string[];
	readonly cron: string;
	readonly zone?: string;
	readonly name?: string;
}

/** Runs that are shown. */
const SHOWN = 10;

export function series(program: Command, host: Host): void {
	const group = program
		.command("series")
		.description("newsletters that go out again and again: a campaign from a folder at each run")
		.helpCommand(false);
	group
		.command("add")
		.description("add a series; shows its next ten runs")
		.argument("<dir>", "folder of the newsletter: what is in it at the time of a run is sent")
		.requiredOption("--list <names>", "its readers: a list, or several divided by commas", listNames)
		.requiredOption(
			"--cron <expression>",
			'"0 9 * * 1" (Mondays at nine), "0 9 * * MON#1", or words: "first monday 09:00", "weekdays 07:30"',
		)
		.option("--zone <name>", "IANA time zone, e.g. Asia/Seoul; that of this machine unless given")
		.option("--name <name>", "another name than the one in campaign.toml")
		.action((dir: string, options: AddOptions, command: Command) =>
			host.run(command, async (run) => {
				const { addSeries } = await import("../../campaign/series.ts");
				const { systemZone } = await import("../../campaign/schedule.ts");
				const { resolve } = await import("node:path");
				const zone = options.zone ?? systemZone();
				if (options.zone === undefined)
					run.out.note(`no --zone was given: the times are meant in ${zone}, the zone of this machine`);
				const app = await run.app();
				const added = await addSeries(app, {
					dir: resolve(run.out.io.cwd, dir),
					lists: options.list,
					cron: options.cron,
					zone,
					...(options.name === undefined ? {} : { name: options.name }),
				});
				await show(run, app, added);
				return 0;
			}),
		);
	group
		.command("list")
		.description("all series, with their next runs")
		.action((_options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { listSeries } = await import("../../campaign/series.store.ts");
				const { upcomingRuns } = await import("../../campaign/series.ts");
				const { inZone } = await import("../../campaign/zone-time.ts");
				const app = await run.app();
				const rows = (await listSeries(app.db)).map((one) => ({ one, next: upcomingRuns(one, run.now, 1)[0] ?? null }));
				if (run.out.json) {
					await run.out.value(rows.map(({ one, next }) => ({ ...seriesJson(one), next: iso(next) })));
					return 0;
				}
				if (rows.length === 0) {
					run.out.note("There is no series yet: `wellsent series add DIR --list LIST --cron …` makes one.");
					return 0;
				}
				await run.out.table(
					[
						{ title: "name", value: ({ one }) => one.name, shrinks: true },
						{ title: "state", value: ({ one }) => (one.pausedAt === null ? "active" : "paused") },
						{ title: "cron", value: ({ one }) => one.cron },
						{ title: "lists", value: ({ one }) => one.lists.join(", "), shrinks: true },
						{
							title: "next run",
							value: ({ one, next }) => (next === null || one.pausedAt !== null ? "" : inZone(next, one.zone)),
						},
						{ title: "here", value: ({ one, next }) => (next === null || one.pausedAt !== null ? "" : localTime(next)) },
					],
					rows,
				);
				return 0;
			}),
		);
	const named = (name: string, description: string) =>
		group.command(name).description(description).argument("<name>", "its name, or its number");
	named("show", "its next ten runs, and what became of the last").action((name: string, _options: unknown, command: Command) =>
		host.run(command, async (run) => {
			const { findSeries } = await import("../../campaign/series.ts");
			const app = await run.app();
			await show(run, app, await findSeries(app, name));
			return 0;
		}),
	);
	named("pause", "make no more campaigns of it; those that are made stay").action(
		(name: string, _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { pauseSeries } = await import("../../campaign/series.ts");
				const app = await run.app();
				return await changed(run, app, await pauseSeries(app, name), "is paused");
			}),
	);
	named("resume", "go on; runs that came during the pause are not made up for").action(
		(name: string, _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { resumeSeries } = await import("../../campaign/series.ts");
				const app = await run.app();
				return await changed(run, app, await resumeSeries(app, name), "goes on");
			}),
	);
	named("remove", "end it; its campaigns stay").action((name: string, _options: unknown, command: Command) =>
		host.run(command, async (run) => {
			const { removeSeries } = await import("../../campaign/series.ts");
			const app = await run.app();
			return await changed(run, app, await removeSeries(app, name), "is removed");
		}),
	);
}

/** A series as scripts read it. */
function seriesJson(series: Series) {
	const { id, name, folder, lists, cron, zone, createdAt, pausedAt, endedAt } = series;
	return { id, name, folder, lists, cron, zone, createdAt: iso(createdAt), pausedAt: iso(pausedAt), endedAt: iso(endedAt) };
}

async function show(run: Run, app: CliApp, series: Series): Promise<void> {
	const { latestSeriesRuns } = await import("../../campaign/series.store.ts");
	const { upcomingRuns } = await import("../../campaign/series.ts");
	const { systemZone } = await import("../../campaign/schedule.ts");
	const { inZone } = await import("../../campaign/zone-time.ts");
	const { formatDuration } = await import("../../config/units.ts");
	const { out } = run;
	const next = upcomingRuns(series, run.now, SHOWN);
	const runs = await latestSeriesRuns(app.db, series.id, SHOWN);
	if (out.json)
		return out.value({
			...seriesJson(series),
			next: next.map(iso),
			runs: runs.map(({ tick, campaign, outcome, at }) => ({ tick: iso(tick), campaign, outcome, at: iso(at) })),
		});
	await out.say(
		[
			`${out.colours.bold(text`${series.name}`)} (series ${series.id})${series.pausedAt === null ? "" : ": paused"}`,
			text`  folder  ${series.folder}`,
			text`  lists   ${series.lists.join(", ")}`,
			text`  runs    ${series.cron} ${series.zone}; each campaign is made ${formatDuration(app.config.schedule.makeAheadMs)} ahead`,
			"",
		].join("\n"),
	);
	const here = systemZone();
	await out.table(
		[
			{ title: "next runs", value: (at) => inZone(at, series.zone) },
			...(here === series.zone ? [] : [{ title: `here (${here})`, value: (at: number) => localTime(at) }]),
		],
		next,
	);
	if (runs.length === 0) return;
	await out.say("");
	await out.table(
		[
			{ title: "last runs", value: ({ tick }) => inZone(tick, series.zone) },
			{
				title: "campaign",
				value: ({ campaign, outcome }) => (campaign === null ? outcome : `${campaign.id} ${campaign.name}: ${campaign.state}`),
				shrinks: true,
			},
		],
		runs,
	);
}

async function changed(run: Run, app: CliApp, series: Series, words: string): Promise<number> {
	const { waitingOf } = await import("../../campaign/series.store.ts");
	const waiting = await waitingOf(app.db, series.id);
	await run.out.answer(
		() => ({ ...seriesJson(series), waiting: waiting.map(({ id }) => id) }),
		() => run.out.say(text`the series "${series.name}" ${words}`),
	);
	if (waiting.length > 0 && words !== "goes on")
		run.out.note(
			`${several(waiting.length, "campaign")} of it ${waiting.length === 1 ? "waits" : "wait"} already (${waiting.map(({ id }) => id).join(", ")}): \`wellsent campaign cancel ID\` ends one`,
		);
	return 0;
}
