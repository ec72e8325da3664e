// `wellsent suppress review`: readers whom a host in doubt has called unknown, and the decision about them.
import type { Command } from "commander";
import { countOption } from "../arguments.ts";
import type { Host } from "../run.ts";
import { iso, localTime, several } from "../words.ts";

interface Options {
	readonly apply?: string;
	readonly release?: string;
	readonly limit: number;
}

export function suppressReview(group: Command, host: Host): void {
	group
		.command("review")
		.summary("readers that one doubtful host called unknown: look, then apply or release")
		.description(
			"readers whom one host called unknown in a burst, while its siblings took their mail: they are in quarantine and not suppressed. Released ones get their mail with `wellsent campaign retry ID --failed`",
		)
		.option("--apply <host>", "suppress those of that MX host after all")
		.option("--release <host>", "let those of that MX host go")
		.option("--limit <n>", "how many at most", countOption, 100)
		.action((options: Options, command: Command) =>
			host.run(command, async (run) => {
				const { decideQuarantine, listQuarantine, quarantineByHost } = await import("../../log/quarantine.store.ts");
				if (options.apply !== undefined && options.release !== undefined) run.misuse("--apply and --release exclude each other");
				const app = await run.app();
				const decided = options.apply ?? options.release;
				if (decided !== undefined) {
					const decision = options.apply === undefined ? "released" : "applied";
					const readers = await decideQuarantine(app.db, decided.toLowerCase(), decision, run.now);
					await run.out.answer(
						() => ({ host: decided, decision, readers }),
						() => run.out.say(`${several(readers, "reader")} ${decision === "applied" ? "suppressed" : "released"}`),
					);
					return 0;
				}
				const rows = await listQuarantine(app.db, options.limit);
				if (run.out.json) {
					await run.out.value(rows.map((row) => ({ ...row, at: iso(row.at) })));
					return 0;
				}
				if (rows.length === 0) {
					run.out.note("Nobody is in quarantine.");
					return 0;
				}
				await run.out.table(
					[
						{ title: "who", value: (row) => row.subject, shrinks: true },
						{ title: "host", value: (row) => row.mxHost, shrinks: true },
						{ title: "since", value: (row) => localTime(row.at) },
						{ title: "words", value: (row) => row.detail, shrinks: true },
					],
					rows,
				);
				for (const { mxHost, readers } of await quarantineByHost(app.db))
					run.out.note(`${several(readers, "reader")} of ${mxHost}: decide with --apply ${mxHost} or --release ${mxHost}`);
				return 0;
			}),
		);
}
