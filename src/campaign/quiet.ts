// Quiet hours of an identity: whether an instant lies in them, and when they end. Pure. The hours are those of the clocks of their zone, so they last an hour
// more or less on the day on which the clocks change.
import type { IdentityConfig } from "../config/types.ts";
import { gapAt, instantsOf, type LocalTime, localAt } from "./zone-time.ts";

type QuietHours = NonNullable<IdentityConfig["quietHours"]>;

const DAY_MS = 86_400_000;

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

function nextDay(local: LocalTime): LocalTime {
	const date = new Date(Date.UTC(local.year, local.month - 1, local.day) + DAY_MS);
	return { ...local, year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}
