// `wellsent blacklist`: what blacklists say of our addresses and domains, now and in the past, and which lists are believed.
import type { Command } from "commander";
import { countOption } from "../arguments.ts";
import { text } from "../printable.ts";
import type { Host } from "../run.ts";
import { localTime } from "../words.ts";
import { tellRows } from "./blacklist-tell.ts";
import { blacklistZones } from "./blacklist-zones.ts";

const SUBJECTS = "addresses or domains; all that is watched unless given";

export function blacklist(program: Command, host: Host): void {
	const group = program
		.command("blacklist")
		.summary("what blacklists say of our addresses and domains")
		.description(
			"what DNS blacklists say of the sources' addresses, the EHLO names, the identities' domains and the links of waiting campaigns. Three answers: listed, clean, unknown; only lists that prove themselves are believed",
		)
		.helpCommand(false);
	group
		.command("check")
		.description("ask the lists now; nothing that was asked within the last minute. Exit status 1 when nothing could be asked")
		.argument("[subjects...]", SUBJECTS)
		.option("--all", "every answer, the clean ones too")
		.action((subjects: readonly string[], options: { readonly all?: true }, command: Command) =>
			host.run(command, async (run) => {
				const { checkNow } = await import("../../reputation/blacklist.ts");
				const { linksOfWaiting } = await import("../../campaign/waiting-links.ts");
				const { sumUp } = await import("../../reputation/blacklist-words.ts");
				const app = await run.app();
				const named = subjects.length === 0 ? {} : { subjects: subjects.map((one) => one.toLowerCase()) };
				const report = await checkNow(app, { ...named, links: await linksOfWaiting(app), urgent: true });
				await tellRows(run.out, report.rows, { all: options.all === true, skipped: subjects.length === 0 ? report.skipped : [] });
				run.out.note(sumUp(report));
				const { BLACKLIST, holdsInForce } = await import("../../deliver/hold.store.ts");
				for (const hold of (await holdsInForce(app.db, run.now)).filter((one) => one.by === BLACKLIST))
					run.out.note(text`on hold for it: ${hold.kind} ${hold.subject} (wellsent holds release ${hold.id} overrules it)`);
				const answered = report.rows.some((row) => row.state !== "unknown");
				return report.resolver.state === "believed" && (answered || report.rows.length === 0) ? 0 : 1;
			}),
		);
	group
		.command("status")
		.description("how everything stood at the last check; asks nobody")
		.argument("[subjects...]", SUBJECTS)
		.option("--all", "every answer, the clean ones too")
		.action((subjects: readonly string[], options: { readonly all?: true }, command: Command) =>
			host.run(command, async (run) => {
				const { statusNow } = await import("../../reputation/blacklist.ts");
				const app = await run.app();
				const named = subjects.length === 0 ? undefined : subjects.map((one) => one.toLowerCase());
				const status = await statusNow(app, named);
				await tellRows(run.out, status.rows, { all: options.all === true, skipped: named === undefined ? status.skipped : [] });
				const last = Math.max(0, ...status.rows.map((row) => row.checkedAt ?? 0));
				run.out.note(last === 0 ? "Nothing was asked yet: wellsent blacklist check" : `last asked ${localTime(last)}`);
				return 0;
			}),
		);
	group
		.command("history")
		.description("all listings, the newest first: since when, until when, what for")
		.argument("[subjects...]", SUBJECTS)
		.option("--limit <n>", "how many at most", countOption, 200)
		.action((subjects: readonly string[], options: { readonly limit: number }, command: Command) =>
			host.run(command, async (run) => {
				const { historyOf } = await import("../../reputation/blacklist.ts");
				const { rowJson } = await import("../../reputation/blacklist-view.ts");
				const app = await run.app();
				const rows = await historyOf(
					app,
					subjects.map((one) => one.toLowerCase()),
					options.limit,
				);
				if (run.out.json) {
					await run.out.value(rows.map(rowJson));
					return 0;
				}
				if (rows.length === 0) {
					run.out.note("Never listed, as far as it is known here.");
					return 0;
				}
				const time = (at: number | null) => (at === null ? "" : localTime(at));
				await run.out.table(
					[
						{ title: "subject", value: (row) => row.subject },
						{ title: "zone", value: (row) => row.zone },
						{ title: "severity", value: (row) => row.severity },
						{ title: "for", value: (row) => row.meaning, shrinks: true },
						{ title: "first seen", value: (row) => time(row.firstSeen) },
						{ title: "last seen", value: (row) => time(row.lastSeen) },
						{ title: "cleared", value: (row) => (row.clearedAt === null ? "still there" : time(row.clearedAt)) },
					],
					rows,
				);
				return 0;
			}),
		);
	blacklistZones(group, host);
}
