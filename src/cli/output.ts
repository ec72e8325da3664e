// What a command says and where: data on stdout, words for people on stderr when stdout carries data, one JSON value with --json.
import { createColors } from "picocolors";
import { printableLines } from "./printable.ts";
import type { Column } from "./table.ts";

export type Colours = ReturnType<typeof createColors>;

/** A stream of the process, or of a test. */
export interface OutStream {
	write(chunk: string | Uint8Array, done?: (error?: Error | null) => void): boolean;
	readonly isTTY?: boolean;
	readonly columns?: number;
	readonly rows?: number;
}

/** Where a command runs. */
export interface Io {
	readonly stdout: OutStream;
	readonly stderr: OutStream;
	readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
	/** Absolute folder that names of files are relative to. */
	readonly cwd: string;
	readonly env: Readonly<Record<string, string | undefined>>;
}

export class Output {
	readonly io: Io;
	/** --json was given: stdout carries JSON and nothing else. */
	readonly json: boolean;
	/** For what goes to stdout, and for what goes to stderr. */
	readonly colours: Colours;
	readonly noteColours: Colours;
	#dataOnStdout: boolean;

	constructor(io: Io, options: { readonly json: boolean }) {
		this.io = io;
		this.json = options.json;
		this.#dataOnStdout = options.json;
		const wanted = io.env["NO_COLOR"] === undefined && io.env["TERM"] !== "dumb";
		this.colours = createColors(wanted && io.stdout.isTTY === true && !options.json);
		this.noteColours = createColors(wanted && io.stderr.isTTY === true);
	}

	/** Columns of the terminal that stdout is; null when it is none. */
	get width(): number | null {
		return this.io.stdout.isTTY === true ? (this.io.stdout.columns ?? 80) : null;
	}

	/** From now on stdout carries data (a CSV, a message): words go to stderr. */
	carriesData(): void {
		this.#dataOnStdout = true;
	}

	/** A JSON value on a line of its own. Only with --json. */
	value(value: unknown): Promise<void> {
		return this.data(`${JSON.stringify(value)}\n`);
	}

	/** Data as it is, waited for: a slow reader slows us down instead of filling memory. */
	data(chunk: string | Uint8Array): Promise<void> {
		return new Promise((resolve, reject) => {
			this.io.stdout.write(chunk, (error) => (error ? reject(error) : resolve()));
		});
	}

	/** Words that are the command's answer. */
	async say(lines: string): Promise<void> {
		if (this.#dataOnStdout) return this.note(lines);
		await this.data(`${printableLines(lines, this.colours.isColorSupported)}\n`);
	}

	/** Words beside the answer: progress, hints, warnings. */
	note(lines: string): void {
		this.io.stderr.write(`${printableLines(lines, this.noteColours.isColorSupported)}\n`);
	}

	/** A table as the answer. */
	async table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Promise<void> {
		const { tableLines } = await import("./table.ts");
		const width = this.#dataOnStdout ? null : this.width;
		const colours = this.#dataOnStdout ? this.noteColours : this.colours;
		await this.say(tableLines(columns, rows, { width, colours }).join("\n"));
	}

	/** The answer: as JSON with --json, in words otherwise. */
	async answer(json: () => unknown, words: () => Promise<void> | void): Promise<void> {
		if (this.json) await this.value(json());
		else await words();
	}
}
