// `wellsent db migrate | backup | prune`.
import type { Command } from "commander";
import type { Host } from "../run.ts";
import { bytes, several } from "../words.ts";

export function database(program: Command, host: Host): void {
	const group = program.command("db").description("the database").helpCommand(false);
	group
		.command("migrate")
		.description("bring the database up to date; every other command does it too when it starts")
		.action((_options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const app = await run.app();
				const { file, migrated } = app.database;
				await run.out.answer(
					() => ({ file, migrated }),
					() => run.out.say(migrated.length === 0 ? `${file} is up to date` : `${file}: applied ${migrated.join(", ")}`),
				);
				return 0;
			}),
		);

	group
		.command("backup")
		.description("a copy of the whole database, complete in itself, while everything goes on")
		.argument("<file>", "where to write it; nothing is replaced")
		.action((given: string, _options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { backup } = await import("../maintenance.store.ts");
				const { resolve } = await import("node:path");
				const file = resolve(run.out.io.cwd, given);
				const size = await backup(await run.app(), file);
				await run.out.answer(
					() => ({ file, bytes: size }),
					() => run.out.say(`${file}: ${bytes(size)}`),
				);
				return 0;
			}),
		);

	group
		.command("prune")
		.description(
			"remove log rows of accepted mail that are older than [log] keep, in small steps; refusals stay four times as long",
		)
		.option("--keep <time>", 'keep so long instead, e.g. "30d"')
		.action((options: { readonly keep?: string }, command: Command) =>
			host.run(command, async (run) => {
				const { pruneResponses } = await import("../../log/prune.store.ts");
				const { parseDuration } = await import("../../config/units.ts");
				const given = options.keep === undefined ? null : parseDuration(options.keep);
				if (given?.ok === false) run.misuse(`--keep: ${given.what}: ${given.fix}`);
				const { onInterrupt } = await import("../interrupt.ts");
				const interrupt = onInterrupt(() => run.out.note("stopping after this step …"));
				// The pauses between the steps do not keep the process alive by themselves.
				const alive = setInterval(() => undefined, 60_000);
				run.atEnd(async () => {
					clearInterval(alive);
					interrupt.release();
				});
				const app = await run.app();
				const keepMs = given?.ok === true ? given.value : app.config.log.keepMs;
				const removed = await pruneResponses(app.db, { keepMs, clock: app.clock, signal: interrupt.signal });
				const before = new Date(run.now - keepMs).toISOString();
				await run.out.answer(
					() => ({ before, removed }),
					() => run.out.say(`${several(removed, "row")} removed; accepted mail since ${before} is kept`),
				);
				return interrupt.signal.aborted ? 1 : 0;
			}),
		);
}
