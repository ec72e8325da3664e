// Mail addresses as people have them: what is one, in which form we keep it, and who is the same reader.
// Does not accept everything RFC 5321 could spell (quoted local parts, IP literals) and does not ask DNS.
import { domainToUnicode } from "node:url";
import { asciiDomain, type DomainProblem } from "./domain.ts";

export type AddressProblem =
	| "empty"
	| "control-character"
	| "space"
	| "invisible-character"
	| "display-name"
	| "no-at"
	| "several-at"
	| "no-local-part"
	| "quoted-local-part"
	| "local-too-long"
	| "dot-at-edge"
	| "consecutive-dots"
	| "bad-local-character"
	| "too-long"
	| DomainProblem;

/** One sentence a problem, for the person who has to mend the address. */
export const ADDRESS_PROBLEMS: Readonly<Record<AddressProblem, string>> = {
	empty: "there is no address",
	"control-character": "the address contains a line break or another control character",
	space: "the address contains a space",
	"invisible-character": "the address contains an invisible character (often copied from a web page)",
	"display-name": "write the address alone, without a name or <>",
	"no-at": "the address has no @",
	"several-at": "the address has more than one @",
	"no-local-part": "nothing stands before the @",
	"quoted-local-part": "addresses with quotation marks are not supported",
	"local-too-long": "the part before the @ is longer than 64 bytes",
	"dot-at-edge": "the part before the @ begins or ends with a dot",
	"consecutive-dots": "two dots stand next to each other before the @",
	"bad-local-character": "the part before the @ contains a character that addresses cannot have",
	"too-long": "the address is longer than 254 bytes",
	"no-domain": "no domain stands after the @",
	"ip-literal": "an IP address stands after the @ instead of a domain",
	"no-dot-in-domain": "the domain has no dot (is the ending missing?)",
	"empty-label": "the domain begins or ends with a dot, or has two dots next to each other",
	"label-too-long": "a part of the domain between two dots is longer than 63 bytes",
	"bad-label": "a part of the domain begins or ends with a hyphen",
	"bad-domain-character": "the domain contains a character other than letters, digits, hyphens and dots",
	"bad-idn": "the domain is not a valid international name (IDNA)",
	"domain-too-long": "the domain is longer than 253 bytes",
};

export interface Address {
	/** As written, case kept: RFC 5321 section 2.4 lets the receiving server tell "Kim" from "kim". */
	readonly local: string;
	/** Lower case, ASCII (IDNA): what DNS is asked and what goes on the wire. */
	readonly domain: string;
	/** `local@domain`: the form for SMTP. ASCII unless `needsSmtpUtf8`. */
	readonly ascii: string;
	/** The same with the domain in its own script: the form for people. */
	readonly unicode: string;
	/** Who this is: see `normaliseAddress`. */
	readonly normal: string;
	/** True when the local part is not ASCII: only servers with SMTPUTF8 (RFC 6531) can take it. */
	readonly needsSmtpUtf8: boolean;
}

export interface NoAddress {
	readonly problem: AddressProblem;
	/** The problem as a sentence. */
	readonly reason: string;
}

/** RFC 5321 sections 4.5.3.1.1 and 4.5.3.1.3 (a path of 256 includes its angle brackets). Octets. */
const LOCAL_MAX = 64;
const ADDRESS_MAX = 254;

/** Dot-atom of RFC 5322 section 3.2.3 plus UTF-8 (RFC 6531 section 3.3). */
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.\u0080-\u{10ffff}-]+$/u;

/**
 * Reads one address. Nothing is trimmed or guessed; whoever reads files trims first. Never throws: test with `"problem" in parsed`.
 * Refused though RFC 5321 allows them: quoted local parts (one mailbox with many spellings) and IP literals (no reputation, no MX).
 */
export function parseAddress(text: string): Address | NoAddress {
	if (text === "") return no("empty");
	if (/\p{Cc}/u.test(text)) return no("control-character");
	if (/[<>]/.test(text)) return no("display-name");
	if (/^".*"@/.test(text)) return no("quoted-local-part");
	if (/\p{Z}/u.test(text)) return no("space");
	// Format characters, lone surrogates, private use and unassigned: nobody can type them back from paper.
	if (/\p{C}/u.test(text)) return no("invisible-character");
	const at = text.lastIndexOf("@");
	if (at < 0) return no("no-at");
	const local = text.slice(0, at);
	if (local === "") return no("no-local-part");
	if (local.includes("@")) return no("several-at");
	const found = asciiDomain(text.slice(at + 1));
	if ("problem" in found) return no(found.problem);
	// Lower-casing can lengthen ("İ" is 2 bytes, its lower case 3), so both spellings must fit.
	const lower = foldLocal(local);
	if (Math.max(Buffer.byteLength(local), Buffer.byteLength(lower)) > LOCAL_MAX) return no("local-too-long");
	if (local.startsWith(".") || local.endsWith(".")) return no("dot-at-edge");
	if (local.includes("..")) return no("consecutive-dots");
	if (!LOCAL.test(local)) return no("bad-local-character");
	const { domain } = found;
	if (Math.max(Buffer.byteLength(local), Buffer.byteLength(lower)) + 1 + domain.length > ADDRESS_MAX) return no("too-long");
	return {
		local,
		domain,
		ascii: `${local}@${domain}`,
		// Only where it can differ: it is a URL parser and would cost more than the rest of this function.
		unicode: `${local}@${domain.includes("xn--") ? domainToUnicode(domain) : domain}`,
		normal: `${lower}@${domain}`,
		needsSmtpUtf8: /[^\x00-\x7f]/.test(local),
	};
}

/**
 * The identity of a reader: domain in lower-case ASCII, local part in lower case (and Unicode form NFC), or null when it is no address.
 * The local part is folded although a server could tell cases apart: none of the large ones does, while lists are full of
 * "Kim@…" beside "kim@…". Mailing both twice, or losing an unsubscribe to a capital letter, is the greater harm.
 * Dots and "+tag" are kept: they are one mailbox at some providers and two at others.
 */
export function normaliseAddress(text: string): string | null {
	const parsed = parseAddress(text);
	return "problem" in parsed ? null : parsed.normal;
}

/** What stands after the last @, in lower case; "" when there is none. For addresses that were parsed before: it checks nothing. */
export function domainOf(address: string): string {
	const at = address.lastIndexOf("@");
	return at < 0 ? "" : address.slice(at + 1).toLowerCase();
}

/** Until nothing changes: for a few letters one round of lower case and composition makes another one possible. */
function foldLocal(local: string): string {
	let before = local;
	for (;;) {
		const after = before.toLowerCase().normalize("NFC");
		if (after === before) return after;
		before = after;
	}
}

function no(problem: AddressProblem): NoAddress {
	return { problem, reason: ADDRESS_PROBLEMS[problem] };
}
