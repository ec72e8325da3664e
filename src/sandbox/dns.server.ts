// A DNS server on loopback, UDP and TCP on one port, that answers from a ZoneBook and misbehaves where a FAULT line says so.
// It is authoritative for the whole world: a name it does not know does not exist (NXDOMAIN), so nothing ever leaves the machine.
import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";
import type { Clock } from "../clock.ts";
import { codeOf, fail } from "../errors.ts";
import { type Question, type Reply, readQuestion, writeReply } from "./dns-wire.ts";
import { bare, type DnsRecord, type ZoneBook } from "./zone.ts";

/** One question that came in. */
export interface DnsQuery {
	/** Instant, milliseconds. */
	readonly at: number;
	/** Lower case, no dot at the end. */
	readonly name: string;
	readonly type: string;
	readonly over: "udp" | "tcp";
}

export interface DnsServer {
	readonly port: number;
	/** The newest 20,000 questions, oldest first. */
	queries(): readonly DnsQuery[];
	close(): Promise<void>;
}

export interface DnsServerOptions {
	readonly book: ZoneBook;
	readonly clock: Clock;
	/** 0: any free port. */
	readonly port: number;
	/** Changes records on their way out (the sandbox on a single address maps its hosts to 127.0.0.1). */
	readonly rewrite?: (record: DnsRecord) => DnsRecord;
}

const ADDRESS = "127.0.0.1";
const QUERIES_KEPT = 20_000;
const PORT_TRIES = 20;

/** Starts the server on 127.0.0.1. Throws sandbox-port-taken. */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
	const log: DnsQuery[] = [];
	const note = (question: Question, over: "udp" | "tcp") => {
		if (log.length >= QUERIES_KEPT * 2) log.splice(0, log.length - QUERIES_KEPT);
		log.push({ at: options.clock.now(), name: bare(question.name), type: question.type, over });
	};
	const { udp, tcp, port } = await bindBoth(options.port);
	const sockets = new Set<net.Socket>();
	let closed = false;

	udp.on("message", (wire, from) => {
		const question = readQuestion(wire);
		if (question === null) return;
		note(question, "udp");
		answer(options, question, "udp", (bytes) => {
			if (!closed) udp.send(bytes, from.port, from.address);
		});
	});
	udp.on("error", () => undefined); // an asker that is gone (ICMP) is no trouble of ours
	tcp.on("connection", (socket) => {
		sockets.add(socket);
		socket.setNoDelay(true);
		socket.on("close", () => sockets.delete(socket));
		socket.on("error", () => undefined);
		let pending: Buffer = Buffer.alloc(0);
		socket.on("data", (chunk: Buffer) => {
			pending = Buffer.concat([pending, chunk]);
			while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
				const end = 2 + pending.readUInt16BE(0);
				const question = readQuestion(pending.subarray(2, end));
				pending = pending.subarray(end);
				if (question === null) continue;
				note(question, "tcp");
				answer(options, question, "tcp", (bytes) => {
					const length = Buffer.alloc(2);
					length.writeUInt16BE(bytes.length);
					if (!socket.destroyed) socket.write(Buffer.concat([length, bytes]));
				});
			}
		});
	});

	return {
		port,
		queries: () => log.slice(-QUERIES_KEPT),
		async close() {
			closed = true;
			for (const socket of sockets) socket.destroy();
			await Promise.all([
				new Promise<void>((resolve) => udp.close(() => resolve())),
				new Promise<void>((resolve) => tcp.close(() => resolve())),
			]);
		},
	};
}

function answer(options: DnsServerOptions, question: Question, over: "udp" | "tcp", send: (wire: Buffer) => void): void {
	const fault = options.book.faultOf(question.name, question.type);
	const whole = () => writeReply(question, replyTo(options, question));
	const cut = () => writeReply(question, { code: "NOERROR", answers: [], soa: null, truncated: true });
	switch (fault?.kind) {
		case "TIMEOUT":
			break;
		case "SERVFAIL":
		case "REFUSED":
		case "NXDOMAIN":
			send(writeReply(question, { code: fault.kind, answers: [], soa: null, truncated: false }));
			break;
		case "TRUNCATE":
			send(over === "udp" ? cut() : whole());
			break;
		case "DELAY":
			options.clock.after(fault.ms, () => send(whole()));
			break;
		case undefined: {
			const wire = whole();
			send(over === "tcp" || wire.length <= question.udpSize ? wire : cut());
		}
	}
}

function replyTo({ book, rewrite }: DnsServerOptions, question: Question): Reply {
	const found = book.ask(question.name, question.type);
	switch (found.kind) {
		case "records":
			return { code: "NOERROR", answers: rewrite ? found.records.map(rewrite) : found.records, soa: null, truncated: false };
		case "no-data":
			return { code: "NOERROR", answers: [], soa: found.soa, truncated: false };
		case "no-name":
			return { code: "NXDOMAIN", answers: [], soa: found.soa, truncated: false };
	}
}

/** One number for both: take a free UDP port, then try the same for TCP; with a fixed port there is one try. */
async function bindBoth(wanted: number): Promise<{ udp: dgram.Socket; tcp: net.Server; port: number }> {
	for (let tries = 1; ; tries += 1) {
		const udp = dgram.createSocket("udp4");
		const tcp = net.createServer();
		try {
			udp.bind(wanted, ADDRESS);
			await once(udp, "listening");
			const { port } = udp.address();
			tcp.listen(port, ADDRESS);
			await once(tcp, "listening");
			return { udp, tcp, port };
		} catch (thrown) {
			udp.close();
			tcp.close();
			if (wanted !== 0 || tries >= PORT_TRIES)
				fail("sandbox-port-taken", { port: wanted, detail: codeOf(thrown) }, { cause: thrown });
		}
	}
}
