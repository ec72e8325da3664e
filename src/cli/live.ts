// Shows progress on stderr: redrawn in place on a terminal, a line now and then elsewhere. Words of others go above the picture and are not overwritten.
import type { Output } from "./output.ts";
import { printableLines } from "./printable.ts";
import { type Progress, progressLine, progressView } from "./progress.ts";

/** Elsewhere than on a terminal a line is enough every so often. Milliseconds. */
const LINE_EVERY_MS = 5_000;

export class Live {
	readonly #out: Output;
	/** Lines of the picture that is on the screen. */
	#drawn = 0;
	#lastLine: { readonly at: number; readonly text: string } | null = null;

	constructor(out: Output) {
		this.#out = out;
	}

	get terminal(): boolean {
		return this.#out.io.stderr.isTTY === true && this.#out.io.env["TERM"] !== "dumb";
	}

	show(progress: Progress): void {
		if (!this.terminal) {
			this.#line(progress);
			return;
		}
		const { stderr } = this.#out.io;
		const lines = progressView(progress, {
			width: stderr.columns ?? 80,
			height: stderr.rows ?? 24,
			colours: this.#out.noteColours,
		});
		// One write, so that nothing flickers: back to the first line, each line cleared to its end, the rest of the screen cleared.
		const back = this.#drawn === 0 ? "" : `\x1b[${this.#drawn}A`;
		const text = lines.map((line) => `${printableLines(line, true)}\x1b[K\n`).join("");
		stderr.write(`${back}\r${text}\x1b[J`);
		this.#drawn = lines.length;
	}

	/** Words above the picture. */
	note(words: string): void {
		this.clear();
		this.#out.note(words);
	}

	/** Takes the picture away. */
	clear(): void {
		if (this.#drawn > 0) this.#out.io.stderr.write(`\x1b[${this.#drawn}A\r\x1b[J`);
		this.#drawn = 0;
	}

	/** Leaves the picture standing; what follows goes below it. */
	leave(): void {
		this.#drawn = 0;
	}

	#line(progress: Progress): void {
		const text = progressLine(progress);
		const last = this.#lastLine;
		const moved = last === null || progress.campaign.state !== "running" || progress.at - last.at >= LINE_EVERY_MS;
		if (!moved || last?.text === text) return;
		this.#lastLine = { at: progress.at, text };
		this.#out.note(text);
	}
}
