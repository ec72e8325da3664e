// The journal: the few facts that must survive a crash at any moment and would be too dear to commit to the database one by one.
//
//   B  the body of this try is complete at the server but for the final dot; durable BEFORE the dot is sent (D2)
//   R  the server's reply to it, with the rows it makes; written at once, committed to the database a moment later
//   T  a lane used up a connection or messages of its limits (D4)
//
// At the next start: a try with R is settled as recorded; with B alone it is `uncertain`; without either it is queued again. T rebuilds the lanes' windows.
//
// Why not the database: a commit a message costs about 0.7 ms of the one thread. Here all sessions that wait share one fdatasync (group commit),
// and a record that is only needed after a crash of the process (R, T) is not synced at all: the system has it once write() returned.
// One JSON object a line. A torn last line (power cut in the middle of a write) is ignored: its writer had not been answered yet.
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, unlink } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";

export type JournalRecord =
	| { readonly k: "B"; readonly d: number; readonly n: number; readonly t: number }
	| { readonly k: "R"; readonly d: number; readonly n: number; readonly s: unknown }
	| { readonly k: "T"; readonly l: string; readonly c: "connection" | "message"; readonly t: number; readonly n: number };

/** A new file is begun when the current one is larger. Replaying 16 MB takes about a fifth of a second. */
const ROTATE_BYTES = 16 * 1024 * 1024;

export class Journal {
	readonly #folder: string;
	#handle: FileHandle;
	#number: number;
	#bytes = 0;
	#pending: string[] = [];
	#waiting: { resolve: () => void; reject: (error: unknown) => void; sync: boolean }[] = [];
	#writing: Promise<void> | null = null;
	#closed = false;

	private constructor(folder: string, handle: FileHandle, number: number) {
		this.#folder = folder;
		this.#handle = handle;
		this.#number = number;
	}

	/** Opens a new file in `folder` behind the ones that are there. Read those first: readJournal. */
	static async open(folder: string): Promise<Journal> {
		await mkdir(folder, { recursive: true });
		const number = ((await journalFiles(folder)).at(-1)?.number ?? 0) + 1;
		return new Journal(folder, await begin(folder, number), number);
	}

	/** Writes a record; resolves when the system has it (it survives a crash of this process). */
	write(record: JournalRecord): Promise<void> {
		return this.#add(record, false);
	}

	/** Writes a record; resolves when it is on the disk (it survives a power cut). */
	writeDurably(record: JournalRecord): Promise<void> {
		return this.#add(record, true);
	}

	/** True when it is time for `rotate`. */
	get full(): boolean {
		return this.#bytes > ROTATE_BYTES;
	}

	/**
	 * Begins a new file. The answer removes the older ones: to be called once everything in them is committed
	 * (all their tries settled in the database, the lanes' windows saved).
	 */
	async rotate(): Promise<() => Promise<void>> {
		await this.#idle();
		// Held like a write, so that none begins in the old file and is synced in the new one; those that come meanwhile wait and follow.
		const swapping = this.#swap().finally(() => {
			this.#writing = this.#waiting.length > 0 ? this.#writeAll() : null;
		});
		this.#writing = swapping.catch(() => undefined);
		await swapping;
		const keepFrom = this.#number;
		return async () => {
			for (const file of await journalFiles(this.#folder)) if (file.number < keepFrom) await unlink(file.path);
		};
	}

	async close(): Promise<void> {
		if (this.#closed) return;
		await this.#idle();
		this.#closed = true;
		await this.#handle.close();
	}

	async #swap(): Promise<void> {
		const next = await begin(this.#folder, this.#number + 1);
		const old = this.#handle;
		this.#number += 1;
		this.#handle = next;
		this.#bytes = 0;
		await old.close();
	}

	#add(record: JournalRecord, sync: boolean): Promise<void> {
		if (this.#closed) return Promise.reject(new Error("the journal is closed"));
		this.#pending.push(`${JSON.stringify(record)}\n`);
		return new Promise((resolve, reject) => {
			this.#waiting.push({ resolve, reject, sync });
			this.#writing ??= this.#writeAll();
		});
	}

	async #idle(): Promise<void> {
		while (this.#writing !== null) await this.#writing;
	}

	/** Takes all that has gathered, writes it at once, syncs at most once, answers everybody; and again while more came. */
	async #writeAll(): Promise<void> {
		// A turn of the event loop: whoever reaches this point in the same turn shares the write.
		await new Promise((resolve) => setImmediate(resolve));
		while (this.#waiting.length > 0) {
			const text = this.#pending.join("");
			const waiting = this.#waiting;
			this.#pending = [];
			this.#waiting = [];
			try {
				const bytes = Buffer.from(text);
				await this.#handle.appendFile(bytes);
				this.#bytes += bytes.length;
				if (waiting.some((one) => one.sync)) await this.#handle.datasync();
				for (const one of waiting) one.resolve();
			} catch (error) {
				for (const one of waiting) one.reject(error);
			}
		}
		this.#writing = null;
	}
}

/** All records of a folder's journals, oldest first. Lines that are torn are passed over. */
export async function* readJournal(folder: string): AsyncGenerator<JournalRecord> {
	for (const file of await journalFiles(folder)) {
		const lines = createInterface({ input: createReadStream(file.path, "utf8"), crlfDelay: Number.POSITIVE_INFINITY });
		for await (const line of lines) {
			const record = parse(line);
			if (record !== null) yield record;
		}
	}
}

function parse(line: string): JournalRecord | null {
	if (!line.endsWith("}")) return null;
	try {
		const value: unknown = JSON.parse(line);
		return typeof value === "object" && value !== null && "k" in value ? (value as JournalRecord) : null;
	} catch {
		return null;
	}
}

/** A new file whose name, too, is on the disk: synced marks in a file that a power cut makes nameless would be lost. */
async function begin(folder: string, number: number): Promise<FileHandle> {
	const file = await open(fileName(folder, number), "a");
	try {
		const directory = await open(folder, "r");
		await directory.sync().finally(() => directory.close());
	} catch {
		// Windows opens no folders; its file systems keep the name with the file.
	}
	return file;
}

function fileName(folder: string, number: number): string {
	return path.join(folder, `${String(number).padStart(9, "0")}.jsonl`);
}

async function journalFiles(folder: string): Promise<{ path: string; number: number }[]> {
	const names = await readdir(folder).catch(() => [] as string[]);
	return names
		.filter((name) => /^\d{9}\.jsonl$/.test(name))
		.sort()
		.map((name) => ({ path: path.join(folder, name), number: Number.parseInt(name, 10) }));
}
