// How a gateway is spoken to: TLS always and verified, its own authority beside the usual ones, the name it is greeted with. Pure.
import type { Config, GatewayConfig } from "../config/types.ts";
import type { SessionTarget } from "./exchange.ts";
import type { Login } from "./login.ts";

/** The target of a session with a gateway. `login`: null when it lets us in by our address (a relay of one's own). */
export function gatewayTarget(
	gateway: GatewayConfig,
	place: { readonly host: string; readonly address: string },
	config: Pick<Config, "sources" | "smtp">,
	login: Login | null,
): SessionTarget {
	return {
		mxHost: place.host,
		address: place.address,
		port: gateway.port,
		localAddress: null,
		ehlo: gatewayEhlo(gateway, config),
		tls: gateway.security === "tls" ? "implicit" : "required",
		verifyTls: true,
		ca: gateway.ca,
		login,
		timeout: config.smtp.timeout,
	};
}

/**
 * The name a gateway is greeted with. It may write it into a Received field that every reader sees, so it is never this machine's own name or address:
 * what is written, else the public name of the first source, else the domain of the account.
 */
export function gatewayEhlo(gateway: GatewayConfig, config: Pick<Config, "sources">): string {
	const domain = gateway.user?.includes("@") ? gateway.user.slice(gateway.user.lastIndexOf("@") + 1) : null;
	return gateway.ehlo ?? config.sources[0]?.ehlo ?? domain ?? "mail.invalid";
}

/** The login with a password; null: none, or by a token. */
export function passwordLogin(gateway: GatewayConfig): Login | null {
	const { user, password } = gateway;
	return user === null || password === null ? null : { kind: "password", user, password };
}
