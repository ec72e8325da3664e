// Which zones are asked: the shipped ones as [blacklist] zones changes them. Pure.
import { ADDRESS_ZONES } from "./addresses.ts";
import { deadBecause } from "./dead.ts";
import { DOMAIN_ZONES } from "./domains.ts";
import { OPTIONAL } from "./optional.ts";
import { SMALL } from "./small.ts";
import { SPAMHAUS } from "./spamhaus.ts";
import { code, SPARINGLY, type Zone } from "./zone.ts";

/** All that there is data for, the weightiest first. */
export const ZONES: readonly Zone[] = [...SPAMHAUS, ...ADDRESS_ZONES, ...DOMAIN_ZONES, ...OPTIONAL, ...SMALL];

export interface ChosenZones {
	readonly zones: readonly Zone[];
	/** Named in the settings and not asked, with the reason. */
	readonly refused: readonly { readonly name: string; readonly why: string }[];
}

/**
 * The zones that the settings ask for: "default" is the shipped set, "+zone" adds, "-zone" leaves out. A zone nobody has data for is asked as a list
 * of addresses without codes, whose listings are minor. Dead zones never; those of the Data Query Service only with its key.
 */
export function chooseZones(of: { readonly zones: readonly string[]; readonly dqsKey: string | null }): ChosenZones {
	const chosen = new Map<string, Zone>();
	const refused: { name: string; why: string }[] = [];
	for (const change of of.zones) {
		const name = change.replace(/^[+-]/, "");
		if (change === "default") for (const zone of ZONES) if (zone.standard) chosen.set(zone.name, zone);
		if (change.startsWith("-")) chosen.delete(name);
		if (!change.startsWith("+")) continue;
		const why = deadBecause(name);
		if (why === null) chosen.set(name, ZONES.find((zone) => zone.name === name) ?? unknownZone(name));
		else refused.push({ name, why });
	}
	for (const zone of chosen.values()) {
		if (of.dqsKey !== null || zone.dqs?.only !== true) continue;
		chosen.delete(zone.name);
		if (of.zones.includes(`+${zone.name}`)) refused.push({ name: zone.name, why: "it answers with a DQS key only: set dqs_key" });
	}
	return { zones: [...chosen.values()], refused };
}

/** The data of a zone by its name; what is known of nobody's zone where there is none. */
export function zoneNamed(name: string): Zone {
	return ZONES.find((zone) => zone.name === name) ?? unknownZone(name);
}

function unknownZone(name: string): Zone {
	return {
		name,
		title: name,
		takes: ["ip4"],
		standard: false,
		answers: { kind: "codes", codes: { "127.0.0.2": code("listed", "listed", "minor") }, other: "minor" },
		errors: {},
		removal: { url: "", how: "Ask whoever runs that list." },
		policy: SPARINGLY,
		source: "",
	};
}
