// DNS messages as values: asks and answers in the wire format (RFC 1035), by dns-packet. No sockets; no meaning of what was answered.
// Why not node:dns: its resolveMx tells no TTL, so a cache would have to guess how long an answer holds, and one c-ares channel lost
// 1,488 of 2,000 parallel look-ups to its own time-outs when measured.
import { createRequire } from "node:module";

export type QuestionType = "MX" | "A" | "AAAA" | "TXT";

/** A record of an answer; only the types that are read anywhere carry data. Names are lower case, without a dot at the end. */
export type DnsRecord =
	| { readonly type: "MX"; readonly name: string; readonly ttl: number; readonly exchange: string; readonly preference: number }
	| { readonly type: "A" | "AAAA"; readonly name: string; readonly ttl: number; readonly address: string }
	| { readonly type: "CNAME"; readonly name: string; readonly ttl: number; readonly target: string }
	/** The strings of one record joined without anything between them, as SPF and DKIM read them (RFC 7208 section 3.3). */
	| { readonly type: "TXT"; readonly name: string; readonly ttl: number; readonly text: string };

export interface DnsMessage {
	readonly id: number;
	readonly isResponse: boolean;
	readonly truncated: boolean;
	/** "NOERROR", "NXDOMAIN", "SERVFAIL" … */
	readonly rcode: string;
	readonly question: { readonly name: string; readonly type: string } | null;
	readonly records: readonly DnsRecord[];
	/** Seconds that "there is none" may be kept (SOA, RFC 2308 section 5); null: not told. */
	readonly negativeTtl: number | null;
}

/** dns-packet comes without types. Only what is used, and nothing in a decoded message is believed before it is looked at. */
interface DnsPacket {
	readonly RECURSION_DESIRED: number;
	encode(message: object): Uint8Array;
	decode(bytes: Uint8Array): unknown;
}
const dnsPacket = createRequire(import.meta.url)("dns-packet") as DnsPacket;

/** What we say we can take over UDP: the size that crosses the internet unfragmented (DNS flag day 2020). */
const UDP_BYTES = 1232;

/** A question. `extended`: with EDNS(0), RFC 6891; some old servers answer FORMERR to it. */
export function encodeQuestion(id: number, name: string, type: QuestionType, extended: boolean): Uint8Array {
	const opt = { type: "OPT", name: ".", udpPayloadSize: UDP_BYTES, flags: 0, options: [] };
	return dnsPacket.encode({
		type: "query",
		id,
		flags: dnsPacket.RECURSION_DESIRED,
		questions: [{ name, type, class: "IN" }],
		additionals: extended ? [opt] : [],
	});
}

/** Reads a message; null for bytes that are none. */
export function decodeMessage(bytes: Uint8Array): DnsMessage | null {
	let message: unknown;
	try {
		message = dnsPacket.decode(bytes);
	} catch {
		return null;
	}
	if (!isObject(message)) return null;
	const [question] = list(message["questions"]);
	const soa = list(message["authorities"]).find((record) => record["type"] === "SOA");
	const minimum = isObject(soa?.["data"]) ? soa["data"]["minimum"] : undefined;
	return {
		id: Number(message["id"]),
		isResponse: message["flag_qr"] === true,
		truncated: message["flag_tc"] === true,
		rcode: String(message["rcode"]),
		question: question === undefined ? null : { name: hostName(question["name"]), type: String(question["type"]) },
		records: list(message["answers"]).flatMap(toRecord),
		negativeTtl: typeof minimum === "number" ? Math.min(minimum, Number(soa?.["ttl"])) : null,
	};
}

/** Lower case, without the dot at the end; the root is "". */
export function hostName(value: unknown): string {
	return String(value).toLowerCase().replace(/\.$/, "");
}

/** Whether DNS can be asked for it: RFC 1035 section 2.3.4, 63 bytes a label and 253 in all, ASCII (A-labels for IDN). */
export function isAskable(name: string): boolean {
	return name.length <= 253 && /^(?:[\x21-\x2d\x2f-\x7e]{1,63}\.)*[\x21-\x2d\x2f-\x7e]{1,63}$/.test(name);
}

function toRecord(record: Record<string, unknown>): DnsRecord[] {
	const { type, data } = { type: record["type"], data: record["data"] };
	const common = { name: hostName(record["name"]), ttl: Number(record["ttl"]) || 0 };
	if (type === "MX" && isObject(data)) {
		return [{ type, ...common, exchange: hostName(data["exchange"]), preference: Number(data["preference"]) || 0 }];
	}
	if ((type === "A" || type === "AAAA") && typeof data === "string") return [{ type, ...common, address: data }];
	if (type === "TXT") return [{ type, ...common, text: txtOf(data) }];
	if (type === "CNAME" && typeof data === "string") return [{ type, ...common, target: hostName(data) }];
	return [];
}

/** dns-packet answers a list of byte strings. */
function txtOf(data: unknown): string {
	const strings = Array.isArray(data) ? data : [data];
	return strings.map((one) => (one instanceof Uint8Array ? Buffer.from(one).toString("utf8") : String(one ?? ""))).join("");
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null;
}

function list(value: unknown): Record<string, unknown>[] {
	return Array.isArray(value) ? value.filter(isObject) : [];
}
