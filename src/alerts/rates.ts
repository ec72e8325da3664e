// Bounces and complaints as rates, and from which on somebody must know or Wellsent acts. Pure.
//
// Complaints: Google and Yahoo ask for less than 0.1 % and refuse from 0.3 % on (support.google.com/a/answer/81126, senders.yahooinc.com/best-practices).
// Bounces: no provider publishes a number; 2 % and 5 % are where large senders warn and stop (AWS SES: under review at 5 %, paused at 10 %). The least
// counts keep one complaint of a test among ten readers from stopping anything.
import type { AlertKind } from "../log/alert-kinds.ts";

export interface RateRule {
	readonly began: AlertKind;
	readonly ended: AlertKind;
	/** Shares, and how many there must be at least. */
	readonly warn: { readonly share: number; readonly least: number };
	readonly act: { readonly share: number; readonly least: number };
	/** It is over below this part of the warning share. */
	readonly calm: number;
}

export const BOUNCES: RateRule = {
	began: "bounce-rate-high",
	ended: "bounce-rate-normal",
	warn: { share: 0.02, least: 10 },
	act: { share: 0.05, least: 50 },
	calm: 0.8,
};

export const COMPLAINTS: RateRule = {
	began: "complaint-rate-high",
	ended: "complaint-rate-normal",
	warn: { share: 0.001, least: 3 },
	act: { share: 0.003, least: 5 },
	calm: 0.8,
};

export type RateVerdict = "calm" | "warn" | "act";

/** `said`: it was too high when it was looked at before. */
export function judgeRate(rule: RateRule, of: { readonly n: number; readonly of: number; readonly said: boolean }): RateVerdict {
	const share = of.of === 0 ? 0 : of.n / of.of;
	if (share >= rule.act.share && of.n >= rule.act.least) return "act";
	if (share >= rule.warn.share && of.n >= rule.warn.least) return "warn";
	return of.said && share >= rule.warn.share * rule.calm ? "warn" : "calm";
}

/** "2.4 % (24 of 1,000)" */
export function rateWords(n: number, of: number): string {
	const share = of === 0 ? 0 : (100 * n) / of;
	return `${share.toFixed(share < 1 ? 2 : 1)} % (${n.toLocaleString("en-US")} of ${of.toLocaleString("en-US")})`;
}
