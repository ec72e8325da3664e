// A rehearsal whose identity leaves through gateways: simulated smart hosts with the shipped certificate, which is trusted for them alone.

import { moveCampaign } from "../../src/campaign/campaign.store.ts";
import type { Config, GatewayConfig } from "../../src/config/types.ts";
import { shippedCertificate } from "../../src/sandbox/certificates.file.ts";
import type { MannersInput } from "../../src/sandbox/manners.ts";
import { aGateway, through } from "./gateways.ts";
import type { Rehearsal, RehearsalOptions } from "./rehearsal.ts";

export const LOGIN = { user: "news@sender.test", password: "s3cret" };

/** Hosts whose names are in the shipped certificate. */
export const PARTNER = "smtp.partner.test";
export const SECOND = "smtps.partner.test";

/** Settings of a gateway at a simulated host. */
export const gatewayAt = (host: string, of: Partial<GatewayConfig> = {}) => ({
	...aGateway({ name: "partner", host, ...LOGIN, ca: shippedCertificate("good").cert, connections: 2 }),
	...of,
});

/** Options for `rehearse`: mail of the identity goes through `gateways`, in their order, on the sandbox's port. */
export function throughGateways(of: {
	hosts: Readonly<Record<string, MannersInput>>;
	gateways: readonly GatewayConfig[];
	weights?: readonly number[];
	readers?: readonly string[];
	config?: (config: Config) => Config;
}): Pick<RehearsalOptions, "zones" | "hosts" | "readers" | "config"> {
	const names = of.gateways.map((gateway) => gateway.name);
	return {
		zones: "good.test MX 10 mx1.good.test",
		hosts: Object.fromEntries(
			Object.entries(of.hosts).map(([name, manners]) => [name, { manners: { auth: LOGIN, ...manners } }]),
		),
		readers: of.readers ?? ["kim@good.test"],
		config: (base) => {
			const shares = of.weights?.map((weight, index) => ({ gateway: names[index] ?? "", weight })) ?? through(...names);
			const config: Config = {
				...base,
				gateways: of.gateways.map((gateway) => ({ ...gateway, port: gateway.port === 587 ? base.smtp.port : gateway.port })),
				identities: base.identities.map((identity) => ({ ...identity, route: names[0] ?? "direct", gateways: shares })),
			};
			return of.config?.(config) ?? config;
		},
	};
}

/** Starts the campaign without the check, which would find what the test is about. */
export async function startUnchecked(r: Rehearsal): Promise<void> {
	const { folder } = await r.campaign();
	await moveCampaign(r.db, r.id, "start", { clock: r.app.clock, frozen: folder });
	r.engine.wake();
}
