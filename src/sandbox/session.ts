// One connection from its greeting to its end: hello, STARTTLS, AUTH, QUIT. The mail in between is mail-dialogue.ts.
//
// Framing is in wire.server.ts, the host's way of speaking in speaker.ts, decisions in judge.ts.
import type { Socket } from "node:net";
import type { ConnectionRow } from "./arrivals.ts";
import { type AuthStep, beginAuth } from "./auth.ts";
import { ehloLines } from "./command.ts";
import { judgeConnection, refusalOf } from "./judge.ts";
import { MailDialogue } from "./mail-dialogue.ts";
import { Speaker } from "./speaker.ts";
import type { Surroundings } from "./surroundings.ts";
import { Wire } from "./wire.server.ts";

export class Session {
	readonly #at: Surroundings;
	readonly #wire: Wire;
	readonly #row: ConnectionRow;
	readonly #speaker: Speaker;
	readonly #mail: MailDialogue;
	/** Counts as open at this host: it was greeted. */
	#counted = false;
	#hello = false;
	#loggedIn = false;
	#auth: ((line: string) => AuthStep) | null = null;

	constructor(at: Surroundings, socket: Socket) {
		this.#at = at;
		this.#row = {
			kind: "connection",
			id: at.nextId(),
			host: at.host.name,
			hostAddress: socket.localAddress ?? "",
			client: (socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
			openedAt: at.clock.now(),
			closedAt: null,
			messages: 0,
			refused: null,
			ehlo: null,
		};
		this.#wire = new Wire(socket, at.keepMessages, {
			line: (text) => this.#line(text),
			bodyBegan: () => this.#mail.bodyBegan(),
			body: (bytes, raw) => this.#mail.body(bytes, raw),
			closed: () => this.#closed(),
		});
		this.#speaker = new Speaker(this.#wire, at.host, at.clock, this.#row.client);
		this.#mail = new MailDialogue(at, this.#speaker, this.#row);
		at.opened(this.#row);
		if (at.host.manners.implicitTls) this.#wire.startTls(at.tls.good);
		this.#greet();
	}

	/** Ends the connection without a word. To be used instead of destroying the socket: under a TLS socket that is in use, that crashes Node 20. */
	cut(): void {
		this.#wire.drop("close");
	}

	#greet() {
		const { host } = this.#at;
		if (this.#speaker.ends("greeting")) return;
		const refusal = judgeConnection(host.manners, host.counters, this.#row.client, this.#at.clock.now());
		if (refusal !== null) {
			this.#at.turnedAway(this.#row, this.#speaker.filled(refusal));
			return this.#speaker.answer("greeting", refusal, () => this.#wire.end());
		}
		this.#counted = true;
		host.counters.opened(this.#row.client);
		this.#speaker.answer("greeting", `220 ${host.name} ${host.manners.banner}`);
	}

	#line(line: string) {
		const speaker = this.#speaker;
		if (this.#auth !== null) return this.#authStep(this.#auth(line));
		switch (line.slice(0, 4).toUpperCase()) {
			case "EHLO":
				return this.#sayHello(line, true);
			case "HELO":
				return this.#sayHello(line, false);
			case "STAR":
				return this.#startTls();
			case "AUTH":
				return this.#beginAuth(line);
			case "MAIL":
				if (!this.#hello) return speaker.answer("mail", "503 5.5.1 Error: send EHLO first");
				return this.#mail.mail(line, this.#loggedIn);
			case "RCPT":
				return this.#mail.rcpt(line);
			case "DATA":
				return this.#mail.data();
			case "RSET":
				this.#mail.abandon("(reset by client)");
				return speaker.answer("mail", "250 2.0.0 Ok");
			case "NOOP":
				return speaker.answer("mail", "250 2.0.0 Ok");
			case "VRFY":
				return speaker.answer("rcpt", "252 2.1.5 Cannot verify the user, but will take mail for it");
			case "QUIT":
				return this.#quit();
			default:
				return speaker.answer("ehlo", "502 5.5.2 Error: command not recognized");
		}
	}

	#sayHello(line: string, extended: boolean) {
		const speaker = this.#speaker;
		const { manners } = speaker;
		this.#row.ehlo = line.slice(5).trim();
		if (speaker.ends("ehlo")) return;
		const refusal = manners.replyAt.ehlo ?? refusalOf(manners, "ehlo", this.#row.client);
		if (refusal !== null) return speaker.answer("ehlo", refusal);
		if (extended && !manners.ehlo) return speaker.answer("ehlo", "502 5.5.1 Error: command not implemented");
		this.#hello = true;
		this.#mail.abandon("(reset by client)");
		const { name } = speaker.host;
		speaker.answer("ehlo", extended ? ehloLines(manners, name, this.#wire.tlsVersion !== null) : `250 ${name}`);
	}

	#startTls() {
		const speaker = this.#speaker;
		const { starttls, replyAt } = speaker.manners;
		if (speaker.ends("starttls")) return;
		if (replyAt.starttls !== undefined) return speaker.answer("starttls", replyAt.starttls);
		if (this.#wire.tlsVersion !== null) return speaker.answer("starttls", "503 5.5.1 TLS is already in use");
		switch (starttls) {
			case "none":
				return speaker.answer("starttls", "502 5.5.1 Error: command not implemented");
			case "refused":
				return speaker.answer("starttls", "454 4.7.0 TLS not available due to local problem");
			case "good":
			case "expired":
				// What was said in plain text is forgotten (RFC 3207 section 4.2).
				this.#hello = false;
				this.#mail.abandon("(reset by client)");
				return speaker.answer("starttls", "220 2.0.0 Ready to start TLS", () => this.#wire.startTls(this.#at.tls[starttls]));
			case "broken":
				return speaker.answer("starttls", "220 2.0.0 Ready to start TLS", () => this.#wire.breakTls());
		}
	}

	#beginAuth(line: string) {
		const speaker = this.#speaker;
		const { auth, replyAt } = speaker.manners;
		if (speaker.ends("auth")) return;
		if (replyAt.auth !== undefined) return speaker.answer("auth", replyAt.auth);
		if (auth === null) return speaker.answer("auth", "503 5.5.1 Error: authentication not enabled");
		this.#authStep(beginAuth(line.slice(5), auth, speaker.manners.authMethods));
	}

	#authStep(step: AuthStep) {
		const speaker = this.#speaker;
		this.#auth = step.kind === "ask" ? step.next : null;
		switch (step.kind) {
			case "ask":
				return speaker.answer("auth", `334 ${step.challenge}`);
			case "bad":
				return speaker.answer("auth", step.reply);
			case "done":
				this.#loggedIn = step.ok;
				return speaker.answer("auth", step.ok ? "235 2.7.0 Authentication successful" : "535 5.7.8 Error: authentication failed");
		}
	}

	#quit() {
		const speaker = this.#speaker;
		this.#mail.abandon("(closed by client)");
		if (speaker.ends("quit")) return;
		const { quit, replyAt } = speaker.manners;
		if (quit === "silent") return this.#wire.hold();
		const reply = replyAt.quit ?? (quit === "error" ? "451 4.3.0 Cannot say goodbye now" : "221 2.0.0 Bye");
		speaker.answer("quit", reply, () => this.#wire.end());
	}

	#closed(): void {
		this.#speaker.hush();
		this.#mail.abandon("(closed by client)");
		if (this.#counted) this.#at.host.counters.closed(this.#row.client);
		this.#row.closedAt = this.#at.clock.now();
		this.#at.closed(this.#row);
	}
}
