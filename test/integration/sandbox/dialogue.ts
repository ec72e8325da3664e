// A bare SMTP client for these tests: says one line, reads one reply, and tells how the connection ended. No manners of its own.
import net from "node:net";
import tls from "node:tls";

export class Dialogue {
	socket: net.Socket;
	#buffer = "";
	#chunks: string[] = [];
	#wake: () => void = () => undefined;
	#end: "closed" | "reset" | null = null;

	private constructor(socket: net.Socket) {
		this.socket = socket;
		this.#listen(socket);
	}

	static async open(address: string, port: number, options: { from?: string; implicitTls?: boolean } = {}): Promise<Dialogue> {
		const socket = net.connect({ host: address, port, ...(options.from === undefined ? {} : { localAddress: options.from }) });
		const dialogue = new Dialogue(socket);
		if (options.implicitTls) await dialogue.startTls();
		return dialogue;
	}

	/** Opens, reads the greeting and says EHLO. */
	static async greeted(address: string, port: number, options: { from?: string } = {}): Promise<Dialogue> {
		const dialogue = await Dialogue.open(address, port, options);
		await dialogue.read();
		await dialogue.say("EHLO client.test");
		return dialogue;
	}

	/** One reply, lines joined by "\n"; "(closed)" or "(reset)" when the connection ended instead. */
	async read(): Promise<string> {
		for (;;) {
			const match = /^(?:\d{3}-[^\n]*\n)*(?!\d{3}-)[^\n]*\n/.exec(this.#buffer);
			if (match) {
				this.#buffer = this.#buffer.slice(match[0].length);
				return match[0].trimEnd().replaceAll("\r", "");
			}
			if (this.#end !== null) return `(${this.#end})`;
			await new Promise<void>((resolve) => {
				this.#wake = resolve;
			});
		}
	}

	async say(line: string): Promise<string> {
		this.socket.write(`${line}\r\n`);
		return this.read();
	}

	/** A whole transaction; the replies of its steps as far as it came. */
	async send(from: string, to: string, body = "Subject: hello\r\n\r\nhello\r\n"): Promise<string[]> {
		const replies: string[] = [];
		for (const step of [`MAIL FROM:<${from}>`, `RCPT TO:<${to}>`, "DATA", `${body}.`]) {
			const reply = await this.say(step);
			replies.push(reply);
			if (!/^[23]/.test(reply)) break;
		}
		return replies;
	}

	/** True when nothing comes for so long. */
	async silentFor(ms: number): Promise<boolean> {
		const before = this.#chunks.length;
		await new Promise((resolve) => setTimeout(resolve, ms));
		return this.#chunks.length === before && this.#end === null;
	}

	/** The pieces in which the server's bytes came. */
	get chunks(): readonly string[] {
		return this.#chunks;
	}

	async startTls(): Promise<tls.TLSSocket> {
		this.socket.removeAllListeners();
		const secure = tls.connect({ socket: this.socket, rejectUnauthorized: false });
		this.socket = secure;
		this.#listen(secure);
		await new Promise<void>((resolve, reject) => {
			secure.once("secureConnect", resolve);
			secure.once("error", reject);
		});
		return secure;
	}

	close(): void {
		this.socket.destroy();
	}

	#listen(socket: net.Socket): void {
		socket.on("data", (chunk) => {
			this.#chunks.push(chunk.toString("latin1"));
			this.#buffer += chunk.toString("latin1");
			this.#wake();
		});
		socket.on("error", (error) => {
			this.#end = "code" in error && error.code === "ECONNRESET" ? "reset" : "closed";
			this.#wake();
		});
		socket.on("close", () => {
			this.#end ??= "closed";
			this.#wake();
		});
		socket.on("end", () => {
			this.#end ??= "closed";
			this.#wake();
		});
	}
}
