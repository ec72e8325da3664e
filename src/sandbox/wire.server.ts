// One socket of a simulated MX host as lines, bodies and replies. It knows SMTP's framing and nothing of its commands.
//
// Everything that arrived in one packet is handled before anything is written, so pipelined commands get their replies in one
// packet too. Bodies are searched for their end with Buffer.indexOf, never byte by byte: this is also the benchmark's sink.
import type { Socket } from "node:net";
import { type SecureContext, TLSSocket } from "node:tls";
import type { Written } from "./reply-text.ts";

export interface WireEvents {
	line(text: string): void;
	/** The first bytes of a body arrived. */
	bodyBegan(): void;
	/** The final dot arrived. `bytes` counts the body as sent, without the final dot; `raw` is unstuffed, null when not kept. */
	body(bytes: number, raw: Buffer | null): void;
	closed(): void;
}

const nothing = () => undefined;
const EMPTY: Buffer = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;
const END = Buffer.from("\r\n.\r\n");
/** The line end before the first line of a body is that of the DATA command: pretend to have seen it. */
const VIRTUAL_LINE_END = Buffer.from("\r\n");
/** A line longer than this is an attack or a mistake; the connection ends. RFC 5321 asks for 512, AUTH for 12,288. */
const LONGEST_LINE = 65_536;
/** Bytes a peer may send into a silence before we stop reading them. */
const MOST_WAITING = 1024 * 1024;
/** How long a peer may keep its half open after we said our last word. */
const LINGER_MS = 5_000;

export class Wire {
	#socket: Socket;
	readonly #events: WireEvents;
	readonly #keep: boolean;
	#pending: Buffer = EMPTY;
	#mode: "lines" | "body" | "ended" = "lines";
	#held = false;
	#pumping = false;
	#out: (string | Buffer)[] = [];
	#bodyBytes = 0;
	#bodyBegan = false;
	#parts: Buffer[] = [];
	#secure: TLSSocket | null = null;
	#bytewise = false;
	#afterBytes: () => void = nothing;
	#endAfterBytes = false;

	constructor(socket: Socket, keep: boolean, events: WireEvents) {
		this.#socket = socket;
		this.#keep = keep;
		this.#events = events;
		this.#listen(socket);
	}

	/** "TLSv1.3", or null in plain text. */
	get tlsVersion(): string | null {
		return this.#secure?.getProtocol() ?? null;
	}

