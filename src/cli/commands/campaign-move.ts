// `wellsent campaign start | pause | resume | cancel | retry`.
import type { Command } from "commander";
import type { Campaign } from "../../campaign/campaign.store.ts";
import { idArgument } from "../arguments.ts";
import type { CliApp } from "../ports.ts";
import { text } from "../printable.ts";
import type { Host, Run } from "../run.ts";
import { several } from "../words.ts";

interface Stay {
	readonly stay?: true;
}

const STAY = ["--stay", "stay with a progress bar until it is finished, and send from here when no daemon does"] as const;

export function campaignMoves(group: Command, host: Host): void {
	const command = (name: string, description: string) =>
		group.command(name).description(description).argument("<id>", "number of the campaign", idArgument);

	command("start", "check it, keep a copy of its folder, and begin; exit status 3 when a check forbids it")
		.option(...STAY)
		.action((id: number, options: Stay, self: Command) =>
			host.run(self, async (run) => {
				const app = await run.app();
				return await goOn(run, app, await startChecked(run, app, id), options);
			}),
		);

	command("pause", "stop sending it; what is being sent is finished")
		.option("--reason <words>", "kept with the campaign")
		.action((id: number, options: { readonly reason?: string }, self: Command) =>
			host.run(self, async (run) => {
				const { pauseCampaign } = await import("../../campaign/actions.ts");
				const app = await run.app();
				return await done(run, app, await pauseCampaign(app, id, options.reason), `Go on with: wellsent campaign resume ${id}`);
			}),
		);

	command("resume", "go on with a paused campaign")
		.option(...STAY)
		.action((id: number, options: Stay, self: Command) =>
			host.run(self, async (run) => {
				const { resumeCampaign } = await import("../../campaign/actions.ts");
				const app = await run.app();
				return await goOn(run, app, await resumeCampaign(app, id), options);
			}),
		);

	command("cancel", "end it for good: what is queued is never sent").action((id: number, _options: unknown, self: Command) =>
		host.run(self, async (run) => {
			const { cancelCampaign } = await import("../../campaign/actions.ts");
			const app = await run.app();
			const { campaign, cancelled } = await cancelCampaign(app, id);
			return await done(run, app, campaign, `${several(cancelled, "reader")} will not get it.`);
		}),
	);

	command("retry", "send the failed, or the uncertain, deliveries of a campaign again")
		.option("--failed", "those that failed")
		.option("--uncertain", "those whose connection broke before the last reply: they may arrive twice")
		.option(...STAY)
		.action((id: number, options: Stay & { readonly failed?: true; readonly uncertain?: true }, self: Command) =>
			host.run(self, async (run) => {
				if (options.failed === options.uncertain) run.misuse("say which ones: --failed or --uncertain");
				const { retryCampaign } = await import("../../campaign/actions.ts");
				const app = await run.app();
				const what = options.failed === true ? "failed" : "uncertain";
				const { campaign, requeued } = await retryCampaign(app, id, what);
				run.out.note(`${several(requeued, `${what} delivery`, `${what} deliveries`)} queued again`);
				return requeued === 0 ? await done(run, app, campaign, "") : await goOn(run, app, campaign, options);
			}),
		);
}

/** Checks and starts. Tells what the checks found; throws campaign-refused when one forbids it. */
export async function startChecked(run: Run, app: CliApp, id: number): Promise<Campaign> {
	const { startCampaign } = await import("../../campaign/actions.ts");
	const { getCampaign } = await import("../../campaign/campaign.store.ts");
	const { findingLines } = await import("../report.ts");
	const { started, check } = await startCampaign(app, id);
	const lines = findingLines(check, run.out.noteColours, false);
	if (lines.length > 0) run.out.note(lines.join("\n"));
	if (started !== null) return started;
	const { WellsentError } = await import("../../errors.ts");
	const campaign = await getCampaign(app.db, id);
	const failed = check.findings.filter((finding) => finding.level === "fail");
	throw new WellsentError(
		"campaign-refused",
		{ id, name: campaign.name, count: failed.length },
		{ findings: run.out.json ? failed.map(({ subject, what, fix }) => ({ where: subject, what, fix })) : [] },
	);
}

async function goOn(run: Run, app: CliApp, campaign: Campaign, options: Stay): Promise<number> {
	const { stayWith, whoSends } = await import("../stay.ts");
	if (options.stay === true) return await stayWith(run, app, campaign.id);
	return await done(run, app, campaign, await whoSends(app));
}

async function done(run: Run, app: CliApp, campaign: Campaign, words: string): Promise<number> {
	const { campaignWithCounts } = await import("../report.ts");
	const { out } = run;
	if (out.json) await out.value(await campaignWithCounts(app, campaign));
	else
		await out.say(`${text`campaign ${campaign.id} "${campaign.name}" is ${campaign.state}`}${words === "" ? "" : `\n${words}`}`);
	return 0;
}
