// Keeps what only a person can read: letters to postmaster@ and abuse@, confirmations of feedback loops, bounces that no rule understands. One file each, a
// bounded number of them. Sends nothing on: a forwarder of strangers' mail ruins the sender it forwards from.
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";

/** So many lie there at most: a flood must not fill the disk. With the listener's bound of one letter about 500 MB. */
export const MOST_LETTERS = 500;

export interface Letters {
	/** Absolute path. */
	readonly folder: string;
	/** Keeps a letter; its path, or null when the folder is full. Written before it answers. */
	keep(raw: Uint8Array, of: { readonly at: number; readonly id: string }): Promise<string | null>;
}

/** `folder` is made when the first letter comes. */
export function lettersIn(folder: string): Letters {
	return {
		folder,
		async keep(raw, { at, id }) {
			await mkdir(folder, { recursive: true, mode: 0o700 });
			const lying = (await readdir(folder)).filter((name) => name.endsWith(".eml")).length;
			if (lying >= MOST_LETTERS) return null;
			const name = `${new Date(at).toISOString().replace(/[:.]/g, "-")}-${id.replace(/[^a-z0-9]/gi, "").slice(0, 20)}.eml`;
			const file = path.join(folder, name);
			await writeFile(`${file}.part`, raw, { mode: 0o600, flush: true });
			await rename(`${file}.part`, file);
			return file;
		},
	};
}
