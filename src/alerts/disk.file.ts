// How much room the disk with the data has. A full one stops everything at once: queue, log and journal.
import { statfs } from "node:fs/promises";

export interface DiskRoom {
	/** Bytes. */
	readonly free: number;
	readonly total: number;
}

/** Of the file system that holds that folder, as an ordinary user may use it. */
export async function diskRoom(folder: string): Promise<DiskRoom> {
	const { bavail, blocks, bsize } = await statfs(folder);
	return { free: bavail * bsize, total: blocks * bsize };
}
