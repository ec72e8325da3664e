// Domains of one's own that have a host of their own: asked before DNS. Pure.
import type { Clock } from "../clock.ts";
import type { LocalConfig } from "../config/types.ts";
import type { MxAnswer } from "./mx.ts";

/** A change of the settings counts so soon after it. */
const KEPT_MS = 60_000;

/** The host that takes the mail of that domain (lower case, ASCII), or null when DNS decides. */
export function localHost(locals: readonly LocalConfig[], domain: string): string | null {
	return locals.find((local) => local.domains.includes(domain))?.host ?? null;
}

/** The resolver with those domains answered by the settings. */
export function withLocals<R extends { mx(domain: string): Promise<MxAnswer> }>(
	resolver: R,
	locals: () => readonly LocalConfig[],
	clock: Clock,
): R {
	return {
		...resolver,
		async mx(domain: string): Promise<MxAnswer> {
			const host = localHost(locals(), domain);
			if (host === null) return resolver.mx(domain);
			return { kind: "hosts", hosts: [{ name: host, preference: 0 }], implicit: false, until: clock.now() + KEPT_MS };
		},
	};
}
