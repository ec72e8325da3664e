// What the journal and the database say together after a crash (D2): which tries were answered, which are in doubt, which never got that far.
import type { ResponseRow } from "../log/response.ts";
import type { JournalRecord } from "./journal.file.ts";
import type { ClaimedDelivery, Settlement } from "./settlement.ts";

/** What the journal holds of one try. */
interface Traces {
	bodyAt: number | null;
	settlement: Settlement | null;
}

export interface Recovery {
	/** To be committed. */
	readonly settlements: readonly Settlement[];
	/** Claimed, but nothing of it can have been accepted: back into the queue, as if never claimed. */
	readonly unclaim: readonly number[];
}

/** Collects the traces of tries from the journal. Only those of `sending` are kept, so that memory does not grow with the journal. */
export class TraceCollector {
	readonly #traces = new Map<string, Traces>();

	constructor(sending: readonly ClaimedDelivery[]) {
		for (const delivery of sending) this.#traces.set(key(delivery.id, delivery.tries), { bodyAt: null, settlement: null });
	}

	add(record: JournalRecord): void {
		if (record.k === "T") return;
		const traces = this.#traces.get(key(record.d, record.n));
		if (traces === undefined) return;
		if (record.k === "B") traces.bodyAt = record.t;
		else traces.settlement = record.s as Settlement;
	}

	/** Decides for every delivery that was claimed when the process died. */
	recover(sending: readonly ClaimedDelivery[]): Recovery {
		const settlements: Settlement[] = [];
		const unclaim: number[] = [];
		for (const delivery of sending) {
			const traces = this.#traces.get(key(delivery.id, delivery.tries));
			if (traces?.settlement) settlements.push(traces.settlement);
			else if (traces !== undefined && traces.bodyAt !== null) settlements.push(inDoubt(delivery, traces.bodyAt));
			else unclaim.push(delivery.id);
		}
		return { settlements, unclaim };
	}
}

/** Connections or messages that a lane used up, as the lanes' windows are to count them. */
export interface Take {
	readonly lane: string;
	readonly kind: "connection" | "message";
	readonly at: number;
	readonly n: number;
}

/**
 * Dates what the lanes used up. A grant of messages is written when it is handed out, and its tickets are used one by one from then until the next grant
 * of the lane, or until the process died: they count at that later time. Too late by a moment is too careful; too early would let them leave a window
 * while the receiving side still counts them.
 */
export class TakeCollector {
	readonly #granted = new Map<string, Take>();
	#last = 0;

	/** `savedAt`: what a lane used up by then is in its saved windows already. Answers what is certain by now. */
	add(record: JournalRecord, savedAt: (lane: string) => number): readonly Take[] {
		if (record.k !== "R") this.#last = Math.max(this.#last, record.t);
		if (record.k !== "T") return [];
		const before = record.c === "message" ? this.#granted.get(record.l) : undefined;
		const used = before === undefined ? [] : [{ ...before, at: record.t }];
		const take: Take = { lane: record.l, kind: record.c, at: record.t, n: record.n };
		if (record.c === "message") this.#granted.delete(record.l);
		if (record.t <= savedAt(record.l)) return used;
		if (record.c === "connection") return [...used, take];
		this.#granted.set(record.l, take);
		return used;
	}

	/** The last grants, at the last sign of life. */
	rest(): readonly Take[] {
		return [...this.#granted.values()].map((take) => ({ ...take, at: Math.max(take.at, this.#last) }));
	}
}

function inDoubt(delivery: ClaimedDelivery, at: number): Settlement {
	const text = "the process ended when the final dot may have been sent and before the reply was known";
	const row: ResponseRow = {
		at,
		deliveryId: delivery.id,
		campaign: delivery.campaign,
		to: delivery.email,
		domain: delivery.domain,
		site: delivery.site,
		route: "",
		source: "",
		mxHost: "",
		mxAddress: "",
		port: 0,
		attempt: delivery.tries,
		seq: 1,
		stage: "body",
		code: 0,
		enhanced: null,
		text,
		class: "lost-after-body",
		scope: "message",
		action: "doubt",
		rule: "crash",
		tls: null,
		durationMs: 0,
		bytes: 0,
	};
	return {
		deliveryId: delivery.id,
		tries: delivery.tries,
		state: "uncertain",
		at,
		attempts: delivery.attempts + 1,
		lastClass: "lost-after-body",
		lastText: text,
		site: null,
		rows: [row],
		suppress: null,
	};
}

function key(id: number, tries: number): string {
	return `${id}:${tries}`;
}
