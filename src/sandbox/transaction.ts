// One mail transaction as the server sees it, from MAIL to its decision, and the rows it leaves in the record. Pure.
import type { ArrivalRow } from "./arrivals.ts";
import type { Behaviour, NameStage } from "./recipient-name.ts";

export interface Recipient {
	readonly to: string;
	readonly rcptAt: number;
	readonly behaviour: Behaviour;
}

export class Transaction {
	readonly from: string;
	readonly mailAt: number;
	readonly recipients: Recipient[] = [];
	dataAt: number | null = null;
	dotAt: number | null = null;
	bytes = 0;
	raw: Buffer | null = null;

	constructor(from: string, mailAt: number) {
		this.from = from;
		this.mailAt = mailAt;
	}

	/** The first thing that a recipient's name asks for at this stage; several recipients share one DATA and one final dot. */
	asked<Kind extends "reply" | "drop" | "silent" | "slow">(
		kind: Kind,
		at: NameStage,
	): Extract<Behaviour, { kind: Kind }> | undefined {
		for (const { behaviour } of this.recipients)
			if (behaviour.kind === kind && "at" in behaviour && behaviour.at === at)
				return behaviour as Extract<Behaviour, { kind: Kind }>;
		return undefined;
	}
}

/** What a row needs beyond its transaction. */
export interface Decision {
	readonly stage: ArrivalRow["stage"];
	readonly reply: string;
	readonly accepted: boolean;
	readonly at: number;
	readonly connection: number;
	readonly host: string;
	readonly client: string;
	readonly tls: string | null;
}

/** The row of one recipient ("" and null when MAIL itself was refused). */
export function arrivalRow(
	id: number,
	transaction: Transaction,
	to: string,
	rcptAt: number | null,
	decision: Decision,
): ArrivalRow {
	return {
		kind: "arrival",
		id,
		connection: decision.connection,
		host: decision.host,
		client: decision.client,
		mailAt: transaction.mailAt,
		rcptAt,
		dataAt: transaction.dataAt,
		dotAt: transaction.dotAt,
		at: decision.at,
		from: transaction.from,
		to,
		stage: decision.stage,
		reply: decision.reply,
		accepted: decision.accepted,
		tls: decision.tls,
		bytes: transaction.bytes,
		raw: transaction.raw,
	};
}
