// `wellsent jobs`: what runs by the clock, how it went last, and a run by hand.
import type { Command } from "commander";
import type { JobRunRow, JobView } from "../../log/job-run.store.ts";
import type { Host, Run } from "../run.ts";
import { count, localTime } from "../words.ts";

export function jobs(program: Command, host: Host): void {
	const group = program
		.command("jobs")
		.summary("what runs by the clock: schedule, last and next run")
		.description(
			"what runs by the clock while `wellsent serve` runs. Schedules are cron expressions in UTC (six fields: seconds first)",
		)
		.helpCommand(false)
		.action((_options: unknown, command: Command) => host.run(command, list));
	group
		.command("list")
		.description("every job: when it runs, how it went last, when it runs next")
		.action((_options: unknown, command: Command) => host.run(command, list));
	group
		.command("run")
		.description("run a job now, in this process; exit 1 when it fails")
		.argument("<name>", "as `wellsent jobs list` shows it")
		.action((name: string, _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const desk = await (await run.app()).jobs();
				const outcome = await desk.run(name, "command line");
				await run.out.answer(
					() => ({ name, outcome }),
					() => run.out.say(`${name}: ${outcome}`),
				);
				return 0;
			}),
		);
}

async function list(run: Run): Promise<number> {
	const rows = await (await (await run.app()).jobs()).list();
	if (run.out.json) {
		const { jobJson } = await import("../../log/job-json.ts");
		await run.out.value(rows.map(jobJson));
		return 0;
	}
	await run.out.table<JobView>(
		[
			{ title: "name", value: (row) => row.name },
			{ title: "schedule", value: (row) => row.schedule ?? "off" },
			{ title: "zone", value: (row) => row.zone },
			{ title: "last run", value: (row) => (row.last === null ? "never" : localTime(row.last.startedAt)) },
			{ title: "took", value: (row) => took(row.last), align: "right" },
			{
				title: "outcome",
				value: (row) => outcome(row.last),
				shrinks: true,
				style: (text, row, colours) => (row.last?.ok === false ? colours.red(text) : text),
			},
			{ title: "next run", value: (row) => (row.next === null ? "" : localTime(row.next)) },
			{ title: "purpose", value: (row) => row.purpose, shrinks: true },
		],
		rows,
	);
	return 0;
}

function took(last: JobRunRow | null): string {
	if (last === null || last.finishedAt === null) return "";
	const ms = last.finishedAt - last.startedAt;
	return ms < 10_000 ? `${count(ms)} ms` : `${count(Math.round(ms / 1_000))} s`;
}

function outcome(last: JobRunRow | null): string {
	if (last === null) return "";
	if (last.ok === null) return "is running";
	const why = last.because === "schedule" ? "" : ` (${last.because})`;
	return `${last.ok ? "" : "failed: "}${last.outcome}${why}`;
}
