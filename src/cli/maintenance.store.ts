// Care of the database: a backup beside running work.
import { mkdir, stat } from "node:fs/promises";
import path from "node:path";
import { fail, textOf } from "../errors.ts";
import type { CliApp } from "./ports.ts";

/** Copies the database into a new file (VACUUM INTO: one consistent moment, no free pages, no -wal beside it). Answers its bytes. Throws file-exists, file-unwritable. */
export async function backup(app: CliApp, file: string): Promise<number> {
	const there = await stat(file).catch(() => null);
	if (there !== null) fail("file-exists", { file });
	try {
		await mkdir(path.dirname(file), { recursive: true });
		await app.db.$executeRawUnsafe("VACUUM INTO ?", file);
		return (await stat(file)).size;
	} catch (error) {
		return fail("file-unwritable", { file, detail: textOf(error).replace(/\s+/g, " ").trim() }, { cause: error });
	}
}
