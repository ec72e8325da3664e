// One SMTP connection to one MX host: nodemailer's connection behind a wrapper that never throws, keeps what every stage answered, and
// knows whether a message may have been accepted when the connection dies.
//
// What nodemailer leaves to its user, and this file does:
//  - trouble comes by callback, by 'error', by both or by neither: both are listened to, and timers of our own end every wait;
//  - a failed handshake under "opportunistic" is an error there: here it is an outcome, and the caller may come back in plain text;
//  - an address that needs SMTPUTF8 is sent raw to servers without it: here it is refused before MAIL FROM;
//  - the final dot leaves only after `beforeDot` has resolved (the mark that makes "never twice" true is durable by then).
import type net from "node:net";
import { TLSSocket } from "node:tls";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import { textOf } from "../errors.ts";
import type { TlsFacts } from "../log/response.ts";
import type { Reply, Stage, Trouble } from "../replies/outcome.ts";
import { tlsOptions } from "./connect.client.ts";
import {
	type Exchange,
	isStage,
	type Mail,
	positive,
	readReply,
	type SessionTarget,
	type SetupProblem,
	setupProblem,
	troubleOf,
} from "./exchange.ts";
import { HeldBody } from "./held-body.ts";
import {
	beginLogin,
	type Login,
	type LoginDialogue,
	type LoginHook,
	mechanismsFor,
	noMechanismWords,
	speakLogin,
} from "./login.ts";
import { type ServerFeatures, Transcript } from "./transcript.ts";

/** QUIT is a courtesy: its answer never matters, and waiting for it is bounded. */
const QUIT_PATIENCE_MS = 2_000;

/** What of nodemailer's connection is used beyond its public types; both fields are stable since its version 1. */
interface Inner {
	readonly _socket: net.Socket | TLSSocket | false;
}

export class SmtpSession {
	readonly target: SessionTarget;
	readonly openedAt = performance.now();
	/** Messages accepted so far. */
	accepted = 0;
	/** Transactions begun so far: what a server counts for its limit of messages per connection. */
	begun = 0;
	#connection: SMTPConnection;
	#socket: net.Socket;
	#transcript = new Transcript();
	#afterMail: (() => void) | null = null;
	#broken: { trouble: Trouble; detail: string } | null = null;
	#needsReset = false;
	/** The login in hand. */
	#dialogue: LoginDialogue | null = null;
	/** Settles the step in hand when the connection breaks or a timer fires. */
	#wake: (() => void) | null = null;
	/** Starts the patience of the step in hand anew: the conversation went on. */
	#goOn: (() => void) | null = null;

	constructor(target: SessionTarget, socket: net.Socket) {
		this.target = target;
		this.#socket = socket;
		const note = (entry: unknown, ...words: unknown[]) => this.#note(entry, words);
		this.#connection = new SMTPConnection({
			host: target.mxHost,
			port: target.port,
			name: target.ehlo,
			connection: socket,
			secure: target.tls === "implicit",
			requireTLS: target.tls === "required",
			ignoreTLS: target.tls === "never",
			opportunisticTLS: target.tls === "opportunistic",
			servername: target.mxHost,
			tls: tlsOptions(target),
			customAuth: { WELLSENT: (hook: LoginHook) => speakLogin(hook, this.#dialogue) },
			greetingTimeout: target.timeout.greetingMs,
			connectionTimeout: target.timeout.greetingMs + 3 * target.timeout.commandMs,
			// Ours fire first; this one only makes sure that nothing is left behind.
			socketTimeout: Math.max(target.timeout.bodyMs, target.timeout.commandMs) + 5_000,
			socketCloseTimeout: 1_000,
			transactionLog: true,
			logger: { level: () => undefined, trace: note, debug: note, info: note, warn: note, error: note, fatal: note },
		});
		this.#connection.on("error", (error: Error) => this.#break(troubleOf(error), textOf(error)));
		this.#connection.once("end", () => this.#break("closed", "the connection was closed"));
	}

	/** What the server offered in its last EHLO. */
	get features(): ServerFeatures {
		return this.#transcript.features;
	}

	/** False once the connection is of no more use. */
	get alive(): boolean {
		return this.#broken === null && !this.#connection.destroyed && !this.#transcript.surplus;
	}

