// How one MX host has treated one source: what the detector judges by. Made from the hours of the ledger, or kept up to date answer by answer. Pure.
import type { Stage } from "../replies/outcome.ts";
import { BLOCKED, type LedgerClass, wordOf } from "./verdict.ts";

/** Instants in milliseconds. */
export interface HostRecord {
	readonly mxHost: string;
	readonly mxAddress: string;
	/** Answers that show that it lets us in. */
	readonly served: number;
	/** Refusals about us. */
	readonly aboutUs: number;
	readonly trouble: number;
	/** Everything else it was asked. */
	readonly neutral: number;
	/** Refusals about us since it last served us, and when the first of them came. */
	readonly streak: number;
	readonly streakSince: number | null;
	/** How many of the streak say outright that our address is blocked. */
	readonly blocked: number;
	/** Troubles since it last served us. */
	readonly troubles: number;
	/** How often it served us since the last refusal about us, and when it began. */
	readonly servedAgain: number;
	readonly servedSince: number | null;
	readonly lastServed: number | null;
	readonly lastAboutUs: number | null;
	readonly lastTrouble: number | null;
	/** The last refusal about us. */
	readonly lastText: string;
}

/** Answers of one kind within one hour. */
export interface HostCount {
	readonly class: LedgerClass;
	readonly stage: Stage;
	readonly n: number;
	readonly firstAt: number;
	readonly lastAt: number;
	readonly lastText: string;
}

export function emptyRecord(mxHost: string, mxAddress: string): HostRecord {
	return {
		mxHost,
		mxAddress,
		served: 0,
		aboutUs: 0,
		trouble: 0,
		neutral: 0,
		streak: 0,
		streakSince: null,
		blocked: 0,
		troubles: 0,
		servedAgain: 0,
		servedSince: null,
		lastServed: null,
		lastAboutUs: null,
		lastTrouble: null,
		lastText: "",
	};
}

/** The record after one more answer; answers must come in the order of their time. */
export function withAnswer(
	record: HostRecord,
	answer: { class: LedgerClass; stage: Stage; at: number; text: string },
): HostRecord {
	const { at } = answer;
	switch (wordOf(answer.class, answer.stage)) {
		case "served":
			return {
				...record,
				served: record.served + 1,
				streak: 0,
				streakSince: null,
				blocked: 0,
				troubles: 0,
				servedAgain: record.servedAgain + 1,
				servedSince: record.servedSince ?? at,
				lastServed: at,
			};
		case "about-us":
			return {
				...record,
				aboutUs: record.aboutUs + 1,
				streak: record.streak + 1,
				streakSince: record.streakSince ?? at,
				blocked: record.blocked + (BLOCKED.has(answer.class) ? 1 : 0),
				servedAgain: 0,
				servedSince: null,
				lastAboutUs: at,
				lastText: answer.text,
			};
		case "trouble":
			return { ...record, trouble: record.trouble + 1, troubles: record.troubles + 1, lastTrouble: at };
		case "neutral":
			return { ...record, neutral: record.neutral + 1 };
		case "skipped":
			return record;
	}
}

/**
 * The record of a host from the hours of the ledger. Within an hour only the first and the last instant are known, so of refusals that came before and
 * after an acceptance in the same hour one is counted into the streak: it is never overstated.
 */
export function recordOf(mxHost: string, mxAddress: string, counts: readonly HostCount[]): HostRecord {
	const of = (word: ReturnType<typeof wordOf>) => counts.filter((one) => wordOf(one.class, one.stage) === word);
	const served = of("served");
	const aboutUs = of("about-us");
	const trouble = of("trouble");
	const lastServed = latest(served);
	const lastAboutUs = latest(aboutUs);
	const streak = after(aboutUs, lastServed);
	const again = after(served, lastAboutUs);
	return {
		mxHost,
		mxAddress,
		served: sum(served),
		aboutUs: sum(aboutUs),
		trouble: sum(trouble),
		neutral: sum(of("neutral")),
		streak: streak.n,
		streakSince: streak.since,
		blocked: after(
			aboutUs.filter((one) => BLOCKED.has(one.class)),
			lastServed,
		).n,
		troubles: after(trouble, lastServed).n,
		servedAgain: again.n,
		servedSince: again.since,
		lastServed,
		lastAboutUs,
		lastTrouble: latest(trouble),
		lastText: aboutUs.find((one) => one.lastAt === lastAboutUs)?.lastText ?? "",
	};
}

const sum = (counts: readonly HostCount[]): number => counts.reduce((total, one) => total + one.n, 0);

const latest = (counts: readonly HostCount[]): number | null =>
	counts.reduce<number | null>((last, one) => (last === null || one.lastAt > last ? one.lastAt : last), null);

function after(counts: readonly HostCount[], instant: number | null): { readonly n: number; readonly since: number | null } {
	let n = 0;
	let since: number | null = null;
	for (const one of counts) {
		if (instant !== null && one.lastAt <= instant) continue;
		const whole = instant === null || one.firstAt > instant;
		n += whole ? one.n : 1;
		const from = whole ? one.firstAt : one.lastAt;
		if (since === null || from < since) since = from;
	}
	return { n, since };
}
