// Prisma's libsql adapter with what it lacks for a queue:
//  - one connection for ever (the stock adapter opens a new one after each transaction: cold cache, pragmas gone, handles left to the collector);
//  - pragmas once; BEGIN IMMEDIATE, so that a transaction never fails half-way because it had only read so far;
//  - a query outside a transaction waits for the one that is open instead of joining it;
//  - a lock held by another process is waited for without blocking the event loop (the driver's own wait is synchronous).
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { PrismaLibSql } from "@prisma/adapter-libsql";
import type {
	SqlDriverAdapter,
	SqlMigrationAwareDriverAdapterFactory,
	SqlQuery,
	Transaction,
} from "@prisma/driver-adapter-utils";

/** How long a lock of another process is waited for unless told otherwise, and how often it is asked for. */
export const LOCK_PATIENCE_MS = 15_000;
const LOCK_RETRY_MS = 25;

export interface SqliteOptions {
	/** Absolute path of the file, or ":memory:". */
	readonly file: string;
	/** Milliseconds. */
	readonly lockPatienceMs?: number;
}

/** True for the error of a database that another process holds locked. */
export function isLocked(thrown: unknown): boolean {
	if (!(thrown instanceof Error)) return false;
	const cause: unknown = thrown.cause;
	const kind = typeof cause === "object" && cause !== null && "kind" in cause ? cause.kind : "";
	return (
		kind === "SocketTimeout" ||
		/SQLITE_BUSY|database is locked/i.test(
			thrown.message + (cause instanceof Error ? cause.message : JSON.stringify(cause ?? "")),
		)
	);
}

export class SqliteAdapter implements SqlMigrationAwareDriverAdapterFactory {
	readonly provider = "sqlite" as const;
	readonly adapterName = "@prisma/adapter-libsql";
	readonly #inner: PrismaLibSql;
	readonly #memory: boolean;
	readonly #patienceMs: number;

	constructor(options: SqliteOptions) {
		this.#patienceMs = options.lockPatienceMs ?? LOCK_PATIENCE_MS;
		this.#memory = options.file === ":memory:";
		const url = this.#memory ? ":memory:" : `file:${options.file}`;
		this.#inner = new PrismaLibSql({ url }, { timestampFormat: "unixepoch-ms" });
	}

