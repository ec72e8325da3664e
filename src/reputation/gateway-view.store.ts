// A gateway as people see it, on the command line, the page and over HTTP: without a secret, with who may use it and how its last test ended.
import type { Clock } from "../clock.ts";
import type { Config, GatewayConfig } from "../config/types.ts";
import type { Db } from "../db/db.ts";
import { holdsInForce } from "../deliver/hold.store.ts";
import { type Alignment, alignmentOf } from "../routing/alignment.ts";
import { readGrants } from "../routing/policy.store.ts";
import { heldVia } from "../routing/route.ts";
import { gatewayLimits } from "../throttle/limits.ts";
import { type KeptVerdict, lastVerdict } from "./gateway-watch.store.ts";

export interface GatewayView {
	readonly name: string;
	readonly service: string | null;
	readonly host: string;
	readonly port: number;
	readonly security: "starttls" | "tls";
	readonly user: string | null;
	readonly login: "password" | "oauth2" | "none";
	/** As written: "500/d". */
	readonly rates: readonly string[];
	readonly connections: number;
	/** Bytes; null: what the server announces. */
	readonly messageMax: number | null;
	readonly sign: boolean;
	readonly verp: boolean;
	/** Identities whose route names it. */
	readonly identities: readonly string[];
	/** Who else may choose it, and by what. */
	readonly allowed: readonly { readonly subject: string; readonly because: string }[];
	readonly requiredFor: readonly string[];
	/** What recipients will see, for each identity. */
	readonly alignments: readonly Alignment[];
	/** Identities that it does not let send, by its own words. */
	readonly held: readonly { readonly identity: string; readonly reason: string }[];
	/** Null: never tested. */
	readonly tested: KeptVerdict | null;
}

export async function gatewayView(
	of: { readonly db: Db; readonly config: Config; readonly clock: Clock },
	gateway: GatewayConfig,
): Promise<GatewayView> {
	const { db, config } = of;
	const mine = config.identities.filter(({ gateways }) => gateways.some((share) => share.gateway === gateway.name));
	const grants = await readGrants(db, gateway.name);
	const { name, service, host, port, security, user, messageMax, sign, verp, requiredFor } = gateway;
	return {
		name,
		service,
		host,
		port,
		security,
		user,
		login: gateway.oauth2 !== null ? "oauth2" : gateway.password !== null ? "password" : "none",
		rates: gateway.rates.map((rate) => rate.text),
		connections: gatewayLimits(gateway).connections,
		messageMax,
		sign,
		verp,
		identities: mine.map(({ from }) => from),
		allowed: [
			...gateway.allow.map((subject) => ({ subject, because: "allow in wellsent.toml" })),
			...grants.map(({ subject, by, reason }) => ({ subject, because: `by ${by}: ${reason}` })),
		],
		requiredFor,
		alignments: mine.map((identity) => alignmentOf(identity, gateway)),
		held: await heldAt(of, name),
		tested: await lastVerdict(db, name),
	};
}

async function heldAt({ db, clock }: { readonly db: Db; readonly clock: Clock }, gateway: string): Promise<GatewayView["held"]> {
	const here = heldVia("", gateway);
	return (await holdsInForce(db, clock.now(), ["identity"]))
		.filter(({ subject }) => subject.endsWith(here))
		.map(({ subject, reason }) => ({ identity: subject.slice(0, -here.length), reason }));
}

export function gatewayViews(of: { readonly db: Db; readonly config: Config; readonly clock: Clock }): Promise<GatewayView[]> {
	return Promise.all(of.config.gateways.map((gateway) => gatewayView(of, gateway)));
}
