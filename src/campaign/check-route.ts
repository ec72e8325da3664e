// The part of the check about the way out: may the campaign leave the way it asks, do its gateways let us in now, and what will receivers see of the sender.
import type { GatewayConfig } from "../config/types.ts";
import { isLoopback, isPrivate, parseEhlo } from "../config/values.ts";
import { WellsentError } from "../errors.ts";
import { type KeptVerdict, verdictFor } from "../reputation/gateway-watch.store.ts";
import { alignmentOf } from "../routing/alignment.ts";
import type { Examination, Examined } from "./check.ts";
import { identityFor } from "./prepare.ts";
import { askOf, verdictOn } from "./way.file.ts";

export const checkRoute: Examination = async (of) => {
	const { deps, campaign, add } = of;
	try {
		const verdict = await verdictOn(deps, await askOf(campaign));
		if (verdict.kind === "refused") {
			add("fail", "route-refused", campaign.identity, `${verdict.what}: ${verdict.rule}`, verdict.fix);
			return;
		}
		const gateways = verdict.ways.flatMap((way) => deps.config.gateways.filter((gateway) => gateway.name === way.gateway));
		const route = gateways.length === 0 ? "direct" : gateways.map((gateway) => gateway.name).join(", ");
		add("ok", "route", campaign.identity, `leaves by ${route}: ${verdict.rule}`);
		await checkGateways(of, gateways);
		checkAlignment(of, gateways);
		checkLinks(of, gateways);
	} catch (error) {
		// The folder or the identity is wrong, and that is said already.
		if (!(error instanceof WellsentError)) throw error;
	}
};

async function checkGateways(of: Examined, gateways: readonly GatewayConfig[]): Promise<void> {
	const results: KeptVerdict[] = [];
	for (const gateway of gateways) results.push(await verdictFor(of.deps, gateway, of.campaign.identity));
	const working = results.some((result) => result.ok);
	for (const { gateway, ok, what, fix, docs } of results)
		of.add(ok ? "ok" : working ? "warn" : "fail", "gateway", `gateway ${gateway}`, what, docs === null ? fix : `${fix} ${docs}`);
}

function checkAlignment({ deps, campaign, add }: Examined, gateways: readonly GatewayConfig[]): void {
	const identity = identityFor(deps.config, campaign.identity);
	for (const gateway of gateways.length === 0 ? [null] : gateways) {
		const { findings, route, shown, dmarc } = alignmentOf(identity, gateway, campaign.identity);
		// Whether a misalignment costs anything is for the domain's DMARC policy and the receivers to say: it never forbids a start.
		for (const { id, what, fix } of findings)
			if (id !== "unsigned" || gateway !== null) add("warn", id, `route ${route}`, what, fix);
		if (findings.length === 0 && dmarc === "pass")
			add("ok", "alignment", `route ${route}`, `From, return path and signature agree: recipients see ${shown}, DMARC passes`);
	}
}

/** Every message names the base of its unsubscribe links, in the body and in a field: an internal name there is of no use, and nobody's business. */
function checkLinks({ deps, campaign, add }: Examined, gateways: readonly GatewayConfig[]): void {
	const { from, unsubscribe } = identityFor(deps.config, campaign.identity);
	// From a loopback address nothing can leave this machine: a rehearsal.
	if (unsubscribe === null || (gateways.length === 0 && deps.config.sources.every((source) => isLoopback(source.address))))
		return;
	const host = new URL(unsubscribe).hostname.replace(/^\[|\]$/g, "");
	if (!isLoopback(host) && !isPrivate(host) && parseEhlo(host).ok) return;
	add(
		"warn",
		"unsubscribe-private",
		`[[identity]] ${from}`,
		`every message names ${host} in List-Unsubscribe and its links: no reader can reach it, and it tells of the inside of your network`,
		'Write unsubscribe = "https://…" with a public name that leads to the web server of Wellsent.',
	);
}
