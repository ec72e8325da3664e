// How a test of a gateway can end, for pages, alerts and scripts. Names and shapes only; gateway-verdict.ts chooses.

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
	/** A page that explains it; null only when nothing is wrong. */
	readonly docs: string | null;
}

/** `docs`: absent, the page of the service, else the standard that the result is about. */
export type Tell = (result: GatewayResult, what: string, fix: string, docs?: string | null) => GatewayVerdict;
