// What a test of a gateway means, in a sentence, with the way out and the page where the provider explains it. Pure.

import { gatewayPreset } from "../config/gateway-presets.ts";
import type { GatewayConfig } from "../config/types.ts";
import type { GatewayProbe } from "./gateway-probe.ts";

/** Closed: pages, alerts and scripts know them all. */
export const GATEWAY_RESULTS = [
	"ok",
	"dns",
	"nothing-listens",
	"firewall",
	"unreachable",
	"speaks-tls-at-once",
	"begins-unencrypted",
	"certificate-expired",
	"certificate-other-name",
	"certificate-unknown-authority",
	"tls-too-old",
	"tls-failed",
	"no-starttls",
	"not-a-mail-server",
	"refuses-us",
	"no-login-offered",
	"login-refused",
	"app-password-needed",
	"oauth2-needed",
	"token-refused",
	"token-unreachable",
	"sender-not-allowed",
	"rate-limited",
	"lost",
] as const;
export type GatewayResult = (typeof GATEWAY_RESULTS)[number];

export interface GatewayVerdict {
	readonly gateway: string;
	readonly result: GatewayResult;
	readonly ok: boolean;
	/** The fact, one sentence. */
	readonly what: string;
	/** What to do; "" when there is nothing. */
	readonly fix: string;
	/** A page that explains it, or null. */
	readonly docs: string | null;
}

const SUBMISSION = "https://www.rfc-editor.org/rfc/rfc8314.html#section-3.3";
const GMAIL_APP_PASSWORDS = "https://support.google.com/accounts/answer/185833";
const MICROSOFT_AUTH =
	"https://learn.microsoft.com/en-us/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission";
const MICROSOFT_SEND_AS =
	"https://learn.microsoft.com/en-us/exchange/recipients-in-exchange-online/manage-permissions-for-recipients";
const DAY = 86_400_000;

