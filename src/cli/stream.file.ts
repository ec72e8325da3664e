// Where exports go: a file that appears only when it is complete, or stdout.
import { createWriteStream } from "node:fs";
import { rename, rm, unlink } from "node:fs/promises";
import path from "node:path";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { fail, textOf, WellsentError } from "../errors.ts";
import type { Run } from "./run.ts";

interface ExportTarget {
	readonly to: Writable;
	readonly bom?: boolean;
	readonly formulaSafe?: boolean;
}

/** Runs an export into the place the options name. With --json the CSV needs a file, and stdout gets `{rows, file}`. Answers the number of rows. */
export async function exportTo(
	run: Run,
	options: { readonly out?: string; readonly bom?: true; readonly formulaSafe?: true },
	work: (target: ExportTarget) => Promise<{ rows: number }>,
): Promise<number> {
	const { out } = run;
	if (out.json && options.out === undefined) run.misuse("a CSV is no JSON: name a file with --out");
	out.carriesData();
	const form = { bom: options.bom === true, formulaSafe: options.formulaSafe === true };
	if (options.out === undefined) {
		const to = new Writable({
			write(chunk: Uint8Array, _encoding, done) {
				out.data(chunk).then(() => done(), done);
			},
		});
		const { rows } = await work({ to, ...form });
		return rows;
	}
	const file = path.resolve(out.io.cwd, options.out);
	const draft = `${file}.${process.pid}.new`;
	try {
		const to = createWriteStream(draft, { mode: 0o600 });
		const { rows } = await work({ to, ...form });
		to.end();
		await finished(to);
		await rename(draft, file);
		if (out.json) await out.value({ rows, file });
		return rows;
	} catch (error) {
		await rm(draft, { force: true });
		if (error instanceof WellsentError) throw error;
		return fail("file-unwritable", { file, detail: textOf(error) }, { cause: error });
	}
}

/** A file written piece by piece; replaces an old one. Throws file-unwritable. */
export async function openForWriting(
	cwd: string,
	given: string,
): Promise<{ write(piece: string): Promise<void>; close(): Promise<void> }> {
	const file = path.resolve(cwd, given);
	const refused = (error: unknown): never => fail("file-unwritable", { file, detail: textOf(error) }, { cause: error });
	await unlink(file).catch(() => undefined);
	const stream = createWriteStream(file, { mode: 0o600 });
	let broken: unknown = null;
	stream.on("error", (error) => {
		broken = error;
	});
	return {
		write: (piece) =>
			new Promise<void>((resolve, reject) => {
				stream.write(piece, (error) => (error ? reject(error) : resolve()));
			}).catch(refused),
		async close() {
			if (broken !== null) refused(broken);
			stream.end();
			await finished(stream).catch(refused);
		},
	};
}
