// A gateway and an identity as settings have them, with what a test says of them.
import type { GatewayConfig, IdentityConfig } from "../../src/config/types.ts";

export const aGateway = (of: Partial<GatewayConfig> = {}): GatewayConfig => ({
	name: "partner",
	host: "smtp.partner.test",
	port: 587,
	security: "starttls",
	user: "news@partner.test",
	password: "s3cret",
	oauth2: null,
	rates: [],
	connections: 2,
	service: null,
	messageMax: null,
	ca: null,
	ehlo: null,
	sign: true,
	verp: true,
	returnPath: null,
	allow: [],
	requiredFor: [],
	...of,
});

export const anIdentity = (of: Partial<IdentityConfig> = {}): IdentityConfig => ({
	from: "news@partner.test",
	name: null,
	route: of.gateways?.[0]?.gateway ?? "direct",
	gateways: [],
	sources: [],
	returnPath: "bounces.partner.test",
	dkim: [],
	postalAddress: null,
	unsubscribe: null,
	quietHours: null,
	...of,
});

/** The route of an identity that leaves through these gateways, in their order. */
export const through = (...names: string[]) => names.map((gateway, index) => ({ gateway, weight: index === 0 ? 1 : 0 }));
