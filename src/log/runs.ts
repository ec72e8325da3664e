// Refusals in a row: when what one server said of an identity or of a newsletter is said often enough to act for all readers. Pure.
//
// One refusal may be one server's broken check, or one reader's own filter; a hold for it would let a stranger's mistake stop a campaign. So a site is
// held after RUN refusals without an acceptance between them, and an identity as a whole only when two sites say the same, or when such refusals are a
// good part of all its latest answers.

/** Refusals of one site in a row. */
export const RUN = 3;
/** Of the last so many answers of an identity … */
const LATEST = 50;
/** … this share, and at least RUN, holds it everywhere. */
const SHARE = 0.2;
/** A run that old is over. */
const RUN_LASTS_MS = 3_600_000;

export type RunVerdict = "site" | "everywhere" | null;

interface Run {
	n: number;
	at: number;
}

export class Runs {
	readonly #runs = new Map<string, Map<string, Run>>();
	readonly #latest = new Map<string, boolean[]>();

	/** An acceptance of `subject` (an identity, a campaign) at a site. */
	accepted(subject: string, site: string): void {
		this.#remember(subject, false);
		this.#runs.get(subject)?.delete(site);
	}

	/** A refusal of it. Answers what is to be held now; the run goes on being counted until an acceptance. */
	refused(subject: string, site: string, at: number): RunVerdict {
		this.#remember(subject, true);
		const sites = this.#runs.get(subject) ?? new Map<string, Run>();
		this.#runs.set(subject, sites);
		const run = sites.get(site);
		if (run === undefined || run.at + RUN_LASTS_MS < at) sites.set(site, { n: 1, at });
		else {
			run.n += 1;
			run.at = at;
		}
		if ((sites.get(site)?.n ?? 0) < RUN) return null;
		const elsewhere = [...sites.values()].filter((one) => one.n >= RUN && one.at + RUN_LASTS_MS >= at).length;
		const latest = this.#latest.get(subject) ?? [];
		const bad = latest.filter(Boolean).length;
		return elsewhere > 1 || (bad >= RUN && bad >= latest.length * SHARE) ? "everywhere" : "site";
	}

	/** The hold is over: it begins anew. */
	forget(subject: string): void {
		this.#runs.delete(subject);
		this.#latest.delete(subject);
	}

	#remember(subject: string, refused: boolean): void {
		const latest = this.#latest.get(subject) ?? [];
		latest.push(refused);
		if (latest.length > LATEST) latest.shift();
		this.#latest.set(subject, latest);
	}
}
