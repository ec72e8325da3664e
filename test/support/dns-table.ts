// DNS as a table for tests of SPF and its like: "name TYPE data" lines in, a resolver out. What stands nowhere does not exist.
import type { PreflightDns } from "../../src/reputation/preflight-dns.client.ts";
import type { DnsAnswer } from "../../src/reputation/preflight-finding.ts";

export interface DnsTable extends PreflightDns {
	/** Every question, "TXT example.com". */
	readonly asked: string[];
}

/**
 * Lines: `example.com TXT v=spf1 -all`, `example.com MX mx.example.com` (in order of preference), `example.com A 192.0.2.1`, `… AAAA …`,
 * `192.0.2.1 PTR name`, and `example.com FAIL TXT` for a question that gets no answer.
 */
export function dnsTable(lines: string): DnsTable {
	const records = new Map<string, string[]>();
	const failing = new Set<string>();
	const names = new Set<string>();
	for (const line of lines.split("\n")) {
		const [name, type, ...rest] = line.trim().split(" ");
		if (name === undefined || type === undefined) continue;
		if (type === "FAIL") failing.add(`${rest[0]} ${name}`);
		else records.set(`${type} ${name}`, [...(records.get(`${type} ${name}`) ?? []), rest.join(" ")]);
		names.add(name);
	}
	const asked: string[] = [];
	const answer = async (type: string, name: string): Promise<DnsAnswer<string>> => {
		asked.push(`${type} ${name}`);
		if (failing.has(`${type} ${name}`)) return { kind: "failed", detail: "SERVFAIL" };
		const values = records.get(`${type} ${name}`);
		return values === undefined ? { kind: "none", noName: !names.has(name) } : { kind: "found", values };
	};
	return {
		asked,
		txt: (name) => answer("TXT", name),
		addresses: (name, family) => answer(family === 4 ? "A" : "AAAA", name),
		mx: (name) => answer("MX", name),
		ptr: (address) => answer("PTR", address),
	};
}
