// Writes files that people named on the command line.
import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { codeOf, fail, textOf } from "../errors.ts";

/** Writes a file, its folder too. Throws file-exists (unless `replace`) and file-unwritable. `mode` such as 0o600. */
export async function writeNewFile(
	cwd: string,
	file: string,
	content: string | Uint8Array,
	options: { readonly replace?: boolean; readonly mode?: number } = {},
): Promise<string> {
	const full = path.resolve(cwd, file);
	try {
		await mkdir(path.dirname(full), { recursive: true });
		await writeFile(full, content, { flag: options.replace === true ? "w" : "wx", mode: options.mode ?? 0o666 });
		// A file that is replaced keeps its old mode otherwise.
		if (options.mode !== undefined) await chmod(full, options.mode);
		return full;
	} catch (error) {
		if (codeOf(error) === "EEXIST") fail("file-exists", { file }, { cause: error });
		return fail("file-unwritable", { file, detail: textOf(error) }, { cause: error });
	}
}
