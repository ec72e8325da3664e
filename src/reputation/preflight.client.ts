// Gathers the facts about a source or an identity from DNS and the network, all at once, and has them judged. Changes nothing, never throws for the network.
import { isIPv6 } from "node:net";
import { encodeToken, PROBE_SUBJECT } from "../address/token.ts";
import { loadDkimKeys } from "../compose/dkim-keys.file.ts";
import type { Config, DkimKeyConfig, IdentityConfig, SourceConfig } from "../config/types.ts";
import { WellsentError } from "../errors.ts";
import { judgeDkim } from "./dkim-judge.ts";
import { dmarcNames, judgeDmarc } from "./dmarc.ts";
import { postOneClick } from "./one-click.client.ts";
import { judgeOneClick } from "./one-click.ts";
import type { PreflightDns } from "./preflight-dns.client.ts";
import { judgeBimi, judgeMailDomain } from "./preflight-domains.ts";
import { type AddFinding, collect, type DnsAnswer, type PreflightFinding } from "./preflight-finding.ts";
import { judgePtr } from "./ptr-judge.ts";
import { evaluateSpf, type SpfVerdict } from "./spf.ts";
import { judgeEhloSpf, judgeSpf } from "./spf-judge.ts";
import { hostsToProbe, probeHost } from "./tls-probe.client.ts";
import { judgeProbes } from "./tls-probe.ts";

export interface GatherDeps {
	readonly config: Config;
	readonly dns: PreflightDns;
	/** Signs the token of the one-click probe. */
	readonly secret: string;
	/** Domains whose MX hosts may be connected to, the best first; null: no connections are made at all. */
	readonly domains: readonly string[] | null;
}

/** Hosts that are connected to for one source. */
const HOSTS = 3;

export async function examineSource(deps: GatherDeps, source: SourceConfig): Promise<readonly PreflightFinding[]> {
	const { findings, add } = collect(`source ${source.name}`);
	const late = collect(`source ${source.name}`);
	await Promise.all([names(deps, source, add), connections(deps, source, late.add)]);
	return [...findings, ...late.findings];
}

async function names({ dns }: GatherDeps, source: SourceConfig, add: AddFinding): Promise<void> {
	const { publicAddress: address, ehlo } = source;
	const family = isIPv6(address) ? 6 : 4;
	const [ptr, ehloAddresses, spf] = await Promise.all([
		dns.ptr(address),
		dns.addresses(ehlo, family),
		evaluateSpf({ address, domain: ehlo, sender: `postmaster@${ehlo}`, ehlo, resolver: dns }),
	]);
	const known = ptr.kind === "found" ? ptr.values.slice(0, 10) : [];
	const back = await Promise.all(known.map(async (name) => [name, await dns.addresses(name, family)] as const));
	judgePtr({ address, ehlo, ptr, back: new Map(back), ehloAddresses }, add);
	judgeEhloSpf(ehlo, address, spf, add);
}

async function connections({ config, dns, domains }: GatherDeps, source: SourceConfig, add: AddFinding): Promise<void> {
	if (domains === null) return;
	const hosts = await hostsToProbe({ domains, source, dns, most: HOSTS });
	const probes = await Promise.all(hosts.map((to) => probeHost({ to, source, smtp: config.smtp })));
	judgeProbes({ address: source.address, port: config.smtp.port, probes }, add);
}

/** The domain of From. */
export function domainOf(identity: IdentityConfig): string {
	return identity.from.slice(identity.from.lastIndexOf("@") + 1);
}

/** The sources that may send for an identity; none when it goes through a gateway. */
export function sourcesOf(config: Config, identity: IdentityConfig): readonly SourceConfig[] {
	if (identity.route !== "direct") return [];
	return config.sources.filter((source) => identity.sources.length === 0 || identity.sources.includes(source.name));
}

export async function examineIdentity(deps: GatherDeps, identity: IdentityConfig): Promise<readonly PreflightFinding[]> {
	const parts: ((deps: GatherDeps, identity: IdentityConfig, add: AddFinding) => Promise<void>)[] = [
		spf,
		dkim,
		dmarc,
		mailDomains,
		oneClick,
		bimi,
	];
	const found = await Promise.all(
		parts.map(async (part) => {
			const { findings, add } = collect(`identity ${identity.from}`);
			await part(deps, identity, add);
			return findings;
		}),
	);
	return found.flat();
}

