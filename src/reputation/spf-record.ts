// Reads an SPF record into its terms, or says what is wrong with it (RFC 7208 sections 4.6.1, 5, 6 and 12). Pure; evaluates nothing.
import { isIPv4, isIPv6 } from "node:net";

export type SpfQualifier = "+" | "-" | "~" | "?";

/** A mechanism. `text` is it as written. `domain`: a domain-spec with its macros; null: the current domain. */
export type SpfMechanism = { readonly qualifier: SpfQualifier; readonly text: string } & (
	| { readonly kind: "all" }
	| { readonly kind: "include" | "exists"; readonly domain: string }
	| { readonly kind: "a" | "mx"; readonly domain: string | null; readonly bits4: number; readonly bits6: number }
	| { readonly kind: "ptr"; readonly domain: string | null }
	| { readonly kind: "ip4" | "ip6"; readonly address: string; readonly bits: number }
);

export interface SpfRecord {
	readonly mechanisms: readonly SpfMechanism[];
	/** Domain-spec of redirect=, or null. */
	readonly redirect: string | null;
}

export type ParsedSpf = { readonly record: SpfRecord } | { readonly problem: string };

/** Is that TXT record an SPF record? "v=spf10" is not (section 4.5). */
export function isSpf(text: string): boolean {
	return /^v=spf1(?: |$)/i.test(text);
}

/** Reads a record that `isSpf`. A mistake anywhere makes all of it a permerror, however early a term would match (section 4.6). */
export function parseSpf(text: string): ParsedSpf {
	const mechanisms: SpfMechanism[] = [];
	let redirect: string | null = null;
	let explained = false;
	for (const term of text.slice(6).split(" ").filter(Boolean)) {
		const modifier = /^([a-z][a-z0-9._-]*)=(.*)$/i.exec(term);
		if (modifier === null) {
			const read = mechanismOf(term);
			if ("problem" in read) return read;
			mechanisms.push(read.mechanism);
			continue;
		}
		const name = (modifier[1] ?? "").toLowerCase();
		const value = modifier[2] ?? "";
		if (name === "redirect") {
			if (redirect !== null) return { problem: "redirect= stands in it twice" };
			if (!isDomainSpec(value)) return { problem: `"${term}" names no domain` };
			redirect = value;
		} else if (name === "exp") {
			if (explained) return { problem: "exp= stands in it twice" };
			if (!isDomainSpec(value)) return { problem: `"${term}" names no domain` };
			explained = true;
		} else if (!isMacroString(value)) return { problem: `"${term}" has a broken macro` };
	}
	return { record: { mechanisms, redirect } };
}

type Read = { readonly mechanism: SpfMechanism } | { readonly problem: string };

function mechanismOf(term: string): Read {
	const match = /^([+?~-]?)([a-z0-9]+)(.*)$/i.exec(term);
	const problem = (detail: string): Read => ({ problem: `"${term}" ${detail}` });
	if (match === null) return problem("is no mechanism");
	const kind = (match[2] ?? "").toLowerCase();
	const rest = match[3] ?? "";
	const common = { qualifier: qualifierOf(match[1] ?? ""), text: term };
	switch (kind) {
		case "all":
			return rest === "" ? { mechanism: { ...common, kind } } : problem("takes nothing after it");
		case "include":
		case "exists": {
			const domain = rest.startsWith(":") ? rest.slice(1) : "";
			return isDomainSpec(domain) ? { mechanism: { ...common, kind, domain } } : problem("names no domain");
		}
		case "ptr": {
			if (rest === "") return { mechanism: { ...common, kind, domain: null } };
			const domain = rest.startsWith(":") ? rest.slice(1) : "";
			return isDomainSpec(domain) ? { mechanism: { ...common, kind, domain } } : problem("names no domain");
		}
		case "a":
		case "mx": {
			const parts = /^(?::(.*?))?(?:\/(\d+))?(?:\/\/(\d+))?$/.exec(rest);
			const bits4 = bitsOf(parts?.[2], 32);
			const bits6 = bitsOf(parts?.[3], 128);
			if (parts === null || bits4 === null || bits6 === null) return problem("has no right prefix length");
			const domain = parts[1] ?? null;
			return domain === null || isDomainSpec(domain)
				? { mechanism: { ...common, kind, domain, bits4, bits6 } }
				: problem("names no domain");
		}
		case "ip4":
		case "ip6": {
			const parts = /^:([^/]+)(?:\/(\d+))?$/.exec(rest);
			const address = parts?.[1] ?? "";
			const bits = bitsOf(parts?.[2], kind === "ip4" ? 32 : 128);
			const good = kind === "ip4" ? isIPv4(address) : isIPv6(address);
			if (!good) return problem(kind === "ip4" ? "holds no IPv4 address" : "holds no IPv6 address");
			return bits === null ? problem("has no right prefix length") : { mechanism: { ...common, kind, address, bits } };
		}
		default:
			return problem("is no mechanism that exists");
	}
}

function qualifierOf(text: string): SpfQualifier {
	return text === "-" || text === "~" || text === "?" ? text : "+";
}

/** Absent: the most. A leading zero is no number there (section 12). */
function bitsOf(text: string | undefined, most: number): number | null {
	if (text === undefined) return most;
	return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= most ? Number(text) : null;
}

const MACRO = /%\{[slodiphcrtv]\d*r?[.\-+,/_=]*\}|%[%_-]/gi;

function isMacroString(text: string): boolean {
	return /^[\x21-\x7e]*$/.test(text) && !text.replace(MACRO, "").includes("%") && !/%\{[^}]*?[a-z]0+[^}\d]/i.test(text);
}

/** It must end in a macro or in a dot and a label that is no number; c, r and t belong into explanations only (section 7.1, 7.2). */
function isDomainSpec(text: string): boolean {
	if (text === "" || !isMacroString(text) || /%\{[crt]/i.test(text)) return false;
	if (/(?:\}|%[%_-])$/.test(text)) return true;
	const last = /\.([a-z0-9-]+)\.?$/i.exec(text)?.[1];
	return last !== undefined && /[a-z-]/i.test(last) && !last.startsWith("-") && !last.endsWith("-");
}
