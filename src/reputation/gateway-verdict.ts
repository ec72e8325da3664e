// What a test of a gateway means, in a sentence, with the way out and the page where the provider explains it. Pure.

import { gatewayPreset } from "../config/gateway-presets.ts";
import { withoutSecrets } from "../config/secrets.ts";
import type { GatewayConfig } from "../config/types.ts";
import type { GatewayProbe } from "./gateway-probe.ts";
import { flat, judgeLogin, judgeSender } from "./gateway-reply.ts";
import type { GatewayResult, GatewayVerdict, Tell } from "./gateway-result.ts";

const SUBMISSION = "https://www.rfc-editor.org/rfc/rfc8314.html#section-3.3";
const CERTIFICATES = "https://www.rfc-editor.org/rfc/rfc9525.html";
const DAY = 86_400_000;

/** Where the matter is explained when the service has no page of its own. */
const STANDARDS: Readonly<Record<GatewayResult, string | null>> = {
	ok: null,
	dns: "https://www.rfc-editor.org/rfc/rfc1034.html#section-4.3.1",
	"nothing-listens": SUBMISSION,
	firewall: SUBMISSION,
	unreachable: SUBMISSION,
	"speaks-tls-at-once": SUBMISSION,
	"begins-unencrypted": SUBMISSION,
	"certificate-expired": "https://www.rfc-editor.org/rfc/rfc5280.html#section-4.1.2.5",
	"certificate-other-name": CERTIFICATES,
	"certificate-unknown-authority": "https://www.rfc-editor.org/rfc/rfc5280.html#section-6",
	"tls-too-old": "https://www.rfc-editor.org/rfc/rfc8996.html",
	"tls-failed": "https://www.rfc-editor.org/rfc/rfc3207.html",
	"no-starttls": "https://www.rfc-editor.org/rfc/rfc8314.html",
	"not-a-mail-server": SUBMISSION,
	"refuses-us": "https://www.rfc-editor.org/rfc/rfc5321.html#section-3.1",
	"no-login-offered": SUBMISSION,
	"login-refused": "https://www.rfc-editor.org/rfc/rfc4954.html#section-6",
	"app-password-needed": "https://www.rfc-editor.org/rfc/rfc4954.html#section-6",
	"oauth2-needed": "https://www.rfc-editor.org/rfc/rfc7628.html",
	"token-refused": "https://www.rfc-editor.org/rfc/rfc6749.html#section-5.2",
	"token-unreachable": "https://www.rfc-editor.org/rfc/rfc6749.html#section-3.2",
	"sender-not-allowed": "https://www.rfc-editor.org/rfc/rfc6409.html#section-6.1",
	"rate-limited": "https://www.rfc-editor.org/rfc/rfc3463.html#section-3.8",
	lost: "https://www.rfc-editor.org/rfc/rfc5321.html#section-4.5.3.2",
};

export function judgeGateway(gateway: GatewayConfig, probe: GatewayProbe, now: number): GatewayVerdict {
	const { host, port, security } = gateway;
	const at = `${host}:${port}`;
	const page = gatewayPreset(gateway.service ?? "")?.source ?? null;
	const { password, oauth2 } = gateway;
	const secrets = [password, oauth2?.clientSecret ?? null, oauth2?.refreshToken ?? null, oauth2?.accessToken ?? null];
	const told: Tell = (result, what, fix, docs = page ?? STANDARDS[result]) => ({
		gateway: gateway.name,
		result,
		ok: result === "ok",
		what: withoutSecrets(what, secrets),
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
		case "greeting-closed":
			return told(
				"refuses-us",
				`${at} closes the connection without a greeting`,
				"It may let in only addresses that it knows, or guard itself against too many connections: ask its operator, and see that port and host are right.",
			);
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
			return judgeLogin(probe, gateway, told);
		case "sender":
			return judgeSender(probe, at, told);
		case "lost":
			return told(
				"lost",
				`${at} broke off at ${probe.stage}: ${probe.trouble.detail}`,
				"Try again in some minutes; if it stays so, ask its operator.",
			);
	}
}

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
			`the certificate of ${at} is for another name: ${detail.replace(/^.*altnames: /, "").replaceAll("DNS:", "")}`,
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
		);
	return told(
		"tls-failed",
		`the TLS handshake with ${at} failed: ${detail}`,
		"Ask its operator; port and security fit together as far as can be seen.",
	);
}
