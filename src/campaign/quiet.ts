// Quiet hours of an identity: whether an instant lies in them, when they end, and how much longer work takes for them. Pure. The hours are those of the clocks of their zone, so they last an hour
// more or less on the day on which the clocks change.
import type { QuietHours } from "../config/schema-schedule.ts";
import type { Config } from "../config/types.ts";
import { findIdentity } from "../routing/identity.ts";
import { gapAt, instantsOf, type LocalTime, localAt } from "./zone-time.ts";

const DAY_MS = 86_400_000;

/** Those of the identity that `from` belongs to; null: it has none, or is none. */
export function quietHoursOf({ identities }: Pick<Config, "identities">, from: string): QuietHours | null {
	return findIdentity(from, identities)?.quietHours ?? null;
}

/** The instant at which the quiet hours that `at` lies in are over; null: it lies in none. */
export function quietUntil(hours: QuietHours | null, at: number): number | null {
	if (hours === null) return null;
	const local = localAt(hours.zone, at);
	const minute = local.hour * 60 + local.minute;
	const { from, to } = hours;
	const overnight = to <= from;
	const quiet = overnight ? minute >= from || minute < to : minute >= from && minute < to;
	if (!quiet) return null;
	// From the evening part to the end of the night is to the next day.
	const day = overnight && minute >= from ? nextDay(local) : local;
	const end = { ...day, hour: Math.floor(to / 60), minute: to % 60, second: 0 };
	// Set back within the hours, the end comes twice: the first one that is still to come counts. Set forward past it: the first instant after.
	return instantsOf(hours.zone, end).find((one) => one > at) ?? Math.max(gapAt(hours.zone, end).end, at + 60_000);
}

/** More nights than anything is sent over: what takes longer is told without those after it. */
const MANY_NIGHTS = 400;

/**
 * What takes `ms` while it may go on takes so long from `start` with the quiet hours in between. Milliseconds. Limits of an hour or a day recover in quiet hours,
 * which is not reckoned with: it may be over a little sooner.
 */
export function withQuiet(hours: QuietHours | null, start: number, ms: number): number {
	if (hours === null || ms <= 0) return ms;
	let at = start;
	let left = ms;
	let waited = 0;
	for (let night = 0; night < MANY_NIGHTS; night++) {
		const end = quietUntil(hours, at) ?? at;
		waited += end - at;
		at = end;
		const awake = nextQuiet(hours, at) - at;
		if (left <= awake) break;
		at += awake;
		left -= awake;
	}
	return ms + waited;
}

/** When quiet hours begin next. `at` lies in none. */
function nextQuiet({ zone, from }: QuietHours, at: number): number {
	let day = localAt(zone, at);
	for (;;) {
		const begin = { ...day, hour: Math.floor(from / 60), minute: from % 60, second: 0 };
		const instants = instantsOf(zone, begin);
		const found = (instants.length > 0 ? instants : [gapAt(zone, begin).end]).find((one) => one > at);
		if (found !== undefined) return found;
		day = nextDay(day);
	}
}

function nextDay(local: LocalTime): LocalTime {
	const date = new Date(Date.UTC(local.year, local.month - 1, local.day) + DAY_MS);
	return { ...local, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
