// One value of wellsent.toml at a time: addresses, host names, URLs, names. Pure. Whether two values fit together is decided
// in cross-checks.ts. Host names and addresses are judged here a second time (address/ does it for readers): settings are
// read before anything else and may not know the folders below.
import { BlockList, isIP, isIPv6 } from "node:net";
import { domainToASCII } from "node:url";
import { type Parsed, right, wrong } from "./units.ts";

export interface Listen {
	readonly host: string;
	readonly port: number;
}

const CONTROL = /[\u0000-\u001f\u007f\u0085\u2028\u2029]/;

/** Text that may stand in a header or an SMTP command: not empty, no CR, LF or other control character (RFC 5322 section 2.2). */
export function parseLine(text: string): Parsed<string> {
	if (text.trim() === "") return wrong("is empty", "write a text, or leave the key out");
	if (CONTROL.test(text)) return wrong("contains a line break or another control character", "write it in one line");
	return right(text);
}

/** Name of a source or gateway: it appears in logs, metrics and on the command line. */
export function parseName(text: string): Parsed<string> {
	if (CONTROL.test(text)) return wrong("contains a line break or another control character", "write it in one line");
	if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text))
		return wrong(`"${text}" cannot be a name`, 'use letters, digits, ".", "_" and "-" (64 at most), e.g. "mta1"');
	if (text === "direct")
		return wrong('"direct" already means delivery from our own addresses', 'take another name, e.g. "partner"');
	return right(text);
}

/** A full host name in ASCII, lower case, without the dot at the end (RFC 1123 section 2.1); international names are converted. */
export function parseHostName(text: string): Parsed<string> {
	const name = text.trim().toLowerCase().replace(/\.$/, "");
	if (isIP(name) > 0) return wrong(`"${text}" is an address, not a host name`, 'write the name, e.g. "mta1.example.com"');
	// Before the conversion: it would silently drop line breaks and tabs (WHATWG URL), and "a.test\r\nRCPT" become a name.
	if (/[\s\u0000-\u001f\u007f]/.test(name))
		return wrong(`"${printable(text)}" is not a host name`, 'write it in one word, e.g. "mta1.example.com"');
	const afterAt = name.slice(name.lastIndexOf("@") + 1);
	if (name.includes("@") && parseHostName(afterAt).ok)
		return wrong(`"${printable(text)}" is a mail address, not a host name`, `write only the domain, e.g. "${afterAt}"`);
	const ascii = /^[\x21-\x7e]*$/.test(name) ? name : domainToASCII(name);
	const labels = ascii.split(".");
	const good = ascii.length <= 253 && labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label));
	if (ascii === "" || !good || /^\d+$/.test(labels.at(-1) ?? ""))
		return wrong(
			`"${printable(text)}" is not a host name`,
			'write a name with dots, without "http://", port or path, e.g. "mta1.example.com"',
		);
	if (labels.length < 2)
		return wrong(`"${text}" is not a full host name`, `write it with its domain, e.g. "${ascii}.example.com"`);
	return right(ascii);
}

/** The name told in EHLO: a full host name, and not one that cannot be in public DNS (RFC 5321 section 4.1.1.1). */
export function parseEhlo(text: string): Parsed<string> {
	const name = parseHostName(text);
	if (!name.ok)
		return name.what.includes("is an address")
			? name
			: wrong(name.what, 'write the name of the address\'s PTR record, e.g. "mta1.example.com"');
	if (/\.(local|localdomain|lan|internal|localhost)$/.test(name.value))
		return wrong(
			`"${text}" does not exist outside this network`,
			'write the name of the address\'s PTR record, e.g. "mta1.example.com"',
		);
	return name;
}

/** One IPv4 or IPv6 address, IPv6 in lower case. */
export function parseIp(text: string): Parsed<string> {
	const address = text.trim().toLowerCase();
	if (isIP(address) === 0) {
		const fix =
			/[a-z]/.test(address) && !address.includes(":")
				? "write the address, not its name"
				: "write one address without port or mask";
		return wrong(`"${printable(text)}" is not an IP address`, `${fix}, e.g. "203.0.113.10" or "2001:db8::10"`);
	}
	if (address === "0.0.0.0" || /^[0:]+$/.test(address))
		return wrong(`"${text}" means any address`, "write the one address to send from");
	return right(address);
}

/** "127.0.0.1:8420", "[::1]:8420", "localhost:8420". Port 0: the system chooses. */
export function parseListen(text: string): Parsed<Listen> {
	const found = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(text.trim());
	const host = (found?.[1] ?? found?.[2] ?? "").toLowerCase();
	const port = Number(found?.[3] ?? Number.NaN);
	if (found && port <= 65535 && (found[1] === undefined ? isIP(host) === 4 || host === "localhost" : isIPv6(host)))
		return right({ host, port });
	const digits = /(\d{1,5})$/.exec(text.trim())?.[1];
	const example = digits !== undefined && Number(digits) <= 65535 && isIP(text.trim()) === 0 ? digits : "8420";
	return wrong(
		`"${printable(text)}" is not an address and a port`,
		`write "127.0.0.1:${example}" for this machine only, or "0.0.0.0:${example}" for all`,
	);
}