async function spf({ config, dns }: GatherDeps, identity: IdentityConfig, add: AddFinding): Promise<void> {
	if (identity.route !== "direct")
		return add(
			"unknown",
			"spf-gateway",
			`mail leaves through the gateway ${identity.route}, whose addresses are not known here`,
			`Add the include: that its provider names to the SPF record of ${identity.returnPath}.`,
		);
	const sources = sourcesOf(config, identity);
	if (sources.length === 0)
		return add(
			"fail",
			"no-source",
			"no source may send for this identity",
			"Add a [[source]], or name those that are there in sources.",
		);
	const domain = identity.returnPath;
	const verdicts = await Promise.all(
		sources.map(({ publicAddress: address, ehlo }) =>
			evaluateSpf({ address, domain, sender: `bounce@${domain}`, ehlo, resolver: dns }),
		),
	);
	const addresses = [...new Set(sources.map((source) => source.publicAddress))];
	// Sources of which the record says the same are told in one line.
	const same = new Map<string, { readonly verdict: SpfVerdict; readonly theirs: string[] }>();
	sources.forEach(({ publicAddress }, at) => {
		const verdict = verdicts[at];
		if (verdict === undefined) return;
		const key = `${verdict.result} ${verdict.mechanism ?? ""} ${verdict.problem}`;
		const group = same.get(key);
		if (group === undefined) same.set(key, { verdict, theirs: [publicAddress] });
		else group.theirs.push(publicAddress);
	});
	for (const { verdict, theirs } of same.values()) judgeSpf({ domain, address: theirs.join(", "), verdict, addresses }, add);
}

async function dkim({ dns }: GatherDeps, identity: IdentityConfig, add: AddFinding): Promise<void> {
	if (identity.dkim.length === 0)
		return add(
			"fail",
			"dkim-missing",
			"nothing is signed: Gmail, Yahoo, Outlook and Naver require a DKIM signature of bulk senders",
			"Make a key with `wellsent init` and name it in dkim of the [[identity]].",
		);
	await Promise.all(identity.dkim.map((key) => oneKey(dns, key, add)));
}

async function oneKey(dns: PreflightDns, config: DkimKeyConfig, add: AddFinding): Promise<void> {
	const { selector, domain } = config;
	try {
		const [{ keys }, answer] = await Promise.all([loadDkimKeys([config]), dns.txt(`${selector}._domainkey.${domain}`)]);
		const [key] = keys;
		if (key !== undefined) judgeDkim({ selector, domain, key: key.key, answer }, add);
	} catch (error) {
		if (!(error instanceof WellsentError)) throw error;
		add("fail", "dkim-key-unusable", error.what, error.fix);
	}
}

async function dmarc({ dns }: GatherDeps, identity: IdentityConfig, add: AddFinding): Promise<void> {
	const domain = domainOf(identity);
	const asked = dmarcNames(domain);
	const [own, organisation] = await Promise.all([dns.txt(asked.own), dns.txt(asked.organisation)]);
	judgeDmarc(
		{ domain, own, organisation, signing: identity.dkim.map((key) => key.domain), returnPath: identity.returnPath },
		add,
	);
}

async function mailDomains({ config, dns }: GatherDeps, identity: IdentityConfig, add: AddFinding): Promise<void> {
	const host = sourcesOf(config, identity)[0]?.ehlo ?? `mail.${domainOf(identity)}`;
	const roles = [
		{ role: "from", domain: domainOf(identity) },
		...(identity.returnPath === domainOf(identity) ? [] : [{ role: "return-path", domain: identity.returnPath } as const]),
	] as const;
	const facts = await Promise.all(
		roles.map(async ({ role, domain }) => {
			const mx = await dns.mx(domain);
			const hosts = mx.kind === "found" ? mx.values.filter((name) => name !== "" && name !== ".").slice(0, 4) : [domain];
			return { role, domain, mx, host, hasAddress: mx.kind === "failed" ? null : await anyAddress(dns, hosts) };
		}),
	);
	for (const one of facts) judgeMailDomain(one, add);
}

/** Null: none was found, and not every question was answered. */
async function anyAddress(dns: PreflightDns, hosts: readonly string[]): Promise<boolean | null> {
	const answers: DnsAnswer<string>[] = await Promise.all(
		hosts.flatMap((host) => [dns.addresses(host, 4), dns.addresses(host, 6)]),
	);
	if (answers.some((answer) => answer.kind === "found")) return true;
	return answers.some((answer) => answer.kind === "failed") ? null : false;
}

async function oneClick({ dns, secret, domains }: GatherDeps, identity: IdentityConfig, add: AddFinding): Promise<void> {
	const base = identity.unsubscribe;
	const answer =
		base === null || domains === null ? null : await postOneClick(`${base}/u/${encodeToken(PROBE_SUBJECT, secret)}`, dns);
	judgeOneClick(base, answer, add);
}

async function bimi({ dns }: GatherDeps, identity: IdentityConfig, add: AddFinding): Promise<void> {
	const domain = domainOf(identity);
	judgeBimi(domain, await dns.txt(`default._bimi.${domain}`), add);
}
