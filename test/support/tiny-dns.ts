// A DNS server on loopback, UDP and TCP on one port, that answers as the test tells it. Give the names in the zone without a dot at the end.
import { createSocket, type RemoteInfo } from "node:dgram";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createServer, type Socket } from "node:net";

const dnsPacket = createRequire(import.meta.url)("dns-packet") as {
	AUTHORITATIVE_ANSWER: number;
	TRUNCATED_RESPONSE: number;
	encode(message: object): Buffer;
	decode(bytes: Uint8Array): { id: number; questions: { name: string; type: string }[]; additionals: { type: string }[] };
};

const RCODES = { NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;

export interface TinyRecord {
	readonly type: "MX" | "A" | "AAAA" | "CNAME" | "SOA" | "TXT";
	readonly name?: string;
	readonly ttl?: number;
	readonly data: unknown;
}

export interface TinyAnswer {
	readonly rcode?: keyof typeof RCODES;
	readonly answers?: readonly TinyRecord[];
	readonly authorities?: readonly TinyRecord[];
	/** Sent over UDP in place of the answer, with the truncation flag: the client must come again over TCP. */
	readonly truncate?: boolean;
	/** Bytes sent before the true answer. */
	readonly before?: (answer: Buffer) => readonly Buffer[];
	/** Wait before answering, milliseconds. */
	readonly delayMs?: number;
}

export interface TinyQuestion {
	readonly name: string;
	readonly type: string;
	readonly transport: "udp" | "tcp";
	/** The question came with EDNS. */
	readonly extended: boolean;
}

/** What to answer; null: say nothing. */
export type TinyZone = (question: TinyQuestion) => TinyAnswer | null;

export interface TinyDns extends AsyncDisposable {
	/** "127.0.0.1:port". */
	readonly server: string;
	readonly asked: TinyQuestion[];
	/** Questions that waited for their answer at the same time, at most. */
	readonly mostAtOnce: () => number;
}

export async function startTinyDns(zone: TinyZone): Promise<TinyDns> {
	const asked: TinyQuestion[] = [];
	const sockets = new Set<Socket>();
	let waiting = 0;
	let closed = false;
	let most = 0;

	const respond = (bytes: Buffer, transport: "udp" | "tcp", send: (answer: Buffer) => void): void => {
		const query = dnsPacket.decode(bytes);
		const [question] = query.questions;
		if (question === undefined) return;
		const extended = query.additionals.some(({ type }) => type === "OPT");
		const asking: TinyQuestion = { name: question.name.toLowerCase(), type: question.type, transport, extended };
		asked.push(asking);
		waiting++;
		most = Math.max(most, waiting);
		const told = zone(asking);
		const reply = () => {
			waiting--;
			if (told === null || closed) return;
			const cut = told.truncate === true && transport === "udp";
			const fill = (records: readonly TinyRecord[] = []) =>
				records.map((record) => ({ name: question.name, ttl: 300, ...record }));
			const answer = dnsPacket.encode({
				type: "response",
				id: query.id,
				flags: RCODES[told.rcode ?? "NOERROR"] | (cut ? dnsPacket.TRUNCATED_RESPONSE : 0),
				questions: query.questions,
				answers: cut ? [] : fill(told.answers),
				authorities: fill(told.authorities),
			});
			for (const noise of told.before?.(answer) ?? []) send(noise);
			send(answer);
		};
		if (told?.delayMs === undefined) reply();
		else setTimeout(reply, told.delayMs);
	};

	const tcp = createServer((socket) => {
		sockets.add(socket);
		socket.on("error", () => undefined);
		socket.on("close", () => sockets.delete(socket));
		let received: Buffer = Buffer.alloc(0);
		socket.on("data", (chunk: Buffer) => {
			received = Buffer.concat([received, chunk]);
			if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
			respond(received.subarray(2, 2 + received.readUInt16BE(0)), "tcp", (answer) => {
				const length = Buffer.alloc(2);
				length.writeUInt16BE(answer.length);
				// In two pieces, as a network may deliver it.
				socket.write(Buffer.concat([length, answer.subarray(0, 5)]));
				setImmediate(() => socket.write(answer.subarray(5)));
			});
		});
	});
	tcp.listen(0, "127.0.0.1");
	await once(tcp, "listening");
	const address = tcp.address();
	const port = typeof address === "object" && address !== null ? address.port : 0;

	const udp = createSocket("udp4");
	udp.on("message", (bytes: Buffer, from: RemoteInfo) => {
		respond(bytes, "udp", (answer) => udp.send(answer, from.port, from.address));
	});
	udp.bind(port, "127.0.0.1");
	await once(udp, "listening");

	return {
		server: `127.0.0.1:${port}`,
		asked,
		mostAtOnce: () => most,
		async [Symbol.asyncDispose]() {
			closed = true;
			for (const socket of sockets) socket.destroy();
			udp.close();
			tcp.close();
			await once(tcp, "close");
		},
	};
}
