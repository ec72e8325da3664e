// Gathers how tries ended and commits them together: one transaction for all that came while the last one ran (group commit).
// A try counts as done when its rows and its state are committed, never before (D1); the journal carries it over a crash until then.
import type { Db } from "../db/db.ts";
import { settle } from "./queue.store.ts";
import type { Settlement } from "./settlement.ts";

/** Rows of one transaction at most: about 30 ms of the one thread. */
const BATCH = 400;
/** More than this uncommitted, and the senders wait: memory stays bounded when the disk is slow. */
const BACKLOG = 2_000;

export interface SettlerEvents {
	/** After the commit. */
	readonly onSettled: (settlements: readonly Settlement[]) => void;
	/** The database refused: nothing of the batch was recorded. The settlements stay in line and are tried again. */
	readonly onTrouble: (error: unknown) => void;
}

export class Settler {
	readonly #db: Db;
	readonly #events: SettlerEvents;
	#line: Settlement[] = [];
	#running: Promise<void> | null = null;
	#waiting: (() => void)[] = [];

	constructor(db: Db, events: SettlerEvents) {
		this.#db = db;
		this.#events = events;
	}

	/** Puts a settlement in line. Resolves at once, or when the line has become short enough. */
	async add(settlement: Settlement): Promise<void> {
		this.#line.push(settlement);
		this.#running ??= this.#run();
		while (this.#line.length > BACKLOG) await new Promise<void>((resolve) => this.#waiting.push(resolve));
	}

	/** Settlements that are not committed yet. */
	get backlog(): number {
		return this.#line.length;
	}

	/** Resolves when everything added so far is committed. */
	async flush(): Promise<void> {
		while (this.#running !== null) await this.#running;
	}

	async #run(): Promise<void> {
		// A few milliseconds: more tries end meanwhile and share the commit.
		await new Promise((resolve) => setTimeout(resolve, 4));
		while (this.#line.length > 0) {
			const batch = this.#line.slice(0, BATCH);
			try {
				await settle(this.#db, batch);
				this.#line.splice(0, batch.length);
				this.#events.onSettled(batch);
			} catch (error) {
				this.#events.onTrouble(error);
				// A full or locked disk: the mail is out already, so its record must not be dropped. Ask again, without a storm.
				await new Promise((resolve) => setTimeout(resolve, 500));
			}
			for (const wake of this.#waiting.splice(0)) wake();
		}
		this.#running = null;
	}
}
