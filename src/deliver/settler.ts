// Gathers how tries ended and commits them together: one transaction for all that came while the last one ran (group commit).
// A try counts as done when its rows and its state are committed, never before (D1); the journal carries it over a crash until then.
import type { Db } from "../db/db.ts";
import { settle } from "./queue.store.ts";
import type { Settlement } from "./settlement.ts";

/** Rows of one transaction at most: about 30 ms of the one thread. */
const BATCH = 400;
/**
 * So long tries are gathered for one commit. A commit is synced to the disk and costs 1 to 10 ms of the one thread whatever is in it: even every 25 ms
 * they took a fifth of the time on a busy machine. The answers are in the journal meanwhile, so a crash loses none of them.
 */
const GATHER_MS = 50;
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
	readonly #gapMs: () => number;
	#line: Settlement[] = [];
	#running: Promise<void> | null = null;
	#waiting: (() => void)[] = [];
	#hurry = false;
	#endGathering: (() => void) | null = null;

	/** `gapMs`: between two newsletters to one reader; asked each time. */
	constructor(db: Db, events: SettlerEvents, gapMs: () => number = () => 0) {
		this.#db = db;
		this.#gapMs = gapMs;
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
		this.#hurry = true;
		this.#endGathering?.();
		while (this.#running !== null) await this.#running;
		this.#hurry = false;
	}

	/** Lets more tries end and share the commit, unless somebody waits for it or a batch is full. */
	async #gather(): Promise<void> {
		if (this.#hurry || this.#line.length >= BATCH) return;
		await new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, GATHER_MS);
			this.#endGathering = () => {
				clearTimeout(timer);
				resolve();
			};
		});
		this.#endGathering = null;
	}

	async #run(): Promise<void> {
		while (this.#line.length > 0) {
			await this.#gather();
			const batch = this.#line.slice(0, BATCH);
			try {
				await settle(this.#db, batch, this.#gapMs());
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
