// Can a domain take mail: replies to From, bounces to the return path? And BIMI, which is a mere ornament. Pure.
import type { AddFinding, DnsAnswer } from "./preflight-finding.ts";
import { DNS_FIX } from "./spf-judge.ts";

export interface MailDomainFacts {
	readonly role: "from" | "return-path";
	readonly domain: string;
	readonly mx: DnsAnswer<string>;
	/** Whether any MX host, or without MX the domain itself, has an address. Null: unknown. */
	readonly hasAddress: boolean | null;
	/** Name to suggest for the MX record. */
	readonly host: string;
}

/** RFC 5321 section 5.1; RFC 7505 section 4.2 lets receivers refuse mail from a domain with a null MX. */
export function judgeMailDomain(facts: MailDomainFacts, add: AddFinding): undefined {
	const { role, domain, mx, hasAddress } = facts;
	const what = role === "from" ? `${domain} (From)` : `${domain} (return path)`;
	const comes = role === "from" ? "replies" : "bounces";
	const publish =
		role === "from"
			? `Publish an MX record at ${domain} that names the host that takes its mail.`
			: `Publish at ${domain}: MX 10 ${facts.host}`;
	if (mx.kind === "failed") return add("unknown", role, `the MX of ${what} could not be asked: ${mx.detail}`, DNS_FIX);
	if (mx.kind === "found" && mx.values.every((host) => host === "" || host === "."))
		return add(
			"fail",
			`${role}-null-mx`,
			`${what} says by a null MX that it takes no mail: receivers may refuse what comes from it (RFC 7505)`,
			publish,
		);
	if (hasAddress === null) return add("unknown", role, `the hosts of ${what} could not be asked`, DNS_FIX);
	if (mx.kind === "found" && !hasAddress)
		return add(
			"fail",
			`${role}-dead-mx`,
			`the MX hosts of ${what} have no address: ${comes} cannot arrive`,
			`Give ${mx.values.join(", ")} an address, or: ${publish}`,
		);
	if (mx.kind === "none" && !hasAddress)
		return add(
			"fail",
			`${role}-no-mx`,
			`${what} has neither MX nor address: ${comes} cannot arrive, and many receivers refuse such a sender`,
			publish,
		);
	if (mx.kind === "none")
		return add("warn", `${role}-no-mx-record`, `${what} has no MX record; ${comes} go to its own address`, publish);
	add(
		"ok",
		role,
		`${what} takes ${comes} at ${mx.values[0] ?? ""}${mx.values.length > 1 ? ` and ${mx.values.length - 1} more` : ""}`,
	);
}

/** Never a warning: BIMI is optional, and shows only where DMARC is enforced. */
export function judgeBimi(domain: string, answer: DnsAnswer<string>, add: AddFinding): undefined {
	const name = `default._bimi.${domain}`;
	if (answer.kind === "failed") return;
	const record = answer.kind === "found" ? answer.values.find((text) => /^v=BIMI1\b/i.test(text)) : undefined;
	if (record === undefined)
		return add(
			"ok",
			"bimi",
			`no BIMI record at ${name} (optional: a logo beside the mail)`,
			`If wanted: TXT at ${name}: v=BIMI1; l=https://${domain}/logo.svg; it needs DMARC with p=quarantine or reject`,
		);
	const logo = /(?:^|;)\s*l=(\S*?)\s*(?:;|$)/i.exec(record)?.[1] ?? "";
	if (logo !== "" && !logo.startsWith("https://"))
		return add(
			"warn",
			"bimi-broken",
			`the BIMI record at ${name} names a logo that is not https: ${logo}`,
			"Serve it by https, as an SVG of the kind Tiny PS.",
		);
	add("ok", "bimi", `BIMI at ${name}: ${logo === "" ? "declined" : logo}`);
}
