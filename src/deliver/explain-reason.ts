// Names the one rule that decides when a reader is mailed, and until when it does. Pure: facts in, one sentence out.
import { formatDuration } from "../config/units.ts";
import type { MxAnswer } from "../routing/mx.ts";
import type { Because, Next } from "../throttle/lane-types.ts";
import type { ExplainedDelivery, ExplainedHold, ReaderFacts } from "./explain.store.ts";

/** The rule by a name that scripts may match on. */
export type ExplainRule =
	| "suppressed"
	| "unknown-reader"
	| "no-delivery"
	| "settled"
	| "campaign"
	| "no-way-out"
	| "hold"
	| "no-sender"
	| "dns"
	| "sending"
	| "deferred"
	| "gap"
	| "rate"
	| "connections"
	| "queue"
	| "free";

export interface Reason {
	readonly rule: ExplainRule;
	/** Milliseconds; null: it is not going to be tried, or only when a person acts. */
	readonly nextAttemptAt: number | null;
	/** One or two sentences for people. */
	readonly because: string;
}

export interface ReasonFacts {
	readonly to: string;
	readonly domain: string;
	readonly reader: ReaderFacts;
	/** Null on a gateway's way: it asks DNS itself. */
	readonly mx: MxAnswer | null;
	/** Holds on identity, campaign and all ways out; empty when one way is free. */
	readonly holds: readonly ExplainedHold[];
	/** Why there is no way out, or null. */
	readonly noWayOut: string | null;
	/** A process sends from this database. */
	readonly sending: boolean;
	/** When the lane lets the next message go; null: there is no lane. */
	readonly lane: { readonly key: string; readonly next: Next } | null;
	/** Deliveries of the same campaign and site that are due before it, and the limit that passes them on most slowly. */
	readonly ahead: number;
	readonly slowest: { readonly limit: number; readonly windowMs: number; readonly text: string } | null;
	/** Between two newsletters to one reader; 0: none. */
	readonly gapMs: number;
	readonly now: number;
}

/** Asked in the order in which the program would meet them: what ends the matter first, then what needs a person, then what only takes time. */
export function reasonOf(facts: ReasonFacts): Reason {
	const { reader, to } = facts;
	const { suppression, delivery } = reader;
	if (suppression !== null) {
		const who = suppression.subject === to ? to : `everybody at ${facts.domain}`;
		return {
			rule: "suppressed",
			nextAttemptAt: null,
			because: `${who} is suppressed since ${when(suppression.createdAt)} (${suppression.reason}${quoted(suppression.detail)}): no mail is sent. \`wellsent suppress remove ${suppression.subject}\` takes it back.`,
		};
	}
	if (!reader.known)
		return {
			rule: "unknown-reader",
			nextAttemptAt: null,
			because: `${to} is not a known reader: it is on no list, so nothing is sent to it.${dnsNote(facts)}`,
		};
	if (delivery === null)
		return {
			rule: "no-delivery",
			nextAttemptAt: null,
			because: `no campaign has been started for ${to} yet (${reader.lists.length === 0 ? "it is on no list" : `on ${reader.lists.join(", ")}`}).${dnsNote(facts)}`,
		};
	if (delivery.state !== "queued" && delivery.state !== "sending") return settled(delivery);
	return (
		ofCampaign(delivery) ??
		ofWay(facts) ??
		ofSender(facts, delivery) ??
		ofDns(facts, delivery) ??
		(delivery.state === "sending"
			? { rule: "sending", nextAttemptAt: facts.now, because: `${named(delivery)} is being sent to ${to} now.` }
			: ofTime(facts, delivery))
	);
}

function settled(delivery: ExplainedDelivery): Reason {
	const at = delivery.settledAt === null ? "" : ` on ${when(delivery.settledAt)}`;
	const said = delivery.lastText === null ? "" : `, last reply: ${delivery.lastText}`;
	const of: Readonly<Record<string, string>> = {
		delivered: `${named(delivery)} was delivered${at}: the server accepted it${said}. If it is not in the inbox, look in the spam folder; the server had taken it over.`,
		failed: `${named(delivery)} failed${at} (${delivery.lastClass ?? "unknown"}${said}). It is not tried again unless \`wellsent campaign retry ${delivery.campaign} --failed\` asks for it.`,
		suppressed: `${named(delivery)} was not sent: the reader was suppressed at that time.`,
		cancelled: `${named(delivery)} was cancelled${at} before it was sent.`,
		uncertain: `${named(delivery)} may have arrived${at}: the connection ended after the message and before the answer${said}. It is never sent again silently; \`wellsent campaign retry ${delivery.campaign} --uncertain\` does.`,
	};
	return { rule: "settled", nextAttemptAt: null, because: of[delivery.state] ?? `${named(delivery)} is ${delivery.state}.` };
}

function ofCampaign(delivery: ExplainedDelivery): Reason | null {
	const why = delivery.campaignReason === null ? "" : ` (${delivery.campaignReason})`;
	const id = delivery.campaign;
	switch (delivery.campaignState) {
		case "running":
			return null;
		case "paused":
			return {
				rule: "campaign",
				nextAttemptAt: null,
				because: `${named(delivery)} is paused${why}: \`wellsent campaign resume ${id}\` goes on with it.`,
			};
		case "scheduled":
			return {
				rule: "campaign",
				nextAttemptAt: delivery.scheduledAt,
				because: `${named(delivery)} is scheduled${delivery.scheduledAt === null ? "" : ` for ${when(delivery.scheduledAt)}`}.`,
			};
		default:
			return { rule: "campaign", nextAttemptAt: null, because: `${named(delivery)} is ${delivery.campaignState}${why}.` };
	}
}