/** { host: "::1", port: 25 } → "[::1]:25". */
export function formatListen(listen: Listen): string {
	return listen.host.includes(":") ? `[${listen.host}]:${listen.port}` : `${listen.host}:${listen.port}`;
}

/** "127.0.0.1:5353", "127.0.0.1", "[::1]:53", "::1" → "address:port", 53 unless given. */
export function parseDnsServer(text: string): Parsed<string> {
	const server = text.trim();
	if (isIP(server) > 0) return right(formatListen({ host: server, port: 53 }));
	const listen = parseListen(server);
	if (listen.ok && listen.value.host !== "localhost" && listen.value.port > 0) return right(formatListen(listen.value));
	return wrong(`"${printable(text)}" is not the address of a DNS server`, 'write an IP address and a port, e.g. "127.0.0.1:53"');
}

/** "news@example.com" → lower case, domain in ASCII. Quoted local parts are refused: no mailbox provider issues them. */
export function parseMailbox(text: string): Parsed<string> {
	const at = text.lastIndexOf("@");
	const local = text.slice(0, at).trim().toLowerCase();
	const domain = parseHostName(text.slice(at + 1));
	if (at < 1 || !/^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local) || local.length > 64 || !domain.ok)
		return wrong(`"${printable(text)}" is not a mail address`, 'write the bare address without a name, e.g. "news@example.com"');
	return right(`${local}@${domain.value}`);
}

/** An identity's From: an address, or "@example.com" for the whole domain. */
export function parseFrom(text: string): Parsed<string> {
	if (!text.trim().startsWith("@")) {
		const bare = parseHostName(text);
		return bare.ok ? wrong(`"${text}" is a domain`, `for the whole domain write "@${bare.value}"`) : parseMailbox(text);
	}
	const domain = parseHostName(text.trim().slice(1));
	return domain.ok ? right(`@${domain.value}`) : domain;
}

/** "file:./data/wellsent.db", or an address of PostgreSQL. */
export function parseDatabaseUrl(text: string): Parsed<string> {
	if (/^file:.+/.test(text) || /^postgres(ql)?:\/\/.+/.test(text)) return right(text);
	return wrong(
		`"${printable(withoutPassword(text))}" is not the address of a database`,
		'write "file:./data/wellsent.db" (SQLite) or "postgresql://user@host/name"',
	);
}

/** "redis://…" or "rediss://…". */
export function parseRedisUrl(text: string): Parsed<string> {
	const url = URL.canParse(text) ? new URL(text) : null;
	if (url !== null && /^rediss?:$/.test(url.protocol) && url.hostname !== "") return right(text);
	return wrong(
		`"${printable(withoutPassword(text))}" is not the address of a Redis`,
		'write "redis://127.0.0.1:6379" or "rediss://…"',
	);
}

/** Address of a webhook: https, or http for receivers inside one's own network. */
export function parseWebhookUrl(text: string): Parsed<string> {
	const url = URL.canParse(text) ? new URL(text) : null;
	if (url !== null && /^https?:$/.test(url.protocol) && !CONTROL.test(text)) return right(text);
	// The address is not repeated: with many services it is the secret.
	return wrong("is not a web address", 'write it with "https://" in front');
}

/**
 * Base of the one-click links: https (RFC 8058 section 3.1 requires it), http only on loopback for trying things. No query, no
 * user; the slash at the end goes.
 */
export function parseUnsubscribeUrl(text: string): Parsed<string> {
	const url = URL.canParse(text) ? new URL(text) : null;
	if (url === null || !/^https?:$/.test(url.protocol))
		return wrong(
			`"${printable(text)}" is not a web address`,
			'write the base address of the unsubscribe pages, e.g. "https://news.example.com"',
		);
	if (url.protocol === "http:" && !isLoopback(url.hostname.replace(/^\[|\]$/g, "")))
		return wrong(
			`"${printable(withoutPassword(text))}" is not https, which one-click unsubscribe requires (RFC 8058)`,
			`write "https://${url.host}" and serve it with a certificate`,
		);
	if (url.search !== "" || url.hash !== "" || url.username !== "" || url.password !== "")
		return wrong(
			`"${printable(withoutPassword(text))}" has more than a host and a path`,
			`write "${url.origin}": the links are made from it`,
		);
	return right(`${url.origin}${url.pathname}`.replace(/\/+$/, ""));
}

