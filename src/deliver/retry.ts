// What comes after an outcome: done, another host, again, later, or the end. Pure.
import type { Outcome, ReplyClass } from "../replies/outcome.ts";

/** Why a reader is suppressed (D6: only these three classes ever suppress, and the third does not come from here). */
export type SuppressReason = "invalid-recipient" | "inactive-mailbox";

export type Next =
	| { readonly kind: "delivered" }
	| { readonly kind: "failed"; readonly suppress: SuppressReason | null; readonly why: string }
	| { readonly kind: "uncertain" }
	/** The same try goes on at another MX host of the site. */
	| { readonly kind: "sibling" }
	/** The same try goes on with a new connection. */
	| { readonly kind: "again" }
	/** `burns`: the try counts. A refusal about us does not (D7). */
	| { readonly kind: "later"; readonly at: number; readonly burns: boolean };

export interface RetrySituation {
	readonly outcome: Outcome;
	/** Tries that counted, before this one. */
	readonly attempts: number;
	/** When the delivery was queued first. */
	readonly queuedAt: number;
	readonly now: number;
	/** Is there an MX host that this try has not spoken to, and may it still be asked (one sibling an attempt, D7)? */
	readonly siblingLeft: boolean;
	/** How often this try has begun anew at once. */
	readonly agains: number;
	/** In [0, 1). */
	readonly random: number;
}

export interface RetryPolicy {
	readonly waitsMs: readonly number[];
	readonly giveUpMs: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A connection that must be opened anew "at once" more often than this in one try is not worth it. */
const MOST_AGAINS = 2;

/** Greylisting wants minutes (RFC 6647 section 4: senders should come back soon), whatever the schedule says. */
const GREYLIST_WAIT_MS = 5 * MINUTE;
const RECIPIENT_RATE_WAIT_MS = HOUR;
const MAILBOX_FULL_WAIT_MS = 12 * HOUR;

/** Decides. The spread of the waits (±20 %) keeps a campaign's deferred mail from coming back as one burst. */
export function decide(situation: RetrySituation, policy: RetryPolicy): Next {
	const { outcome, attempts, now } = situation;
	const scheduled = policy.waitsMs[Math.min(attempts, policy.waitsMs.length - 1)] ?? HOUR;
	const first = policy.waitsMs[0] ?? MINUTE;
	const later = (waitMs: number, burns: boolean): Next => {
		const at = now + Math.round(waitMs * (0.8 + 0.4 * situation.random));
		if (at > situation.queuedAt + policy.giveUpMs)
			return { kind: "failed", suppress: null, why: "given up: older than the age limit" };
		return { kind: "later", at, burns };
	};
	// A wait that comes from a rule leaves room for several tries before the age limit (12 h of the default 3 days).
	const ruled = (waitMs: number) => Math.min(waitMs, policy.giveUpMs / 6);

	switch (outcome.action) {
		case "done":
			return { kind: "delivered" };
		case "suppress":
			return {
				kind: "failed",
				suppress: outcome.class === "inactive-mailbox" ? "inactive-mailbox" : "invalid-recipient",
				why: outcome.class,
			};
		case "end":
			return { kind: "failed", suppress: null, why: outcome.class };
		case "doubt":
			return { kind: "uncertain" };
		case "again":
			if (situation.agains < MOST_AGAINS) return { kind: "again" };
			return later(first, false);
		case "sibling":
			if (situation.siblingLeft) return { kind: "sibling" };
			return later(scheduled, !aboutUs(outcome.class));
		case "retry":
			return later(scheduled, true);
		case "retry-soon":
			return later(Math.min(ruled(GREYLIST_WAIT_MS), scheduled), true);
		case "retry-long":
			return later(ruled(MAILBOX_FULL_WAIT_MS), true);
		case "wait-recipient":
			return later(ruled(RECIPIENT_RATE_WAIT_MS), true);
		case "requeue":
			return later(scheduled, false);
		case "hold":
			return later(ruled(HOUR), false);
	}
}

/** Refusals that say something about the sender's addresses or name, never about the reader (D7). */
const ABOUT_US: ReadonlySet<ReplyClass> = new Set([
	"too-many-connections",
	"messages-per-connection",
	"sender-rate",
	"reputation-temporary",
	"ip-blocked",
	"dnsbl-listed",
	"ptr-missing",
	"ehlo-refused",
	"relay-denied",
	"auth-failed",
	"dmarc-failed",
	"not-aligned",
	"sender-refused",
	"tls-required",
	"login-refused",
	"gateway-policy",
	"source-missing",
	"receiver-misconfigured",
	"connection-expired",
	"silent-close",
]);

/** Is a refusal of that class about us? */
export function aboutUs(replyClass: ReplyClass): boolean {
	return ABOUT_US.has(replyClass);
}
