// Bursts of "unknown recipient" that come as bounces (D6): one MX host whose mail comes back far more often than that of its siblings has lost its directory,
// not its readers. Remembers the last hours; writes nothing. Forgets at a restart: then a burst shows again after ten more.
import { type InvalidShare, isInvalidBurst } from "../log/detector.ts";

/** The MX host that had taken the message. */
export interface TakenBy {
	readonly site: string;
	readonly source: string;
	readonly mxHost: string;
}

/** Messages taken by each MX host of a site lately. */
export type Taken = ReadonlyMap<string, number>;

/** Reports come for hours after the message: so long both are counted. */
export const DOUBT_WINDOW_MS = 6 * 3_600_000;
/** Readers of one host that are remembered. */
const MOST = 10_000;

interface Told {
	readonly at: number;
	readonly email: string;
}

export class Doubt {
	readonly #told = new Map<string, Told[]>();
	readonly #bursts = new Set<string>();

	/**
	 * Takes in that a reader is unknown behind a host. "believed"; "doubted"; or, when a burst begins with this one, the readers before it who were believed and
	 * whose suppression is to be taken back.
	 */
	told(
		by: TakenBy,
		email: string,
		taken: Taken,
		now: number,
	): "believed" | "doubted" | { readonly before: readonly string[]; readonly since: number } {
		const key = keyOf(by);
		const list = (this.#told.get(key) ?? []).filter((one) => now - one.at < DOUBT_WINDOW_MS).slice(-MOST);
		const before = list.map((one) => one.email);
		list.push({ at: now, email });
		this.#told.set(key, list);
		const siblings = [...taken.keys()]
			.filter((host) => host !== by.mxHost)
			.map((mxHost) => this.#share({ ...by, mxHost }, taken, now));
		if (!isInvalidBurst(this.#share(by, taken, now), siblings)) {
			this.#bursts.delete(key);
			return "believed";
		}
		if (this.#bursts.has(key)) return "doubted";
		this.#bursts.add(key);
		return { before, since: list[0]?.at ?? now };
	}

	#share(of: TakenBy, taken: Taken, now: number): InvalidShare {
		const invalid = (this.#told.get(keyOf(of)) ?? []).filter((one) => now - one.at < DOUBT_WINDOW_MS).length;
		return { invalid, accepted: Math.max(0, (taken.get(of.mxHost) ?? 0) - invalid) };
	}
}

const keyOf = ({ site, source, mxHost }: TakenBy): string => `${site}\n${source}\n${mxHost}`;
