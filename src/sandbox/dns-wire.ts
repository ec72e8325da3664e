// The wire format of DNS, typed: a narrow face on the package dns-packet, which ships no types.
// Only what a small authoritative server needs; it does not know zones.
import { createRequire } from "node:module";
import type { DnsRecord } from "./zone.ts";

export interface Question {
	readonly id: number;
	readonly name: string;
	readonly type: string;
	readonly recursionDesired: boolean;
	/** Bytes the asker takes over UDP (EDNS, RFC 6891), 512 when it does not say. */
	readonly udpSize: number;
}

export interface Reply {
	readonly code: "NOERROR" | "SERVFAIL" | "NXDOMAIN" | "REFUSED";
	readonly answers: readonly DnsRecord[];
	/** The SOA that says how long "no" may be remembered (RFC 2308), or null. */
	readonly soa: DnsRecord | null;
	readonly truncated: boolean;
}

interface Packet {
	readonly id?: number;
	readonly flags?: number;
	readonly questions?: readonly { readonly name: string; readonly type: string }[];
	readonly additionals?: readonly { readonly type: string; readonly udpPayloadSize?: number }[];
}

interface DnsPacket {
	encode(packet: unknown): Buffer;
	decode(wire: Buffer): Packet;
}

const packets: DnsPacket = createRequire(import.meta.url)("dns-packet");

const RECURSION_DESIRED = 1 << 8;
const RECURSION_AVAILABLE = 1 << 7;
const TRUNCATED = 1 << 9;
const AUTHORITATIVE = 1 << 10;
const CODES = { NOERROR: 0, SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
/** Longest string inside a TXT record (RFC 1035 section 3.3). */
const TXT_STRING_BYTES = 255;

/** The first question of a packet, or null when it is not a question we can read. */
export function readQuestion(wire: Buffer): Question | null {
	try {
		const packet = packets.decode(wire);
		const first = packet.questions?.[0];
		if (first === undefined) return null;
		const edns = packet.additionals?.find((record) => record.type === "OPT");
		return {
			id: packet.id ?? 0,
			name: first.name,
			type: first.type,
			recursionDesired: ((packet.flags ?? 0) & RECURSION_DESIRED) !== 0,
			udpSize: Math.max(512, edns?.udpPayloadSize ?? 512),
		};
	} catch {
		return null; // garbage on the port: a server of the real world ignores it too
	}
}

export function writeReply(question: Question, reply: Reply): Buffer {
	return packets.encode({
		type: "response",
		id: question.id,
		flags:
			AUTHORITATIVE |
			RECURSION_AVAILABLE |
			(question.recursionDesired ? RECURSION_DESIRED : 0) |
			(reply.truncated ? TRUNCATED : 0) |
			CODES[reply.code],
		questions: [{ name: question.name, type: question.type, class: "IN" }],
		answers: reply.answers.map(wireRecord),
		authorities: reply.soa === null ? [] : [wireRecord(reply.soa)],
	});
}

function wireRecord(record: DnsRecord): unknown {
	return { name: record.name, type: record.type, class: "IN", ttl: record.ttl, data: wireData(record) };
}

function wireData(record: DnsRecord): unknown {
	const words = record.data.split(" ");
	switch (record.type) {
		case "MX":
			return { preference: Number(words[0]), exchange: words[1] || "." };
		case "TXT":
			return textStrings(record.data);
		case "SOA": {
			const [mname, rname, serial, refresh, retry, expire, minimum] = words;
			return {
				mname,
				rname,
				serial: Number(serial),
				refresh: Number(refresh),
				retry: Number(retry),
				expire: Number(expire),
				minimum: Number(minimum),
			};
		}
		case "A":
		case "AAAA":
		case "PTR":
		case "CNAME":
		case "NS":
			return record.data;
	}
}

function textStrings(text: string): Buffer[] {
	const bytes = Buffer.from(text);
	const strings: Buffer[] = [];
	for (let at = 0; at < bytes.length || at === 0; at += TXT_STRING_BYTES) strings.push(bytes.subarray(at, at + TXT_STRING_BYTES));
	return strings;
}
