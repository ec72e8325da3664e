// How one try of one delivery ended: the rows it makes in the log and the state it leaves the delivery in. Plain data, so that the journal can keep it.
import type { ResponseRow } from "../log/response.ts";
import type { SuppressReason } from "./retry.ts";

export type SettledState = "queued" | "delivered" | "failed" | "suppressed" | "uncertain";

export interface Settlement {
	readonly deliveryId: number;
	/** Number of the try: with the id it names one try for ever. */
	readonly tries: number;
	readonly state: SettledState;
	/** When it may be tried again (queued), or when it was settled. */
	readonly at: number;
	/** Tries that counted, this one included where it did. */
	readonly attempts: number;
	/** Null leaves it as it was: nothing was heard. */
	readonly lastClass: string | null;
	readonly lastText: string | null;
	/** The site it is filed under from now on; null: unchanged. */
	readonly site: string | null;
	/** False: the try did not take place at all (a pause, a hold): as if it had never been claimed. */
	readonly rows: readonly ResponseRow[];
	readonly suppress: {
		readonly email: string;
		readonly reason: SuppressReason;
		readonly detail: string;
		readonly campaign: number;
		/** The host that said so is in doubt: the reader is quarantined for review, not suppressed (D6). */
		readonly doubted?: { readonly site: string; readonly source: string; readonly mxHost: string };
	} | null;
}

/** A delivery that this process has claimed, with all that is needed to send it. */
export interface ClaimedDelivery {
	readonly id: number;
	readonly campaign: number;
	readonly contactId: number;
	readonly email: string;
	readonly domain: string;
	readonly site: string;
	readonly attempts: number;
	readonly tries: number;
	readonly queuedAt: number;
	readonly name: string | null;
	readonly attributes: Readonly<Record<string, string>>;
	/** The reader was suppressed after the delivery had been queued. */
	readonly suppressed: boolean;
}
