// How single answers become a listing with a history: what opens it, what closes it, what leaves it as it is. Pure: what was known and what was
// answered in, what is to be recorded out.
import type { Reading } from "./decode.ts";
import { isAtLeast } from "./decode.ts";
import type { Severity } from "./zones/zone.ts";

/** The last answer of one zone about one subject. */
export interface KnownState {
	readonly state: "listed" | "clean" | "unknown";
	/** Checks in a row that said the same. */
	readonly agreeing: number;
	readonly codes: readonly string[];
	/** Milliseconds. */
	readonly checkedAt: number;
}

export interface KnownListing {
	readonly id: number;
	readonly severity: Severity;
	readonly codes: readonly string[];
	readonly firstSeen: number;
	readonly lastSeen: number;
	/** Null: open. */
	readonly clearedAt: number | null;
	readonly quiet: boolean;
	/** It was cleared and came back before: now it has to stay away for CALM_MS. */
	readonly cameBack: boolean;
}

export type Change =
	| { readonly kind: "none" }
	/** `quiet`: it was there when the zone was asked for the first time. */
	| { readonly kind: "open"; readonly firstSeen: number; readonly quiet: boolean }
	/** The listing that was cleared a short while ago is the same one. */
	| { readonly kind: "reopen"; readonly id: number }
	/** Still there. `changed`: for another reason than before. */
	| { readonly kind: "seen"; readonly id: number; readonly changed: boolean }
	| { readonly kind: "clear"; readonly id: number };

/** A listing that comes back within this time is the same listing. */
export const SAME_MS = 24 * 3_600_000;
/** One that came back before is over only after so long a time without it: told twice, then no more. */
export const CALM_MS = 6 * 3_600_000;

const NEEDED = 2;

/**
 * What an answer changes. Two checks that agree open a listing and two close it. `confirmed`: the zone was asked again at once, or somebody else's
 * look-up said the same: that counts as the second check. An unknown answer changes nothing, and breaks the row of checks that agree.
 */
export function follow(of: {
	readonly before: KnownState | null;
	readonly reading: Reading;
	readonly confirmed: boolean;
	/** The newest listing of that subject on that zone. */
	readonly listing: KnownListing | null;
	readonly now: number;
}): { readonly agreeing: number; readonly change: Change } {
	const { before, reading, listing, now } = of;
	if (reading.state === "unknown") return { agreeing: 0, change: { kind: "none" } };
	const agreeing = before?.state === reading.state ? before.agreeing + 1 : 1;
	const open = listing !== null && listing.clearedAt === null ? listing : null;
	if (reading.state === "listed") {
		if (open !== null) {
			const changed = open.codes.join() !== reading.codes.join();
			return { agreeing, change: { kind: "seen", id: open.id, changed } };
		}
		// Nobody looked before, so it may be there for years: recorded at once, and told quietly unless mail is being refused for it.
		const critical = isAtLeast(reading.severity, "critical");
		if (before === null && (of.confirmed || !critical))
			return { agreeing, change: { kind: "open", firstSeen: now, quiet: !critical } };
		if (agreeing < NEEDED && !of.confirmed) return { agreeing, change: { kind: "none" } };
		if (listing?.clearedAt !== null && listing !== null && now - listing.clearedAt < SAME_MS)
			return { agreeing, change: { kind: "reopen", id: listing.id } };
		return { agreeing, change: { kind: "open", firstSeen: before?.state === "listed" ? before.checkedAt : now, quiet: false } };
	}
	if (open === null || (agreeing < NEEDED && !of.confirmed)) return { agreeing, change: { kind: "none" } };
	if (open.cameBack && now - open.lastSeen < CALM_MS) return { agreeing, change: { kind: "none" } };
	return { agreeing, change: { kind: "clear", id: open.id } };
}

/** Whether an answer is worth a second look at once: a listing that would open and stops mail, or the end of one that does. */
export function wantsSecondLook(reading: Reading, open: KnownListing | null): boolean {
	if (reading.state === "listed") return open === null && isAtLeast(reading.severity, "critical");
	return reading.state === "clean" && open !== null && open.severity === "critical";
}
