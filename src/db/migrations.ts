// Which migrations a database still needs. Pure: names and checksums in, a list out.
import { fail } from "../errors.ts";

export interface Migration {
	readonly name: string;
	readonly sql: string;
	/** SHA-256 of migration.sql in hex, as Prisma computes it. */
	readonly checksum: string;
}

/** A row of Prisma's own table `_prisma_migrations`. */
export interface AppliedMigration {
	readonly name: string;
	readonly checksum: string;
	readonly finished: boolean;
	readonly rolledBack: boolean;
}

/** The migrations to apply, in order. Throws db-newer, db-migration-failed when the database is not one this version may work on. */
export function pendingMigrations(all: readonly Migration[], applied: readonly AppliedMigration[], file: string): Migration[] {
	const live = applied.filter((row) => !row.rolledBack);
	for (const row of live) {
		const known = all.find((migration) => migration.name === row.name);
		if (known === undefined) fail("db-newer", { file, migration: row.name });
		if (!row.finished)
			fail("db-migration-failed", {
				file,
				migration: row.name,
				detail: "it failed half-way earlier (repair it, then `prisma migrate resolve`)",
			});
		if (known.checksum !== row.checksum)
			fail("db-migration-failed", { file, migration: row.name, detail: "its text was changed after it had been applied" });
	}
	const done = new Set(live.map((row) => row.name));
	return all.filter((migration) => !done.has(migration.name));
}

/** One script that applies `todo` as a whole or not at all, and records them as `prisma migrate deploy` would. */
export function migrationScript(todo: readonly Migration[], now: number, newId: () => string): string {
	const record = (migration: Migration) =>
		`INSERT INTO "_prisma_migrations" ("id","checksum","migration_name","started_at","finished_at","applied_steps_count") VALUES ('${newId()}','${migration.checksum}','${migration.name}',${now},${now},1);`;
	return [
		// Outside a transaction, or it has no effect; without it the DROP TABLE of a redefined table would cascade into its children.
		"PRAGMA foreign_keys = OFF;",
		"BEGIN IMMEDIATE;",
		...todo.flatMap((migration) => [migration.sql, record(migration)]),
		// Fails the script, and so rolls it back, when a row has lost its parent.
		'CREATE TEMP TABLE "orphans" ("n" INTEGER CHECK ("n" = 0));',
		'INSERT INTO "orphans" SELECT count(*) FROM pragma_foreign_key_check;',
		'DROP TABLE "orphans";',
		"COMMIT;",
		"PRAGMA foreign_keys = ON;",
	].join("\n");
}

export const MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL, "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`;
