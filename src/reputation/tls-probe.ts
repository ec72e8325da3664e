// What the probes of some MX hosts say about a source: is the port open outward, or does a firewall stand before it; does TLS work? Pure.
import { registrableDomain } from "../address/registrable.ts";
import type { TlsFacts } from "../log/response.ts";
import type { Stage, Trouble } from "../replies/outcome.ts";
import type { AddFinding } from "./preflight-finding.ts";

export interface ProbedHost {
	/** Domain whose MX it is. */
	readonly domain: string;
	readonly host: string;
	readonly address: string;
}

export type Probe = ProbedHost &
	(
		| { readonly kind: "open"; readonly tls: TlsFacts | null }
		| { readonly kind: "failed"; readonly stage: Stage; readonly trouble: Trouble | null; readonly said: string }
	);

/** Where everybody's lists have readers: asked only when the lists name too few providers. */
export const WELL_KNOWN: readonly string[] = ["gmail.com", "outlook.com", "naver.com", "yahoo.com"];

/** One host is one host's opinion; from so many on their silence is ours. */
const SEVERAL = 2;

/** At most `most` of the hosts, no two of one owner: what one provider does to us must not look like a firewall. */
export function independentHosts(hosts: readonly ProbedHost[], most: number): readonly ProbedHost[] {
	const owners = new Set<string>();
	return hosts
		.filter(({ host }) => {
			const owner = registrableDomain(host) ?? host;
			if (owners.has(owner)) return false;
			owners.add(owner);
			return true;
		})
		.slice(0, most);
}

/** Ids of the findings made here: the check of a campaign does not connect, and takes them over from the last preflight. */
export const CONNECTION_IDS: ReadonlySet<string> = new Set([
	"port",
	"port-blocked",
	"port-refused",
	"greeting-refused",
	"source-missing",
	"tls",
	"tls-failed",
]);

export function judgeProbes(
	facts: { readonly address: string; readonly port: number; readonly probes: readonly Probe[] },
	add: AddFinding,
): undefined {
	const { address, port, probes } = facts;
	const named = (some: readonly Probe[]) => some.map(({ host }) => host).join(", ");
	if (probes.length === 0)
		return add(
			"unknown",
			"port",
			`no MX host was found to try port ${port} with`,
			"Import readers, or see that the servers in [dns] servers answer.",
		);
	const missing = probes.find((probe) => probe.kind === "failed" && probe.trouble === "source-missing");
	if (missing !== undefined)
		return add(
			"fail",
			"source-missing",
			`this machine does not have the address ${address}`,
			"Give the interface that address, or correct `address` of the [[source]].",
		);
	const reached = probes.filter((probe) => probe.kind === "open" || probe.stage !== "connect");
	const refused = probes.filter(
		(probe) => probe.kind === "failed" && probe.stage === "connect" && probe.trouble === "connect-refused",
	);
	const silent = probes.filter(
		(probe) => probe.kind === "failed" && probe.stage === "connect" && probe.trouble !== "connect-refused",
	);
	if (reached.length === 0) return judgeUnreached({ address, port, refused, silent, named }, add);
	add("ok", "port", `port ${port} is open outward from ${address} (${named(reached)} answered)`);
	for (const probe of [...refused, ...silent])
		add(
			"warn",
			"port-refused",
			`${probe.host} ${refused.includes(probe) ? "refuses connections" : "does not answer"} on port ${port}; others do`,
			`That host alone, or its view of ${address}: see \`wellsent hosts\`.`,
		);
	for (const probe of reached) {
		if (probe.kind !== "failed" || probe.stage === "tls" || probe.stage === "starttls") continue;
		add(
			"warn",
			"greeting-refused",
			`${probe.host} turns ${address} away (${probe.stage}): ${probe.said}`,
			"`wellsent rules test` says what such a reply means.",
		);
	}
	judgeTls(reached, add);
}

function judgeUnreached(
	of: {
		readonly address: string;
		readonly port: number;
		readonly refused: readonly Probe[];
		readonly silent: readonly Probe[];
		readonly named: (some: readonly Probe[]) => string;
	},
	add: AddFinding,
): undefined {
	const { address, port, refused, silent, named } = of;
	const all = [...refused, ...silent];
	if (all.length < SEVERAL)
		return add(
			"unknown",
			"port",
			`${named(all)} ${silent.length > 0 ? "does not answer" : "refuses connections"} on port ${port} from ${address}; there was no other host to try`,
			"Check again later.",
		);
	const how = silent.length === 0 ? "refuse connections" : refused.length === 0 ? "do not answer" : "cannot be reached";
	add(
		"fail",
		"port-blocked",
		`${all.length} independent hosts ${how} on port ${port} from ${address} (${named(all)}): a firewall stands before it`,
		port === 25
			? "Many providers of servers block port 25 until they are asked: ask yours to open it outward. Until then send through a [[gateway]]."
			: `[smtp] port is ${port}; MX hosts listen on 25.`,
	);
}

function judgeTls(reached: readonly Probe[], add: AddFinding): undefined {
	const works = reached.find((probe) => probe.kind === "open" && probe.tls !== null);
	const broken = reached.filter((probe) => probe.kind === "failed" && (probe.stage === "tls" || probe.stage === "starttls"));
	if (works?.kind === "open" && works.tls !== null)
		return add("ok", "tls", `TLS works (${works.tls.version} with ${works.host})`);
	const [first] = broken;
	if (first?.kind === "failed")
		return add(
			broken.length < SEVERAL ? "warn" : "fail",
			"tls-failed",
			`TLS with ${broken.map(({ host }) => host).join(", ")} fails: ${first.said}`,
			"Where several hosts fail alike, something on the way takes STARTTLS apart: a firewall's inspection of SMTP. Switch it off.",
		);
	if (reached.some((probe) => probe.kind === "open"))
		add(
			"warn",
			"tls-failed",
			`none of ${reached.map(({ host }) => host).join(", ")} offers STARTTLS to us`,
			"Big hosts offer it to everybody: something on the way hides it (a firewall's inspection of SMTP).",
		);
	else add("unknown", "tls", "no host went as far as TLS");
}