	/** Queues a reply; it leaves when the commands at hand are done. */
	say(reply: Written) {
		if (this.#mode === "ended") return;
		if (reply.bytewise) this.#sayBytewise(reply);
		else {
			this.#out.push(reply.latin1 ? Buffer.from(reply.text, "latin1") : reply.text);
			if (!this.#pumping) this.#flush();
		}
	}

	/** Runs the action when what was said has left: at once, but for a reply that goes out byte by byte. */
	whenSaid(action: () => void): void {
		if (this.#bytewise) this.#afterBytes = action;
		else action();
	}

	/** Reads no further command until released: a slow reply, or a silence for good. */
	hold(): void {
		this.#held = true;
	}

	/** Ends the hold, lets `action` speak, and goes on with the commands that wait (unless `action` holds again). */
	release(action: () => void = nothing): void {
		if (this.#mode === "ended") return;
		this.#held = false;
		action();
		this.#socket.resume();
		this.#pump();
	}

	/** The next bytes are a message. */
	expectBody(): void {
		this.#mode = "body";
		this.#bodyBytes = 0;
		this.#bodyBegan = false;
		this.#parts = [];
		this.#pending = this.#pending.length === 0 ? VIRTUAL_LINE_END : Buffer.concat([VIRTUAL_LINE_END, this.#pending]);
	}

	/** Sends what is queued, then FIN; what still comes in is thrown away. */
	end(): void {
		if (this.#mode === "ended") return;
		if (this.#bytewise) {
			this.#endAfterBytes = true;
			return;
		}
		this.#flush();
		this.#mode = "ended";
		this.#pending = EMPTY;
		this.#socket.end();
		this.#socket.resume();
		const timer = setTimeout(() => this.#socket.destroy(), LINGER_MS);
		timer.unref();
		this.#socket.once("close", () => clearTimeout(timer));
	}

	/** Ends the connection without a word: FIN, or RST. */
	drop(how: "close" | "reset"): void {
		this.#mode = "ended";
		this.#pending = EMPTY;
		this.#out = [];
		// A TLS socket has no RST, and taking the one below away from it crashes Node 20: under TLS both mean a close.
		if (how === "reset" && this.#secure === null) this.#socket.resetAndDestroy();
		else this.#socket.destroy();
	}

	/** Answers the client's handshake with something that is none, and ends. */
	breakTls(): void {
		this.#flush();
		this.#socket.write("this is not a handshake\r\n");
		this.end();
	}

	/** Hands the socket to TLS. What was pipelined in plain text is thrown away (RFC 3207 section 4.2). */
	startTls(context: SecureContext): void {
		this.#flush();
		this.#pending = EMPTY;
		const plain = this.#socket;
		plain.removeAllListeners("data");
		plain.removeAllListeners("close");
		const secure = new TLSSocket(plain, { isServer: true, secureContext: context });
		secure.on("_tlsError", () => secure.destroy());
		this.#secure = secure;
		this.#socket = secure;
		this.#listen(secure);
	}

	#listen(socket: Socket): void {
		socket.on("data", (chunk: Buffer) => {
			if (this.#mode === "ended") return;
			this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
			if (this.#held && this.#pending.length > MOST_WAITING) socket.pause();
			this.#pump();
		});
		socket.on("error", () => socket.destroy());
		socket.once("close", () => {
			this.#mode = "ended";
			this.#events.closed();
		});
	}

	#pump(): void {
		if (this.#pumping) return;
		this.#pumping = true;
		while (!this.#held && this.#mode !== "ended" && this.#pending.length > 0) {
			const more = this.#mode === "body" ? this.#readBody() : this.#readLine();
			if (!more) break;
		}
		this.#pumping = false;
		this.#flush();
	}

	#readLine(): boolean {
		const pending = this.#pending;
		const end = pending.indexOf(LF);
		if (end < 0) {
			if (pending.length > LONGEST_LINE) this.drop("close");
			return false;
		}
		const line = pending.toString("utf8", 0, end > 0 && pending[end - 1] === CR ? end - 1 : end);
		this.#pending = pending.subarray(end + 1);
		this.#events.line(line);
		return true;
	}

	/** The last four bytes without an end are carried over: the end may be split between packets. */
	#readBody(): boolean {
		if (!this.#bodyBegan && this.#pending.length > VIRTUAL_LINE_END.length) {
			this.#bodyBegan = true;
			this.#events.bodyBegan();
			if (this.#held || this.#mode === "ended") return false;
		}
		const pending = this.#pending;
		const end = pending.indexOf(END);
		if (end < 0) {
			const done = Math.max(0, pending.length - (END.length - 1));
			if (done === 0) return false;
			this.#bodyBytes += done;
			if (this.#keep) this.#parts.push(pending.subarray(0, done));
			this.#pending = pending.subarray(done);
			return false;
		}
		const bytes = this.#bodyBytes + end + 2 - VIRTUAL_LINE_END.length;
		const raw = this.#keep ? unstuffed([...this.#parts, pending.subarray(0, end + 2)]) : null;
		this.#parts = [];
		this.#pending = pending.subarray(end + END.length);
		this.#mode = "lines";
		this.#events.body(bytes, raw);
		return true;
	}

	#flush(): void {
		if (this.#out.length === 0) return;
		const out = this.#out;
		this.#out = [];
		if (!this.#socket.writable) return;
		if (out.every((piece) => typeof piece === "string")) this.#socket.write(out.length === 1 ? (out[0] ?? "") : out.join(""));
		else for (const piece of out) this.#socket.write(piece);
	}

	/** One write an event-loop turn, so that a reader really sees the reply in pieces. Commands wait meanwhile. */
	#sayBytewise(reply: Written) {
		this.#flush();
		const bytes = Buffer.from(reply.text, reply.latin1 ? "latin1" : "utf8");
		this.#held = true;
		this.#bytewise = true;
		let at = 0;
		const next = () => {
			if (this.#mode === "ended") return;
			this.#socket.write(bytes.subarray(at, at + 1));
			at += 1;
			if (at < bytes.length) return void setImmediate(next);
			this.#bytewise = false;
			const after = this.#afterBytes;
			this.#afterBytes = nothing;
			if (this.#endAfterBytes) this.end();
			else this.release(after);
		};
		next();
	}
}

/** Joins the parts, drops the virtual line end and takes the doubled dots away (RFC 5321 section 4.5.2). */
function unstuffed(parts: readonly Buffer[]): Buffer {
	const whole = Buffer.concat(parts);
	if (whole.indexOf("\r\n..") < 0) return whole.subarray(VIRTUAL_LINE_END.length);
	return Buffer.from(whole.toString("latin1").replaceAll("\r\n..", "\r\n.").slice(VIRTUAL_LINE_END.length), "latin1");
}
