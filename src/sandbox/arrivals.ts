// What the simulated servers saw, with times: the only judge of limits and counts that is not our own log.
//
// Pure but for its memory, which is bounded: totals are exact for ever, rows are the newest ones. The full record goes to a file
// (record.file.ts) when one is named.

/** One connection of a client to a host. Instants in milliseconds. */
export interface ConnectionRow {
	readonly kind: "connection";
	readonly id: number;
	readonly host: string;
	/** Address of ours that was connected to. */
	readonly hostAddress: string;
	/** The source: the client's address. */
	readonly client: string;
	readonly openedAt: number;
	closedAt: number | null;
	/** Messages accepted on it. */
	messages: number;
	/** The reply that refused it at the greeting, or null. */
	refused: string | null;
	/** Name given in EHLO or HELO. */
	ehlo: string | null;
}

/** One recipient of one transaction, when it was decided. */
export interface ArrivalRow {
	readonly kind: "arrival";
	readonly id: number;
	/** Id of its connection. */
	readonly connection: number;
	readonly host: string;
	readonly client: string;
	readonly mailAt: number;
	/** Null where the transaction did not get that far. */
	readonly rcptAt: number | null;
	readonly dataAt: number | null;
	/** The final dot came. */
	readonly dotAt: number | null;
	/** The moment of the decision. */
	readonly at: number;
	readonly from: string;
	/** "" when MAIL itself was refused. */
	readonly to: string;
	/** Where it was decided. */
	readonly stage: "mail" | "rcpt" | "data" | "body";
	/** The reply given, or "(dropped)", "(silent)", "(closed by client)". */
	readonly reply: string;
	/** True when the message is in the mailbox, whether or not the sender was told. */
	readonly accepted: boolean;
	/** "TLSv1.3", or null in plain text. */
	readonly tls: string | null;
	/** Bytes of the body as sent, before the final dot (doubled dots count twice). */
	readonly bytes: number;
	/** The message without doubled dots; only with `keepMessages`, and only the newest 256 MB of them. */
	raw: Buffer | null;
}

export interface Totals {
	readonly connections: number;
	readonly refusedConnections: number;
	readonly accepted: number;
	readonly refused: number;
	readonly bytes: number;
}

/** Which rows: all given fields must match. */
export interface RowFilter {
	readonly host?: string;
	readonly client?: string;
	readonly to?: string;
	readonly accepted?: boolean;
}

const ROWS_KEPT = 50_000;
const RAW_BYTES_KEPT = 256 * 1024 * 1024;
const NO_TOTALS: Totals = { connections: 0, refusedConnections: 0, accepted: 0, refused: 0, bytes: 0 };

export class Arrivals {
	readonly #connections: ConnectionRow[] = [];
	readonly #rows: ArrivalRow[] = [];
	readonly #kept: number;
	#rawBytes = 0;
	/** Rows that still hold their message, oldest first. */
	readonly #withRaw: ArrivalRow[] = [];
	#totals = { ...NO_TOTALS };
	readonly #byHost = new Map<string, { -readonly [Key in keyof Totals]: number }>();

	constructor(kept: number = ROWS_KEPT) {
		this.#kept = kept;
	}

	opened(row: ConnectionRow): void {
		trim(this.#connections, this.#kept);
		this.#connections.push(row);
		this.#count(row.host, "connections", 1);
	}

	/** The connection was refused at the greeting. */
	turnedAway(row: ConnectionRow, reply: string): void {
		row.refused = reply;
		this.#count(row.host, "refusedConnections", 1);
	}

	arrived(row: ArrivalRow): void {
		trim(this.#rows, this.#kept);
		this.#rows.push(row);
		this.#count(row.host, row.accepted ? "accepted" : "refused", 1);
		this.#count(row.host, "bytes", row.bytes);
		if (row.raw === null) return;
		this.#rawBytes += row.raw.length;
		this.#withRaw.push(row);
		while (this.#rawBytes > RAW_BYTES_KEPT && this.#withRaw.length > 1) {
			const oldest = this.#withRaw.shift();
			this.#rawBytes -= oldest?.raw?.length ?? 0;
			if (oldest) oldest.raw = null;
		}
	}

	/** Exact since the start. */
	totals(host?: string): Totals {
		return { ...(host === undefined ? this.#totals : (this.#byHost.get(host) ?? NO_TOTALS)) };
	}

	/** The newest rows (50,000), oldest first. */
	rows(filter: RowFilter = {}): ArrivalRow[] {
		return this.#rows
			.slice(-this.#kept)
			.filter(
				(row) =>
					(filter.host === undefined || row.host === filter.host) &&
					(filter.client === undefined || row.client === filter.client) &&
					(filter.to === undefined || row.to === filter.to) &&
					(filter.accepted === undefined || row.accepted === filter.accepted),
			);
	}

	/** The newest connections (50,000), oldest first. */
	connections(filter: Pick<RowFilter, "host" | "client"> = {}): ConnectionRow[] {
		return this.#connections
			.slice(-this.#kept)
			.filter(
				(row) =>
					(filter.host === undefined || row.host === filter.host) &&
					(filter.client === undefined || row.client === filter.client),
			);
	}

	/** How often each recipient's message was accepted: more than once is a doubled mail. */
	acceptedByRecipient(): Map<string, number> {
		const times = new Map<string, number>();
		for (const row of this.rows({ accepted: true })) times.set(row.to, (times.get(row.to) ?? 0) + 1);
		return times;
	}

	#count(host: string, what: keyof Totals, by: number): void {
		let own = this.#byHost.get(host);
		if (own === undefined) {
			own = { ...NO_TOTALS };
			this.#byHost.set(host, own);
		}
		own[what] += by;
		this.#totals[what] += by;
	}
}

/** Cutting half off now and then is cheaper than shifting one off each time. */
function trim(rows: unknown[], kept: number): void {
	if (rows.length >= kept * 2) rows.splice(0, rows.length - kept);
}

/** Most events in any window [t, t + windowMs), wherever it starts. Times in any order. */
export function worstWindow(times: readonly number[], windowMs: number): number {
	const sorted = [...times].sort((a, b) => a - b);
	let worst = 0;
	let first = 0;
	for (const [last, time] of sorted.entries()) {
		while (time - (sorted[first] ?? time) >= windowMs) first += 1;
		worst = Math.max(worst, last - first + 1);
	}
	return worst;
}

/** A connection that opened and closed in the same millisecond was open nevertheless. */
const SHORTEST_MS = 0.01;

/** Most connections open at one moment. One that closes at the instant another opens does not count beside it. */
export function mostAtOnce(connections: readonly Pick<ConnectionRow, "openedAt" | "closedAt">[]): number {
	const steps = connections.flatMap(({ openedAt, closedAt }) =>
		closedAt === null
			? [{ at: openedAt, by: 1 }]
			: [
					{ at: openedAt, by: 1 },
					{ at: Math.max(closedAt, openedAt + SHORTEST_MS), by: -1 },
				],
	);
	steps.sort((a, b) => a.at - b.at || a.by - b.by);
	let open = 0;
	let most = 0;
	for (const { by } of steps) {
		open += by;
		most = Math.max(most, open);
	}
	return most;
}

/** Most messages accepted on one connection. */
export function mostMessagesPerConnection(connections: readonly Pick<ConnectionRow, "messages">[]): number {
	return connections.reduce((most, row) => Math.max(most, row.messages), 0);
}
