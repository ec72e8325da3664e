// The body of a message on its way to the server, with the final dot held back until it may go.
import type net from "node:net";
import { Readable, Writable } from "node:stream";
import { quicken } from "./dot-escape.ts";

/**
 * Bytes handed over at once. Attachments come as one buffer that all readers share; handed over whole, TLS keeps an encrypted copy of it for each
 * connection (measured: ten connections with 25 MB took 240 MB more).
 */
const SLICE = 256 * 1024;

export interface HeldMail {
	readonly chunks: readonly Buffer[];
	readonly beforeDot: () => Promise<void>;
}

/**
 * The message as a stream that holds the final dot back: after the last byte was handed over, and the system has taken it, `beforeDot` runs;
 * only then does the stream end, which makes nodemailer write the dot. So a connection that dies before that is known to have delivered nothing.
 */
export class HeldBody extends Readable {
	/** Bytes of the message handed over. */
	handedOver = 0;
	/** From here on the message may have been accepted. */
	dotReleased = false;
	/** What `beforeDot` threw: trouble of ours, not of the host. */
	fault: unknown = null;
	readonly #mail: HeldMail;
	readonly #socket: net.Socket;
	#next = 0;
	/** Bytes of the next chunk that were handed over. */
	#at = 0;
	#ending = false;

	constructor(mail: HeldMail, socket: net.Socket) {
		// One piece ahead and no more.
		super({ highWaterMark: SLICE / 2 });
		this.#mail = mail;
		this.#socket = socket;
	}

	/** nodemailer pipes the body into its dot-escaping stream. */
	override pipe<T extends NodeJS.WritableStream>(to: T, options?: { end?: boolean }): T {
		if (to instanceof Writable) quicken(to);
		return super.pipe(to, options);
	}

	override _read(): void {
		for (;;) {
			const chunk = this.#mail.chunks[this.#next];
			if (chunk === undefined) break;
			const slice = sliceOf(chunk, this.#at);
			this.#at += slice.length;
			if (this.#at >= chunk.length) {
				this.#next += 1;
				this.#at = 0;
			}
			this.handedOver += slice.length;
			if (!this.push(slice)) return;
		}
		if (this.#ending) return;
		this.#ending = true;
		void this.#finish();
	}

	async #finish(): Promise<void> {
		try {
			await Promise.all([this.#mail.beforeDot(), this.#drained()]);
		} catch (error) {
			this.fault = error;
			this.destroy(error instanceof Error ? error : new Error(String(error)));
			return;
		}
		if (this.destroyed) return;
		this.dotReleased = true;
		this.push(null);
	}

	/** Resolves when the system has taken all that was written, or the connection is gone. */
	#drained(): Promise<void> {
		const socket = this.#socket;
		return new Promise((resolve) => {
			const look = () => {
				if (socket.destroyed || this.destroyed || socket.writableLength === 0) resolve();
				else setTimeout(look, 2);
			};
			setImmediate(look);
		});
	}
}

const LF = 0x0a;

/** The next piece of a chunk from `at`, ended at a line end where one is near: half of one would have to be escaped the slow way. */
function sliceOf(chunk: Buffer, at: number): Buffer {
	if (chunk.length - at <= SLICE) return at === 0 ? chunk : chunk.subarray(at);
	const lineEnd = chunk.lastIndexOf(LF, at + SLICE - 1) + 1;
	return chunk.subarray(at, lineEnd > at ? lineEnd : at + SLICE);
}