	async connect(): Promise<SqlDriverAdapter> {
		const inner = await this.#inner.connect();
		// FULL: a commit that was acknowledged survives a power cut, which "never twice" rests on (measured: 0.4 ms a commit, shared by a batch).
		const pragmas = [
			...(this.#memory ? [] : ["PRAGMA journal_mode = WAL"]),
			"PRAGMA synchronous = FULL",
			"PRAGMA foreign_keys = ON",
			"PRAGMA cache_size = -65536",
			"PRAGMA temp_store = MEMORY",
			"PRAGMA wal_autocheckpoint = 4000",
		];
		for (const sql of pragmas) await patiently(this.#patienceMs, () => inner.queryRaw(statement(sql)));
		return serialised(inner, this.#patienceMs);
	}

	connectToShadowDb(): Promise<SqlDriverAdapter> {
		return this.#inner.connectToShadowDb();
	}
}

/** Statements that need the write lock; a read that names such a word waits for nothing worse than the lock. */
const WRITES = /\b(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|VACUUM|REINDEX)\b/i;

function statement(sql: string): SqlQuery {
	return { sql, args: [], argTypes: [] };
}

/** Repeats a single statement while another process holds the lock: it did nothing yet, so repeating is safe. */
async function patiently<T>(patienceMs: number, run: () => Promise<T>): Promise<T> {
	const deadline = Date.now() + patienceMs;
	for (;;) {
		try {
			return await run();
		} catch (error) {
			if (!isLocked(error) || Date.now() >= deadline) throw error;
			await new Promise((resolve) => setTimeout(resolve, LOCK_RETRY_MS));
		}
	}
}

/** Repeats a write that found the lock taken after all: what the driver left half done is collected first, and the lock waited for. */
async function afterBusy<T>(patienceMs: number, run: () => Promise<T>, whenFree: () => Promise<void>): Promise<T> {
	const deadline = Date.now() + patienceMs;
	for (;;) {
		try {
			return await run();
		} catch (error) {
			if (!isLocked(error) || Date.now() >= deadline) throw error;
			await collect();
			await whenFree();
		}
	}
}

let collectGarbage: (() => void) | null = null;

/** Finishes the driver's statements that nobody holds any more; some 10 ms, for a moment that hardly comes. */
async function collect(): Promise<void> {
	if (collectGarbage === null) {
		setFlagsFromString("--expose-gc");
		collectGarbage = runInNewContext("gc") as () => void;
	}
	collectGarbage();
	// Node runs the finalizers of native objects after the turn in which they were collected.
	for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function serialised(inner: SqlDriverAdapter, patienceMs: number): SqlDriverAdapter {
	let turn: Promise<void> = Promise.resolve();
	/** Waits for its turn; the answer ends the turn. */
	const begin = async (): Promise<() => void> => {
		const before = turn;
		let end: () => void = () => undefined;
		turn = new Promise((resolve) => {
			end = resolve;
		});
		await before;
		return end;
	};
	const inTurn = async <T>(run: () => Promise<T>): Promise<T> => {
		const end = await begin();
		try {
			return await patiently(patienceMs, run);
		} finally {
			end();
		}
	};
	const plain = (sql: string) => inner.executeRaw(statement(sql)).then(() => undefined);
	/**
	 * Waits until no other process holds the write lock. A statement that finds it taken must not be tried itself: the driver leaves it half done until
	 * the garbage collector comes by, and so long SQLite answers every COMMIT of this connection with "busy", and does not commit what needs none
	 * (measured: two processes writing without a pause lost the connection within a second). A script is ended at once, and this one is rolled back by
	 * the driver when it did begin. Where the lock is lost again before the real statement, the collector is called (afterBusy).
	 */
	const whenFree = () => patiently(patienceMs, () => inner.executeScript("BEGIN IMMEDIATE"));
	/** A COMMIT that is told "busy" leaves its transaction open: repeated, and undone when that does not help, or nobody could ever begin another one. */
	const commit = async (query: SqlQuery): Promise<number> => {
		try {
			return await afterBusy(
				patienceMs,
				() => inner.executeRaw(query),
				async () => undefined,
			);
		} catch (error) {
			await plain("ROLLBACK").catch(() => undefined);
			throw error;
		}
	};
	const write = <T>(run: () => Promise<T>): Promise<T> =>
		inTurn(async () => {
			await whenFree();
			return afterBusy(patienceMs, run, whenFree);
		});

	return {
		provider: "sqlite",
		adapterName: inner.adapterName,
		getConnectionInfo: () => ({ maxBindValues: 32_766, supportsRelationJoins: false }),
		queryRaw: (query) => (WRITES.test(query.sql) ? write : inTurn)(() => inner.queryRaw(query)),
		executeRaw: (query) => (WRITES.test(query.sql) ? write : inTurn)(() => inner.executeRaw(query)),
		executeScript: (script) => inTurn(() => inner.executeScript(script)),
		dispose: () => inner.dispose(),
		async startTransaction(): Promise<Transaction> {
			const end = await begin();
			try {
				await whenFree();
				await afterBusy(patienceMs, () => plain("BEGIN IMMEDIATE"), whenFree);
			} catch (error) {
				end();
				throw error;
			}
			return {
				provider: "sqlite",
				adapterName: inner.adapterName,
				options: { usePhantomQuery: false },
				queryRaw: (query) => inner.queryRaw(query),
				executeRaw: (query) => (query.sql === "COMMIT" ? commit(query) : inner.executeRaw(query)),
				// Prisma itself sends COMMIT and ROLLBACK; these only let the next one in.
				commit: async () => end(),
				rollback: async () => end(),
				createSavepoint: (name) => plain(`SAVEPOINT ${name}`),
				rollbackToSavepoint: (name) => plain(`ROLLBACK TO ${name}`),
				releaseSavepoint: (name) => plain(`RELEASE SAVEPOINT ${name}`),
			};
		},
	};
}
