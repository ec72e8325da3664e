// A conversation with a submission server, a line at a time: for finding out what is wrong with it. Delivers nothing (that is deliver/smtp-session.client.ts,
// which does not tell a wrong port from a bad certificate); keeps the codes of errors, which say what the texts only hint at.
import net from "node:net";
import tls from "node:tls";
import { codeOf, textOf } from "../errors.ts";

/** What went wrong below SMTP. `code`: as the system or OpenSSL names it, "timeout", or "closed". */
export interface TalkTrouble {
	readonly code: string;
	readonly detail: string;
}

export type Said =
	| { readonly kind: "reply"; readonly text: string; readonly code: number }
	| { readonly kind: "trouble"; readonly trouble: TalkTrouble };

/** Replies are short; who says more is not a mail server. */
const MOST_BYTES = 64 * 1024;

export class SmtpTalk {
	#socket: net.Socket;
	#buffer = "";
	#trouble: TalkTrouble | null = null;
	#wake: (() => void) | null = null;

	private constructor(socket: net.Socket) {
		this.#socket = socket;
		this.#listen();
	}

	/** Connects; answers the trouble when that fails. */
	static open(address: string, port: number, timeoutMs: number): Promise<SmtpTalk | TalkTrouble> {
		return new Promise((resolve) => {
			const socket = net.connect({ host: address, port });
			const end = (answer: "connected" | TalkTrouble) => {
				clearTimeout(timer);
				socket.removeAllListeners();
				if (answer === "connected") return resolve(new SmtpTalk(socket));
				socket.on("error", () => undefined);
				socket.destroy();
				resolve(answer);
			};
			const timer = setTimeout(() => end({ code: "timeout", detail: `no connection within ${timeoutMs / 1000} s` }), timeoutMs);
			socket.once("connect", () => end("connected"));
			socket.once("error", (error) => end({ code: codeOf(error), detail: textOf(error) }));
		});
	}

	/** The next whole reply. */
	async read(timeoutMs: number): Promise<Said> {
		const end = Date.now() + timeoutMs;
		for (;;) {
			const reply = /^(?:\d{3}-[^\n]*\n)*(\d{3})(?: [^\n]*)?\r?\n/.exec(this.#buffer);
			if (reply !== null) {
				this.#buffer = this.#buffer.slice(reply[0].length);
				return { kind: "reply", text: reply[0].replace(/\r/g, "").trimEnd(), code: Number(reply[1]) };
			}
			if (this.#buffer.length > MOST_BYTES || /^(?!\d{3}[ -])[^\n]{3,}\n/.test(this.#buffer))
				return {
					kind: "trouble",
					trouble: {
						code: "not-smtp",
						detail: this.#buffer
							.slice(0, 80)
							.replace(/[^\x20-\x7e]+/g, " ")
							.trim(),
					},
				};
			if (this.#trouble !== null) return { kind: "trouble", trouble: this.#trouble };
			const left = end - Date.now();
			if (left <= 0) return { kind: "trouble", trouble: { code: "timeout", detail: `no answer within ${timeoutMs / 1000} s` } };
			await new Promise<void>((resolve) => {
				const timer = setTimeout(resolve, left);
				this.#wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		}
	}

	/** Sends a command and reads its reply. */
	say(line: string, timeoutMs: number): Promise<Said> {
		if (this.#trouble === null) this.#socket.write(`${line}\r\n`);
		return this.read(timeoutMs);
	}

	/** Speaks TLS from here on, verified. Null when it is up, else why not. */
	async secure(of: {
		readonly host: string;
		readonly ca: string | null;
		readonly timeoutMs: number;
	}): Promise<TalkTrouble | null> {
		const plain = this.#socket;
		plain.removeAllListeners();
		plain.on("error", () => undefined);
		this.#buffer = "";
		const trouble = await new Promise<TalkTrouble | tls.TLSSocket>((resolve) => {
			const ca = of.ca === null ? {} : { ca: [...tls.rootCertificates, of.ca] };
			const name = net.isIP(of.host) === 0 ? { servername: of.host } : {};
			const secured = tls.connect({ socket: plain, host: of.host, ...name, ...ca, minVersion: "TLSv1.2" });
			const end = (answer: TalkTrouble | tls.TLSSocket) => {
				clearTimeout(timer);
				secured.removeAllListeners();
				secured.on("error", () => undefined);
				resolve(answer);
			};
			const timer = setTimeout(() => end({ code: "timeout", detail: "the TLS handshake did not end" }), of.timeoutMs);
			secured.once("secureConnect", () => end(secured));
			secured.once("error", (error) => end({ code: codeOf(error), detail: textOf(error) }));
			secured.once("close", () => end({ code: "closed", detail: "the connection was closed during the TLS handshake" }));
		});
		if (!(trouble instanceof tls.TLSSocket)) {
			plain.destroy();
			this.#trouble = trouble;
			return trouble;
		}
		this.#socket = trouble;
		this.#listen();
		return null;
	}

	/** TLS version and the day the server's certificate ends; null in plain text. */
	get tls(): { readonly version: string; readonly until: number } | null {
		if (!(this.#socket instanceof tls.TLSSocket)) return null;
		return { version: this.#socket.getProtocol() ?? "", until: Date.parse(this.#socket.getPeerCertificate().valid_to) };
	}

	/** Says QUIT and goes, without waiting. */
	close(): void {
		if (this.#trouble === null) this.#socket.end("QUIT\r\n");
		this.#socket.on("error", () => undefined);
		setTimeout(() => this.#socket.destroy(), 500).unref();
	}

	#listen(): void {
		const end = (trouble: TalkTrouble) => {
			this.#trouble ??= trouble;
			this.#wake?.();
		};
		this.#socket.on("data", (data: Buffer) => {
			this.#buffer += data.toString("latin1");
			this.#wake?.();
		});
		this.#socket.on("error", (error) => end({ code: codeOf(error), detail: textOf(error) }));
		this.#socket.on("close", () => end({ code: "closed", detail: "the connection was closed" }));
	}
}
