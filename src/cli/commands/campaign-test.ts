// `wellsent campaign test`: the real message, through the real lanes, to a few addresses of one's own.
import type { Command } from "commander";
import { addressList, idArgument } from "../arguments.ts";
import type { Host } from "../run.ts";

interface Options {
	readonly to: readonly string[];
	readonly detach?: true;
}

export function campaignTest(group: Command, host: Host): void {
	group
		.command("test")
		.description("send the campaign to these addresses only, whether or not it was started; it is logged like any other")
		.argument("<id>", "number of the campaign", idArgument)
		.requiredOption("--to <addresses>", "addresses, divided by commas", addressList)
		.option("--detach", "do not wait until it is sent")
		.action((id: number, options: Options, command: Command) =>
			host.run(command, async (run) => {
				const { testCampaign } = await import("../../campaign/actions.ts");
				const { listCampaigns } = await import("../../campaign/campaign.store.ts");
				const { activeRunner } = await import("../../deliver/runner.store.ts");
				const { stayWith, whoSends } = await import("../stay.ts");
				const { campaignWithCounts } = await import("../report.ts");
				const app = await run.app();
				const runner = await activeRunner(app.db, app.clock);
				const others = (await listCampaigns(app.db, { states: ["running"] })).length;
				const test = await testCampaign(app, id, options.to);
				run.out.note(`test of campaign ${id}: campaign ${test.id}`);
				// Without a daemon a test is sent from here; but whoever stopped the daemon did not ask for its campaigns to go on.
				if (options.detach === true || (runner === null && others > 0)) {
					if (runner === null && others > 0)
						run.out.note(
							`not sent from here: ${others} running campaign(s) would go on with it. Start \`wellsent serve\`, or pause them.`,
						);
					else run.out.note(await whoSends(app));
					if (run.out.json) await run.out.value(await campaignWithCounts(app, test));
					return 0;
				}
				return await stayWith(run, app, test.id);
			}),
		);
}
