// `wellsent lanes`: the limits in force, and how much of each is used.
import type { Command } from "commander";
import type { Host } from "../run.ts";
import { count } from "../words.ts";
import { lanesOrders } from "./lanes-orders.ts";

export function lanes(program: Command, host: Host): void {
	const group = program
		.command("lanes")
		.helpCommand(false)
		.summary("limits in force for each source and site, and what is used of them")
		.description(
			"limits in force for each source (or gateway) and site, and how much of them is used (as saved last, every 30 s)",
		)
		.option("--site <name>", "only the lanes to that site")
		.option("--source <name>", "only those of that source or gateway")
		.action((options: { readonly site?: string; readonly source?: string }, command: Command) =>
			host.run(command, async (run) => {
				const { laneTable } = await import("../lanes.store.ts");
				const app = await run.app();
				const rows = (await laneTable(app)).filter(
					(row) =>
						(options.site === undefined || row.site === options.site) &&
						(options.source === undefined || row.source === options.source),
				);
				if (run.out.json) {
					await run.out.value(rows);
					return 0;
				}
				if (rows.length === 0) run.out.note("There is no lane: no [[source]] or [[gateway]], or no site was mailed yet.");
				else
					await run.out.table(
						[
							{ title: "source", value: (row) => row.source },
							{ title: "site", value: (row) => row.site, shrinks: true },
							{ title: "connections", value: (row) => row.limits.connections, align: "right" },
							{ title: "an hour", value: (row) => row.limits.connectionsPerHour, align: "right" },
							{ title: "messages each", value: (row) => row.limits.messagesPerConnection, align: "right" },
							{ title: "rates", value: (row) => row.limits.rates.join(" ") },
							{ title: "tls", value: (row) => row.limits.tls },
							{
								title: "used",
								value: (row) =>
									row.now.windows
										.filter((window) => window.used > 0)
										.map((window) => `${count(window.used)} of ${window.text}`)
										.join(", "),
								shrinks: true,
							},
							{
								title: "warm-up",
								value: ({ now: { warmUp } }) =>
									warmUp === null ? "" : `day ${warmUp.day}: ${count(warmUp.used)} of ${count(warmUp.cap)}`,
							},
							{ title: "learned", value: (row) => row.now.learned.map((one) => one.text).join(", "), shrinks: true },
							{ title: "hold", value: (row) => row.now.hold?.reason ?? "", shrinks: true },
							{ title: "from", value: (row) => row.limits.from, shrinks: true },
						],
						rows,
					);
				return 0;
			}),
		);
	lanesOrders(group, host);
}
