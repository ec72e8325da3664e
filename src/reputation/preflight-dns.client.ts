// The questions of the preflight to DNS: TXT, addresses, MX, PTR. Every name is asked once in a run, all of it within a time; then the answer is "failed".
//
// By node:dns and not by routing/dns-wire.ts: a preflight asks some dozens of questions, needs TXT and PTR, and no TTL. A resolver of its own for each
// question, because cancelling or losing one must not touch a neighbour.
import { Resolver } from "node:dns/promises";
import { reverseName } from "../config/dns-records.ts";
import { codeOf, textOf } from "../errors.ts";
import type { DnsAnswer } from "./preflight-finding.ts";

export interface PreflightDns {
	/** Each record's strings joined. */
	txt(name: string): Promise<DnsAnswer<string>>;
	addresses(name: string, family: 4 | 6): Promise<DnsAnswer<string>>;
	/** Names of the hosts, the best first; "" for a null MX. */
	mx(name: string): Promise<DnsAnswer<string>>;
	/** Names of an address, lower case. */
	ptr(address: string): Promise<DnsAnswer<string>>;
}

/** One try waits so long, the second twice as long. */
const TRY_MS = 1_000;
const TRIES = 2;
/** A run asks nothing any more after this: chains of includes must not add up. */
const RUN_MS = 8_000;

/** `servers` as in [dns] servers; empty: the system's. One for each run: it remembers what it was told. */
export function createPreflightDns(servers: readonly string[], runMs = RUN_MS): PreflightDns {
	const known = new Map<string, Promise<DnsAnswer<string>>>();
	const end = performance.now() + runMs;
	const once = (key: string, look: (resolver: Resolver) => Promise<readonly string[]>): Promise<DnsAnswer<string>> => {
		const before = known.get(key);
		if (before !== undefined) return before;
		const answer = askInTime(servers, look, end - performance.now());
		known.set(key, answer);
		return answer;
	};
	return {
		txt: (name) => once(`TXT ${name}`, async (dns) => (await dns.resolveTxt(name)).map((strings) => strings.join(""))),
		addresses: (name, family) => once(`A${family} ${name}`, (dns) => (family === 4 ? dns.resolve4(name) : dns.resolve6(name))),
		mx: (name) =>
			once(`MX ${name}`, async (dns) =>
				(await dns.resolveMx(name))
					.toSorted((a, b) => a.priority - b.priority)
					.map(({ exchange }) => exchange.toLowerCase().replace(/\.$/, "")),
			),
		// Not reverse(): that one answers from /etc/hosts, which no receiver reads.
		ptr: (address) =>
			once(`PTR ${address}`, async (dns) =>
				(await dns.resolvePtr(reverseName(address))).map((name) => name.toLowerCase().replace(/\.$/, "")),
			),
	};
}

async function askInTime(
	servers: readonly string[],
	look: (resolver: Resolver) => Promise<readonly string[]>,
	leftMs: number,
): Promise<DnsAnswer<string>> {
	if (leftMs <= 0) return { kind: "failed", detail: "the time for DNS was over" };
	const resolver = new Resolver({ timeout: TRY_MS, tries: TRIES });
	const timer = setTimeout(() => resolver.cancel(), leftMs);
	try {
		if (servers.length > 0) resolver.setServers([...servers]);
		const values = await look(resolver);
		return values.length === 0 ? { kind: "none", noName: false } : { kind: "found", values };
	} catch (error) {
		const code = codeOf(error);
		if (code === "ENODATA") return { kind: "none", noName: false };
		// EBADNAME: nothing can exist under it (a macro made it, or a label is too long).
		if (code === "ENOTFOUND" || code === "EBADNAME") return { kind: "none", noName: true };
		return {
			kind: "failed",
			detail: code === "ECANCELLED" ? "the time for DNS was over" : code.replace(/^E/, "") || textOf(error),
		};
	} finally {
		clearTimeout(timer);
	}
}
