// Whether a zone is to be believed: it must list its test point and nothing that it must not (RFC 5782 section 5). And whether the resolver is: a name
// that cannot exist must not exist. Pure: what was told in, a verdict out.
import { type Reading, readAnswer, type Told } from "./decode.ts";
import { RFC_TESTS, type SubjectKind, type TestPoints, type Zone } from "./zones/zone.ts";

export type ZoneState = "proven" | "refused" | "dead" | "lists-the-world" | "hijacked" | "unreachable";

export interface ZoneVerdict {
	readonly state: ZoneState;
	readonly why: string;
}

/** The subjects that prove a zone for one kind. `random`: a label nobody has. */
export function testSubjects(zone: Zone, kind: SubjectKind, random: string): { readonly listed: string; readonly clean: string } {
	const points: TestPoints = zone.tests?.[kind] ?? RFC_TESTS[kind];
	return { listed: points.listed, clean: points.clean ?? nobody(kind, random) };
}

/** Documentation addresses (RFC 5737, RFC 3849) and a domain that cannot be registered: nobody sends from there. */
function nobody(kind: SubjectKind, random: string): string {
	switch (kind) {
		case "ip4":
			return "192.0.2.213";
		case "ip6":
			return "2001:db8:ffff::213";
		case "domain":
			return `${random}.invalid`;
	}
}

/** What the zone's answers for its two test points prove. */
export function judgeZone(zone: Zone, told: { readonly listed: Told; readonly clean: Told }): ZoneVerdict {
	const must = readAnswer(zone, told.listed);
	const mustNot = readAnswer(zone, told.clean);
	for (const reading of [must, mustNot]) {
		if (reading.state !== "unknown") continue;
		if (reading.kind === "strange") return { state: "hijacked", why: reading.why };
		if (reading.kind === "refused") return { state: "refused", why: reading.why };
	}
	for (const reading of [must, mustNot]) if (reading.state === "unknown") return { state: "unreachable", why: reading.why };
	if (answered(mustNot))
		return { state: "lists-the-world", why: "it lists what no blacklist may list, so a listing says nothing" };
	if (!answered(must)) return { state: "dead", why: "it does not list its own test entry, so it lists nobody" };
	return { state: "proven", why: "" };
}

/** There is an entry, whatever it means: test entries have codes of their own in some zones. */
function answered(reading: Reading): boolean {
	return reading.state === "listed" || (reading.state === "clean" && reading.codes.length > 0);
}

export type ResolverVerdict =
	| { readonly state: "believed" }
	| { readonly state: "rewrites"; readonly why: string }
	| { readonly state: "silent"; readonly why: string };

/** What the answer for a random name under .invalid (RFC 6761 section 6.4: it never exists) says of the resolver. */
export function judgeResolver(name: string, told: Told): ResolverVerdict {
	switch (told.kind) {
		case "none":
			return { state: "believed" };
		case "addresses":
			return {
				state: "rewrites",
				why: `it answers ${told.addresses.join(", ")} for ${name}, which does not exist: it rewrites "no such name"`,
			};
		case "failed":
			return { state: "silent", why: told.why };
	}
}

/** Zones that turned around for all their subjects at once before the resolver is suspected and not the subjects. */
export const ZONES_THAT_FLIP = 3;

/**
 * The zones that say "listed" of all their subjects, none of which was on them before. Several at once are a resolver's doing and not ours.
 * With a single subject it proves nothing: one bad campaign may bring one address onto three lists within half an hour.
 */
export function flippedZones(
	answers: readonly { readonly zone: string; readonly listed: boolean; readonly before: boolean }[],
): readonly string[] {
	const zones = [...new Set(answers.map((one) => one.zone))];
	return zones.filter((zone) => {
		const all = answers.filter((one) => one.zone === zone);
		return all.length >= 2 && all.every((one) => one.listed && !one.before);
	});
}
