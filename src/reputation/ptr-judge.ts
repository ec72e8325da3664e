// The name of a sending address, as receivers look at it before anything else: PTR, the way back, and the EHLO name. Pure.
import { isIPv6 } from "node:net";
import { reverseName } from "../config/dns-records.ts";
import { isLoopback, isPrivate } from "../config/values.ts";
import type { AddFinding, DnsAnswer } from "./preflight-finding.ts";
import { DNS_FIX } from "./spf-judge.ts";

export interface PtrFacts {
	/** What the world sees. */
	readonly address: string;
	readonly ehlo: string;
	readonly ptr: DnsAnswer<string>;
	/** Addresses, of the family of `address`, of each name that the PTR gave. */
	readonly back: ReadonlyMap<string, DnsAnswer<string>>;
	/** Addresses of the EHLO name, of the same family. */
	readonly ehloAddresses: DnsAnswer<string>;
}

export function judgePtr(facts: PtrFacts, add: AddFinding): undefined {
	const { address, ehlo, ptr } = facts;
	const ask = `Ask the provider of ${address} for the PTR record: ${reverseName(address)} PTR ${ehlo}`;
	const record = `Publish at ${ehlo} a record ${isIPv6(address) ? "AAAA" : "A"} ${address}`;
	if (ptr.kind === "failed") add("unknown", "ptr", `the PTR record of ${address} could not be asked: ${ptr.detail}`, DNS_FIX);
	else if (ptr.kind === "none") {
		if (isLoopback(address) || isPrivate(address))
			add(
				"unknown",
				"ptr",
				`${address} is not an address that the world sees`,
				"Set public_address of the [[source]] to the one that it does see.",
			);
		else add("fail", "ptr-missing", `${address} has no PTR record: Gmail, Naver and many others refuse such mail`, ask);
	} else judgeNames(facts, ptr.values, ask, add);

	const found = facts.ehloAddresses;
	if (found.kind === "failed") add("unknown", "ehlo", `the EHLO name ${ehlo} could not be asked: ${found.detail}`, DNS_FIX);
	else if (found.kind === "none") add("fail", "ehlo-unresolved", `the EHLO name ${ehlo} has no address`, record);
	else if (!found.values.some((one) => sameAddress(one, address)))
		add("warn", "ehlo-elsewhere", `the EHLO name ${ehlo} leads to ${found.values.join(", ")} and not to ${address}`, record);
	else add("ok", "ehlo", `the EHLO name ${ehlo} leads to ${address}`);
}

function judgeNames(facts: PtrFacts, names: readonly string[], ask: string, add: AddFinding): undefined {
	const { address, ehlo, back } = facts;
	const answers = names.map((name) => ({ name, answer: back.get(name) }));
	const confirmed = answers.filter(
		({ answer }) => answer?.kind === "found" && answer.values.some((one) => sameAddress(one, address)),
	);
	const [first] = confirmed;
	if (first === undefined) {
		const failed = answers.find(({ answer }) => answer === undefined || answer.kind === "failed");
		const said = names.slice(0, 3).join(", ");
		if (failed !== undefined)
			add("unknown", "ptr", `the PTR record of ${address} says ${said}, whose address could not be asked`, DNS_FIX);
		else
			add(
				"fail",
				"ptr-not-confirmed",
				`the PTR record of ${address} says ${said}, which does not lead back to it`,
				`Publish at ${names[0] ?? ehlo} a record ${isIPv6(address) ? "AAAA" : "A"} ${address}, or: ${ask}`,
			);
		return;
	}
	add("ok", "ptr", `${address} is ${first.name}, and back`);
	if (!names.includes(ehlo) && ehlo !== first.name)
		add("warn", "ptr-other-name", `the PTR record of ${address} says ${first.name}, EHLO says ${ehlo}`, ask);
	if (looksGeneric(first.name, address))
		add(
			"warn",
			"ptr-generic",
			`the PTR name ${first.name} looks like one made for a whole network: filters take it for a home connection`,
			ask,
		);
}

/** Names that providers give to whole networks: the address stands in it, or a word for dial-up lines. */
export function looksGeneric(name: string, address: string): boolean {
	if (
		/(?:^|[.-])(?:dyn|dynamic|dhcp|pool|ppp|pppoe|dial-?up|dsl|adsl|vdsl|cable|broadband|dip|client|customer|cust|unassigned)\d*(?:[.-]|$)/i.test(
			name,
		)
	)
		return true;
	if (isIPv6(address)) return /(?:[0-9a-f]{1,4}-){4,}|[0-9a-f]{16,}/i.test(name);
	const octets = address.split(".");
	const [a = "", b = "", c = "", d = ""] = octets;
	const patterns = [octets, [...octets].reverse(), [c, d, b, a]].flatMap((order) => [
		order.join("-"),
		order.join("."),
		order.map((octet) => octet.padStart(3, "0")).join("-"),
		order.map((octet) => octet.padStart(3, "0")).join(""),
	]);
	const hex = octets.map((octet) => Number(octet).toString(16).padStart(2, "0")).join("");
	return (
		[...patterns, hex].some((pattern) => name.includes(pattern)) ||
		new RegExp(`(?:^|[.-])(?:ip|host|static|vps|srv)-?\\d*-?${c}-${d}(?:[.-]|$)`).test(name)
	);
}

/** Texts of one address may differ in IPv6. */
function sameAddress(a: string, b: string): boolean {
	return a === b || (isIPv6(a) && isIPv6(b) && reverseName(a) === reverseName(b));
}
