// Opens the database: folder made, migrations applied, one client. Every way in which that can fail has its own words.
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../clock.ts";
import { projectRoot } from "../config/project-root.ts";
import { codeOf, fail, textOf, WellsentError } from "../errors.ts";
import type { Db } from "./db.ts";
import { PrismaClient } from "./generated/client.ts";
import { migrateSqlite } from "./migrate.store.ts";
import { isLocked, LOCK_PATIENCE_MS, SqliteAdapter } from "./sqlite-adapter.ts";

export interface Database {
	readonly db: Db;
	/** Absolute path of the file. */
	readonly file: string;
	/** Migrations that this opening applied. */
	readonly migrated: readonly string[];
	close(): Promise<void>;
}

/**
 * Opens the database at `url` ("file:./data/wellsent.db"; relative paths start from `root`), making folder and tables where they are missing.
 * Throws db-locked, db-read-only, db-newer, db-damaged, db-migration-failed, db-unsupported.
 */
export async function openDatabase(options: {
	readonly url: string;
	readonly root: string;
	readonly clock: Clock;
	/** How long a lock of another program is waited for; 15 s unless given. */
	readonly lockPatienceMs?: number;
}): Promise<Database> {
	if (!options.url.startsWith("file:")) fail("db-unsupported", { url: options.url.replace(/\/\/[^@/]*@/, "//••••@") });
	const file = path.resolve(options.root, options.url.slice("file:".length));
	try {
		await mkdir(path.dirname(file), { recursive: true });
		// Readers and what they were told are nobody else's business: a new file is for its owner only, and SQLite gives its -wal and -shm the same rights.
		await (await open(file, "a", 0o600)).close();
		const lockPatienceMs = options.lockPatienceMs ?? LOCK_PATIENCE_MS;
		const factory = new SqliteAdapter({ file, lockPatienceMs });
		const adapter = await factory.connect();
		let migrated: readonly string[];
		try {
			migrated = await migrateSqlite(adapter, path.join(projectRoot(), "prisma/migrations/sqlite"), file, options.clock);
			// A database on a read-only disk opens and reads well: better to learn it now than with the first delivery.
			await adapter.executeScript("BEGIN IMMEDIATE; ROLLBACK;");
		} finally {
			await adapter.dispose();
		}
		const db = new PrismaClient({ adapter: factory });
		await db.$connect();
		return { db, file, migrated, close: () => db.$disconnect() };
	} catch (error) {
		throw explain(error, file, (options.lockPatienceMs ?? LOCK_PATIENCE_MS) / 1000);
	}
}

function explain(error: unknown, file: string, seconds: number): unknown {
	if (error instanceof WellsentError) return error;
	const cause = error instanceof Error ? error.cause : undefined;
	const text = `${codeOf(error)} ${textOf(error)} ${typeof cause === "object" ? JSON.stringify(cause) : ""}`;
	if (isLocked(error)) return new WellsentError("db-locked", { file, seconds }, { cause: error });
	if (/READONLY|readonly|EACCES|EROFS|EEXIST|EISDIR|CANTOPEN|[Uu]nable to open|EPERM|ENOTDIR/.test(text))
		return new WellsentError("db-read-only", { file, detail: textOf(error) }, { cause: error });
	if (/NOTADB|not a database|CORRUPT|malformed/.test(text))
		return new WellsentError("db-damaged", { file, detail: textOf(error) }, { cause: error });
	return error;
}
