// `wellsent campaign show`: how a campaign stands.
import type { Command } from "commander";
import type { Campaign } from "../../campaign/campaign.store.ts";
import { countOption, idArgument } from "../arguments.ts";
import type { CliApp } from "../ports.ts";
import { text } from "../printable.ts";
import type { Host } from "../run.ts";
import { count, localTime, several } from "../words.ts";

interface ShowOptions {
	readonly failures?: true;
	readonly limit: number;
}

export function campaignShow(group: Command, host: Host): void {
	group
		.command("show")
		.description("how a campaign stands: sums, reasons of failures, sites")
		.argument("<id>", "number of the campaign", idArgument)
		.option("--failures", "also every delivery that failed or is uncertain, with the server's last words")
		.option("--limit <n>", "how many of them at most", countOption, 1_000)
		.action((id: number, options: ShowOptions, command: Command) =>
			host.run(command, async (run) => {
				const { getCampaign } = await import("../../campaign/campaign.store.ts");
				const { reportJson, reportLines, reportOf, sitesJson } = await import("../report.ts");
				const { failedDeliveries } = await import("../failures.store.ts");
				const { out } = run;
				const app = await run.app();
				const report = await reportOf(app, await getCampaign(app.db, id));
				const failures = options.failures === undefined ? [] : await failedDeliveries(app.db, id, options.limit);
				if (out.json) {
					await out.value({
						...reportJson(report),
						deferred: report.progress.deferred,
						sites: await sitesJson(app, report),
						...(options.failures === undefined ? {} : { failures }),
					});
					return 0;
				}
				await out.say(reportLines(report, out.colours).join("\n"));
				const waits = await waitLines(app, report.campaign, run.now);
				if (waits.length > 0) await out.say(waits.join("\n"));
				const { sites } = report.progress;
				if (sites.length > 0) {
					await out.say("");
					await out.table(
						[
							{ title: "site", value: (site) => site.site || "(not looked up yet)", shrinks: true },
							{ title: "readers", value: (site) => count(site.total), align: "right" },
							{ title: "sent", value: (site) => count(site.delivered), align: "right" },
							{ title: "deferred", value: (site) => count(site.deferred), align: "right" },
							{ title: "failed", value: (site) => count(site.failed), align: "right" },
							{ title: "uncertain", value: (site) => count(site.uncertain), align: "right" },
							{ title: "left", value: (site) => count(site.left), align: "right" },
							{ title: "next try", value: (site) => (site.nextTry === null ? "" : localTime(site.nextTry)) },
						],
						sites,
					);
				}
				if (failures.length > 0) {
					await out.say("");
					await out.table(
						[
							{ title: "reader", value: (row) => row.to, shrinks: true },
							{ title: "state", value: (row) => row.state },
							{ title: "class", value: (row) => row.class },
							{ title: "last words", value: (row) => row.text, shrinks: true },
						],
						failures,
					);
					if (failures.length === options.limit)
						out.note(`only the first ${several(failures.length, "delivery", "deliveries")}; --limit shows more`);
				}
				return 0;
			}),
		);
}

/** When it starts, and what makes it wait although it runs. */
async function waitLines(app: CliApp, campaign: Campaign, now: number): Promise<string[]> {
	const { spell } = await import("../../campaign/eta.ts");
	const { timeOf } = await import("../../campaign/schedule.store.ts");
	const { waitingForGap } = await import("../../deliver/gap.store.ts");
	const { formatDuration } = await import("../../config/units.ts");
	const { id, state, scheduledAt, checked, identity } = campaign;
	const lines: string[] = [];
	if (scheduledAt !== null && (state === "scheduled" || state === "blocked")) {
		const left = scheduledAt - now;
		lines.push(
			text`  ${state === "scheduled" ? "starts" : "was to start"} ${timeOf(campaign)} (here ${localTime(scheduledAt)}${left > 0 ? `, in ${spell(left)}` : ""})`,
		);
		if (checked !== null) lines.push(`  last check ${localTime(checked.at)}: ${checked.passed ? "passed" : "failed"}`);
		if (state === "blocked" && left > 0)
			lines.push(
				`  mended before then, it goes out as planned: wellsent campaign check ${id}; another time: wellsent campaign schedule ${id} --at "…"`,
			);
		else if (state === "blocked")
			lines.push(`  start it now: wellsent campaign start ${id}; another time: wellsent campaign schedule ${id} --at "…"`);
	}
	if (state !== "running") return lines;
	const quiet = app.quietUntil(identity);
	if (quiet !== null) lines.push(text`  quiet hours of ${identity}: nothing leaves until ${localTime(quiet)}`);
	const { gapMs } = app.config.schedule;
	const { readers, until } = await waitingForGap(app.db, id, gapMs, now);
	if (readers > 0)
		lines.push(
			`  ${several(readers, "reader")} got another newsletter less than ${formatDuration(gapMs)} ago ([schedule] gap): the last of them is due ${until === null ? "later" : localTime(until)}`,
		);
	return lines;
}
