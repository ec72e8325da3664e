// Expands the macros of SPF records (RFC 7208 section 7). Pure; the one macro that needs DNS (%{p}) is handed in.
import ipaddr from "ipaddr.js";

export interface MacroFacts {
	/** The whole sender: "postmaster@" is put before a bare domain by the caller. */
	readonly sender: string;
	/** Domain whose record is evaluated. */
	readonly domain: string;
	readonly address: string;
	readonly ehlo: string;
	/** Validated name of the address; "unknown" when there is none. */
	readonly name: string;
}

/** The text with its macros expanded. The text must have been read by parseSpf. */
export function expandMacros(text: string, facts: MacroFacts): string {
	return text.replace(/%(?:\{([a-z])(\d*)(r?)([^}]*)\}|([%_-]))/gi, (_whole, letter, digits, reverse, delimiters, sign) => {
		if (sign !== undefined) return sign === "%" ? "%" : sign === "_" ? " " : "%20";
		const value = part(String(letter), String(digits), String(reverse), String(delimiters), facts);
		return letter === String(letter).toUpperCase() ? encodeURIComponent(value) : value;
	});
}

/** As a name to ask for: at most 253 characters, labels are cut off from the left until it fits (section 7.3). */
export function expandDomain(text: string, facts: MacroFacts): string {
	let name = expandMacros(text, facts).toLowerCase().replace(/\.$/, "");
	while (name.length > 253 && name.includes(".")) name = name.slice(name.indexOf(".") + 1);
	return name;
}

function part(letter: string, digits: string, reverse: string, delimiters: string, facts: MacroFacts): string {
	let pieces = factOf(letter.toLowerCase(), facts).split(
		delimiters === "" ? "." : new RegExp(`[${delimiters.replace(/[-\\\]^]/g, "\\$&")}]`),
	);
	if (reverse !== "") pieces = pieces.reverse();
	if (digits !== "") pieces = pieces.slice(-Number(digits));
	return pieces.join(".");
}

function factOf(letter: string, facts: MacroFacts): string {
	const at = facts.sender.lastIndexOf("@");
	switch (letter) {
		case "s":
			return facts.sender;
		case "l":
			return facts.sender.slice(0, at);
		case "o":
			return facts.sender.slice(at + 1);
		case "d":
			return facts.domain;
		case "i":
			return dotted(facts.address);
		case "p":
			return facts.name;
		case "v":
			return ipaddr.process(facts.address).kind() === "ipv4" ? "in-addr" : "ip6";
		case "h":
			return facts.ehlo;
		default:
			return "";
	}
}

/** IPv4 as it is; IPv6 nibble by nibble (section 7.3). */
function dotted(address: string): string {
	const parsed = ipaddr.process(address);
	if (parsed.kind() === "ipv4") return parsed.toString();
	return parsed
		.toByteArray()
		.flatMap((byte) => [byte >> 4, byte & 15])
		.map((nibble) => nibble.toString(16))
		.join(".");
}
