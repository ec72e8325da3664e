// Holds by order: which lanes a subject means, and which of several orders counts. Pure.
import type { LaneHold } from "./lane-types.ts";

export interface LaneOrder extends LaneHold {
	/** "mta1/naver"; a star in either place means all. */
	readonly subject: string;
}

/** Does that subject mean the lane? */
export function isMeant(subject: string, source: string, site: string): boolean {
	const slash = subject.lastIndexOf("/");
	const [itsSource, itsSite] = [subject.slice(0, slash), subject.slice(slash + 1)];
	return slash >= 0 && (itsSource === "*" || itsSource === source) && (itsSite === "*" || itsSite === site);
}

/** The order that holds the lane longest; null: none. */
export function orderOn(orders: readonly LaneOrder[], source: string, site: string): LaneHold | null {
	let longest: LaneOrder | null = null;
	for (const order of orders) {
		if (!isMeant(order.subject, source, site)) continue;
		if (longest === null || (longest.until !== null && (order.until === null || order.until > longest.until))) longest = order;
	}
	return longest === null ? null : { until: longest.until, reason: longest.reason, by: longest.by };
}
