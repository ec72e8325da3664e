// The body of a message on its way to the server, with the final dot held back until it may go.
import type net from "node:net";
import { Readable, Writable } from "node:stream";
import { quicken } from "./dot-escape.ts";

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
	#ending = false;

	constructor(mail: HeldMail, socket: net.Socket) {
		super({ highWaterMark: 256 * 1024 });
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
			this.#next += 1;
			this.handedOver += chunk.length;
			if (!this.push(chunk)) return;
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