	get tls(): TlsFacts | null {
		const socket = (this.#connection as unknown as Inner)._socket;
		if (!(socket instanceof TLSSocket)) return null;
		const version = socket.getProtocol();
		if (version === null) return null;
		return { version, cipher: socket.getCipher()?.standardName ?? socket.getCipher()?.name ?? "", verified: socket.authorized };
	}

	/** Greeting, EHLO, STARTTLS, AUTH. Null when all went well. */
	async greet(): Promise<SetupProblem | null> {
		const trouble = await this.#step((done) => this.#connection.connect((error) => done(error ?? null)));
		if (trouble !== null) return setupProblem(this.#transcript, this.target, this.tls !== null, trouble);
		return this.target.login === null ? null : await this.#login(this.target.login);
	}

	/** Logs in, by the strongest mechanism that both sides know; by the next one only when the server says that it does not know this one after all. */
	async #login(login: Login): Promise<SetupProblem | null> {
		const { auth } = this.features;
		const impossible = (detail: string): SetupProblem => ({ stage: "auth", trouble: "login-impossible", reply: null, detail });
		// Passwords and tokens travel inside TLS or not at all.
		if (this.tls === null) return impossible("no login before TLS");
		let problem = impossible(noMechanismWords(login, auth));
		for (const mechanism of mechanismsFor(login, auth)) {
			this.#transcript.nextMessage();
			this.#dialogue = beginLogin(mechanism, login, { host: this.target.mxHost, port: this.target.port });
			const data = { user: login.user, pass: "", method: "WELLSENT" };
			const refused = await this.#step((done) => this.#connection.login(data, (error) => done(error)));
			this.#dialogue = null;
			if (refused === null) return null;
			problem = setupProblem(this.#transcript, this.target, true, refused);
			// 504: it does not know the mechanism (RFC 4954 section 4).
			if (problem.reply?.code !== 504 || !this.alive) return problem;
		}
		return problem;
	}

	/** Sends one message to one reader. Throws only what `beforeDot` threw (the dot was not sent then); afterwards `alive` tells whether the connection can take another. */
	async send(mail: Mail): Promise<Exchange> {
		const started = performance.now();
		const done = (
			stage: Stage,
			reply: Reply | null,
			trouble: Trouble | null,
			detail: string,
			inDoubt: boolean,
			bytes: number,
		): Exchange => ({
			stage,
			reply,
			trouble,
			detail,
			inDoubt,
			durationMs: Math.round(performance.now() - started),
			bytes,
		});
		if (!this.alive)
			return done("mail", null, this.#broken?.trouble ?? "closed", this.#broken?.detail ?? "the connection was closed", false, 0);
		if (this.#needsReset && !(await this.#reset()))
			return done("mail", null, this.#broken?.trouble ?? "closed", "the connection did not survive RSET", false, 0);
		const { size, smtpUtf8 } = this.features;
		const takes = Math.min(size ?? Number.POSITIVE_INFINITY, mail.hostTakes ?? Number.POSITIVE_INFINITY);
		if (mail.size > takes)
			return done("mail", null, "message-too-big", `the message has ${mail.size} bytes, the host takes ${takes}`, false, 0);
		if (mail.needsSmtpUtf8 && !smtpUtf8)
			return done("mail", null, "smtputf8-missing", "the address needs SMTPUTF8, which the host does not offer", false, 0);

		this.begun += 1;
		this.#transcript.nextMessage();
		this.#afterMail = mail.afterMail ?? null;
		const body = new HeldBody(
			{
				chunks: mail.chunks,
				beforeDot: async () => {
					await mail.beforeDot();
					this.#goOn?.();
				},
			},
			this.#wire,
		);
		const failure = await this.#step((finish) =>
			this.#connection.send({ from: mail.from, to: [mail.to], size: mail.size }, body, (error) => finish(error)),
		);
		const bytes = body.handedOver;
		if (failure === null) {
			this.accepted += 1;
			return done("body", readReply(this.#transcript.replyAt("body") ?? ""), null, "", false, bytes);
		}
		this.#needsReset = true;
		const refused = this.#transcript.heard.find((heard) => isStage(heard.stage) && !positive(heard.stage, heard.raw));
		if (refused !== undefined && isStage(refused.stage))
			return done(refused.stage, readReply(refused.raw), null, "", false, bytes);
		// The reply was positive, yet the callback says failure: 250 to the dot came and the connection died in the same breath. It is delivered.
		const accepted = this.#transcript.replyAt("body");
		if (accepted !== null) {
			this.accepted += 1;
			return done("body", readReply(accepted), null, "", false, bytes);
		}
		this.drop();
		// Our own trouble (a full disk) must not be told as the host's.
		if (body.fault !== null) throw body.fault;
		const { trouble, detail } = this.#broken ?? failure;
		return done(this.#transcript.stage, null, trouble, detail, body.dotReleased, bytes);
	}

	/** Says QUIT and goes. Whatever the server answers, or does not, is of no consequence. */
	async quit(): Promise<void> {
		if (!this.alive) return this.drop();
		await this.#step((done) => {
			this.#connection.once("end", () => done(null));
			this.#connection.quit();
		}, QUIT_PATIENCE_MS);
		this.drop();
	}

	/** Closes without a word. */
	drop(): void {
		this.#connection.close();
		// The one on top: to destroy a socket under a TLS socket that still writes crashes Node 20 (a segmentation fault, not an exception).
		if (!this.#wire.destroyed) this.#wire.destroy();
	}

	async #reset(): Promise<boolean> {
		const problem = await this.#step((done) => this.#connection.reset((error) => done(error)));
		if (problem !== null) this.drop();
		this.#needsReset = problem !== null;
		return problem === null;
	}

	#note(entry: unknown, words: readonly unknown[]): void {
		const kind = typeof entry === "object" && entry !== null && "tnx" in entry ? entry.tnx : "";
		if (kind === "client") this.#transcript.sent(String(words[0]));
		else if (kind === "server") {
			this.#transcript.received(String(words[0]));
			if (this.#transcript.heard.at(-1)?.stage === "mail") this.#answered();
		} else return;
		this.#goOn?.();
	}

	#answered(): void {
		this.#afterMail?.();
		this.#afterMail = null;
	}

	/** The socket that is spoken on: the TLS one once there is one. */
	get #wire(): net.Socket {
		return (this.#connection as unknown as Inner)._socket || this.#socket;
	}

	/** How long the next reply may take, by what it answers (RFC 5321 section 4.5.3.2 has a time for each command, too). */
	get #patienceMs(): number {
		const { greetingMs, commandMs, bodyMs } = this.target.timeout;
		const waiting = this.#transcript.waitingFor;
		return waiting === "greeting" ? greetingMs : waiting === "body" ? bodyMs : commandMs;
	}

	#break(trouble: Trouble, detail: string): void {
		this.#broken ??= { trouble, detail };
		this.#wake?.();
	}

	/**
	 * Runs one step: its callback, the connection's end or the timer finish it, whichever comes first. The timer begins anew with every command, every
	 * reply, and as long as bytes of a large message leave: a host is only given up when it keeps us waiting.
	 */
	#step(
		run: (done: (error: Error | null) => void) => void,
		mostMs?: number,
	): Promise<{ trouble: Trouble; detail: string } | null> {
		return new Promise((resolve) => {
			const finish = (problem: { trouble: Trouble; detail: string } | null) => {
				clearTimeout(timer);
				this.#wake = null;
				this.#goOn = null;
				resolve(problem);
			};
			const left = () => this.#wire.bytesWritten - this.#wire.writableLength;
			const begin = () => {
				clearTimeout(timer);
				const ms = mostMs ?? this.#patienceMs;
				const before = left();
				timer = setTimeout(() => {
					if (mostMs === undefined && left() > before) return begin();
					this.#broken ??= { trouble: "timeout", detail: `no answer within ${ms / 1000} s` };
					finish(this.#broken);
					this.drop();
				}, ms);
			};
			let timer: NodeJS.Timeout | undefined;
			begin();
			if (mostMs === undefined) this.#goOn = begin;
			// The callback may still come in this turn, and it knows more: let it.
			this.#wake = () => setImmediate(() => finish(this.#broken));
			run((error) => finish(error === null ? null : { trouble: troubleOf(error), detail: textOf(error) }));
		});
	}
}
