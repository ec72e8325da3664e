// Prisma's libsql adapter with what it lacks for a queue:
//  - one connection for ever (the stock adapter opens a new one after each transaction: cold cache, pragmas gone, handles left to the collector);
//  - pragmas once; BEGIN IMMEDIATE, so that a transaction never fails half-way because it had only read so far;
//  - a query outside a transaction waits for the one that is open instead of joining it;
//  - a lock held by another process is waited for without blocking the event loop (the driver's own wait is synchronous).
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
	 * Even a COMMIT may find the database busy (another process recovers or resets the WAL); the transaction then stays open, and Prisma, which thinks it
	 * over, would never be able to begin another one. So it is repeated, and undone when that does not help.
	 */
	const commit = async (query: SqlQuery): Promise<number> => {
		try {
			return await patiently(patienceMs, () => inner.executeRaw(query));
		} catch (error) {
			await plain("ROLLBACK").catch(() => undefined);
			throw error;
		}
	};

	return {
		provider: "sqlite",
		adapterName: inner.adapterName,
		getConnectionInfo: () => ({ maxBindValues: 32_766, supportsRelationJoins: false }),
		queryRaw: (query) => inTurn(() => inner.queryRaw(query)),
		executeRaw: (query) => inTurn(() => inner.executeRaw(query)),
		executeScript: (script) => inTurn(() => inner.executeScript(script)),
		dispose: () => inner.dispose(),
		async startTransaction(): Promise<Transaction> {
			const end = await begin();
			try {
				await patiently(patienceMs, () => plain("BEGIN IMMEDIATE"));
			} catch (error) {
				end();
				throw error;
			}
			return {
				provider: "sqlite",
				adapterName: inner.adapterName,
				options: { usePhantomQuery: false },
				queryRaw: (query) => patiently(patienceMs, () => inner.queryRaw(query)),
				executeRaw: (query) => (query.sql === "COMMIT" ? commit(query) : patiently(patienceMs, () => inner.executeRaw(query))),
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
