// Does one MX host refuse *us* while its siblings take our mail? The judgement over the record of a host and those of its siblings. Pure.
//
// The rule. A host's streak is the number of refusals about us since it last served us. If hosts did not differ, each answer of a streak would be as
// likely as everywhere else at that site, so the chance of the streak is (share of refusals elsewhere) ^ (its length). Below ALPHA it is no accident;
// where every word of the streak says outright that we are blocked (BLOCKED in verdict.ts), a larger chance is enough, since blocks do not come and go by the
// throw of a die. A streak needs no window and forgets nothing by itself; a success ends it. The error rates on random refusals are measured in
// test/property/log/detector.test.ts and stand in docs/hosts.md.
// Rejected: "the last word was a refusal" (every second random refusal became an alarm), and a share within a window (blind for the first minutes).
import { chanceOfShare, chanceOfStreak } from "./chance.ts";
import type { HostRecord } from "./host-record.ts";
import type { HostVerdict } from "./verdict.ts";

/** An explanation by chance is given up below this: for any refusal about us, and for a streak of outright blocks. */
export const ALPHA = 1e-6;
export const ALPHA_BLOCKED = 1e-4;
/** Never from one word alone. */
const LEAST_STREAK = 2;
/** Where nothing else is known of the site (a new source, the first minutes), so many refusals without one acceptance are believed. */
const COLD_STREAK = 3;
const COLD_ANSWERS = 20;
/** So many in a row at a sibling are its own case, and no measure of what is usual at the site. */
const SIBLING_CASE = 3;
/** Bad answers between good ones: fewer are an accident, and without siblings to compare with they must be this share. */
const PATTERN = 3;
const PATTERN_SHARE = 0.2;

export interface Judgement {
	readonly verdict: HostVerdict;
	/** Since when; null for `ok` without a history and for `idle`. Milliseconds. */
	readonly since: number | null;
	/** What it rests on. */
	readonly because: "idle" | "serves" | "streak" | "site" | "first-refusal" | "trouble" | "pattern";
	/** The chance that it is an accident; null where none was reckoned. */
	readonly chance: number | null;
	/** What its siblings did meanwhile: in all, and how many of them served us since the streak began. */
	readonly siblings: { readonly hosts: number; readonly served: number; readonly aboutUs: number; readonly serving: number };
}

/** Judges a host. `siblings`: the other hosts (name and address) of the same site, for the same source. */
export function judge(host: HostRecord, siblings: readonly HostRecord[]): Judgement {
	const serving = siblings.filter((one) => host.streakSince !== null && (one.lastServed ?? -1) >= host.streakSince).length;
	const facts = {
		siblings: {
			hosts: siblings.length,
			served: total(siblings, (one) => one.served),
			aboutUs: total(siblings, (one) => one.aboutUs),
			serving,
		},
	};
	if (host.served + host.aboutUs + host.trouble + host.neutral === 0)
		return { verdict: "idle", since: null, because: "idle", chance: null, ...facts };
	if (host.streak > 0)
		return { ...(serving > 0 ? alone(host, siblings) : together(host, siblings)), since: host.streakSince, ...facts };
	if (host.troubles >= LEAST_STREAK || (host.troubles > 0 && host.served === 0))
		return { verdict: "suspect", since: host.lastTrouble, because: "trouble", chance: null, ...facts };
	const chance = patternChance(host, siblings);
	if (chance !== null && chance < ALPHA)
		return { verdict: "suspect", since: host.lastAboutUs ?? host.lastTrouble, because: "pattern", chance, ...facts };
	return { verdict: "ok", since: host.servedSince, because: "serves", chance: null, ...facts };
}

type Streak = Pick<Judgement, "verdict" | "because" | "chance">;

/** Siblings serve us meanwhile: one server of several. */
function alone(host: HostRecord, siblings: readonly HostRecord[]): Streak {
	const before = host.aboutUs - host.streak;
	let bad = before;
	let asked = host.served + before;
	for (const one of siblings) {
		const usual = one.streak >= SIBLING_CASE ? one.aboutUs - one.streak : one.aboutUs;
		bad += usual;
		asked += one.served + usual;
	}
	const chance = chanceOfStreak(host.streak, { bad, asked });
	return decided(host, chance, host.streak >= LEAST_STREAK && chance < alphaOf(host), "streak");
}

/** Nobody at the site serves us any more: what was refused since somebody last did is one streak. */
function together(host: HostRecord, siblings: readonly HostRecord[]): Streak {
	const all = [host, ...siblings];
	const lastServed = Math.max(...all.map((one) => one.lastServed ?? Number.NEGATIVE_INFINITY));
	const since = (one: HostRecord) =>
		one.streakSince !== null && one.streakSince > lastServed ? one.streak : (one.lastAboutUs ?? lastServed) > lastServed ? 1 : 0;
	const streak = total(all, since);
	const bad = total(all, (one) => one.aboutUs) - streak;
	const asked = bad + total(all, (one) => one.served);
	const chance = chanceOfStreak(streak, { bad, asked });
	const sure = streak >= COLD_STREAK && (asked < COLD_ANSWERS ? bad === 0 : chance < alphaOf(host));
	return decided(host, chance, sure, "site");
}

const alphaOf = (host: HostRecord): number => (host.blocked >= host.streak ? ALPHA_BLOCKED : ALPHA);

function decided(host: HostRecord, chance: number, sure: boolean, because: "streak" | "site"): Streak {
	if (sure) return { verdict: "refusing", because, chance };
	return { verdict: "suspect", because: host.streak === 1 ? "first-refusal" : because, chance };
}

/** "Mail fails now and then": bad answers between good ones, more than at the siblings. Null: too few to speak of. */
function patternChance(host: HostRecord, siblings: readonly HostRecord[]): number | null {
	const badOf = (one: HostRecord) => one.aboutUs + one.trouble;
	const bad = badOf(host);
	const asked = bad + host.served;
	if (bad < PATTERN) return null;
	const others = total(siblings, (one) => badOf(one) + one.served);
	if (others === 0) return bad >= PATTERN_SHARE * asked ? 0 : null;
	return chanceOfShare({ bad, asked, allBad: bad + total(siblings, badOf), all: asked + others });
}

const total = (hosts: readonly HostRecord[], of: (host: HostRecord) => number): number =>
	hosts.reduce((sum, host) => sum + of(host), 0);

/** How many readers a host must have refused as unknown before a burst is thought of, and what its siblings must have taken meanwhile. */
const BURST = 10;
const SIBLINGS_TOOK = 10;

/** Invalid-recipient refusals and acceptances of one host, within the last hour or so. */
export interface InvalidShare {
	readonly invalid: number;
	readonly accepted: number;
}

/**
 * Does one host call readers unknown far more often than its siblings (a lost directory, a half-finished migration)? Then it is not to be believed (D6).
 * A bad list hits all hosts of a site alike and is no burst.
 */
export function isInvalidBurst(host: InvalidShare, siblings: readonly InvalidShare[]): boolean {
	const others = siblings.reduce((sum, one) => ({ invalid: sum.invalid + one.invalid, accepted: sum.accepted + one.accepted }), {
		invalid: 0,
		accepted: 0,
	});
	const asked = host.invalid + host.accepted;
	if (host.invalid < BURST || others.accepted < SIBLINGS_TOOK || host.invalid < asked / 2) return false;
	const all = asked + others.invalid + others.accepted;
	return chanceOfShare({ bad: host.invalid, asked, allBad: host.invalid + others.invalid, all }) < ALPHA;
}
