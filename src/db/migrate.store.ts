// Brings a database to this version when the program starts: no Prisma command line, no schema engine.
// It keeps `_prisma_migrations` as Prisma's own tools do, so that either can carry on from the other.
import { createHash, randomUUID } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { SqlDriverAdapter } from "@prisma/driver-adapter-utils";
import type { Clock } from "../clock.ts";
import { fail, textOf } from "../errors.ts";
import { type AppliedMigration, MIGRATIONS_TABLE, type Migration, migrationScript, pendingMigrations } from "./migrations.ts";

/** The migrations of a folder in the order of their names. */
export async function readMigrations(folder: string): Promise<Migration[]> {
	const entries = await readdir(folder, { withFileTypes: true });
	const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
	return Promise.all(
		names.sort().map(async (name) => {
			const bytes = await readFile(path.join(folder, name, "migration.sql"));
			return { name, sql: bytes.toString("utf8"), checksum: createHash("sha256").update(bytes).digest("hex") };
		}),
	);
}

/** Applies what is missing, all or nothing. Answers the names applied. */
export async function migrateSqlite(
	adapter: SqlDriverAdapter,
	folder: string,
	file: string,
	clock: Clock,
): Promise<readonly string[]> {
	const all = await readMigrations(folder);
	const run = (sql: string) => adapter.executeRaw({ sql, args: [], argTypes: [] });
	const look = async () => pendingMigrations(all, await applied(adapter), file);
	const before = await appliedTableExists(adapter);
	if (before && (await look()).length === 0) return [];
	if (!before) await run(MIGRATIONS_TABLE);
	// Two programs may start at once: the loser finds the work done when it looks again.
	for (let tries = 0; ; tries++) {
		const todo = await look();
		if (todo.length === 0) return [];
		try {
			await adapter.executeScript(migrationScript(todo, clock.now(), randomUUID));
			return todo.map((migration) => migration.name);
		} catch (error) {
			await run("PRAGMA foreign_keys = ON");
			if (tries < 5 && (await look()).length < todo.length) continue;
			fail("db-migration-failed", { file, migration: todo[0]?.name ?? "", detail: textOf(error) }, { cause: error });
		}
	}
}

async function appliedTableExists(adapter: SqlDriverAdapter): Promise<boolean> {
	const found = await adapter.queryRaw({
		sql: `SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_prisma_migrations'`,
		args: [],
		argTypes: [],
	});
	return found.rows.length > 0;
}

async function applied(adapter: SqlDriverAdapter): Promise<AppliedMigration[]> {
	const sql = `SELECT migration_name, checksum, finished_at IS NOT NULL, rolled_back_at IS NOT NULL FROM "_prisma_migrations"`;
	const { rows } = await adapter.queryRaw({ sql, args: [], argTypes: [] });
	return rows.map((row) => ({
		name: String(row[0]),
		checksum: String(row[1]),
		finished: Number(row[2]) === 1,
		rolledBack: Number(row[3]) === 1,
	}));
}
