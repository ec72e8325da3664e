// Starts campaigns whose time has come, and holds those whose time was missed. What was checked a short while ago and has not changed since starts at once, many
// in one statement; anything else is checked first. A campaign that is red never starts.
import { textOf } from "../errors.ts";
import { appendAlerts } from "../log/alert.store.ts";
import type { ActionDeps } from "./actions.ts";
import { type Campaign, getCampaign } from "./campaign.store.ts";
import { type CampaignCheck, checkCampaign } from "./check.ts";
import { spell } from "./eta.ts";
import { freezeFolder } from "./freeze.file.ts";
import {
	alertSubject,
	blockScheduled,
	dueCampaigns,
	endTroubles,
	factsOf,
	named,
	saveCheck,
	startScheduled,
	timeOf,
} from "./schedule.store.ts";
import { printsOf } from "./waiting-print.file.ts";

export interface DueReport {
	readonly started: readonly number[];
	/** Found too late. */
	readonly held: readonly number[];
	/** Red at the last moment. */
	readonly blocked: readonly number[];
	/** Tried again soon. */
	readonly troubles: readonly { readonly id: number; readonly why: string }[];
	/** Others are due that must be checked first: ask again at once. */
	readonly more: boolean;
}

/** A check that is not older than this need not be made again at the very moment of the start. */
export const FRESH_MS = 15 * 60_000;
/** Checks made side by side, before those that became due meanwhile have their turn. */
const CHECKS_A_TURN = 8;
/** Campaigns started in one statement. */
const AT_ONCE = 50;

/** `skip`: campaigns that are not to be looked at now. `onStarted` is called after each few. */
export async function startDue(
	deps: ActionDeps,
	of: { readonly skip?: ReadonlySet<number>; readonly onStarted?: (ids: readonly number[]) => void } = {},
): Promise<DueReport> {
	const { db, clock, config } = deps;
	const now = clock.now();
	const due = (await dueCampaigns(db, now)).filter((campaign) => of.skip?.has(campaign.id) !== true);
	const late = (campaign: Campaign) => now - (campaign.scheduledAt ?? now);
	const missed = due.filter((campaign) => late(campaign) > config.schedule.graceMs);
	const timely = due.filter((campaign) => late(campaign) <= config.schedule.graceMs);
	const prints = await printsOf(deps, timely);
	const fresh = timely.filter((campaign) => isFresh(campaign, prints.get(campaign.id) ?? "", now));

	const started: number[] = [];
	const blocked: number[] = [];
	const held: number[] = [];
	const troubles: { id: number; why: string }[] = [];
	const start = async (campaigns: readonly Campaign[]) => {
		const ready = campaigns.flatMap((one) => {
			const frozen = factsOf(one)?.frozen ?? null;
			return frozen === null ? [] : [{ id: one.id, scheduledAt: one.scheduledAt ?? 0, frozen }];
		});
		const ids = await startScheduled(db, ready, clock.now());
		started.push(...ids);
		if (ids.length > 0) of.onStarted?.(ids);
	};
	for (let from = 0; from < fresh.length; from += AT_ONCE) await start(fresh.slice(from, from + AT_ONCE));
	const stale = timely.filter((campaign) => !fresh.includes(campaign));
	const checkFirst = async (campaign: Campaign) => {
		try {
			const check = await checkAndKeep(deps, campaign, prints.get(campaign.id) ?? "");
			if (check.passed) await start([await getCampaign(db, campaign.id)]);
			else if (await block(deps, campaign, check)) blocked.push(campaign.id);
		} catch (error) {
			troubles.push({ id: campaign.id, why: textOf(error) });
		}
	};
	await Promise.all(stale.slice(0, CHECKS_A_TURN).map(checkFirst));
	for (const campaign of missed) if (await hold(deps, campaign)) held.push(campaign.id);
	return { started, held, blocked, troubles, more: stale.length > CHECKS_A_TURN };
}

function isFresh(campaign: Campaign, print: string, now: number): boolean {
	const { checked } = campaign;
	const facts = factsOf(campaign);
	return checked?.passed === true && now - checked.at <= FRESH_MS && facts?.print === print && facts.frozen !== null;
}

