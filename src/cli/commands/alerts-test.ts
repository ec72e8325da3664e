// `wellsent alerts test`: a message to each channel, now, and how each went.
import type { Command } from "commander";
import type { Host } from "../run.ts";

export function alertsTest(group: Command, host: Host): void {
	group
		.command("test")
		.summary("send a test to each channel")
		.description("sends a test to each channel of [alerts] at once, and says how each went; exit 1 when one failed")
		.action((_options: unknown, command: Command) =>
			host.run(command, async (run) => {
				const { testChannels } = await import("../../alerts/tell.ts");
				const app = await run.app();
				const results = await testChannels(app);
				if (results.length === 0)
					run.out.note(
						"[alerts] names no webhook, no slack and no mail: alerts go to the log only. docs/alerts.md shows how to set one up.",
					);
				if (run.out.json) await run.out.value(results.map(({ channel, result }) => ({ channel, ...result })));
				else if (results.length > 0)
					await run.out.table(
						[
							{ title: "channel", value: (row) => row.channel },
							{
								title: "result",
								value: (row) => (row.result.ok ? "sent" : "failed"),
								style: (words, row, colours) => (row.result.ok ? colours.green(words) : colours.red(words)),
							},
							{ title: "answer", value: (row) => row.result.detail, shrinks: true },
						],
						results,
					);
				return results.every(({ result }) => result.ok) ? 0 : 1;
			}),
		);
}
