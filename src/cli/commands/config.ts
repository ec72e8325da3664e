// `wellsent config print`: the settings in force and where each comes from.
import type { Command } from "commander";
import type { Host } from "../run.ts";

export function config(program: Command, host: Host): void {
	const group = program.command("config").description("the settings").helpCommand(false);
	group
		.command("print")
		.description("effective settings, and where each comes from; secrets are masked")
		.action((_options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { explainConfig } = await import("../../config/explain.ts");
				const settings = await run.settings();
				const rows = explainConfig(settings);
				if (settings.sandbox)
					run.out.note("These are the defaults: the sandbox that runs here has settings of its own beside them.");
				await run.out.answer(
					() => rows.map(({ key, value, from, otherwise }) => ({ key, value, from, otherwise })),
					() =>
						run.out.table(
							[
								{ title: "key", value: (row) => row.key },
								{
									title: "value",
									value: (row) => row.value ?? `– (${row.otherwise ?? "not set"})`,
									shrinks: true,
									style: (shown, row, c) => (row.value === null ? c.dim(shown) : shown),
								},
								{ title: "from", value: (row) => row.from, style: (shown, _row, c) => c.dim(shown) },
							],
							rows,
						),
				);
				return 0;
			}),
		);
}
