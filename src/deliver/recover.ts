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