export function judgeGateway(gateway: GatewayConfig, probe: GatewayProbe, now: number): GatewayVerdict {
	const { host, port, security } = gateway;
	const at = `${host}:${port}`;
	const page = gatewayPreset(gateway.service ?? "")?.source ?? null;
	const told = (result: GatewayResult, what: string, fix: string, docs: string | null = page): GatewayVerdict => ({
		gateway: gateway.name,
		result,
		ok: result === "ok",
		what,
		fix,
		docs,
	});
	switch (probe.at) {
		case "done": {
			const login = probe.mechanism === null ? "no login is needed" : `login with ${probe.mechanism} as ${gateway.user}`;
			const size = probe.size === null ? "" : `, messages up to ${Math.floor(probe.size / 1_000_000)} MB`;
			const senders =
				probe.senders === 0 ? "" : `, ${probe.senders === 1 ? "its sender is" : `its ${probe.senders} senders are`} taken`;
			const days = Math.floor((probe.certificateUntil - now) / DAY);
			const ends = days < 14 ? `; its certificate ends in ${days} days` : "";
			return told("ok", `${at} works: ${probe.tls}, ${login}${senders}${size}${ends}`, "", null);
		}
		case "dns":
			return told(
				"dns",
				`the name of the gateway leads nowhere: ${probe.detail}`,
				"Correct host of the [[gateway]], or see that the resolver in [dns] servers answers.",
			);
		case "connect":
			return connection(probe.trouble.code, `${at} (${probe.address})`, probe.trouble.detail, told, port);
		case "greeting-silent":
			if (probe.speaksTls)
				return told(
					"speaks-tls-at-once",
					`${at} speaks TLS from the first byte, and security = "starttls" waits for a greeting that never comes`,
					`Write security = "tls" for port ${port}, or port = 587 with "starttls".`,
					SUBMISSION,
				);
			return told(
				"lost",
				`${at} was reached, but did not greet within ${probe.seconds} s`,
				"It may be overloaded, or hold back strangers: try again in some minutes; if it stays so, ask its operator.",
			);
		case "not-smtp":
			return told(
				"not-a-mail-server",
				`${at} is no mail server: it says "${probe.detail}"`,
				"Correct host and port of the [[gateway]]; submission is 587 or 465.",
				SUBMISSION,
			);
		case "greeting":
			return /^4/.test(probe.reply)
				? told(
						"rate-limited",
						`${at} does not want us now: ${flat(probe.reply)}`,
						"Wait, and lower connections in limits of the [[gateway]] if it comes again.",
					)
				: told(
						"refuses-us",
						`${at} refuses us before a login: ${flat(probe.reply)}`,
						"Its operator has to let this address in; the reply names the reason.",
					);
		case "tls":
			if (probe.greetsInPlain)
				return told(
					"begins-unencrypted",
					`${at} begins unencrypted, and security = "tls" gets an answer that is not TLS`,
					`Write security = "starttls" for port ${port}, or port = 465 with "tls".`,
					SUBMISSION,
				);
			return certificate(probe.trouble.code, probe.trouble.detail, at, told, gateway);
		case "no-starttls":
			return told(
				"no-starttls",
				`remote server does not support TLS: ${at} offers no STARTTLS`,
				security === "starttls" && port !== 587
					? 'Use its submission port: port = 587, or 465 with security = "tls". Without TLS the password would be readable, so Wellsent does not log in.'
					: "Its operator has to turn TLS on. Without it the password would be readable, so Wellsent does not log in.",
				"https://www.rfc-editor.org/rfc/rfc8314.html",
			);
		case "starttls":
			return told(
				"tls-failed",
				`${at} offers STARTTLS and then refuses it: ${flat(probe.reply)}`,
				"Its operator has to repair TLS there; port 465 may work meanwhile.",
			);
		case "token":
			return probe.refused
				? told(
						"token-refused",
						`no access token: ${probe.why}`,
						"Give consent anew and write the new refresh_token (invalid_grant: it was withdrawn or has expired; invalid_client: client_id or client_secret is wrong).",
					)
				: told(
						"token-unreachable",
						`no access token: ${probe.why}`,
						"See that this machine reaches the address in oauth2 access_url over https.",
					);
		case "no-mechanism":
			return probe.oauth2Only
				? told(
						"oauth2-needed",
						`${at}: ${probe.words}`,
						'Write oauth2 = { client_id = "…", client_secret = "…", refresh_token = "…" } instead of password.',
					)
				: told(
						"no-login-offered",
						`${at}: ${probe.words}`,
						"Use the submission port (587 or 465): on port 25 most servers let nobody log in.",
						SUBMISSION,
					);
		case "auth":
			return login(probe.reply, `${at} refuses the login of ${gateway.user} (${probe.mechanism}): ${flat(probe.reply)}`, told);
		case "sender":
			return sender(probe.reply, probe.sender, probe.from, at, told);
		case "lost":
			return told(
				"lost",
				`${at} broke off at ${probe.stage}: ${probe.trouble.detail}`,
				"Try again in some minutes; if it stays so, ask its operator.",
			);
	}
}

type Tell = (result: GatewayResult, what: string, fix: string, docs?: string | null) => GatewayVerdict;

function connection(code: string, at: string, detail: string, told: Tell, port: number): GatewayVerdict {
	if (code === "ECONNREFUSED")
		return told(
			"nothing-listens",
			`nothing listens at ${at}`,
			'Correct port of the [[gateway]] (587 with "starttls", 465 with "tls"), or start the server.',
			SUBMISSION,
		);
	if (code === "timeout" || code === "ETIMEDOUT")
		return told(
			"firewall",
			`${at} does not answer at all: ${detail}`,
			port === 25
				? "Port 25 to the outside is closed in most networks: use port 587 or 465."
				: `A firewall swallows the connection: let this machine out to port ${port}, or use the other submission port (587, 465).`,
			SUBMISSION,
		);
	return told(
		"unreachable",
		`${at} cannot be reached: ${detail}`,
		"See that this machine has a route to it (IPv6 without a route is a common reason).",
	);
}

