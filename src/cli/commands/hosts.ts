// `wellsent hosts`: the ledger per MX host.
import type { Command } from "commander";
import type { HostRow } from "../../log/ledger.store.ts";
import { whenOption } from "../arguments.ts";
import type { Host } from "../run.ts";
import { count, localTime } from "../words.ts";
import { hostsDelisted } from "./hosts-delisted.ts";

interface Options {
	readonly site?: string;
	readonly source?: string;
	readonly problems?: true;
	readonly since?: string;
}

export function hosts(program: Command, host: Host): void {
	const group = program
		.command("hosts")
		.summary("the ledger per MX host: accepts, refusals by class, verdict")
		.description("the ledger per MX host: what it accepted and refused, and whether it is one host of several that turns us away")
		.helpCommand(false)
		.option("--site <name>", "only the hosts of that site")
		.option("--source <name>", "only what they said to that source")
		.option("--problems", "only those that are suspect or refusing, each with the reason")
		.option("--since <when>", 'whole hours from then, e.g. "24h" or "2026-12-01 09:00"; all unless given')
		.action((options: Options, command: Command) =>
			host.run(command, async (run) => {
				const { hostLedger } = await import("../../log/ledger.store.ts");
				const { hostJson } = await import("../../log/format.ts");
				const since = whenOption(run, "--since", options.since);
				const app = await run.app();
				const ledger = await hostLedger(app.db, {
					...(options.site === undefined ? {} : { site: options.site }),
					...(options.source === undefined ? {} : { source: options.source }),
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
						{ title: "as", value: classesOf, shrinks: true },
						{ title: "last refused", value: (row) => time(row.lastRefused) },
						{ title: "verdict", value: (row) => row.verdict, style: (shown, row, c) => c[paint[row.verdict]](shown) },
					],
					rows,
				);
				await sayWhy(run.out, rows);
				return 0;
			}),
		);
	hostsDelisted(group, host);
}

function classesOf(row: HostRow): string {
	return Object.entries(row.byClass)
		.toSorted((a, b) => b[1] - a[1])
		.map(([name, n]) => `${name} ${n}`)
		.join(", ");
}

/** A sentence for each host that turns us away: since when, against whom, in its words. */
async function sayWhy(out: { note(lines: string): void }, rows: readonly HostRow[]): Promise<void> {
	const { becauseWords } = await import("../../log/host-words.ts");
	for (const row of rows) {
		if (row.verdict !== "refusing" && row.judgement.because !== "pattern") continue;
		out.note(
			`${row.mxHost} [${row.mxAddress}]: ${becauseWords(row.judgement, { streak: row.streak, text: row.lastText }, "en", localTime)}`,
		);
		out.note(
			`  what to send to its postmaster: wellsent evidence ${row.mxHost}${row.source === "" ? "" : ` --source ${row.source}`}`,
		);
	}
}
