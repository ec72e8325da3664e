// Which stage a conversation has reached, told from the commands sent and the replies received. Pure.
//
// nodemailer reports the same event in several shapes (a callback, an 'error' event, both, neither) and not always with the command it belongs to;
// the order of commands and replies never lies, so the stage is derived from it alone. With PIPELINING several replies are expected at once.
import type { Stage } from "../replies/outcome.ts";

/** What we wait for: a stage, or a command whose answer never matters to a delivery. */
type Expected = Stage | "quit" | "rset";

export interface HeardReply {
	readonly stage: Expected;
	/** The reply as received, lines joined by "\n". */
	readonly raw: string;
}

export class Transcript {
	#expected: Expected[] = ["greeting"];
	#heard: HeardReply[] = [];
	#ehlo = "";
	#surplus = false;

	/** A command left for the server. */
	sent(line: string): void {
		const verb = line.slice(0, 8).toUpperCase();
		const stage = stageOf(verb);
		// After STARTTLS the handshake is waited for; the next EHLO proves that it worked.
		if (stage === "ehlo" && this.#expected[0] === "tls") this.#expected.shift();
		if (stage !== null) this.#expected.push(stage);
	}

	/** A whole reply came. */
	received(raw: string): void {
		const stage = this.#expected.shift();
		if (stage === undefined) {
			// A reply to nothing: from now on replies and commands no longer match, so the connection must not be used again.
			this.#surplus = true;
			return;
		}
		this.#heard.push({ stage, raw });
		if (stage === "ehlo" && raw.startsWith("2")) this.#ehlo = raw;
		if (stage === "starttls" && raw.startsWith("2")) this.#expected.unshift("tls");
		if (stage === "data" && /^[23]/.test(raw)) this.#expected.push("body");
	}

	/** Forgets the replies of the last message; what is still expected stays expected. */
	nextMessage(): void {
		this.#heard = [];
	}

	/** The stage that is being waited for; "body" after 354; null when nothing is. */
	get waitingFor(): Expected | null {
		return this.#expected[0] ?? null;
	}

	/** The stage that trouble of the network belongs to. */
	get stage(): Stage {
		const first = this.#expected[0];
		return first === undefined || first === "quit" || first === "rset" ? "mail" : first;
	}

	/** True when the server said something that nobody had asked for. */
	get surplus(): boolean {
		return this.#surplus;
	}

	get heard(): readonly HeardReply[] {
		return this.#heard;
	}

	/** The last reply of that stage since the message began. */
	replyAt(stage: Stage): string | null {
		return this.#heard.findLast((reply) => reply.stage === stage)?.raw ?? null;
	}

	/** What the last EHLO (or HELO) answered. */
	get features(): ServerFeatures {
		return serverFeatures(this.#ehlo);
	}
}

export interface ServerFeatures {
	/** SIZE it announced (RFC 1870) in bytes; null: none, or 0, which means "no fixed limit". */
	readonly size: number | null;
	readonly smtpUtf8: boolean;
	readonly eightBitMime: boolean;
	readonly startTls: boolean;
	/** AUTH mechanisms. */
	readonly auth: readonly string[];
}

/** Reads the reply to EHLO. */
export function serverFeatures(ehlo: string): ServerFeatures {
	const words = ehlo
		.split("\n")
		.slice(1)
		.map((line) => line.slice(4).trim().toUpperCase());
	const size = words.map((line) => /^SIZE\s+(\d+)$/.exec(line)?.[1]).find((found) => found !== undefined);
	const limit = size === undefined ? 0 : Number(size);
	return {
		size: Number.isSafeInteger(limit) && limit > 0 ? limit : null,
		smtpUtf8: words.includes("SMTPUTF8"),
		eightBitMime: words.includes("8BITMIME"),
		startTls: words.includes("STARTTLS"),
		auth: words.flatMap((line) => (/^AUTH[ =]/.test(line) ? line.slice(5).split(/\s+/) : [])),
	};
}

function stageOf(verb: string): Expected | null {
	if (verb.startsWith("EHLO") || verb.startsWith("HELO")) return "ehlo";
	if (verb.startsWith("STARTTLS")) return "starttls";
	if (verb.startsWith("AUTH")) return "auth";
	if (verb.startsWith("MAIL")) return "mail";
	if (verb.startsWith("RCPT")) return "rcpt";
	if (verb.startsWith("DATA")) return "data";
	if (verb.startsWith("RSET")) return "rset";
	if (verb.startsWith("QUIT")) return "quit";
	if (verb.trim() === ".") return "body";
	// Anything else is a step of a login (a base64 word).
	return "auth";
}
