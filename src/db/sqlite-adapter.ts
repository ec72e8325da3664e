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
import { type AdapterClient, SqliteConnection } from "./sqlite-connection.ts";

/** How long a lock of another process is waited for unless told otherwise, and how often it is asked for. */
export const LOCK_PATIENCE_MS = 15_000;
const LOCK_RETRY_MS = 25;
/** Statements one after the other let the event loop turn that often. */
const BREATH_MS = 15;

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
	readonly #file: string;
	readonly #patienceMs: number;

	constructor(options: SqliteOptions) {
		this.#patienceMs = options.lockPatienceMs ?? LOCK_PATIENCE_MS;
		this.#file = options.file;
	}

	async connect(): Promise<SqlDriverAdapter> {
		const connection = new SqliteConnection(this.#file);
		const inner = await new OneConnection(connection).connect();
		// FULL: a commit that was acknowledged survives a power cut, which "never twice" rests on (measured: 0.4 ms a commit, shared by a batch).
		const pragmas = [
			...(this.#file === ":memory:" ? [] : ["PRAGMA journal_mode = WAL"]),
			"PRAGMA synchronous = FULL",
			"PRAGMA foreign_keys = ON",
			"PRAGMA cache_size = -65536",
			"PRAGMA temp_store = MEMORY",
			"PRAGMA wal_autocheckpoint = 4000",
		];
		for (const sql of pragmas) await patiently(this.#patienceMs, async () => connection.run(sql));
		return serialised(inner, connection, this.#patienceMs);
	}

	connectToShadowDb(): Promise<SqlDriverAdapter> {
		return new OneConnection(new SqliteConnection(":memory:")).connect();
	}
}

/** Statements that need the write lock; a read that names such a word waits for nothing worse than the lock. */
const WRITES = /\b(?:INSERT|UPDATE|DELETE|REPLACE|CREATE|ALTER|DROP|REINDEX)\b/i;
/** These cannot be within a transaction. */
const ALONE = /^\s*(?:VACUUM|PRAGMA|ATTACH|DETACH)\b/i;

const isWrite = (sql: string): boolean => WRITES.test(sql) && !ALONE.test(sql);

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

/** libsql's adapter on a connection of ours. */
class OneConnection extends PrismaLibSql {
	readonly #connection: SqliteConnection;

	constructor(connection: SqliteConnection) {
		super({ url: ":memory:" }, { timestampFormat: "unixepoch-ms" });
		this.#connection = connection;
	}

	override createClient(): AdapterClient {
		return this.#connection.asClient();
	}
}

function serialised(inner: SqlDriverAdapter, connection: SqliteConnection, patienceMs: number): SqlDriverAdapter {
	let turn: Promise<void> = Promise.resolve();
	let lastBreath = 0;
	/** Waits for its turn; the answer ends the turn. */
	const begin = async (): Promise<() => void> => {
		const before = turn;
		let end: () => void = () => undefined;
		turn = new Promise((resolve) => {
			end = resolve;
		});
		await before;
		// SQLite answers at once: a loop over statements would never let sockets and timers have their turn.
		if (performance.now() - lastBreath > BREATH_MS) {
			await new Promise((resolve) => setImmediate(resolve));
			lastBreath = performance.now();
		}
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
	const undo = () => {
		if (connection.inTransaction) connection.run("ROLLBACK");
	};
	/**
	 * A single write begins and ends its transaction by script as well: so the statement itself never meets a lock, and nothing of it is left half done.
	 * Repeating is safe as long as nothing was committed.
	 */
	const write = <T>(run: () => Promise<T>): Promise<T> =>
		inTurn(async () => {
			connection.run("BEGIN IMMEDIATE");
			try {
				const answer = await run();
				connection.run("COMMIT");
				return answer;
			} catch (error) {
				undo();
				throw error;
			}
		});
	const leave = (end: () => void) => {
		try {
			undo();
		} finally {
			end();
		}
	};
	/** A COMMIT that failed (disk full) leaves the transaction open, and Prisma does not come back: nobody could ever begin another one. */
	const afterFailure = (query: SqlQuery, error: unknown, end: () => void): never => {
		if (query.sql === "COMMIT") leave(end);
		throw error;
	};
	const run = <T>(query: SqlQuery, ask: () => Promise<T>): Promise<T> => (isWrite(query.sql) ? write(ask) : inTurn(ask));

	return {
		provider: "sqlite",
		adapterName: inner.adapterName,
		getConnectionInfo: () => ({ maxBindValues: 32_766, supportsRelationJoins: false }),
		queryRaw: (query) => run(query, () => inner.queryRaw(query)),
		executeRaw: (query) => run(query, () => inner.executeRaw(query)),
		executeScript: (script) => inTurn(() => inner.executeScript(script)),
		dispose: () => inner.dispose(),
		async startTransaction(): Promise<Transaction> {
			const end = await begin();
			try {
				await patiently(patienceMs, async () => connection.run("BEGIN IMMEDIATE"));
			} catch (error) {
				end();
				throw error;
			}
			return {
				provider: "sqlite",
				adapterName: inner.adapterName,
				options: { usePhantomQuery: false },
				queryRaw: (query) => inner.queryRaw(query),
				executeRaw: (query) => inner.executeRaw(query).catch((error: unknown) => afterFailure(query, error, end)),
				// Prisma itself sends COMMIT and ROLLBACK; these let the next one in.
				commit: async () => leave(end),
				rollback: async () => leave(end),
				createSavepoint: async (name) => connection.run(`SAVEPOINT ${name}`),
				rollbackToSavepoint: async (name) => connection.run(`ROLLBACK TO ${name}`),
				releaseSavepoint: async (name) => connection.run(`RELEASE SAVEPOINT ${name}`),
			};
		},
	};
}
