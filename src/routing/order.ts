// In which order the MX hosts of a domain are tried. Pure; randomness and what is known of the hosts come in as arguments.
import type { MxHost } from "./mx.ts";

/** One address of one host: what a connection is made to. */
export interface Candidate {
	readonly host: MxHost;
	readonly address: string;
}

/**
 * Lower preference first; hosts of equal preference in random order, which spreads the load (RFC 5321 section 5.1: "the sender-SMTP MUST
 * randomize them"). No host is lost or added. `random`: numbers from 0 to below 1.
 */
export function orderHosts(hosts: readonly MxHost[], random: () => number): MxHost[] {
	return shuffle(hosts, random).sort((a, b) => a.preference - b.preference);
}

/**
 * The addresses to try, in order: hosts as they stand in `hosts`, each with its addresses, but those with a penalty after all without
 * one, the smaller penalty first. A host that refused us lately is thus tried last, and still tried: it may be the only one that works.
 * Penalty goes before preference: a backup host that accepts is better than a primary one that is known to refuse us.
 * `penalty`: 0 for a healthy host, more for a worse one.
 */
export function candidates(
	hosts: readonly { readonly host: MxHost; readonly addresses: readonly string[] }[],
	penalty: (host: MxHost, address: string) => number,
): Candidate[] {
	return hosts
		.flatMap(({ host, addresses }) => addresses.map((address) => ({ host, address, weight: penalty(host, address) })))
		.sort((a, b) => a.weight - b.weight)
		.map(({ host, address }) => ({ host, address }));
}

/** Fisher and Yates: every order is equally likely. */
function shuffle<T>(values: readonly T[], random: () => number): T[] {
	const shuffled: T[] = [];
	for (const value of values) {
		const at = Math.min(shuffled.length, Math.floor(random() * (shuffled.length + 1)));
		const moved = shuffled[at];
		if (moved === undefined) shuffled.push(value);
		else {
			shuffled[at] = value;
			shuffled.push(moved);
		}
	}
	return shuffled;
}
