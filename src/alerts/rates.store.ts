// Watches the rates of bounces and complaints of campaigns and identities; pauses the campaign, or holds the identity, where they are far too high.
import type { Campaign } from "../campaign/campaign.store.ts";
import { countDeliveries, listCampaigns, moveCampaign } from "../campaign/campaign.store.ts";
import type { Clock } from "../clock.ts";
import type { Db } from "../db/db.ts";
import { placeHold } from "../deliver/hold.store.ts";
import { WellsentError } from "../errors.ts";
import { openAlerts } from "../log/alert.store.ts";
import { BOUNCES, COMPLAINTS, judgeRate, type RateRule, rateWords } from "./rates.ts";
import { changeWords, sayChanges, type Trouble } from "./watch.store.ts";

export interface RateDeps {
	readonly db: Db;
	readonly clock: Clock;
	/** The identity that a campaign is sent as, by its entry in the settings ("@example.com"); null: none. */
	readonly identityOf: (from: string) => string | null;
	/** The engine looks again at once. */
	readonly wake: () => void;
}

const DAY = 86_400_000;
/** A finished campaign is watched for so long: complaints come late. */
const WATCHED_MS = 7 * DAY;
/** Who holds an identity for complaints. */
export const HELD_FOR_COMPLAINTS = "complaint-rate";
/** Readers who are gone for good. Full and inactive mailboxes and refusals about us are none. */
const HARD = ["invalid-recipient", "no-such-domain", "null-mx"];

interface Rates {
	readonly campaign: Campaign;
	readonly tried: number;
	readonly delivered: number;
	readonly bounces: number;
	readonly complaints: number;
}

export async function watchRates(deps: RateDeps): Promise<string> {
	const { db, clock } = deps;
	const now = clock.now();
	const rates = await ratesOf(db, now);
	const bounces = await sayChanges(db, {
		...BOUNCES,
		troubles: await Promise.all((await judged(db, BOUNCES, byCampaign(rates, "bounces"))).map((one) => bounceTrouble(deps, one))),
		over: (said) => `Bounces of ${said.subject} are as usual again, or it is long over.`,
		now,
	});
	const complaintRows = [...byCampaign(rates, "complaints"), ...byIdentity(rates, deps.identityOf)];
	const complaints = await sayChanges(db, {
		...COMPLAINTS,
		troubles: await Promise.all((await judged(db, COMPLAINTS, complaintRows)).map((one) => complaintTrouble(deps, one))),
		over: (said) => `Complaints about ${said.subject} are as usual again, or it is long over.`,
		now,
	});
	return changeWords([bounces, complaints]);
}

interface Counted {
	/** "campaign 12", "@example.com" */
	readonly subject: string;
	readonly campaign: Campaign | null;
	readonly n: number;
	readonly of: number;
}

type Judged = Counted & { readonly act: boolean };

async function judged(db: Db, rule: RateRule, rows: readonly Counted[]): Promise<Judged[]> {
	const said = new Set((await openAlerts(db, rule.began, rule.ended)).map((alert) => alert.subject));
	return rows.flatMap((row) => {
		const verdict = judgeRate(rule, { n: row.n, of: row.of, said: said.has(row.subject) });
		return verdict === "calm" ? [] : [{ ...row, act: verdict === "act" }];
	});
}

const byCampaign = (rates: readonly Rates[], what: "bounces" | "complaints"): Counted[] =>
	rates.map((one) => ({
		subject: `campaign ${one.campaign.id}`,
		campaign: one.campaign,
		n: one[what],
		of: what === "bounces" ? one.tried : one.delivered,
	}));

/** Complaints follow the sender, whichever newsletter they are about. */
function byIdentity(rates: readonly Rates[], identityOf: RateDeps["identityOf"]): Counted[] {
	const sums = new Map<string, { n: number; of: number }>();
	for (const { campaign, complaints, delivered } of rates) {
		const subject = identityOf(campaign.identity);
		if (subject === null) continue;
		const sum = sums.get(subject) ?? { n: 0, of: 0 };
		sums.set(subject, { n: sum.n + complaints, of: sum.of + delivered });
	}
	return [...sums].map(([subject, sum]) => ({ subject, campaign: null, ...sum }));
}

