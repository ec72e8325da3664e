// What a host decides: refuse this connection, this sender, this recipient, or take it. The counting behind it lives here too.
//
// Pure but for the counters a host keeps (connections, windows, greylist): no socket, no timer, the time comes in as a number.
import type { MannerStage, Manners } from "./manners.ts";
import { type Behaviour, behaviourOf, behaviourOfEntry, untagged } from "./recipient-name.ts";

/** Counts events in a sliding window and says when there is no room; a refused event is not counted. */
export class SlidingCount {
	readonly #times: number[] = [];

	/** Takes one place at `now` if fewer than `limit` were taken in the `windowMs` before it. */
	take(now: number, limit: number, windowMs: number): boolean {
		while (this.#times.length > 0 && now - (this.#times[0] ?? now) >= windowMs) this.#times.shift();
		if (this.#times.length >= limit) return false;
		this.#times.push(now);
		return true;
	}
}

/** What hosts that count together (one site) remember about their clients. */
export class Counters {
	readonly #open = new Map<string, number>();
	readonly #windows = new Map<string, SlidingCount>();
	/** Greylist: triple → time of its first try. */
	readonly #firstTries = new Map<string, number>();
	/** greylist-N@: recipient → tries seen. */
	readonly #tries = new Map<string, number>();

	open(client: string): number {
		return this.#open.get(client) ?? 0;
	}

	opened(client: string): void {
		this.#open.set(client, this.open(client) + 1);
	}

	closed(client: string): void {
		this.#open.set(client, Math.max(0, this.open(client) - 1));
	}

	window(key: string): SlidingCount {
		let window = this.#windows.get(key);
		if (window === undefined) {
			window = new SlidingCount();
			this.#windows.set(key, window);
		}
		return window;
	}

	/** True when the triple was first seen at least `waitMs` ago. The first call starts its time. */
	greylistPassed(triple: string, waitMs: number, now: number): boolean {
		const first = this.#firstTries.get(triple);
		if (first !== undefined) return now - first >= waitMs;
		this.#firstTries.set(triple, now);
		return false;
	}

	/** Counts a try and says how many there were before it. */
	triesBefore(recipient: string): number {
		const before = this.#tries.get(recipient) ?? 0;
		this.#tries.set(recipient, before + 1);
		return before;
	}
}

/** Said at the greeting instead of 220, or null to greet. A connection that passes is counted as open: pair it with `closed`. */
export function judgeConnection(manners: Manners, counters: Counters, client: string, now: number): string | null {
	const refusal = manners.replyAt.greeting ?? refusalOf(manners, "greeting", client);
	if (refusal !== null) return refusal;
	if (manners.maxConnections !== null && counters.open(client) >= manners.maxConnections) return manners.maxConnectionsReply;
	if (
		manners.connectionsPerMinute !== null &&
		!counters.window(`connections ${client}`).take(now, manners.connectionsPerMinute, 60_000)
	)
		return manners.connectionsPerMinuteReply;
	return null;
}

/** What the manners say to this source at this stage, or null. */
export function refusalOf(manners: Manners, at: MannerStage, client: string): string | null {
	if (manners.refuse.length === 0) return null;
	return manners.refuse.find((rule) => rule.at === at && (rule.source === "*" || rule.source === client))?.reply ?? null;
}

export interface MailFacts {
	readonly from: string;
	readonly client: string;
	/** SIZE= of the MAIL command, or null. */
	readonly size: number | null;
	readonly secure: boolean;
	readonly loggedIn: boolean;
	readonly now: number;
}

/** A refusal of MAIL, or null. */
export function judgeMail(manners: Manners, counters: Counters, mail: MailFacts): string | null {
	if (manners.tlsRequired && !mail.secure) return manners.tlsRequiredReply;
	if (manners.auth !== null && !mail.loggedIn) return "530 5.7.0 Authentication required";
	const refusal = refusalOf(manners, "mail", mail.client);
	if (refusal !== null) return refusal;
	if (manners.senders !== null && !manners.senders.includes(mail.from.toLowerCase())) return manners.sendersReply;
	if (manners.size !== null && mail.size !== null && mail.size > manners.size) return manners.sizeReply;
	return judgeRates(manners, counters, "mail", mail.client, mail.now);
}

export interface RcptFacts {
	readonly from: string;
	readonly to: string;
	readonly client: string;
	readonly now: number;
}

/** What happens to a recipient: refused now, or a behaviour (often plain acceptance) that may bite at a later stage. */
export function judgeRcpt(manners: Manners, counters: Counters, rcpt: RcptFacts): Behaviour {
	const at = rcpt.to.lastIndexOf("@");
	const local = rcpt.to.slice(0, at);
	const domain = rcpt.to.slice(at + 1).toLowerCase();
	if (manners.domains !== null && !manners.domains.includes(domain)) return atRcpt(manners.domainsReply);
	const refusal = refusalOf(manners, "rcpt", rcpt.client);
	if (refusal !== null) return atRcpt(refusal);
	const behaviour = named(manners, local);
	if (behaviour.kind === "greylist") {
		const key = rcpt.to.toLowerCase();
		return counters.triesBefore(key) < behaviour.tries ? atRcpt(manners.greylistReply) : { kind: "accept" };
	}
	if (behaviour.kind === "reply" && behaviour.at === "rcpt") return behaviour;
	if (manners.greylistMs !== null) {
		const triple = `${rcpt.client}|${rcpt.from}|${rcpt.to}`.toLowerCase();
		if (!counters.greylistPassed(triple, manners.greylistMs, rcpt.now)) return atRcpt(manners.greylistReply);
	}
	const tooMany = judgeRates(manners, counters, "rcpt", rcpt.client, rcpt.now);
	return tooMany === null ? behaviour : atRcpt(tooMany);
}

function named(manners: Manners, local: string): Behaviour {
	const own = manners.recipients[untagged(local)];
	if (own !== undefined) return behaviourOfEntry(own);
	return manners.recipientNames ? behaviourOf(local) : { kind: "accept" };
}

function judgeRates(manners: Manners, counters: Counters, at: "mail" | "rcpt", client: string, now: number): string | null {
	for (const [index, rate] of manners.rates.entries())
		if (rate.at === at && !counters.window(`rate ${index} ${client}`).take(now, rate.limit, rate.windowMs)) return rate.reply;
	return null;
}

function atRcpt(reply: string): Behaviour {
	return { kind: "reply", at: "rcpt", reply };
}