/** "file:keys/s1.pem" → "keys/s1.pem". A key in the settings themselves is refused: they are printed, copied and mailed. */
export function parseKeyFile(text: string): Parsed<string> {
	if (/-----BEGIN|^[A-Za-z0-9+/=\s]{80,}$/.test(text))
		return wrong("holds the key itself", 'save it in a file of its own and write "file:keys/s1.pem"');
	const path = /^file:(?!\/\/)(.+)$/.exec(text)?.[1];
	if (path === undefined)
		return wrong(`"${printable(text)}" does not name a file`, `write "file:${/^[\w./-]+$/.test(text) ? text : "keys/s1.pem"}"`);
	return right(path);
}

/** File with rules of one's own: its path, relative to the config file's folder. */
export function parseRulesFile(text: string): Parsed<string> {
	const path = /^file:(?!\/\/)(.+)$/.exec(text)?.[1];
	if (path === undefined)
		return wrong(`"${printable(text)}" does not name a file`, `write "file:${/^[\w./-]+$/.test(text) ? text : "rules.toml"}"`);
	if (!path.toLowerCase().endsWith(".toml"))
		return wrong(`"${printable(text)}" is not a TOML file`, 'name a file that ends in .toml, e.g. "file:rules.toml"');
	return right(path);
}

/** Selector of a DKIM key: labels of a host name (RFC 6376 section 3.1). */
export function parseSelector(text: string): Parsed<string> {
	const selector = text.trim().toLowerCase();
	if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/.test(selector)) return right(selector);
	return wrong(
		`"${printable(text)}" is not a selector`,
		'use letters, digits and "-", e.g. "s1"; the record is then s1._domainkey.example.com',
	);
}

/** "2026-11-01" → that day's midnight, UTC, in milliseconds. */
export function parseDay(text: string): Parsed<number> {
	const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text.trim());
	const instant = found ? Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])) : Number.NaN;
	if (!Number.isNaN(instant) && new Date(instant).toISOString().slice(0, 10) === text.trim()) return right(instant);
	return wrong(`"${printable(text)}" is not a day`, 'write year-month-day, e.g. "2026-11-01"');
}

/** "default", "+bl.example.net", "-b.barracudacentral.org". */
export function parseZoneChange(text: string): Parsed<string> {
	if (text === "default") return right(text);
	const zone = parseHostName(text.replace(/^[+-]/, ""));
	if (!zone.ok)
		return wrong(
			`"${printable(text)}" is not a blacklist zone`,
			'write "default", "+zone" to add one or "-zone" to leave one out',
		);
	return /^[+-]/.test(text)
		? right(`${text.charAt(0)}${zone.value}`)
		: wrong(`"${text}" does not say whether to add or to leave out`, `write "+${zone.value}" or "-${zone.value}"`);
}

/** An IP address or a domain to watch on blacklists. */
export function parseSubject(text: string): Parsed<string> {
	const ip = parseIp(text);
	const name = ip.ok ? ip : parseHostName(text);
	return name.ok
		? name
		: wrong(`"${printable(text)}" is neither an IP address nor a domain`, 'write e.g. "203.0.113.10" or "example.com"');
}

/** A key of the Spamhaus Data Query Service: it becomes a label of a DNS name. */
export function parseDqsKey(text: string): Parsed<string> {
	return /^[A-Za-z0-9]{1,63}$/.test(text)
		? right(text)
		: wrong("is not a DQS key", "copy the key from the Spamhaus portal: letters and digits only");
}

/** True for addresses only this machine can reach: 127.0.0.0/8, ::1, localhost. */
export function isLoopback(host: string): boolean {
	if (host === "localhost") return true;
	const kind = isIP(host);
	return kind > 0 && LOOPBACK.check(host, kind === 6 ? "ipv6" : "ipv4");
}

/** True for addresses that blacklists cannot know: RFC 1918, RFC 6598 and RFC 4193. */
export function isPrivate(address: string): boolean {
	const kind = isIP(address);
	return kind > 0 && PRIVATE.check(address, kind === 6 ? "ipv6" : "ipv4");
}

/**
 * The text of a URL with the password in it masked; anything else unchanged. Everything up to the last "@" goes: a password with
 * an unescaped "@" or "/" is a mistake, and mistakes are printed.
 */
export function withoutPassword(text: string): string {
	return text
		.replace(/^([a-z][a-z0-9+.-]*:\/\/[^:@/?#]*:).*(?=@)/i, "$1••••")
		.replace(/([?&](?:password|token|secret|key)=)[^&#]*/gi, "$1••••");
}

function printable(text: string): string {
	return text.replace(new RegExp(CONTROL, "g"), "?");
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8);
LOOPBACK.addAddress("::1", "ipv6");
const PRIVATE = new BlockList();
PRIVATE.addSubnet("10.0.0.0", 8);
PRIVATE.addSubnet("172.16.0.0", 12);
PRIVATE.addSubnet("192.168.0.0", 16);
PRIVATE.addSubnet("100.64.0.0", 10);
PRIVATE.addSubnet("fc00::", 7, "ipv6");
