// What receivers will see of a message's sender: From, Sender, Return-Path, the domains of SPF and DKIM, DMARC's verdict, and how Outlook shows it. Pure:
// judged from the settings, before anything is sent; whether DNS agrees is the preflight's question.
import { registrableDomain } from "../address/registrable.ts";
import { gatewayPreset } from "../config/gateway-presets.ts";
import type { GatewayConfig, IdentityConfig } from "../config/types.ts";
import { DIRECTLY, envelopeOf, leavingThrough } from "./leaving.ts";

export interface Alignment {
	/** Name of the gateway, or "direct". */
	readonly route: string;
	/** The From address. */
	readonly from: string;
	/** Address of the Sender field, as written by us; null: there is none, since author and sender are the same (RFC 5322 section 3.6.2). */
	readonly sender: string | null;
	/** "b-…@domain" or the one address. */
	readonly returnPath: string;
	/** Domain that SPF is asked about (RFC 7208 section 2.4). */
	readonly spfDomain: string;
	/** Domains of our signatures (d=). */
	readonly dkimDomains: readonly string[];
	/** By SPF, by DKIM; relaxed alignment (RFC 7489 section 3.1). */
	readonly aligned: { readonly spf: boolean; readonly dkim: boolean };
	/** What DMARC says if SPF and DKIM themselves pass. `spf-only`: forwarding breaks it. */
	readonly dmarc: "pass" | "spf-only" | "fail";
	/** As Outlook shows the sender. */
	readonly shown: string;
	readonly findings: readonly AlignmentFinding[];
}

export interface AlignmentFinding {
	readonly id:
		| "return-path-unaligned"
		| "unsigned"
		| "dkim-unaligned"
		| "dmarc-fails"
		| "spf-only"
		| "account-differs"
		| "return-path-rewritten";
	readonly level: "warn" | "fail";
	readonly what: string;
	readonly fix: string;
}

/** `from`: the campaign's address; absent: the identity's, or any of its domain. `gateway`: null for direct. */
export function alignmentOf(identity: IdentityConfig, gateway: GatewayConfig | null, from?: string): Alignment {
	const address = from ?? (identity.from.startsWith("@") ? `news${identity.from}` : identity.from);
	const leaving = gateway === null ? DIRECTLY : leavingThrough(gateway);
	const envelope = envelopeOf(leaving, identity, address);
	const fromDomain = domainOf(address);
	const dkimDomains = leaving.sign ? [...new Set(identity.dkim.map((key) => key.domain))] : [];
	const aligned = {
		spf: sameOrganisation(envelope.domain, fromDomain),
		dkim: dkimDomains.some((domain) => sameOrganisation(domain, fromDomain)),
	};
	const dmarc = aligned.dkim ? "pass" : aligned.spf ? "spf-only" : "fail";
	const returnPath = envelope.address ?? `b-…@${envelope.domain}`;
	const account =
		gateway?.user?.includes("@") === true && gateway.user.toLowerCase() !== address.toLowerCase() ? gateway.user : null;
	const onBehalf =
		account !== null && ((gateway !== null && writesSender(gateway)) || !sameOrganisation(domainOf(account), fromDomain))
			? account
			: null;
	const shown = onBehalf === null ? address : `${onBehalf} on behalf of ${address}`;
	const findings: AlignmentFinding[] = [];
	const say = (level: AlignmentFinding["level"], id: AlignmentFinding["id"], what: string, fix: string) =>
		findings.push({ id, level, what, fix });
	const place = gateway === null ? `[[identity]] ${identity.from}` : `[[gateway]] "${gateway.name}"`;
	if (!aligned.spf)
		say(
			aligned.dkim ? "warn" : "fail",
			"return-path-unaligned",
			`the return path is at ${envelope.domain}, which is not ${organisation(fromDomain)}: SPF passes for the wrong name`,
			`Write return_path of the ${place} in a domain below ${organisation(fromDomain)}.`,
		);
	if (dkimDomains.length > 0 && !aligned.dkim)
		say(
			"warn",
			"dkim-unaligned",
			`the signatures are of ${dkimDomains.join(", ")}, not of ${organisation(fromDomain)}`,
			`Sign with a key of ${fromDomain} (dkim of the [[identity]]).`,
		);
	if (dmarc === "fail")
		say(
			"fail",
			"dmarc-fails",
			`DMARC fails for ${fromDomain}: neither return path nor signature is of its domain`,
			"Align one of them, better both; Gmail, Yahoo and Outlook refuse such bulk mail.",
		);
	if (dmarc === "spf-only" && (gateway === null || !signsItself(gateway)))
		say(
			"warn",
			dkimDomains.length === 0 ? "unsigned" : "spf-only",
			`only SPF speaks for ${fromDomain}: whoever forwards the mail breaks it, and Gmail and Yahoo want a signature of bulk senders`,
			leaving.sign
				? `Make a DKIM key of ${fromDomain} (\`wellsent init\`) and name it in dkim of the [[identity]].`
				: "Write sign = true, unless the gateway signs as that domain.",
		);
	if (onBehalf !== null)
		say(
			"warn",
			"account-differs",
			`Outlook will show "${shown}": the account is not the From address`,
			`Let the gateway send as ${address} (its own account, or an alias it has confirmed).`,
		);
	const rewrites = gateway?.verp && REWRITES.has(gateway.service ?? "");
	if (rewrites)
		say(
			"warn",
			"return-path-rewritten",
			`${gatewayPreset(gateway.service ?? "")?.title} writes a return path of its own: bounces go there`,
			"Write verp = false, and have bounces reported by the service.",
		);
	return {
		route: gateway?.name ?? "direct",
		from: address,
		sender: null,
		returnPath,
		spfDomain: envelope.domain,
		dkimDomains,
		aligned,
		dmarc,
		shown,
		findings,
	};
}

/** Exchange writes a Sender field when the account has send-on-behalf but not send-as permission, Gmail when From is not a confirmed alias. */
function writesSender(gateway: GatewayConfig): boolean {
	return ["gmail", "outlook", "microsoft365", "icloud", "yahoo"].includes(gateway.service ?? "");
}

/** Mailbox providers sign what their accounts send as their own domains. */
function signsItself(gateway: GatewayConfig): boolean {
	return gateway.service !== null;
}

const REWRITES: ReadonlySet<string> = new Set(["ses", "sendgrid", "gmail"]);

const domainOf = (address: string): string => address.slice(address.lastIndexOf("@") + 1).toLowerCase();

const organisation = (domain: string): string => registrableDomain(domain) ?? domain;

/** Relaxed alignment: the same organisational domain (RFC 7489 section 3.2). */
function sameOrganisation(a: string, b: string): boolean {
	return organisation(a) === organisation(b);
}
