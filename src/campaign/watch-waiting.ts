// The watch on campaigns that wait for their time: checked regularly, and in any case at certain times before their start, so that somebody can still mend what
// has gone wrong since (a list, a template, a key, DNS). Red: blocked, and said. Mended: scheduled again by itself.
import { textOf } from "../errors.ts";
import { appendAlerts, openAlerts } from "../log/alert.store.ts";
import type { ActionDeps } from "./actions.ts";
import type { Campaign } from "./campaign.store.ts";
import { alertSubject, endTroubles, factsOf, named, timeOf, unblockScheduled, waitingCampaigns } from "./schedule.store.ts";
import { block, blockedAlert, checkAndKeep, overdueAlert } from "./schedule-due.ts";
import { printsOf, sameButLists } from "./waiting-print.file.ts";

export interface WaitingReport {
	readonly waiting: number;
	readonly checked: number;
	readonly blocked: readonly number[];
	readonly unblocked: readonly number[];
	readonly troubles: readonly { readonly id: number; readonly why: string }[];
}

/** What was well and has not changed is checked again after this: DNS and readers' fields are not in the mark (waiting-print.file.ts). */
const WHOLE_MS = 3_600_000;
/** Checks side by side: what they wait for is DNS, and a resolver that is silent must not make hundreds of campaigns late. */
const AT_ONCE = 8;
/** The last call: what is blocked then is said once more. */
const LAST_CALL_MS = 3_600_000;

/** Checks what is due for a check, the soonest to start first. One campaign's trouble keeps no other from being checked. */
export async function checkWaiting(deps: ActionDeps): Promise<WaitingReport> {
	const { db, clock } = deps;
	const waiting = await waitingCampaigns(db);
	const prints = await printsOf(deps, waiting);
	const report = {
		waiting: waiting.length,
		checked: 0,
		blocked: [] as number[],
		unblocked: [] as number[],
		troubles: [] as { id: number; why: string }[],
	};
	const overdue = new Set((await openAlerts(db, "campaign-overdue", "campaign-on-time")).map((alert) => alert.subject));
	const look = async (campaign: Campaign) => {
		const now = clock.now();
		const print = prints.get(campaign.id) ?? "";
		try {
			if (isOver(deps, campaign, now)) {
				if (campaign.state === "blocked" && !overdue.has(alertSubject(campaign.id))) await sayOverdue(deps, campaign, now);
				return;
			}
			if (!isDue(deps, campaign, print, now)) return;
			report.checked += 1;
			const change = await checkOne(deps, campaign, print, now);
			if (change !== null) report[change].push(campaign.id);
		} catch (error) {
			report.troubles.push({ id: campaign.id, why: textOf(error) });
		}
	};
	const line = waiting.values();
	await Promise.all(
		Array.from({ length: AT_ONCE }, async () => {
			for (const campaign of line) await look(campaign);
		}),
	);
	return report;
}

/** Its time is past for good: it neither starts nor comes back by itself. */
function isOver({ config }: ActionDeps, campaign: Campaign, now: number): boolean {
	return now - (campaign.scheduledAt ?? now) > config.schedule.graceMs;
}

function isDue({ config }: ActionDeps, campaign: Campaign, print: string, now: number): boolean {
	const { checked } = campaign;
	const at = campaign.scheduledAt ?? now;
	// Its moment has come: whoever starts it checks it, too.
	if (campaign.state === "scheduled" && at <= now) return false;
	if (checked === null) return true;
	const moment = config.schedule.checkBeforeMs
		.map((before) => at - before)
		.filter((one) => one <= now)
		.at(-1);
	if (moment !== undefined && checked.at < moment) return true;
	// Somebody works on it: what breaks is said while they are at it, and what is mended needs no patience.
	const known = factsOf(campaign)?.print;
	if (known !== undefined && !sameButLists(known, print)) return true;
	if (now - checked.at < config.schedule.checkEveryMs) return false;
	return !checked.passed || known !== print || now - checked.at >= WHOLE_MS;
}

async function checkOne(
	deps: ActionDeps,
	campaign: Campaign,
	print: string,
	now: number,
): Promise<"blocked" | "unblocked" | null> {
	const { db } = deps;
	const check = await checkAndKeep(deps, campaign, print);
	if (check.passed) {
		if (campaign.state !== "blocked" || !(await unblockScheduled(db, campaign))) return null;
		await endTroubles(db, campaign, `is well again and goes out at ${timeOf(campaign)} as planned`, now);
		return "unblocked";
	}
	if (campaign.state === "scheduled") return (await block(deps, campaign, check)) ? "blocked" : null;
	const call = (campaign.scheduledAt ?? now) - LAST_CALL_MS;
	const before = campaign.checked?.at ?? now;
	if (before < call && call <= now) {
		const [first] = check.findings.filter((finding) => finding.level === "fail");
		const words = `still ${first === undefined ? "red" : `${first.subject}: ${first.what}`}`;
		const alert = blockedAlert(deps, campaign, words, check);
		// Something else was done than before, so channels are told once more (alerts/decide.ts).
		const did = `It is still blocked: this is the last call before ${timeOf(campaign)}.`;
		await appendAlerts(db, [{ ...alert, did, facts: { ...alert.facts, lastCall: true } }]);
	}
	return null;
}

async function sayOverdue(deps: ActionDeps, campaign: Campaign, now: number): Promise<void> {
	const text = `${named(campaign)} was not sent at its time, ${timeOf(campaign)}: it was blocked (${campaign.stateReason ?? "its check failed"})`;
	await endTroubles(deps.db, campaign, "has missed its time", now);
	await appendAlerts(deps.db, [overdueAlert(campaign, text, now, "It stays blocked until somebody decides.")]);
}
