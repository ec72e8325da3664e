// Names of time zones (IANA tz database), as Intl knows them. Pure.
import { nearest } from "./nearest.ts";

/** Abbreviations and countries that people type and that are no zones (or several). */
const ABBREVIATIONS: Readonly<Record<string, readonly string[]>> = {
	kst: ["Asia/Seoul"],
	korea: ["Asia/Seoul"],
	rok: ["Asia/Seoul"],
	japan: ["Asia/Tokyo"],
	germany: ["Europe/Berlin"],
	jst: ["Asia/Tokyo"],
	ist: ["Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"],
	bst: ["Europe/London"],
	cest: ["Europe/Berlin", "Europe/Paris"],
	est: ["America/New_York"],
	edt: ["America/New_York"],
	cdt: ["America/Chicago"],
	mst: ["America/Denver"],
	mdt: ["America/Denver"],
	pst: ["America/Los_Angeles"],
	pdt: ["America/Los_Angeles"],
	pt: ["America/Los_Angeles"],
	et: ["America/New_York"],
	ct: ["America/Chicago"],
};

/**
 * The zone of that name, in the spelling of the tz database; or the names that are nearest to it. An offset ("+09:00") is no zone: it knows no summer time.
 * Old abbreviations that Intl takes ("EST": five hours behind for ever, "MST") are refused, since they are hardly meant.
 */
export function zoneNamed(typed: string): { readonly zone: string } | { readonly near: readonly string[] } {
	const name = typed.trim().replaceAll(" ", "_");
	if (/^(utc|gmt|z)$/i.test(name)) return { zone: "UTC" };
	const lower = name.toLowerCase();
	const abbreviation = ABBREVIATIONS[lower];
	if (abbreviation !== undefined) return { near: abbreviation };
	const all = Intl.supportedValuesOf("timeZone");
	const exact = all.find((zone) => zone.toLowerCase() === lower);
	if (exact !== undefined) return { zone: exact };
	// Newer names and aliases ("Europe/Kyiv", "Asia/Kolkata") are not in the list; they are kept as typed.
	if (name.includes("/") && known(name)) return { zone: name };
	const city = lower.slice(lower.lastIndexOf("/") + 1);
	const cities = all.filter((zone) => zone.toLowerCase().split("/").includes(city));
	if (cities.length > 0) return { near: cities.slice(0, 3) };
	const near = nearest(name, all);
	const lastOf = (zone: string) => zone.slice(zone.lastIndexOf("/") + 1);
	const nearCity = nearest(city, all.map(lastOf));
	const found = [near, ...all.filter((zone) => lastOf(zone) === nearCity)].filter((one): one is string => one !== null);
	return { near: [...new Set(found)].slice(0, 3) };
}

function known(zone: string): boolean {
	try {
		new Intl.DateTimeFormat("en-US", { timeZone: zone });
		return true;
	} catch {
		return false;
	}
}

/** "did you mean …" for a name that is none. */
export function zoneHint(near: readonly string[]): string {
	return near.length === 0
		? "Write the name of a place in the tz database, e.g. Asia/Seoul, Europe/Berlin or UTC."
		: `Did you mean ${near.join(", or ")}?`;
}
