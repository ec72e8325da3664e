// Collects what an import could not take: the totals of all, the words of the first thousand. Does not decide what is bad.

export interface BadRow {
	/** Line of the file on which the row begins; the first line is 1. */
	readonly line: number;
	/** What stood in the column of the address. */
	readonly address: string;
	/** Stable, for programs: the kind of problem. */
	readonly problem: string;
	/** For people: a sentence. */
	readonly reason: string;
}

export interface BadRowsReport {
	readonly total: number;
	/** Rows by kind of problem. */
	readonly byProblem: Readonly<Record<string, number>>;
	/** The first 1,000, in the file's order. All of them went to `onBadRow`. */
	readonly first: readonly BadRow[];
}

/** Told of every bad row, in order; a promise is waited for, so that writing them to a file keeps memory flat. */
export type OnBadRow = (row: BadRow) => void | Promise<void>;

/** More would be no report for people, and a file of the wrong kind has a million of them. */
const KEPT = 1_000;
/** A broken row may hold half a file in its first field. Characters. */
const ADDRESS_SHOWN = 320;

export class BadRows {
	readonly #first: BadRow[] = [];
	readonly #byProblem = new Map<string, number>();
	readonly #onBadRow: OnBadRow | undefined;
	#total = 0;

	constructor(onBadRow: OnBadRow | undefined) {
		this.#onBadRow = onBadRow;
	}

	async add(row: BadRow): Promise<void> {
		const shown = row.address.length > ADDRESS_SHOWN ? { ...row, address: `${row.address.slice(0, ADDRESS_SHOWN)}…` } : row;
		this.#total++;
		this.#byProblem.set(row.problem, (this.#byProblem.get(row.problem) ?? 0) + 1);
		if (this.#first.length < KEPT) this.#first.push(shown);
		await this.#onBadRow?.(shown);
	}

	report(): BadRowsReport {
		return { total: this.#total, byProblem: Object.fromEntries(this.#byProblem), first: [...this.#first] };
	}
}
