// Domains of addresses: from what people type to the lower-case ASCII form that DNS knows (IDNA), or the reason why not.
// Does not ask DNS whether the domain exists.
import { domainToASCII } from "node:url";

export type DomainProblem =
	| "no-domain"
	| "ip-literal"
	| "no-dot-in-domain"
	| "empty-label"
	| "label-too-long"
	| "bad-label"
	| "bad-domain-character"
	| "bad-idn"
	| "domain-too-long";

/** RFC 1035 section 2.3.4: octets of a label, and of a name as text. */
const LABEL_MAX = 63;
const DOMAIN_MAX = 253;

const LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * The domain in lower-case ASCII ("한국.kr" → "xn--3e0b707e.kr"), or what is wrong with it.
 * ASCII is checked before `domainToASCII` sees it, because that is a URL parser: it silently cuts at "/", "#" and "?" and decodes "%41".
 */
export function asciiDomain(text: string): { readonly domain: string } | { readonly problem: DomainProblem } {
	if (text === "") return { problem: "no-domain" };
	if (text.startsWith("[")) return { problem: "ip-literal" };
	// The underscore is told apart by no rule of its own: RFC 5321 section 4.1.2 allows letters, digits and hyphens only.
	if (/[^\x80-\u{10ffff}A-Za-z0-9.-]/u.test(text)) return { problem: "bad-domain-character" };
	const ascii = /[^\x00-\x7f]|(?:^|\.)xn--/i.test(text) ? domainToASCII(text) : text.toLowerCase();
	if (ascii === "") return { problem: "bad-idn" };
	if (ascii.length > DOMAIN_MAX) return { problem: "domain-too-long" };
	const labels = ascii.split(".");
	if (labels.includes("")) return { problem: "empty-label" };
	if (labels.length < 2) return { problem: "no-dot-in-domain" };
	if (labels.some((label) => label.length > LABEL_MAX)) return { problem: "label-too-long" };
	if (!labels.every((label) => LABEL.test(label))) return { problem: "bad-label" };
	// No top-level domain is a number (RFC 3696 section 2); "1.2.3.4" and full-width digits land here.
	if (/^\d+$/.test(labels[labels.length - 1] ?? "")) return { problem: "ip-literal" };
	return { domain: ascii };
}
