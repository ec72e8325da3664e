// `wellsent failures`: what did not go well, counted by site, class, host, rule, campaign or day.
import { type Command, Option } from "commander";
import { AUDIT_KEYS, type AuditKey } from "../../log/audit-keys.ts";
import { countOption, idArgument, whenOption } from "../arguments.ts";
import type { Host } from "../run.ts";
import { count, localTime } from "../words.ts";

interface Options {
	readonly by: AuditKey;
	readonly campaign?: number;
	readonly site?: string;
	readonly class?: string;
	readonly host?: string;
	readonly rule?: string;
	readonly since?: string;
	readonly until?: string;
	readonly limit: number;
	readonly csv?: true;
}

export function failures(program: Command, host: Host): void {
	program
		.command("failures")
		.summary("refusals and troubles, counted by site, class, host, rule, campaign or day")
		.description(
			"refusals and troubles, counted, and the deliveries that ended with them. Also of the time of which the log itself is pruned",
		)
		.addOption(new Option("--by <key>", "count by").choices([...AUDIT_KEYS]).default("class"))
		.option("--campaign <id>", "of one campaign", idArgument)
		.option("--site <name>", "of one site")
		.option("--class <name>", "of one class")
		.option("--host <name>", "of one MX host")
		.option("--rule <id>", "that one rule has recognised")
		.option("--since <when>", "whole days (UTC) from then")
		.option("--until <when>", "days before that")
		.option("--limit <n>", "rows at most", countOption, 100)
		.option("--csv", "as CSV")
		.action((options: Options, command: Command) =>
			host.run(command, async (run) => {
				if (options.csv === true && run.out.json) run.misuse("--csv and --json exclude each other");
				const { audit } = await import("../../log/failures.store.ts");
				const { auditCsv, auditJson } = await import("../../log/format.ts");
				const { by, since: _since, until: _until, csv: _csv, ...rest } = options;
				const since = whenOption(run, "--since", options.since);
				const until = whenOption(run, "--until", options.until);
				const app = await run.app();
				const rows = await audit(app.db, by, {
					...rest,
					...(since === undefined ? {} : { since }),
					...(until === undefined ? {} : { until }),
				});
				if (run.out.json) await run.out.value(rows.map((row) => auditJson(row, by)));
				else if (options.csv === true) {
					run.out.carriesData();
					await run.out.data(auditCsv(rows, by));
				} else if (rows.length === 0) run.out.note("Nothing has failed.");
				else
					await run.out.table(
						[
							{ title: by, value: (row) => row.key, shrinks: true },
							{ title: "responses", value: (row) => count(row.responses), align: "right" },
							{ title: "failed", value: (row) => count(row.failed), align: "right" },
							{ title: "uncertain", value: (row) => count(row.uncertain), align: "right" },
							{ title: "last", value: (row) => localTime(row.lastAt) },
							{ title: "for example", value: (row) => row.example.text, shrinks: true },
						],
						rows,
					);
				return 0;
			}),
		);
}
