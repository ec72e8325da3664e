// Can mail leave: from a source to some MX hosts, as far as EHLO and STARTTLS, and QUIT. No mail is sent. Network trouble is an answer.
import { isIPv6 } from "node:net";
import type { Config, SourceConfig } from "../config/types.ts";
import { openSession } from "../deliver/open-session.client.ts";
import type { PreflightDns } from "./preflight-dns.client.ts";
import { independentHosts, type Probe, type ProbedHost } from "./tls-probe.ts";

/** A person waits for it: what has not answered by then counts as silent. Less where the settings want less. */
const CONNECT_MS = 4_000;
const REPLY_MS = 6_000;

/** The MX hosts of `domains`, one of each provider, with an address that the source can reach. */
export async function hostsToProbe(of: {
	readonly domains: readonly string[];
	readonly source: SourceConfig;
	readonly dns: PreflightDns;
	readonly most: number;
}): Promise<readonly ProbedHost[]> {
	const family = isIPv6(of.source.address) ? 6 : 4;
	const found = await Promise.all(
		of.domains.map(async (domain) => {
			const mx = await of.dns.mx(domain);
			const host = mx.kind === "found" ? (mx.values[0] ?? "") : "";
			if (host === "") return [];
			const addresses = await of.dns.addresses(host, family);
			const address = addresses.kind === "found" ? addresses.values[0] : undefined;
			return address === undefined ? [] : [{ domain, host, address }];
		}),
	);
	return independentHosts(found.flat(), of.most);
}

export async function probeHost(of: {
	readonly to: ProbedHost;
	readonly source: SourceConfig;
	readonly smtp: Config["smtp"];
}): Promise<Probe> {
	const { to, source, smtp } = of;
	const { timeout } = smtp;
	const reply = Math.min(REPLY_MS, timeout.greetingMs);
	const opened = await openSession({
		mxHost: to.host,
		address: to.address,
		port: smtp.port,
		localAddress: source.address,
		ehlo: source.ehlo,
		tls: "opportunistic",
		verifyTls: false,
		login: null,
		ca: null,
		timeout: { connectMs: Math.min(CONNECT_MS, timeout.connectMs), greetingMs: reply, commandMs: reply, bodyMs: reply },
	});
	if (opened.kind === "failed") {
		const { stage, trouble, reply: said, detail } = opened.exchange;
		return { ...to, kind: "failed", stage, trouble, said: said === null ? detail : `${said.code} ${said.text}` };
	}
	const { tls } = opened.session;
	await opened.session.quit();
	return { ...to, kind: "open", tls };
}
