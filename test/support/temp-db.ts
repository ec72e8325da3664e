// A real SQLite database in a folder of its own, removed when the test passes and kept, with its path told, when it fails.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFailed, onTestFinished } from "vitest";
import { type Database, openDatabase } from "../../src/db/database.store.ts";
import { ManualClock } from "./manual-clock.ts";

/** Where its clock begins: a Monday, 00:00 UTC. */
export const START = Date.UTC(2026, 10, 2);

export interface TempDatabase extends Database {
	/** The folder it lies in, for other files of the test. */
	readonly folder: string;
	readonly clock: ManualClock;
}

/** Call it inside a test: closed and removed when that test is over. */
export async function tempDatabase(): Promise<TempDatabase> {
	const folder = await mkdtemp(path.join(tmpdir(), "wellsent-test-"));
	const clock = new ManualClock(START);
	const database = await openDatabase({ url: "file:test.db", root: folder, clock });
	let failed = false;
	onTestFailed(() => {
		failed = true;
		process.stderr.write(`kept for a look: ${folder}\n`);
	});
	onTestFinished(async () => {
		await database.close();
		if (!failed) await rm(folder, { recursive: true, force: true });
	});
	return { ...database, folder, clock };
}
