// One question to one DNS server: over UDP, and again over TCP when the answer was cut short. It does not retry and keeps nothing.
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import type { Clock } from "../clock.ts";
import { codeOf, textOf } from "../errors.ts";
import { type DnsMessage, decodeMessage, encodeQuestion, hostName, type QuestionType } from "./dns-wire.ts";

export interface DnsServer {
	readonly address: string;
	readonly port: number;
}

/** What came of it: an answer with whatever rcode, or why there is none. */
export type Exchange =
	| { readonly kind: "answer"; readonly message: DnsMessage }
	| { readonly kind: "silent" /** "TIMEOUT", "ECONNREFUSED" … */; readonly detail: string };

interface Question {
	readonly server: DnsServer;
	readonly name: string;
	readonly type: QuestionType;
	readonly timeoutMs: number;
	readonly clock: Clock;
}

/** Asks; never throws. A server that does not know EDNS is asked again without it, a truncated answer is fetched over TCP. */
export async function exchange(question: Question): Promise<Exchange> {
	let first = await overUdp(question, true);
	if (first.kind === "answer" && (first.message.rcode === "FORMERR" || first.message.rcode === "NOTIMP")) {
		first = await overUdp(question, false);
	}
	return first.kind === "answer" && first.message.truncated ? overTcp(question) : first;
}

/**
 * A socket for each question: the system chooses its port at random and, connected, drops what comes from elsewhere. Together with the
 * random id and the question repeated in the answer that is what a forger must guess (RFC 5452). Anything that does not match is ignored
 * and the wait goes on, else one stray packet could be used to break a look-up.
 */
function overUdp(of: Question, extended: boolean): Promise<Exchange> {
	return new Promise((resolve) => {
		const id = randomInt(65_536);
		const socket = createSocket(isIPv6(of.server.address) ? "udp6" : "udp4");
		let over = false;
		const end = (result: Exchange) => {
			if (over) return;
			over = true;
			cancel();
			socket.close();
			resolve(result);
		};
		const cancel = of.clock.after(of.timeoutMs, () => end({ kind: "silent", detail: "TIMEOUT" }));
		socket.on("error", (thrown) => end(trouble(thrown)));
		socket.on("message", (bytes) => {
			const message = decodeMessage(bytes);
			if (message !== null && answers(message, id, of)) end({ kind: "answer", message });
		});
		socket.connect(of.server.port, of.server.address, () => {
			if (over) return;
			socket.send(encodeQuestion(id, of.name, of.type, extended), (thrown) => {
				if (thrown !== null && thrown !== undefined) end(trouble(thrown));
			});
		});
	});
}

/** Over TCP every message has its length before it, two bytes (RFC 7766). */
function overTcp(of: Question): Promise<Exchange> {
	return new Promise((resolve) => {
		const id = randomInt(65_536);
		const socket = connect({ host: of.server.address, port: of.server.port });
		let received: Buffer = Buffer.alloc(0);
		let over = false;
		const end = (result: Exchange) => {
			if (over) return;
			over = true;
			cancel();
			socket.destroy();
			resolve(result);
		};
		const cancel = of.clock.after(of.timeoutMs, () => end({ kind: "silent", detail: "TIMEOUT" }));
		socket.on("error", (thrown) => end(trouble(thrown)));
		socket.on("close", () => end({ kind: "silent", detail: "the TCP connection was closed before the answer" }));
		socket.on("connect", () => {
			const question = encodeQuestion(id, of.name, of.type, true);
			const length = Buffer.alloc(2);
			length.writeUInt16BE(question.length);
			socket.write(Buffer.concat([length, question]));
		});
		socket.on("data", (bytes: Buffer) => {
			received = Buffer.concat([received, bytes]);
			if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
			const message = decodeMessage(received.subarray(2, 2 + received.readUInt16BE(0)));
			if (message !== null && answers(message, id, of)) end({ kind: "answer", message });
			else end({ kind: "silent", detail: "the answer over TCP is not one to our question" });
		});
	});
}

function answers(message: DnsMessage, id: number, of: Question): boolean {
	if (!message.isResponse || message.id !== id) return false;
	// Servers that refuse may leave the question out; a positive answer must repeat it.
	if (message.question === null) return message.rcode !== "NOERROR" && message.rcode !== "NXDOMAIN";
	return message.question.name === hostName(of.name) && message.question.type === of.type;
}

function trouble(thrown: unknown): Exchange {
	return { kind: "silent", detail: codeOf(thrown) || textOf(thrown) };
}