/**
 * Checks a campaign and keeps what came out. Near its time the folder is copied, too: what starts then is what was checked, and 500 that start at the same minute
 * need not be copied in that second. `print`: taken before. Throws what the copying throws.
 */
export async function checkAndKeep(deps: ActionDeps, campaign: Campaign, print: string): Promise<CampaignCheck> {
	const check = await checkCampaign(deps, campaign);
	await keepCheck(deps, campaign, check, print);
	return check;
}

export async function keepCheck(deps: ActionDeps, campaign: Campaign, check: CampaignCheck, print: string): Promise<void> {
	const { db, clock } = deps;
	const near = (campaign.scheduledAt ?? Number.POSITIVE_INFINITY) - clock.now() <= FRESH_MS;
	const frozen = check.passed && near ? await freezeFolder(campaign.folder, deps.data, campaign.id) : null;
	await saveCheck(db, campaign.id, check, { print, frozen }, clock.now());
}

/** Its time was missed: nobody wants a newsletter of nine in the morning at three at night, so a person decides. */
async function hold(deps: ActionDeps, campaign: Campaign): Promise<boolean> {
	const { db, clock } = deps;
	const now = clock.now();
	const since = campaign.scheduledAt ?? now;
	const grace = spell(deps.config.schedule.graceMs);
	const text = `its time, ${timeOf(campaign)}, was missed by ${spell(now - since)}: nothing was running then. It was held, not sent`;
	if (!(await blockScheduled(db, campaign, text))) return false;
	await endTroubles(db, campaign, "has missed its time", now);
	await appendAlerts(db, [
		overdueAlert(
			campaign,
			`The time of ${named(campaign)}, ${timeOf(campaign)}, was missed by ${spell(now - since)}: nothing was running then`,
			now,
			`It was held, not sent: it is later than [schedule] grace (${grace}).`,
		),
	]);
	return true;
}

/** The alert about a campaign whose time has passed. */
export function overdueAlert(campaign: Campaign, text: string, now: number, did: string) {
	const { id, scheduledAt, zone } = campaign;
	return {
		at: now,
		kind: "campaign-overdue",
		subject: alertSubject(id),
		since: scheduledAt ?? now,
		text: `${text}.`,
		did,
		todo: `Send it now: wellsent campaign start ${id}. Another time: wellsent campaign schedule ${id} --at "…". Not at all: wellsent campaign unschedule ${id}.`,
		facts: { campaign: id, scheduledAt, zone },
	} as const;
}

/** Scheduled to blocked because its check failed, with the alert. False: somebody moved it meanwhile. */
export async function block(deps: ActionDeps, campaign: Campaign, check: CampaignCheck): Promise<boolean> {
	const failed = check.findings.filter((finding) => finding.level === "fail");
	const [first] = failed;
	const words = first === undefined ? "its check failed" : `${first.subject}: ${first.what}`;
	const reason = failed.length > 1 ? `${words} (and ${failed.length - 1} more)` : words;
	if (!(await blockScheduled(deps.db, campaign, reason))) return false;
	await appendAlerts(deps.db, [blockedAlert(deps, campaign, reason, check)]);
	return true;
}

export function blockedAlert(deps: ActionDeps, campaign: Campaign, reason: string, check: CampaignCheck) {
	const { id, scheduledAt, zone } = campaign;
	const now = deps.clock.now();
	const left = (scheduledAt ?? now) - now;
	return {
		at: now,
		kind: "campaign-blocked",
		subject: alertSubject(id),
		since: now,
		text: `${named(campaign)} cannot be sent at ${timeOf(campaign)}${left > 0 ? ` (in ${spell(left)})` : ""}: ${reason}.`,
		did: `It is blocked. When it is mended before ${timeOf(campaign)}, it is scheduled again by itself.`,
		todo: `See \`wellsent campaign check ${id}\` and mend it${left > 0 ? ` within ${spell(left)}` : ""}, or give it another time.`,
		facts: {
			campaign: id,
			scheduledAt,
			zone,
			findings: check.findings.filter((finding) => finding.level === "fail").slice(0, 10),
		},
	} as const;
}
