// `wellsent campaign …`: the group, and how an ID is read.
import type { Command } from "commander";
import type { Host } from "../run.ts";
import { campaignAdd } from "./campaign-add.ts";
import { campaignCheck } from "./campaign-check.ts";
import { campaignList } from "./campaign-list.ts";
import { campaignMoves } from "./campaign-move.ts";
import { campaignPreview } from "./campaign-preview.ts";
import { campaignSchedule } from "./campaign-schedule.ts";
import { campaignShow } from "./campaign-show.ts";
import { campaignTest } from "./campaign-test.ts";

export function campaign(program: Command, host: Host): void {
	const group = program
		.command("campaign")
		.description("newsletters: from a folder to every reader of a list")
		.helpCommand(false);
	for (const register of [
		campaignAdd,
		campaignCheck,
		campaignPreview,
		campaignTest,
		campaignList,
		campaignShow,
		campaignMoves,
		campaignSchedule,
	])
		register(group, host);
}
