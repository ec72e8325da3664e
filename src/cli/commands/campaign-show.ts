// `wellsent campaign list` and `wellsent campaign show`: how campaigns stand.
import type { Command } from "commander";
import { countOption, idArgument } from "../arguments.ts";
import type { Host } from "../run.ts";
import { count, localTime, several } from "../words.ts";

interface ShowOptions {
	readonly failures?: true;
	readonly limit: number;
}

export function campaignList(group: Command, host: Host): void {
	group
		.command("list")
		.description("all campaigns, the newest first")
		.option("--limit <n>", "how many at most", countOption, 50)
		.action((options: { readonly limit: number }, command: Command) =>
			host.run(command, async (run) => {
				const { countDeliveries, listCampaigns } = await import("../../campaign/campaign.store.ts");
				const { campaignJson } = await import("../../campaign/campaign-json.ts");
				const app = await run.app();
				const rows = [];
				for (const campaign of await listCampaigns(app.db, { limit: options.limit }))
					rows.push({ campaign, counts: await countDeliveries(app.db, campaign.id) });
				if (run.out.json) {
					await run.out.value(rows.map(({ campaign, counts }) => campaignJson(campaign, counts, { eta: null, problems: [] })));
					return 0;
				}
				if (rows.length === 0) {
					run.out.note("There is no campaign yet: `wellsent campaign add DIR --list LIST` makes one.");
					return 0;
				}
				await run.out.table(
					[
						{ title: "id", value: (row) => row.campaign.id, align: "right" },
						{ title: "name", value: (row) => row.campaign.name, shrinks: true },
						{ title: "state", value: (row) => row.campaign.state },
						{ title: "lists", value: (row) => row.campaign.lists.join(", "), shrinks: true },
						{ title: "readers", value: (row) => count(row.counts.total), align: "right" },
						{ title: "sent", value: (row) => count(row.counts.delivered), align: "right" },
						{ title: "failed", value: (row) => count(row.counts.failed), align: "right" },
						{ title: "left", value: (row) => count(row.counts.queued + row.counts.sending), align: "right" },
						{ title: "uncertain", value: (row) => count(row.counts.uncertain), align: "right" },
						{ title: "started", value: (row) => (row.campaign.startedAt === null ? "" : localTime(row.campaign.startedAt)) },
					],
					rows,
				);
				return 0;
			}),
		);
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
