// The time that a person typed for a campaign: an instant and its zone, or what is wrong with it and which choices there are. Pure.
import { zoneNamed } from "../config/zone-name.ts";
import { asUtc, formatOffset, gapAt, instantsOf, type LocalTime, offsetAt, withOffset } from "./zone-time.ts";

export interface ScheduleTime {
	/** Milliseconds. */
	readonly at: number;
	/** IANA name. */
	readonly zone: string;
}

export type TypedTime =
	| { readonly kind: "time"; readonly time: ScheduleTime }
	| { readonly kind: "unreadable" }
	| { readonly kind: "unknown-zone"; readonly near: readonly string[] }
	/** The clocks skip it: as written with an offset, what may have been meant. */
	| { readonly kind: "missing"; readonly choices: readonly [string, string] }
	/** The clocks show it twice. */
	| { readonly kind: "twice"; readonly choices: readonly [string, string] }
	/** An offset that the zone does not have at that time. */
	| { readonly kind: "wrong-offset"; readonly offset: string; readonly right: readonly string[] }
	| { readonly kind: "past" };

/**
 * Reads "2026-12-01 09:00" (also with seconds, with T, and with an offset: "2026-10-25 02:30+02:00", "…Z"). `zone`: as typed; `zoneGiven`: a person typed it, so an
 * offset that contradicts it is a mistake. `which`: the first or the second of two instants. A time up to a minute ago counts as now: whoever types the
 * current minute means it.
 */
export function readTime(
	typed: string,
	of: { readonly zone: string; readonly zoneGiven: boolean; readonly now: number; readonly which?: "first" | "second" },
): TypedTime {
	const named = zoneNamed(of.zone);
	if ("near" in named) return { kind: "unknown-zone", near: named.near };
	const { zone } = named;
	const read = readLocal(typed);
	if (read === null) return { kind: "unreadable" };
	const at = read.offset === null ? null : asUtc(read.local) - read.offset;
	if (at !== null) {
		const has = offsetAt(zone, at);
		if (of.zoneGiven && read.offset !== 0 && has !== read.offset) {
			const instants = instantsOf(zone, read.local);
			const right = (instants.length > 0 ? instants : [at]).map((one) => withOffset(one, zone));
			return { kind: "wrong-offset", offset: formatOffset(read.offset ?? 0), right };
		}
		return inTime(at, zone, of.now);
	}
	const [first, second] = instantsOf(zone, read.local);
	if (first === undefined) {
		const { earlier, later } = gapAt(zone, read.local);
		return { kind: "missing", choices: [withOffset(earlier, zone), withOffset(later, zone)] };
	}
	if (second === undefined) return inTime(first, zone, of.now);
	if (of.which === undefined) return { kind: "twice", choices: [withOffset(first, zone), withOffset(second, zone)] };
	return inTime(of.which === "first" ? first : second, zone, of.now);
}

const JUST_NOW_MS = 60_000;

function inTime(at: number, zone: string, now: number): TypedTime {
	return at <= now - JUST_NOW_MS ? { kind: "past" } : { kind: "time", time: { at, zone } };
}

function readLocal(typed: string): { readonly local: LocalTime; readonly offset: number | null } | null {
	const found = /^(\d{4})-(\d\d)-(\d\d)[ T](\d?\d):(\d\d)(?::(\d\d)(?:\.0+)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?$/i.exec(typed.trim());
	if (found === null) return null;
	const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map((part) => Number(part ?? 0));
	const local = { year, month, day, hour, minute, second };
	const stated = new Date(Date.UTC(year, month - 1, day));
	if (year < 1970 || stated.getUTCMonth() + 1 !== month || stated.getUTCDate() !== day) return null;
	if (hour > 23 || minute > 59 || second > 59) return null;
	return { local, offset: readOffset(found[7]) };
}

function readOffset(text: string | undefined): number | null {
	if (text === undefined) return null;
	if (/^z$/i.test(text)) return 0;
	const [, sign, hours, minutes = "0"] = /^([+-])(\d\d):?(\d\d)?$/.exec(text) ?? [];
	return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
