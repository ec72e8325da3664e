// The database as the program opens it: made, brought up to date, shared with other processes, and every way of not opening with its own words.
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { SqlDriverAdapter } from "@prisma/driver-adapter-utils";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../../src/db/database.store.ts";
import { setting } from "../../../src/db/setting.store.ts";
import { SqliteAdapter } from "../../../src/db/sqlite-adapter.ts";
import { WellsentError } from "../../../src/errors.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { START, tempDatabase } from "../../support/temp-db.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const clock = new ManualClock(START);

async function folder(): Promise<string> {
	const made = await mkdtemp(path.join(tmpdir(), "wellsent-db-"));
	onTestFinished(() => rm(made, { recursive: true, force: true }));
	return made;
}

/** Takes the write lock, as another program would. */
async function lock(other: SqlDriverAdapter): Promise<void> {
	await other.executeRaw({ sql: "BEGIN IMMEDIATE", args: [], argTypes: [] });
}

async function problemOf(opening: Promise<unknown>): Promise<WellsentError> {
	try {
		await opening;
	} catch (error) {
		if (error instanceof WellsentError) return error;
		throw error;
	}
	throw new Error("it opened");
}

describe("openDatabase", () => {
	it("makes folder, file and tables, and has nothing to do the second time", async () => {
		const root = path.join(await folder(), "deep/er");
		const first = await openDatabase({ url: "file:./data/wellsent.db", root, clock });
		expect(first.file).toBe(path.join(root, "data/wellsent.db"));
		expect(first.migrated.length).toBeGreaterThan(0);
		await first.close();
		const second = await openDatabase({ url: "file:./data/wellsent.db", root, clock });
		expect(second.migrated).toEqual([]);
		expect(await second.db.campaign.count()).toBe(0);
		await second.close();
	});

	it("a new file is for its owner only, and so are the files beside it", async () => {
		const { db, file } = await tempDatabase();
		await db.setting.count();
		const { stat } = await import("node:fs/promises");
		for (const one of [file, `${file}-wal`, `${file}-shm`]) expect((await stat(one)).mode & 0o077).toBe(0);
	});

	it("two programs that start at once on a new file both open it", async () => {
		const root = await folder();
		const both = await Promise.all([1, 2].map(() => openDatabase({ url: "file:x.db", root, clock })));
		// Whichever was first applied all of them, and nothing was applied twice.
		const applied = both.map((one) => one.migrated).filter((names) => names.length > 0);
		expect(applied).toHaveLength(1);
		expect(applied[0]?.[0]).toBe("20261121000000_start");
		for (const one of both) await one.close();
	});

	it("a database of a newer version is refused, by the name of what it has", async () => {
		const root = await folder();
		const opened = await openDatabase({ url: "file:x.db", root, clock });
		await opened.db
			.$executeRaw`INSERT INTO "_prisma_migrations" ("id", "checksum", "migration_name", "finished_at", "started_at") VALUES ('n', 'n', '29990101000000_future', 1, 1)`;
		await opened.close();
		const problem = await problemOf(openDatabase({ url: "file:x.db", root, clock }));
		expect(problem.code).toBe("db-newer");
		expect(problem.what).toContain("29990101000000_future");
	});

	it("a file that is no database is refused and left as it was", async () => {
		const root = await folder();
		await writeFile(path.join(root, "x.db"), "this is a shopping list, and a long one at that\n".repeat(40));
		expect((await problemOf(openDatabase({ url: "file:x.db", root, clock }))).code).toBe("db-damaged");
	});

	it("a place that cannot be written is said to be so", async () => {
		const root = await folder();
		await writeFile(path.join(root, "file"), "");
		expect((await problemOf(openDatabase({ url: "file:file/x.db", root, clock }))).code).toBe("db-read-only");
		await mkdir(path.join(root, "x.db"));
		expect((await problemOf(openDatabase({ url: "file:x.db", root, clock }))).code).toBe("db-read-only");
	});

	it("a database that another program keeps locked is waited for, then said to be locked", async () => {
		const root = await folder();
		await (await openDatabase({ url: "file:x.db", root, clock })).close();
		const other = await new SqliteAdapter({ file: path.join(root, "x.db") }).connect();
		await lock(other);
		const started = performance.now();
		const problem = await problemOf(openDatabase({ url: "file:x.db", root, clock, lockPatienceMs: 300 }));
		expect(problem.code).toBe("db-locked");
		expect(performance.now() - started).toBeGreaterThanOrEqual(290);
		await other.dispose();
	});

	it("an address that no driver serves is refused without showing its password", async () => {
		const problem = await problemOf(openDatabase({ url: "mysql://root:secret@db.test/x", root: "/", clock }));
		expect(problem.code).toBe("db-unsupported");
		expect(problem.what).not.toContain("secret");
	});

	it("a lock of another program delays a write, and does not stop the event loop", async () => {
		const { db, file } = await tempDatabase();
		const other = await new SqliteAdapter({ file }).connect();
		await lock(other);
		let ticks = 0;
		const ticking = setInterval(() => ticks++, 5);
		setTimeout(() => void other.executeRaw({ sql: "ROLLBACK", args: [], argTypes: [] }), 200);
		await db.list.create({ data: { name: "after the lock", createdAt: new Date(START) } });
		clearInterval(ticking);
		// A wait inside the driver would leave one or two; how many more there are is up to the machine.
		expect(ticks).toBeGreaterThan(5);
		await other.dispose();
	});

	it("a query outside a transaction waits for it and survives its roll back", async () => {
		const { db } = await tempDatabase();
		const at = new Date(START);
		let outside: Promise<unknown> | null = null;
		const failing = db.$transaction(async (tx) => {
			await tx.list.create({ data: { name: "inside", createdAt: at } });
			outside = db.list.create({ data: { name: "outside", createdAt: at } }).then((row) => row);
			await new Promise((resolve) => setTimeout(resolve, 30));
			throw new Error("rolled back");
		});
		await expect(failing).rejects.toThrow("rolled back");
		await outside;
		expect((await db.list.findMany()).map((list) => list.name)).toEqual(["outside"]);
	});

	it("the secret is made once, whoever asks first", async () => {
		const { db } = await tempDatabase();
		const [a, b] = await Promise.all([setting(db, "secret", clock), setting(db, "secret", clock)]);
		expect(a).toBe(b);
		expect(a).toHaveLength(43);
	});
});

describe("migrations", () => {
	it("together make exactly the schema, as Prisma's own tools see it", { timeout: 60_000 }, async () => {
		const ran = spawnSync(
			process.execPath,
			[
				"node_modules/prisma/build/index.js",
				"migrate",
				"diff",
				"--from-migrations",
				"prisma/migrations/sqlite",
				"--to-schema",
				"prisma/schema.prisma",
				"--exit-code",
			],
			{ cwd: ROOT, encoding: "utf8" },
		);
		expect(`${ran.stdout}${ran.stderr}`).toContain("No difference detected");
		expect(ran.status).toBe(0);
	});

	it("applied by the program are up to date for Prisma's own tools", { timeout: 60_000 }, async () => {
		const { file } = await tempDatabase();
		const ran = spawnSync(process.execPath, ["node_modules/prisma/build/index.js", "migrate", "status"], {
			cwd: ROOT,
			encoding: "utf8",
			env: { ...process.env, DATABASE_URL: `file:${file}` },
		});
		expect(`${ran.stdout}${ran.stderr}`).toContain("Database schema is up to date");
	});
});
