// The name that DNS has for an address: what receivers look at first. One question now and then, so node:dns will do here (see dns-wire.ts for why not elsewhere).
import { Resolver } from "node:dns/promises";
import { reverseName } from "../config/dns-records.ts";
import { codeOf, textOf } from "../errors.ts";

export type PtrAnswer =
	| { readonly kind: "names"; readonly names: readonly string[] }
	| { readonly kind: "none" }
	| { readonly kind: "failed"; readonly detail: string };

/** Asks for the PTR record of an address. `servers` as in [dns] servers, empty: the system's. Never throws. */
export async function lookUpPtr(
	address: string,
	of: { readonly servers: readonly string[]; readonly timeoutMs: number },
): Promise<PtrAnswer> {
	try {
		const resolver = new Resolver({ timeout: of.timeoutMs, tries: 2 });
		if (of.servers.length > 0) resolver.setServers([...of.servers]);
		// Not reverse(): that one answers from /etc/hosts, which no receiver reads.
		const names = await resolver.resolvePtr(reverseName(address));
		return names.length === 0 ? { kind: "none" } : { kind: "names", names: names.map((name) => name.toLowerCase()) };
	} catch (error) {
		const code = codeOf(error);
		if (code === "ENOTFOUND" || code === "ENODATA") return { kind: "none" };
		return { kind: "failed", detail: code || textOf(error) };
	}
}
