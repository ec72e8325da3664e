// The states of a campaign and the commands that move it. Pure.

export const CAMPAIGN_STATES = ["draft", "scheduled", "running", "finished", "paused", "cancelled", "blocked"] as const;
export type CampaignState = (typeof CAMPAIGN_STATES)[number];

export const CAMPAIGN_COMMANDS = [
	"schedule",
	"unschedule",
	"start",
	"pause",
	"resume",
	"cancel",
	"finish",
	"block",
	"unblock",
	"retry",
] as const;
export type CampaignCommand = (typeof CAMPAIGN_COMMANDS)[number];

/** From where each command may come, and where it leads. */
const MOVES: Readonly<Record<CampaignCommand, { readonly from: readonly CampaignState[]; readonly to: CampaignState }>> = {
	schedule: { from: ["draft", "scheduled", "blocked"], to: "scheduled" },
	unschedule: { from: ["scheduled", "blocked"], to: "draft" },
	start: { from: ["draft", "scheduled", "blocked"], to: "running" },
	pause: { from: ["running"], to: "paused" },
	resume: { from: ["paused"], to: "running" },
	cancel: { from: ["draft", "scheduled", "blocked", "running", "paused"], to: "cancelled" },
	finish: { from: ["running"], to: "finished" },
	block: { from: ["scheduled"], to: "blocked" },
	unblock: { from: ["blocked"], to: "scheduled" },
	// Only what was asked for is sent again; everything else keeps its final state.
	retry: { from: ["finished", "paused", "running"], to: "running" },
};

/** Where `command` leads from `state`; null: it cannot be done from there. */
export function move(state: CampaignState, command: CampaignCommand): CampaignState | null {
	const { from, to } = MOVES[command];
	return from.includes(state) ? to : null;
}

/** The states a command may come from. */
export function comesFrom(command: CampaignCommand): readonly CampaignState[] {
	return MOVES[command].from;
}

/** A campaign in one of these stays there, unless a person asks for more. */
export function isFinal(state: CampaignState): boolean {
	return state === "finished" || state === "cancelled";
}
