// Shows a finished message to rspamd (HTTP) or spamd (TCP) as if it had come from the source that will send it. Network trouble is an answer.
import { connect } from "node:net";
import { codeOf, textOf } from "../errors.ts";
import { readRspamd, readSpamd, type Score } from "./score.ts";

/** Both ask DNS themselves; rspamd's own limit is 8 s. */
const PATIENCE_MS = 15_000;
/** An answer is a few kilobytes; PROCESS returns the message as well. */
const LONGEST = 64 * 1024 ** 2;

/** A message and the envelope that it will have. */
export interface Letter {
	readonly raw: readonly Buffer[];
	readonly mailFrom: string;
	readonly to: string;
	/** Public address of the source, or null (a gateway sends). */
	readonly address: string | null;
	readonly ehlo: string | null;
	/** Name of the address in DNS; "unknown" when it has none. */
	readonly hostname: string;
	/** When it would have been received, milliseconds: spamd compares it with the Date of the message. */
	readonly at: number;
}

/** https://rspamd.com/doc/developers/protocol.html */
export async function askRspamd(of: {
	readonly url: string;
	readonly password: string | null;
	readonly letter: Letter;
	readonly patienceMs?: number;
}): Promise<Score> {
	const { letter, password } = of;
	const { address, ehlo } = letter;
	try {
		const response = await fetch(`${of.url}/checkv2`, {
			method: "POST",
			headers: {
				from: letter.mailFrom,
				rcpt: letter.to,
				hostname: letter.hostname,
				...(address === null ? {} : { ip: address }),
				...(ehlo === null ? {} : { helo: ehlo }),
				...(password === null ? {} : { password }),
			},
			body: new Uint8Array(Buffer.concat([...letter.raw])),
			signal: AbortSignal.timeout(of.patienceMs ?? PATIENCE_MS),
		});
		const text = await response.text();
		if (!response.ok && !text.startsWith("{")) return failed("rspamd", `it answered ${response.status} ${response.statusText}`);
		return readRspamd(JSON.parse(text));
	} catch (error) {
		const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
		return failed("rspamd", codeOf(cause) || textOf(cause));
	}
}

function failed(by: Score["by"], detail: string): Score {
	return { kind: "failed", by, detail };
}

/** The protocol of spamd, version 1.5. REPORT has the rules with their scores; one that does not know it is asked for SYMBOLS. */
export async function askSpamd(of: {
	readonly host: string;
	readonly port: number;
	readonly letter: Letter;
	readonly patienceMs?: number;
}): Promise<Score> {
	const first = await ask(of, "REPORT");
	if (first.kind === "scored" || !/^(?:it answered|the answer)/.test(first.detail)) return first;
	return ask(of, "SYMBOLS");
}

function ask(of: Parameters<typeof askSpamd>[0], command: "REPORT" | "SYMBOLS"): Promise<Score> {
	return new Promise((resolve) => {
		const socket = connect({ host: of.host, port: of.port });
		const chunks: Buffer[] = [];
		let size = 0;
		const end = (score: Score) => {
			clearTimeout(timer);
			socket.destroy();
			resolve(score);
		};
		const timer = setTimeout(() => end(failed("spamd", "it did not answer in time")), of.patienceMs ?? PATIENCE_MS);
		socket.on("error", (error) => end(failed("spamd", codeOf(error) || textOf(error))));
		socket.once("connect", () => {
			const message = Buffer.concat([received(of.letter), ...of.letter.raw]);
			socket.write(`${command} SPAMC/1.5\r\nContent-length: ${message.length}\r\n\r\n`);
			// The end of our half tells it that nothing follows; some wait for it.
			socket.end(message);
		});
		socket.on("data", (chunk: Buffer) => {
			chunks.push(chunk);
			size += chunk.length;
			if (size > LONGEST) end(failed("spamd", "the answer does not end"));
		});
		socket.once("end", () => end(readSpamd(Buffer.concat(chunks).toString("utf8"))));
	});
}

/** spamd takes no envelope: it reads it from the topmost Received field, as the receiving server would have written it. */
function received({ address, ehlo, hostname, mailFrom, to, at }: Letter): Buffer {
	if (address === null) return Buffer.alloc(0);
	const from = `${ehlo ?? hostname} (${hostname} [${address.includes(":") ? "IPv6:" : ""}${address}])`;
	return Buffer.from(
		`Return-Path: <${mailFrom}>\r\nReceived: from ${from}\r\n\tby mx.invalid with ESMTP id preflight\r\n\t(envelope-from <${mailFrom}>) for <${to}>; ${new Date(at).toUTCString().replace("GMT", "+0000")}\r\n`,
		"utf8",
	);
}
