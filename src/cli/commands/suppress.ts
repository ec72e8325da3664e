// `wellsent suppress …`: who must not be mailed.
import { type Command, Option } from "commander";
import type { Encoding } from "../../contacts/decode.ts";
import { SUPPRESSION_REASONS, type SuppressionReason } from "../../contacts/suppression.ts";
import { countOption } from "../arguments.ts";
import { text } from "../printable.ts";
import type { Host } from "../run.ts";
import { count, iso, localTime, several } from "../words.ts";
import { type ExportFlags, withExportOptions } from "./contacts-export.ts";
import { badRows, encodingOption, sourceOf } from "./contacts-import.ts";
import { suppressReview } from "./suppress-review.ts";

interface ListOptions {
	readonly reason?: SuppressionReason;
	readonly search?: string;
	readonly limit: number;
}

const reasonOption = () => new Option("--reason <reason>", "why").choices([...SUPPRESSION_REASONS]);

export function suppress(program: Command, host: Host): void {
	const group = program.command("suppress").description("who must not be mailed").helpCommand(false);
	changes(group, host);
	group
		.command("list")
		.description("the suppressions in the order they were made")
		.addOption(reasonOption())
		.option("--search <part>", "only where that stands in the address")
		.option("--limit <n>", "how many at most", countOption, 100)
		.action((options: ListOptions, command: Command) =>
			host.run(command, async (run) => {
				const { countSuppressions, listSuppressions } = await import("../../contacts/suppression.store.ts");
				const app = await run.app();
				const rows = await listSuppressions(app.db, options);
				const { total } = await countSuppressions(app.db);
				if (run.out.json) {
					await run.out.value(rows.map((row) => ({ ...row, createdAt: iso(row.createdAt) })));
					return 0;
				}
				if (rows.length > 0)
					await run.out.table(
						[
							{ title: "who", value: (row) => row.subject, shrinks: true },
							{ title: "reason", value: (row) => row.reason },
							{ title: "since", value: (row) => localTime(row.createdAt) },
							{ title: "campaign", value: (row) => row.campaignId, align: "right" },
							{ title: "detail", value: (row) => row.detail, shrinks: true },
						],
						rows,
					);
				run.out.note(`${count(rows.length)} of ${several(total, "suppression")}`);
				return 0;
			}),
		);
	suppressReview(group, host);
	files(group, host);
}

function changes(group: Command, host: Host): void {
	group
		.command("add")
		.description("never mail these again: an address, or @domain for everybody there")
		.argument("<who...>", "addresses and @domains")
		.addOption(reasonOption().default("manual"))
		.option("--detail <words>", "kept with it", "by hand")
		.action(
			(who: readonly string[], options: { readonly reason: SuppressionReason; readonly detail: string }, command: Command) =>
				host.run(command, async (run) => {
					const { addSuppressions } = await import("../../contacts/suppression.store.ts");
					const subjects = await subjectsOf(who);
					const app = await run.app();
					const added = await addSuppressions(
						app.db,
						subjects.map((subject) => ({ subject, reason: options.reason, detail: options.detail })),
						app.clock.now(),
					);
					const already = subjects.length - added;
					await run.out.answer(
						() => ({ added, already }),
						() => run.out.say(`${count(added)} suppressed${already > 0 ? `, ${count(already)} were already` : ""}`),
					);
					return 0;
				}),
		);

	group
		.command("remove")
		.description("mail these again; only when they asked for it")
		.argument("<who...>", "addresses and @domains")
		.action((who: readonly string[], _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { removeSuppression } = await import("../../contacts/suppression.store.ts");
				const subjects = await subjectsOf(who);
				const app = await run.app();
				let removed = 0;
				for (const subject of subjects) if (await removeSuppression(app.db, subject)) removed += 1;
				const unknown = subjects.length - removed;
				await run.out.answer(
					() => ({ removed, unknown }),
					() => run.out.say(`${count(removed)} taken back${unknown > 0 ? `, ${count(unknown)} were not suppressed` : ""}`),
				);
				return 0;
			}),
		);
}

/** All or nothing: a wrong one refuses the command before anything is changed. */
async function subjectsOf(who: readonly string[]): Promise<string[]> {
	const { parseSubject } = await import("../../contacts/suppression.ts");
	const { fail } = await import("../../errors.ts");
	return [
		...new Set(
			who.map((typed) => {
				const found = parseSubject(typed);
				return "problem" in found
					? fail("suppression-subject", { subject: JSON.stringify(typed), detail: found.reason })
					: found.subject;
			}),
		),
	];
}

function files(group: Command, host: Host): void {
	group
		.command("import")
		.description("suppress every address and @domain of a file: a plain list, or a CSV with a column subject or email")
		.argument("<file>", 'the file; "-" is standard input')
		.addOption(encodingOption())
		.addOption(reasonOption().default("import"))
		.action((file: string, options: { readonly encoding: Encoding; readonly reason: SuppressionReason }, command: Command) =>
			host.run(command, async (run) => {
				const { importSuppressions } = await import("../../contacts/import-suppressions.file.ts");
				const app = await run.app();
				const bad = await badRows(run, undefined);
				const report = await importSuppressions(app.db, {
					...sourceOf(run, file),
					encoding: options.encoding,
					reason: options.reason,
					clock: app.clock,
					onBadRow: bad.take,
				});
				await bad.close();
				await run.out.answer(
					() => report,
					() =>
						run.out.say(
							text`${report.file}: ${several(report.rows, "row")}, ${count(report.added)} suppressed, ${count(report.already)} were already, ${several(report.bad.total, "bad row")}`,
						),
				);
				return 0;
			}),
		);

	withExportOptions(group.command("export").description("the suppressions as CSV, which `import` reads back")).action(
		(options: ExportFlags, command: Command) =>
			host.run(command, async (run) => {
				const { exportSuppressions } = await import("../../contacts/export.file.ts");
				const { exportTo } = await import("../stream.file.ts");
				const app = await run.app();
				const rows = await exportTo(run, options, (target) => exportSuppressions(app.db, target));
				run.out.note(several(rows, "suppression"));
				return 0;
			}),
	);
}
