// When a campaign that should move does not. Pure: what one look at it found, and what the looks before found.
import type { Trouble } from "./watch.store.ts";

/** No answer of any kind for so long, while something is due. */
export const STALLED_MS = 30 * 60_000;

/** One look at a running campaign. */
export interface Look {
	readonly campaign: number;
	readonly name: string;
	/** Id of the last response; 0: none yet. */
	readonly mark: number;
	/** When that was; the start of the campaign when there is none. */
	readonly lastAt: number;
}

/** Since when each running campaign has been seen with the same last response. A pause or a restart begins anew: neither is standing still. */
export class Standstill {
	#seen = new Map<number, { readonly mark: number; readonly since: number }>();

	/** Takes in a look at all running campaigns; answers those that have stood still for long. */
	look(looks: readonly Look[], now: number): Look[] {
		this.#seen = new Map(
			looks.map((one) => {
				const known = this.#seen.get(one.campaign);
				return [one.campaign, known?.mark === one.mark ? known : { mark: one.mark, since: now }];
			}),
		);
		return looks.filter((one) => now - (this.#seen.get(one.campaign)?.since ?? now) >= STALLED_MS);
	}
}

export interface DueSite {
	readonly site: string;
	/** Deliveries that could go now. */
	readonly due: number;
	readonly lanes: readonly {
		readonly key: string;
		/** Why it is on hold; null: it is not. */
		readonly held: string | null;
		/** A message could go now. */
		readonly free: boolean;
	}[];
}

/** The trouble, or null: nothing is due, or a limit says "later", which is a plan and not a standstill. */
export function stalledTrouble(look: Look, sites: readonly DueSite[]): Trouble | null {
	const waiting = sites.filter((one) => one.due > 0);
	const due = waiting.reduce((sum, one) => sum + one.due, 0);
	if (due === 0) return null;
	const lanes = waiting.flatMap((one) => one.lanes);
	const free = lanes.filter((lane) => lane.held === null && lane.free);
	const open = lanes.filter((lane) => lane.held === null);
	const head = `Campaign ${look.campaign} "${look.name}" does not move: ${due.toLocaleString("en-US")} could go, and nothing was answered`;
	const subject = `campaign ${look.campaign}`;
	const facts = { due, sites: waiting.map((one) => one.site) };
	if (free.length > 0)
		return {
			subject,
			since: look.lastAt,
			text: `${head}, although ${free[0]?.key} is free.`,
			todo: `See what one of its readers waits for: wellsent explain ADDRESS. If the sender itself hangs, restart wellsent serve: nothing is lost and nobody gets it twice.`,
			facts,
		};
	if (open.length > 0) return null;
	const why = lanes[0];
	return {
		subject,
		since: look.lastAt,
		text: `${head}: ${why === undefined ? "there is no way out for its identity" : `all its lanes are on hold (${why.key}: ${why.held})`}.`,
		todo:
			why === undefined
				? "See `wellsent explain ADDRESS` for one of its readers, and [[identity]] in wellsent.toml."
				: "See `wellsent lanes` for each hold and what to do about it; what is queued waits.",
		facts,
	};
}
