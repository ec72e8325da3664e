// `wellsent serve`: the daemon.
import type { Command } from "commander";
import { onInterrupt } from "../interrupt.ts";
import type { Host } from "../run.ts";

export function serve(program: Command, host: Host): void {
	program
		.command("serve")
		.summary("the daemon; without wellsent.toml a try-out in a sandbox")
		.description(
			"the daemon: sends what was started, serves the dashboard. Without wellsent.toml a try-out: a sandbox, an example list and newsletter, data in ./data",
		)
		.action((_options: unknown, command: Command) =>
			host.run(command, async (run) => {
				let readsAgain = false;
				const interrupt = onInterrupt(
					() => run.out.note("stopping: what is being sent is finished (Ctrl-C again quits at once) …"),
					() => readsAgain,
				);
				run.atEnd(async () => interrupt.release());
				// Beside a try-out that runs already these are its settings; its seat then refuses a second sender.
				const { config } = await run.settings();
				readsAgain = config.file !== null;
				return await run.ports.serve({
					config,
					out: run.out,
					clock: run.ports.clock,
					signal: interrupt.signal,
				});
			}),
		);
}
