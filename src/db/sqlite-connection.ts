// One connection to a SQLite file, in the shape that Prisma's libsql adapter works with. It runs statements and nothing more: turns, locks and patience
// are in sqlite-adapter.ts.
//
// Why not @libsql/client, which the adapter brings: it prepares BEGIN and COMMIT like any statement, and a prepared statement that finds the database
// locked stays half done until the garbage collector comes by. So long SQLite counts a writer, answers every COMMIT of the connection with "busy", and does
// not commit by itself either (measured: two processes writing without a pause lost the connection within a second). Here what begins or ends a transaction
// is executed, never prepared: it leaves nothing behind. Rows are plain arrays; the client's rows are objects with a property defined for each cell.
import type { PrismaLibSql } from "@prisma/adapter-libsql";
import Database from "libsql";

/** What the adapter calls "client". */
export type AdapterClient = ReturnType<PrismaLibSql["createClient"]>;

type Value = null | string | number | bigint | boolean | ArrayBuffer | Buffer;

interface Statement {
	readonly sql: string;
	readonly args: readonly Value[];
}

interface Result {
	readonly columns: readonly string[];
	/** As declared; "" for expressions. */
	readonly columnTypes: readonly string[];
	readonly rows: readonly (readonly unknown[])[];
	readonly rowsAffected: number;
}

const TRANSACTION_WORDS = /^\s*(?:BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b/i;
const NOTHING: Result = { columns: [], columnTypes: [], rows: [], rowsAffected: 0 };

export class SqliteConnection {
	readonly protocol = "file";
	readonly #db: Database.Database;
	closed = false;

	/** `file`: an absolute path, or ":memory:". */
	constructor(file: string) {
		this.#db = new Database(file);
	}

	/** Prisma's adapter asks for a Client and uses these members of it: execute, executeMultiple, close. */
	asClient(): AdapterClient {
		return this as unknown as AdapterClient;
	}

	get inTransaction(): boolean {
		return this.#db.inTransaction;
	}

	/** Begins or ends a transaction, or runs a script; throws as SQLite does, and leaves no statement behind. */
	run(script: string): void {
		this.#db.exec(script);
	}

	async execute({ sql, args }: Statement): Promise<Result> {
		if (args.length === 0 && TRANSACTION_WORDS.test(sql)) {
			this.#db.exec(sql);
			return NOTHING;
		}
		const statement = this.#db.prepare(sql);
		const values = args.map(toSqlite);
		if (!returnsRows(statement)) return { ...NOTHING, rowsAffected: statement.run(values).changes };
		statement.safeIntegers(true);
		const columns = statement.columns();
		const rows = statement.all(values) as unknown[][];
		for (const row of rows) for (let i = 0; i < row.length; i++) row[i] = fromSqlite(row[i]);
		return {
			columns: columns.map((column) => column.name),
			columnTypes: columns.map((column) => column.type ?? ""),
			rows,
			rowsAffected: 0,
		};
	}

	/** A script of several statements. What it leaves open is rolled back. */
	async executeMultiple(script: string): Promise<void> {
		try {
			this.#db.exec(script);
		} finally {
			if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
		}
	}

	close(): void {
		this.closed = true;
		this.#db.close();
	}
}

/** The driver tells it only by refusing raw(). */
function returnsRows(statement: Database.Statement): boolean {
	try {
		statement.raw(true);
		return true;
	} catch {
		return false;
	}
}

function toSqlite(value: Value): null | string | number | bigint | Buffer {
	if (typeof value === "boolean") return value ? 1 : 0;
	if (value instanceof ArrayBuffer) return Buffer.from(value);
	if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`SQLite keeps no ${value}`);
	return value;
}

function fromSqlite(value: unknown): unknown {
	if (typeof value === "bigint") {
		const number = Number(value);
		if (!Number.isSafeInteger(number)) throw new RangeError(`${value} is too large for a number`);
		return number;
	}
	if (value instanceof Uint8Array) return Uint8Array.from(value).buffer;
	return value;
}