function certificate(code: string, detail: string, at: string, told: Tell, gateway: GatewayConfig): GatewayVerdict {
	if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID")
		return told(
			"certificate-expired",
			`the certificate of ${at} ${code === "CERT_HAS_EXPIRED" ? "has expired" : "is not valid yet"}`,
			"Its operator has to renew it; if others do not see this, set this machine's clock.",
		);
	if (code === "ERR_TLS_CERT_ALTNAME_INVALID")
		return told(
			"certificate-other-name",
			`the certificate of ${at} is for another name: ${detail.replace(/^.*?altnames: /, "")}`,
			"Write as host the name that stands in the certificate.",
		);
	if (/SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|CERT_UNTRUSTED|CERT_SIGNATURE/.test(code))
		return told(
			"certificate-unknown-authority",
			`the certificate of ${at} is signed by nobody we know (${detail})`,
			gateway.ca === null
				? 'If the server is your own or a partner\'s, write the certificate of its authority as ca = "file:keys/partner-ca.pem"; otherwise somebody may be listening in.'
				: "The certificate in ca is not that of its authority: ask its operator for the right one.",
		);
	if (
		/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|VERSION_TOO_LOW|INSUFFICIENT_SECURITY|NO_PROTOCOLS/.test(code) ||
		/protocol version|unsupported protocol/i.test(detail)
	)
		return told(
			"tls-too-old",
			`${at} speaks only TLS older than 1.2, which is broken (RFC 8996)`,
			"Its operator has to update it.",
			"https://www.rfc-editor.org/rfc/rfc8996.html",
		);
	return told(
		"tls-failed",
		`the TLS handshake with ${at} failed: ${detail}`,
		"Ask its operator; port and security fit together as far as can be seen.",
	);
}

function login(reply: string, what: string, told: Tell): GatewayVerdict {
	if (/5\.7\.9\b|application-specific password|app(?:lication)? password|InvalidSecondFactor/i.test(reply))
		return told(
			"app-password-needed",
			what,
			"The account's own password is not taken: make an app password in the account's security settings (two-step verification must be on), or use oauth2.",
			GMAIL_APP_PASSWORDS,
		);
	if (/5\.7\.139|SmtpClientAuthentication is disabled|basic auth(?:entication)? is disabled|OAuth/i.test(reply))
		return told(
			"oauth2-needed",
			what,
			"Passwords are switched off there: allow SMTP AUTH for this mailbox, or use oauth2 instead of password.",
			MICROSOFT_AUTH,
		);
	if (/^4|too many|rate|try again later|temporar/i.test(reply))
		return told("rate-limited", what, "Too many logins, or its directory is down: wait some minutes before the next try.");
	return told(
		"login-refused",
		what,
		"Correct user and password. Mailboxes with two-step verification need an app password, and many have SMTP switched off until somebody turns it on.",
	);
}

function sender(reply: string, mailFrom: string, from: string, at: string, told: Tell): GatewayVerdict {
	const what = `${at} does not let this account send as ${mailFrom}${mailFrom === from ? "" : ` (for ${from})`}: ${flat(reply)}`;
	if (/^4/.test(reply))
		return told(
			"rate-limited",
			`${at} takes no mail now: ${flat(reply)}`,
			"Wait; if it comes again, lower rate in limits of the [[gateway]].",
		);
	const exchange = /5\.7\.60|send as/i.test(reply);
	return told(
		"sender-not-allowed",
		what,
		mailFrom === from
			? "Let the account send as this address (a confirmed alias, or a send-as permission), or log in as the mailbox itself."
			: `Write verp = false at the [[gateway]], so that the return path is ${from}; or let the account use the return path's domain.`,
		exchange ? MICROSOFT_SEND_AS : undefined,
	);
}

/** A reply on one line, with nothing in it that could move the cursor. */
function flat(reply: string): string {
	return reply
		.replace(/\n\d{3}[ -](?:\d\.\d+\.\d+ )?/g, " ")
		.replace(/[^\x20-\x7e\u00a0-\uffff]+/g, " ")
		.trim()
		.slice(0, 300);
}
