// `wellsent hosts`: the ledger per MX host.
import type { Command } from "commander";
import { whenOption } from "../arguments.ts";
import type { Host } from "../run.ts";
import { count, localTime } from "../words.ts";

interface Options {
	readonly site?: string;
	readonly problems?: true;
	readonly since?: string;
}

export function hosts(program: Command, host: Host): void {
	program
		.command("hosts")
		.summary("the ledger per MX host: accepts, refusals by class, verdict")
		.description("the ledger per MX host: what it accepted and refused, and whether it is one host of several that turns us away")
		.option("--site <name>", "only the hosts of that site")
		.option("--problems", "only those that are suspect or refusing")
		.option("--since <when>", 'not what is older, e.g. "24h" or "2026-12-01 09:00"')
		.action((options: Options, command: Command) =>
			host.run(command, async (run) => {
				const { hostLedger } = await import("../../log/ledger.store.ts");
				const { hostJson } = await import("../../log/format.ts");
				const since = whenOption(run, "--since", options.since);
				const app = await run.app();
				const ledger = await hostLedger(app.db, {
					...(options.site === undefined ? {} : { site: options.site }),
					...(since === undefined ? {} : { since }),
				});
				const rows =
					options.problems === true ? ledger.filter((row) => row.verdict === "suspect" || row.verdict === "refusing") : ledger;
				if (run.out.json) {
					await run.out.value(rows.map(hostJson));
					return 0;
				}
				if (rows.length === 0) {
					run.out.note(options.problems === true ? "No host turns us away." : "No host was spoken to yet.");
					return 0;
				}
				const paint = { ok: "green", suspect: "yellow", refusing: "red", idle: "dim" } as const;
				const time = (at: number | null) => (at === null ? "" : localTime(at));
				await run.out.table(
					[
						{ title: "site", value: (row) => row.site, shrinks: true },
						{ title: "host", value: (row) => row.mxHost, shrinks: true },
						{ title: "address", value: (row) => row.mxAddress },
						{ title: "source", value: (row) => row.source },
						{ title: "accepted", value: (row) => count(row.accepted), align: "right" },
						{ title: "refused", value: (row) => count(row.refused), align: "right" },
						{
							title: "as",
							value: (row) =>
								Object.entries(row.byClass)
									.toSorted((a, b) => b[1] - a[1])
									.map(([name, n]) => `${name} ${n}`)
									.join(", "),
							shrinks: true,
						},
						{ title: "last refused", value: (row) => time(row.lastRefused) },
						{ title: "verdict", value: (row) => row.verdict, style: (shown, row, c) => c[paint[row.verdict]](shown) },
					],
					rows,
				);
				return 0;
			}),
		);
}
