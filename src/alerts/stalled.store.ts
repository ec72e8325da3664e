// Looks whether running campaigns move, and says when one does not.
import { listCampaigns } from "../campaign/campaign.store.ts";
import { instant } from "../db/db.ts";
import type { Exit } from "../deliver/engine.ts";
import { holdsInForce } from "../deliver/hold.store.ts";
import { siteThrough } from "../deliver/hosts.ts";
import { type SavedLanesDeps, savedLaneStates } from "../deliver/saved-lanes.store.ts";
import type { LaneState } from "../throttle/lane-types.ts";
import { type DueSite, type Look, type Standstill, stalledTrouble } from "./stalled.ts";
import { changeWords, sayChanges } from "./watch.store.ts";

export interface StalledDeps extends SavedLanesDeps {
	/** The ways out of an identity. Throws when the settings have none of that name. */
	readonly exitsOf: (from: string) => readonly Exit[];
	/** The identity of the settings, as holds name it; null: none. */
	readonly identityOf: (from: string) => string | null;
}

export async function watchStalled(deps: StalledDeps, standstill: Standstill): Promise<string> {
	const { db, clock } = deps;
	const now = clock.now();
	const campaigns = await listCampaigns(db, { states: ["running"], limit: 1_000 });
	const looks: Look[] = [];
	for (const { id, name, startedAt } of campaigns) {
		const last = await db.response.findFirst({
			where: { campaignId: id },
			orderBy: { id: "desc" },
			select: { id: true, at: true },
		});
		looks.push({ campaign: id, name, mark: last?.id ?? 0, lastAt: instant(last?.at) ?? startedAt ?? now });
	}
	const still = standstill.look(looks, now);
	const held = new Set((await holdsInForce(db, now, ["identity"])).map((hold) => hold.subject));
	const states = still.length === 0 ? [] : await savedLaneStates(deps);
	const troubles = [];
	for (const look of still) {
		const from = campaigns.find((one) => one.id === look.campaign)?.identity ?? "";
		// An identity on hold is an alert of its own.
		if (held.has(deps.identityOf(from) ?? "")) continue;
		const trouble = stalledTrouble(look, await dueSites(deps, look.campaign, exits(deps, from), states));
		if (trouble !== null) troubles.push(trouble);
	}
	return changeWords([
		await sayChanges(db, {
			began: "campaign-stalled",
			ended: "campaign-moving",
			troubles,
			over(said) {
				const look = looks.find((one) => `campaign ${one.campaign}` === said.subject);
				if (look === undefined) return `The ${said.subject} is not running any more.`;
				return look.lastAt > said.at ? `Campaign ${look.campaign} "${look.name}" moves again.` : null;
			},
			now,
		}),
	]);
}

function exits(deps: StalledDeps, from: string): readonly Exit[] {
	try {
		return deps.exitsOf(from);
	} catch {
		// Taken out of the settings while it ran: no way out.
		return [];
	}
}

async function dueSites(
	{ db, clock }: StalledDeps,
	campaign: number,
	ways: readonly Exit[],
	states: readonly LaneState[],
): Promise<DueSite[]> {
	const now = clock.now();
	const rows = await db.$queryRaw<{ site: string | null; n: bigint | number }[]>`
		SELECT "site", count(*) AS "n" FROM "delivery"
		WHERE "campaignId" = ${campaign} AND "state" = 'queued' AND "dueAt" <= ${new Date(now)} GROUP BY "site"`;
	return rows.map(({ site, n }) => ({
		site: site ?? "",
		due: Number(n),
		lanes: ways.map((exit) => {
			const name = exit.kind === "direct" ? exit.source.name : exit.gateway.name;
			const key = `${name}/${siteThrough(exit, site ?? "")}`;
			const state = states.find((one) => one.key === key);
			const next = state?.nextMessage.at;
			return {
				key,
				held: state?.hold?.reason ?? null,
				free: state === undefined || (next !== null && next !== undefined && next <= now),
			};
		}),
	}));
}
