// What people do with the time of a campaign: give it one, another one, take it back. A campaign whose checks fail gets none, and nothing is changed.
import { zoneHint } from "../config/zone-name.ts";
import { fail } from "../errors.ts";
import type { ActionDeps } from "./actions.ts";
import { type Campaign, getCampaign, moveCampaign } from "./campaign.store.ts";
import { type CampaignCheck, checkCampaign } from "./check.ts";
import { endTroubles, timeOf } from "./schedule.store.ts";
import { keepCheck } from "./schedule-due.ts";
import { readTime, type ScheduleTime } from "./schedule-time.ts";
import { comesFrom, move } from "./states.ts";
import { printsOf } from "./waiting-print.file.ts";
import { formatLocal, localAt } from "./zone-time.ts";

/** The zone of the machine, for whoever names none. */
export function systemZone(): string {
	return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * The instant that was typed. `zone`: as typed; null: the system's. Throws time-unreadable, time-missing and time-twice (with the choices), time-offset,
 * time-past, zone-unknown.
 */
export function timeTyped(
	typed: string,
	of: { readonly zone: string | null; readonly now: number; readonly which?: "first" | "second" },
): ScheduleTime {
	const zone = of.zone ?? systemZone();
	const answer = readTime(typed, { ...of, zone, zoneGiven: of.zone !== null });
	const shown = JSON.stringify(typed.trim());
	switch (answer.kind) {
		case "time":
			return answer.time;
		case "unreadable":
			return fail("time-unreadable", { typed: shown });
		case "unknown-zone":
			return fail("zone-unknown", { zone: JSON.stringify(zone), hint: zoneHint(answer.near) });
		case "missing":
			return fail("time-missing", { typed: shown, zone, first: answer.choices[0], second: answer.choices[1] });
		case "twice":
			return fail("time-twice", { typed: shown, zone, first: answer.choices[0], second: answer.choices[1] });
		case "wrong-offset":
			return fail("time-offset", { typed: shown, zone, offset: answer.offset, right: answer.right.join('" or "') });
		case "past":
			return fail("time-past", { typed: shown, zone, now: formatLocal(localAt(zone, of.now)).slice(0, 16) });
	}
}

/**
 * Checks a campaign and schedules it, or gives it another time. A check that fails is an answer, and nothing is changed. Throws campaign-state when it is past that.
 */
export async function scheduleCampaign(
	deps: ActionDeps,
	id: number,
	time: ScheduleTime,
): Promise<{ readonly scheduled: Campaign | null; readonly check: CampaignCheck }> {
	const { db, clock } = deps;
	const campaign = await getCampaign(db, id);
	if (move(campaign.state, "schedule") === null)
		fail("campaign-state", {
			id,
			name: campaign.name,
			state: campaign.state,
			command: "schedule",
			from: comesFrom("schedule").join(", "),
		});
	const timed = { ...campaign, scheduledAt: time.at, zone: time.zone };
	const print = (await printsOf(deps, [timed])).get(id) ?? "";
	const check = await checkCampaign(deps, timed);
	if (!check.passed) return { scheduled: null, check };
	const scheduled = await moveCampaign(db, id, "schedule", { clock, time });
	await keepCheck(deps, timed, check, print);
	await endTroubles(db, campaign, `was given another time: ${timeOf(scheduled)}`, clock.now());
	return { scheduled: await getCampaign(db, id), check };
}

/** Takes the time back: the campaign is a draft again. Throws campaign-state. */
export async function unscheduleCampaign(deps: ActionDeps, id: number): Promise<Campaign> {
	const campaign = await moveCampaign(deps.db, id, "unschedule", { clock: deps.clock });
	await endTroubles(deps.db, campaign, "was taken off the schedule", deps.clock.now());
	return campaign;
}
