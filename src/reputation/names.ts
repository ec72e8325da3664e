// The DNS names under which blacklists are asked for a subject (RFC 5782 sections 2.1, 2.4 and 3). Pure.
import { isIPv4, isIPv6 } from "node:net";
import { registrableDomain } from "../address/registrable.ts";
import type { SubjectKind, Zone } from "./zones/zone.ts";

/** What a subject is by its writing. */
export function kindOf(subject: string): SubjectKind {
	return isIPv4(subject) ? "ip4" : isIPv6(subject) ? "ip6" : "domain";
}

/** "203.0.113.10" in "bl.example" → "10.113.0.203.bl.example"; IPv6 by its 32 nibbles; a domain stands before the zone as it is. */
export function questionName(subject: string, zone: string): string {
	switch (kindOf(subject)) {
		case "ip4":
			return `${subject.split(".").reverse().join(".")}.${zone}`;
		case "ip6":
			return `${[...nibbles(subject)].reverse().join(".")}.${zone}`;
		case "domain":
			return `${subject.toLowerCase().replace(/\.$/, "")}.${zone}`;
	}
}

/** Whether a zone is to be asked for that subject at all: of its kind, and as the zone wants domains to be cut. */
export function isAskedFor(zone: Zone, subject: string): boolean {
	const kind = kindOf(subject);
	if (!zone.takes.includes(kind)) return false;
	return kind !== "domain" || zone.names !== "registrable" || (registrableDomain(subject) ?? subject) === subject;
}

/** The 32 hexadecimal digits of an IPv6 address. */
function nibbles(address: string): string {
	const mapped = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
	const hex = (a: string | undefined, b: string | undefined) => (Number(a) * 256 + Number(b)).toString(16);
	const text = mapped === null ? address : `${mapped[1]}${hex(mapped[2], mapped[3])}:${hex(mapped[4], mapped[5])}`;
	const [head = "", tail] = text.split("::");
	const left = head === "" ? [] : head.split(":");
	const right = tail === undefined || tail === "" ? [] : tail.split(":");
	const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
	return [...left, ...Array<string>(zeros).fill("0"), ...right].map((group) => group.toLowerCase().padStart(4, "0")).join("");
}
