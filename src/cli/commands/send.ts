// `wellsent send`: add, check, start, and stay with a progress bar.
import type { Command } from "commander";
import { listNames } from "../arguments.ts";
import type { CliApp } from "../ports.ts";
import type { Host } from "../run.ts";

interface Options {
	readonly list: readonly string[];
	readonly name?: string;
	readonly detach?: true;
	readonly again?: true;
}

export function send(program: Command, host: Host): void {
	program
		.command("send")
		.summary("add, check and start a campaign, and stay until it is finished")
		.description(
			"add a campaign, check it, start it, and stay with a progress bar until it is finished. Ctrl-C pauses it; failures are shown and are no error",
		)
		.argument("<dir>", "the campaign's folder")
		.requiredOption("--list <names>", "its readers: a list, or several divided by commas", listNames)
		.option("--name <name>", "another name than the one in campaign.toml")
		.option("--detach", "only start it; `wellsent serve` sends it")
		.option("--again", "although the same folder is on its way to the same list already")
		.action((dir: string, options: Options, command: Command) =>
			host.run(command, async (run) => {
				const { addCampaign } = await import("../../campaign/actions.ts");
				const { resolve } = await import("node:path");
				const { startChecked } = await import("./campaign-move.ts");
				const { stayWith, whoSends } = await import("../stay.ts");
				const { campaignWithCounts } = await import("../report.ts");
				const app = await run.app();
				const folder = resolve(run.out.io.cwd, dir);
				if (options.again !== true) await refuseDouble(app, folder, options.list);
				const added = await addCampaign(app, {
					dir: folder,
					lists: options.list,
					...(options.name === undefined ? {} : { name: options.name }),
				});
				// Refused by a check, it stays a draft, so that `campaign check` can show it.
				const started = await startChecked(run, app, added.id);
				run.out.note(`campaign ${started.id} started`);
				if (options.detach !== true) return await stayWith(run, app, started.id);
				if (run.out.json) await run.out.value(await campaignWithCounts(app, started));
				run.out.note(await whoSends(app));
				return 0;
			}),
		);
}

/** The same command typed again after Ctrl-C or a crash must not send everything twice: the unfinished campaign is to be resumed. Throws campaign-unfinished. */
async function refuseDouble(app: CliApp, folder: string, lists: readonly string[]): Promise<void> {
	const { listCampaigns } = await import("../../campaign/campaign.store.ts");
	const { fail } = await import("../../errors.ts");
	const { activeRunner } = await import("../../deliver/runner.store.ts");
	const open = await listCampaigns(app.db, { states: ["running", "paused"], limit: 1_000 });
	const same = open.find((one) => one.folder === folder && one.lists.some((list) => lists.includes(list)));
	if (same === undefined) return;
	const sends = (await activeRunner(app.db, app.clock)) !== null;
	const resume =
		same.state === "paused"
			? `wellsent campaign resume ${same.id} --stay`
			: sends
				? `wellsent campaign show ${same.id}`
				: "wellsent serve";
	fail("campaign-unfinished", { id: same.id, name: same.name, state: same.state, resume });
}
