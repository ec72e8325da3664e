// What came of a step of a conversation, read from its transcript. Pure.
import { withoutSecrets } from "../config/secrets.ts";
import type { Config } from "../config/types.ts";
import { codeOf } from "../errors.ts";
import type { Reply, Stage, Trouble } from "../replies/outcome.ts";
import { parseReply } from "../replies/reply.ts";
import type { Login } from "./login.ts";
import type { Transcript } from "./transcript.ts";

export interface SessionTarget {
	readonly mxHost: string;
	readonly address: string;
	readonly port: number;
	/** Address of the source; null lets the system choose (gateways). */
	readonly localAddress: string | null;
	readonly ehlo: string;
	/** never: plain text on purpose (TLS of this host is broken). implicit: TLS from the first byte (port 465). */
	readonly tls: "never" | "opportunistic" | "required" | "implicit";
	/** A certificate that does not fit is trouble (gateways), not a note in the log (MX hosts, RFC 7435). */
	readonly verifyTls: boolean;
	readonly login: Login | null;
	/** Certificates (PEM) trusted besides the usual ones, or null. */
	readonly ca: string | null;
	readonly timeout: {
		readonly connectMs: number;
		readonly greetingMs: number;
		readonly commandMs: number;
		readonly bodyMs: number;
	};
}

/** One message to one reader. */
export interface Mail {
	readonly from: string;
	readonly to: string;
	/** Bytes of the whole message. */
	readonly size: number;
	/** Bytes that the host is known to take, whatever it announced; null or absent: not known. */
	readonly hostTakes?: number | null;
	readonly needsSmtpUtf8: boolean;
	readonly chunks: readonly Buffer[];
	/** Called once, when the host has answered to MAIL FROM, whatever it said. */
	readonly afterMail?: () => void;
	/** Called once, after the last byte before the final dot was handed to the system; the dot waits for it. */
	readonly beforeDot: () => Promise<void>;
}

/** How one step of the conversation ended. */
export interface Exchange {
	readonly stage: Stage;
	readonly reply: Reply | null;
	readonly trouble: Trouble | null;
	readonly detail: string;
	/** True when the final dot may have reached the server and no reply came. */
	readonly inDoubt: boolean;
	readonly durationMs: number;
	readonly bytes: number;
}

/** Why a session could not be set up. */
export interface SetupProblem {
	readonly stage: Stage;
	readonly trouble: Trouble | null;
	readonly reply: Reply | null;
	readonly detail: string;
}

/** Reads why setting up failed. `encrypted`: TLS was up by then. */
export function setupProblem(
	transcript: Transcript,
	{ tls: mode, login }: Pick<SessionTarget, "tls" | "login">,
	encrypted: boolean,
	problem: { trouble: Trouble; detail: string },
): SetupProblem {
	const refused = transcript.heard.findLast((heard) => isStage(heard.stage) && !positive(heard.stage, heard.raw));
	const waiting = transcript.waitingFor;
	// STARTTLS missing or refused where it is required (nodemailer reports both at EHLO or STARTTLS).
	if (
		mode === "required" &&
		!encrypted &&
		!transcript.features.startTls &&
		transcript.replyAt("ehlo") !== null &&
		waiting === null
	)
		return { stage: "starttls", trouble: "tls-not-offered", reply: null, detail: "the host does not offer STARTTLS" };
	if (refused !== undefined && isStage(refused.stage) && waiting !== "tls")
		return { stage: refused.stage, trouble: null, reply: withoutLogin(readReply(refused.raw), login), detail: "" };
	if (waiting === "tls" || mode === "implicit")
		return {
			stage: "tls",
			trouble: problem.trouble === "timeout" ? "timeout" : "tls-failed",
			reply: null,
			detail: problem.detail,
		};
	return { stage: transcript.stage, trouble: problem.trouble, reply: null, detail: problem.detail };
}

/** A server that repeats the command it refuses ("unknown command: AUTH PLAIN …") shall not bring the password into the log. */
function withoutLogin(reply: Reply, login: Login | null): Reply {
	if (login === null) return reply;
	return { ...reply, text: withoutSecrets(reply.text, [login.kind === "password" ? login.password : login.token]) };
}

export function isStage(stage: Stage | "quit" | "rset"): stage is Stage {
	return stage !== "quit" && stage !== "rset";
}

/**
 * A reply as nodemailer hands it over: UTF-8 already read, anything else with a character for each byte, so that the bytes can be had back
 * (Korean servers answer in EUC-KR).
 */
export function readReply(raw: string): Reply {
	return parseReply(/[\x80-\xff]/.test(raw) && !/[^\x00-\xff]/.test(raw) ? Buffer.from(raw, "latin1") : raw);
}

/** Is that reply the one that lets the conversation go on? */
export function positive(stage: Stage | "quit" | "rset", raw: string): boolean {
	if (stage === "greeting") return raw.startsWith("220");
	if (stage === "data") return /^[23]/.test(raw);
	if (stage === "auth") return /^[23]/.test(raw);
	return raw.startsWith("2");
}

export function troubleOf(error: Error): Trouble {
	const code = codeOf(error);
	if (code === "ETIMEDOUT") return "timeout";
	if (code === "EPROTOCOL") return "bad-reply";
	if (code === "ETLS") return "tls-failed";
	return "closed";
}

/** The port at which a domain's mail is taken: that of its [[local]] host, else that of MX hosts, also where the same host is MX of other domains. */
export function directPort(config: Pick<Config, "smtp" | "locals">, domain: string): number {
	return config.locals.find((local) => local.domains.includes(domain))?.port ?? config.smtp.port;
}
