// The digest: one message a day of what is open, what happened, what was sent, and what was refused most.
import { countDeliveries, listCampaigns } from "../campaign/campaign.store.ts";
import type { Db } from "../db/db.ts";
import { kindFacts } from "../log/alert-kinds.ts";
import { audit } from "../log/failures.store.ts";
import { openIncidents, pastIncidents } from "./incident.store.ts";
import { type AlertMessage, utc } from "./message.ts";
import { addPosts } from "./post.store.ts";

const DAY = 86_400_000;
const TOP = 5;
/** Incidents and campaigns that are named; the rest is a number. */
const NAMED = 20;

/** What happened in the day before `now`. */
export async function digestOf(db: Db, now: number): Promise<AlertMessage> {
	const since = now - DAY;
	const open = await openIncidents(db);
	const past = await pastIncidents(db, { limit: 1_000, since });
	const campaigns = (await listCampaigns(db, { states: ["running", "paused", "finished", "blocked"], limit: 200 })).filter(
		(one) => one.state !== "finished" || (one.finishedAt ?? 0) >= since,
	);
	const lines: string[] = [`From ${utc(since)} to ${utc(now)}.`, "", `Campaigns: ${campaigns.length === 0 ? "none." : ""}`];
	for (const one of campaigns.slice(0, NAMED)) {
		const { total, delivered, failed, uncertain, queued, sending } = await countDeliveries(db, one.id);
		const n = (count: number) => count.toLocaleString("en-US");
		lines.push(
			`  ${one.id} "${one.name}", ${one.state}: ${n(delivered)} of ${n(total)} delivered, ${n(failed)} failed, ${n(uncertain)} uncertain, ${n(queued + sending)} left`,
		);
	}
	const refusals = await audit(db, "class", { since, limit: TOP });
	lines.push("", `Refusals and troubles, by what they mean: ${refusals.length === 0 ? "none." : ""}`);
	for (const one of refusals) lines.push(`  ${one.responses.toLocaleString("en-US")} × ${one.key}, e.g. ${one.example.text}`);
	lines.push("", `Over since then: ${past.length === 0 ? "nothing." : ""}`);
	for (const one of past.slice(0, NAMED))
		lines.push(`  ${kindFacts(one.kind).title}: ${one.subject}, ${utc(one.since)} to ${utc(one.recoveredAt ?? now)}`);
	lines.push("", `Open now: ${open.length === 0 ? "nothing." : open.length}`);
	return {
		what: "digest",
		kind: "digest",
		level: "info",
		title: `digest: ${open.length === 0 ? "nothing is open" : `${open.length} open`}, ${campaigns.length} campaigns`,
		at: now,
		text: lines.join("\n"),
		incidents: open.slice(0, NAMED).map(({ id, subject, level, text, did, todo, since, times, recoveredAt }) => ({
			id,
			subject,
			level,
			text,
			did,
			todo,
			since,
			times,
			recoveredAt,
		})),
	};
}

/** Puts the digest into the outbox of each channel, whatever [alerts] level says: it was asked for. */
export async function postDigest(db: Db, channels: readonly string[], now: number): Promise<string> {
	await addPosts(db, [await digestOf(db, now)], channels, now);
	return channels.length === 0 ? "there is no channel to send it to" : `for ${channels.length} channels`;
}