async function bounceTrouble(deps: RateDeps, one: Judged): Promise<Trouble> {
	const { campaign } = one;
	const words = rateWords(one.n, one.of);
	const paused = one.act && campaign !== null ? await pause(deps, campaign, `bounces: ${words}`) : false;
	return {
		subject: one.subject,
		since: campaign?.startedAt ?? deps.clock.now(),
		text: `${nameOf(one)}: ${words} of the readers tried do not exist.`,
		did: paused ? "It paused the campaign." : "",
		todo: paused
			? `Ask where the list comes from, remove old addresses (those that bounced are suppressed already), then: wellsent campaign resume ${campaign?.id}`
			: "Ask where the list comes from: such a rate costs the sender's reputation. Those that bounced are suppressed already.",
		facts: { bounces: one.n, tried: one.of },
	};
}

async function complaintTrouble(deps: RateDeps, one: Judged): Promise<Trouble> {
	const { db, clock } = deps;
	const words = rateWords(one.n, one.of);
	const now = clock.now();
	let held = false;
	if (one.act && one.campaign === null) {
		const reason = `complaints: ${words} in seven days`;
		// Whoever has released it has seen the rate; it is not held twice for the same complaints.
		const before = await db.hold.findFirst({
			where: {
				kind: "identity",
				subject: one.subject,
				class: HELD_FOR_COMPLAINTS,
				createdAt: { gte: new Date(now - WATCHED_MS) },
			},
		});
		held =
			before !== null ||
			(await placeHold(db, {
				kind: "identity",
				subject: one.subject,
				reason,
				class: HELD_FOR_COMPLAINTS,
				until: null,
				createdAt: now,
			}));
		if (held && before === null) deps.wake();
	}
	return {
		subject: one.subject,
		since: now,
		text: `${nameOf(one)}: ${words} of those who got it call it spam.`,
		did: held ? "It put the identity on hold." : "",
		todo: held
			? "Find out which readers did not ask for it (mailbox providers refuse senders from 0.3 % on), then release it: wellsent holds, wellsent holds release ID"
			: "Mailbox providers want less than 0.1 %. See that only those who asked for it get it, and that leaving is one click.",
		facts: { complaints: one.n, delivered: one.of },
	};
}

const nameOf = (one: Counted): string =>
	one.campaign === null ? `Identity ${one.subject}, seven days` : `Campaign ${one.campaign.id} "${one.campaign.name}"`;

/** True when it is paused, by this or before for this. */
async function pause({ db, clock, wake }: RateDeps, campaign: Campaign, reason: string): Promise<boolean> {
	if (campaign.state === "paused") return campaign.stateReason?.startsWith("bounces:") === true;
	if (campaign.state !== "running") return false;
	// Resumed by hand after this very pause: a person has decided.
	const told = await db.alert.findFirst({
		where: { kind: "bounce-rate-high", subject: `campaign ${campaign.id}`, did: { not: "" } },
	});
	if (told !== null) return true;
	try {
		await moveCampaign(db, campaign.id, "pause", { clock, reason });
	} catch (error) {
		// It was moved meanwhile: by a person, or because nothing was left.
		if (error instanceof WellsentError && error.code === "campaign-state") return false;
		throw error;
	}
	wake();
	return true;
}

/** The campaigns that are being sent, or were in the last days. */
async function ratesOf(db: Db, now: number): Promise<Rates[]> {
	const campaigns = (await listCampaigns(db, { states: ["running", "paused", "finished"], limit: 1_000 })).filter(
		(one) => one.startedAt !== null && (one.finishedAt === null || now - one.finishedAt < WATCHED_MS),
	);
	const ids = JSON.stringify(campaigns.map((one) => one.id));
	const hard = JSON.stringify(HARD);
	const bounced = await db.$queryRaw<{ id: bigint | number; n: bigint | number }[]>`
		SELECT "campaignId" AS "id", sum("failed") AS "n" FROM "failure_day"
		WHERE "campaignId" IN (SELECT value FROM json_each(${ids})) AND "class" IN (SELECT value FROM json_each(${hard})) GROUP BY "campaignId"`;
	const complained = await db.$queryRaw<{ id: bigint | number; n: bigint | number }[]>`
		SELECT "campaignId" AS "id", count(*) AS "n" FROM "suppression"
		WHERE "reason" = 'complaint' AND "campaignId" IN (SELECT value FROM json_each(${ids})) GROUP BY "campaignId"`;
	const count = (rows: typeof bounced, id: number) => Number(rows.find((row) => Number(row.id) === id)?.n ?? 0);
	const rates: Rates[] = [];
	for (const campaign of campaigns) {
		const { delivered, failed, uncertain } = await countDeliveries(db, campaign.id);
		rates.push({
			campaign,
			tried: delivered + failed + uncertain,
			delivered,
			bounces: count(bounced, campaign.id),
			complaints: count(complained, campaign.id),
		});
	}
	return rates;
}