function ofWay({ holds, noWayOut }: ReasonFacts): Reason | null {
	if (noWayOut !== null) return { rule: "no-way-out", nextAttemptAt: null, because: `There is no way out: ${noWayOut}.` };
	const hold = holds[0];
	if (hold === undefined) return null;
	const until = hold.until === null ? "until somebody releases it" : `until ${when(hold.until)}`;
	return {
		rule: "hold",
		nextAttemptAt: hold.until,
		because: `The ${hold.kind} ${hold.subject} is on hold ${until}: ${hold.reason}`,
	};
}

function ofSender({ sending }: ReasonFacts, delivery: ExplainedDelivery): Reason | null {
	if (sending) return null;
	const due =
		delivery.lastClass === null
			? ""
			: ` (it was deferred until ${when(delivery.dueAt)}: ${delivery.lastText ?? delivery.lastClass})`;
	return {
		rule: "no-sender",
		nextAttemptAt: null,
		because: `No process is sending from this database: start one with \`wellsent serve\`. ${named(delivery)} waits for it${due}.`,
	};
}

function ofDns(facts: ReasonFacts, delivery: ExplainedDelivery): Reason | null {
	const trouble = dnsTrouble(facts);
	if (trouble === null) return null;
	const at = Math.max(delivery.dueAt, facts.mx?.until ?? 0, facts.now);
	return { rule: "dns", nextAttemptAt: at, because: `${trouble} It is asked again at the next try, ${when(at)}.` };
}

/** What only takes time: of the deferral and the lane's limit the one that lasts longer. */
function ofTime(facts: ReasonFacts, delivery: ExplainedDelivery): Reason {
	const { now, lane } = facts;
	const laneAt = lane === null ? now : lane.next.at;
	if (lane !== null && laneAt === null) return { ...laneReason(lane.next.because, lane.key, null), nextAttemptAt: null };
	const due = delivery.dueAt;
	if (due > now && due >= (laneAt ?? now)) {
		const said = delivery.lastText ?? delivery.lastClass;
		if (delivery.mailedAt !== null && due === delivery.mailedAt + facts.gapMs)
			return {
				rule: "gap",
				nextAttemptAt: due,
				because: `${named(delivery)} waits until ${when(due)}: another newsletter went to this reader at ${when(delivery.mailedAt)}, and [schedule] gap keeps ${formatDuration(facts.gapMs)} between two.`,
			};
		return {
			rule: "deferred",
			nextAttemptAt: due,
			because:
				said === null
					? `${named(delivery)} is to be tried from ${when(due)} on.`
					: `${named(delivery)} was deferred after ${delivery.attempts === 1 ? "1 try" : `${delivery.attempts} tries`}: ${said}. It is tried again at ${when(due)}.`,
		};
	}
	if (lane !== null && laneAt !== null && laneAt > now && facts.ahead === 0)
		return { ...laneReason(lane.next.because, lane.key, laneAt), nextAttemptAt: laneAt };
	if (facts.ahead > 0) {
		const from = Math.max(now, laneAt ?? now);
		const { slowest } = facts;
		const at = slowest === null ? from : from + (facts.ahead / slowest.limit) * slowest.windowMs;
		return {
			rule: "queue",
			nextAttemptAt: Math.round(at),
			because: `${facts.ahead} ${facts.ahead === 1 ? "reader goes" : "readers go"} before this one${slowest === null ? "" : `, and ${lane?.key ?? "the lane"} may send ${slowest.text}: about ${when(Math.round(at))}`}.`,
		};
	}
	return { rule: "free", nextAttemptAt: now, because: `Nothing holds it back: ${named(delivery)} goes to ${facts.to} next.` };
}

function laneReason(because: Because, key: string, at: number | null): Omit<Reason, "nextAttemptAt"> {
	const until = at === null ? "" : ` until ${when(at)}`;
	switch (because.rule) {
		case "free":
			return { rule: "free", because: `The lane ${key} is free.` };
		case "hold":
			return {
				rule: "hold",
				because: `The lane ${key} is on hold ${because.until === null ? "until somebody releases it" : `until ${when(because.until)}`} (by ${because.by}): ${because.text}`,
			};
		case "connections":
			return {
				rule: "connections",
				because: `All ${because.limit} connections of the lane ${key} are in use (limit from ${because.from}).`,
			};
		case "rate":
		case "connections-per-hour": {
			const what = because.rule === "rate" ? "messages" : "connections";
			const how = because.why === "full" ? "used up" : "spread evenly";
			return {
				rule: because.rule === "rate" ? "rate" : "connections",
				because: `The lane ${key} waits${until}: ${because.text} (${because.from}) is ${how}, ${because.used} of ${because.limit} ${what} so far.`,
			};
		}
	}
}

function dnsTrouble({ mx, domain }: ReasonFacts): string | null {
	switch (mx?.kind) {
		case undefined:
		case "hosts":
			return null;
		case "null-mx":
			return `${domain} declares that it takes no mail (null MX, RFC 7505).`;
		case "no-such-domain":
			return `DNS knows no place for the mail of ${domain}: the domain does not exist, or has neither MX nor address.`;
		case "failed":
			return `DNS gives no answer for ${domain}: ${mx.detail}.`;
	}
}

function dnsNote(facts: ReasonFacts): string {
	const trouble = dnsTrouble(facts);
	return trouble === null ? "" : ` ${trouble}`;
}

const named = (delivery: ExplainedDelivery): string => `Campaign ${delivery.campaign} "${delivery.campaignName}"`;

const quoted = (detail: string): string => (detail === "" ? "" : `: ${detail}`);

/** "2026-11-21 09:00:12 UTC": an instant that reads the same everywhere. */
export function when(at: number): string {
	return `${new Date(at).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
