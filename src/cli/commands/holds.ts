// `wellsent holds`: identities and campaigns that wait because receivers refuse them, and their release by hand.
import type { Command } from "commander";
import { idArgument } from "../arguments.ts";
import type { Host } from "../run.ts";
import { iso, localTime, several } from "../words.ts";

export function holds(program: Command, host: Host): void {
	const group = program
		.command("holds")
		.summary("what must wait, why and until when")
		.description(
			"what must wait: identities that receivers do not believe, campaigns that a site does not want, lanes on hold by order",
		)
		.helpCommand(false)
		.action((_options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { holdsInForce } = await import("../../deliver/hold.store.ts");
				const app = await run.app();
				const rows = await holdsInForce(app.db, run.now);
				if (run.out.json) {
					await run.out.value(rows.map((row) => ({ ...row, until: iso(row.until), createdAt: iso(row.createdAt) })));
					return 0;
				}
				if (rows.length === 0) {
					run.out.note("Nothing is on hold.");
					return 0;
				}
				await run.out.table(
					[
						{ title: "id", value: (row) => row.id, align: "right" },
						{ title: "what", value: (row) => row.kind },
						{ title: "subject", value: (row) => row.subject, shrinks: true },
						{ title: "since", value: (row) => localTime(row.createdAt) },
						{
							title: "until",
							value: (row) =>
								row.until !== null ? localTime(row.until) : row.by === "blacklist" ? "off the list" : "released by hand",
						},
						{ title: "because", value: (row) => row.reason, shrinks: true },
					],
					rows,
				);
				return 0;
			}),
		);
	group
		.command("release")
		.description("end a hold now")
		.argument("<id>", "its number, as `wellsent holds` shows it", idArgument)
		.action((id: number, _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { releaseHolds } = await import("../../deliver/hold.store.ts");
				const { fail } = await import("../../errors.ts");
				const app = await run.app();
				const released = await releaseHolds(app.db, { id }, "command line", run.now);
				if (released === 0) fail("hold-unknown", { id });
				await run.out.answer(
					() => ({ released: id }),
					() => run.out.say(`${several(released, "hold")} released`),
				);
				return 0;
			}),
		);
}
