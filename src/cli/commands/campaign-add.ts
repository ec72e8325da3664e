// `wellsent campaign add`: reads a folder, prints the id.
import type { Command } from "commander";
import { listNames } from "../arguments.ts";
import type { Host } from "../run.ts";

interface Options {
	readonly list: readonly string[];
	readonly name?: string;
}

export function campaignAdd(group: Command, host: Host): void {
	group
		.command("add")
		.description("add a campaign from its folder (campaign.toml, body.html | .mjml | .md); prints its id")
		.argument("<dir>", "the campaign's folder")
		.requiredOption("--list <names>", "its readers: a list, or several divided by commas", listNames)
		.option("--name <name>", "another name than the one in campaign.toml")
		.action((dir: string, options: Options, command: Command) =>
			host.run(command, async (run) => {
				const { addCampaign } = await import("../../campaign/actions.ts");
				const { resolve } = await import("node:path");
				const { campaignWithCounts } = await import("../report.ts");
				const app = await run.app();
				const added = await addCampaign(app, {
					dir: resolve(run.out.io.cwd, dir),
					lists: options.list,
					...(options.name === undefined ? {} : { name: options.name }),
				});
				run.out.carriesData();
				if (run.out.json) await run.out.value(await campaignWithCounts(app, added));
				else await run.out.data(`${added.id}\n`);
				run.out.note(
					`added; look at it with \`wellsent campaign check ${added.id}\`, send it with \`wellsent campaign start ${added.id}\``,
				);
				return 0;
			}),
		);
}
