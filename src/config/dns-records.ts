// The DNS records that a sender has to publish, as rows with their reason: `wellsent init` prints them. Pure; whether they are
// there is asked by the preflight.
import { isIPv6 } from "node:net";

export interface SendingSetup {
	/** Domain of the From addresses. */
	readonly domain: string;
	/** Domain of the return paths; may be the same. */
	readonly returnPath: string;
	/** Name told in EHLO. */
	readonly ehlo: string;
	/** Public addresses that mail leaves from, each with the same EHLO name. */
	readonly addresses: readonly string[];
	readonly dkim: readonly {
		readonly selector: string;
		readonly type: "rsa" | "ed25519";
		/** RSA: the SubjectPublicKeyInfo in base64; Ed25519: the 32 bytes of the key in base64 (RFC 8463 section 4). */
		readonly publicKey: string;
	}[];
	/** Where DMARC reports go. */
	readonly reports: string;
}

export interface DnsRecord {
	/** Full name without the dot at the end. */
	readonly name: string;
	readonly type: "A" | "AAAA" | "MX" | "TXT" | "PTR";
	/** TXT in one piece, as web forms want it; `zoneLine` splits it for zone files. */
	readonly value: string;
	readonly why: string;
}

/** What to publish, in the order in which receivers ask. */
export function dnsRecords(setup: SendingSetup): readonly DnsRecord[] {
	const mechanisms = setup.addresses.map((address) => `${isIPv6(address) ? "ip6" : "ip4"}:${address}`).join(" ");
	// -all: only these addresses send with our return path; a forwarder's mail is saved by DKIM (RFC 7489 section 10.1).
	const spf = `v=spf1 ${mechanisms} -all`;
	return [
		...setup.addresses.map(
			(address): DnsRecord => ({
				name: reverseName(address),
				type: "PTR",
				value: setup.ehlo,
				why: "Ask the provider of the address to set it: many MX hosts refuse an address whose name is missing or does not lead back.",
			}),
		),
		...setup.addresses.map(
			(address): DnsRecord => ({
				name: setup.ehlo,
				type: isIPv6(address) ? "AAAA" : "A",
				value: address,
				why: "The name from the PTR record and EHLO must lead back to the address.",
			}),
		),
		{
			name: setup.ehlo,
			type: "TXT",
			value: "v=spf1 a -all",
			why: "SPF of the EHLO name, asked when a message has an empty return path (RFC 7208 section 2.4).",
		},
		{
			name: setup.returnPath,
			type: "TXT",
			value: spf,
			why: "SPF: which addresses may send with this return path. A domain has one such record: merge it with one that is there.",
		},
		{
			name: setup.returnPath,
			type: "MX",
			value: `10 ${setup.ehlo}`,
			why: "Bounces come back to this machine, where [inbound] listens.",
		},
		...(setup.returnPath === setup.domain
			? []
			: [
					{
						name: setup.domain,
						type: "TXT",
						value: spf,
						why: "SPF of the From domain itself; some receivers look at it, too. Merge it with one that is there.",
					} as const,
				]),
		...setup.dkim.map(
			(key): DnsRecord => ({
				name: `${key.selector}._domainkey.${setup.domain}`,
				type: "TXT",
				value: `v=DKIM1; k=${key.type}; p=${key.publicKey}`,
				why: "DKIM: the public half of the signing key. Google and Yahoo require it of bulk senders.",
			}),
		),
		{
			name: `_dmarc.${setup.domain}`,
			type: "TXT",
			value: `v=DMARC1; p=none; rua=mailto:${setup.reports}`,
			why: "DMARC: required of bulk senders; p=none only reports. Raise it to quarantine or reject when the reports are clean.",
		},
	];
}

/** One line of a zone file. Texts are split into pieces of 255 bytes, the most a character-string holds (RFC 1035 section 3.3). */
export function zoneLine(record: DnsRecord): string {
	switch (record.type) {
		case "TXT": {
			const pieces = record.value.match(/[\s\S]{1,255}/g) ?? [""];
			return `${record.name}. IN TXT ${pieces.map((piece) => `"${piece.replace(/["\\]/g, "\\$&")}"`).join(" ")}`;
		}
		case "MX":
		case "PTR":
			return `${record.name}. IN ${record.type} ${record.value}.`;
		case "A":
		case "AAAA":
			return `${record.name}. IN ${record.type} ${record.value}`;
	}
}

/** "203.0.113.10" → "10.113.0.203.in-addr.arpa" (RFC 1035 section 3.5, RFC 3596 section 2.5). */
export function reverseName(address: string): string {
	if (!isIPv6(address)) return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
	// URL writes an IPv6 address in its shortest form, an embedded IPv4 part as two groups.
	const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
	const [head = "", tail] = short.split("::");
	const left = head === "" ? [] : head.split(":");
	const right = tail === undefined || tail === "" ? [] : tail.split(":");
	const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => "0"), ...right];
	const nibbles = groups.map((group) => group.padStart(4, "0")).join("");
	return `${[...nibbles].reverse().join(".")}.ip6.arpa`;
}
