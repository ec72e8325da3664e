// Local time in an IANA zone and instants, by what Intl knows of the zone (the tz database that comes with Node). Pure: no library, no system zone, no clock.
// A local time may mean one instant, two (clocks were set back) or none (they were set forward): all three are answers here, and nothing is guessed.

/** A time on the wall of some zone. Months from 1. */
export interface LocalTime {
	readonly year: number;
	readonly month: number;
	readonly day: number;
	readonly hour: number;
	readonly minute: number;
	readonly second: number;
}

const DAY_MS = 86_400_000;
/** A formatter costs 50 µs to make and is asked thousands of times when a series looks for its next run. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
	const known = formatters.get(zone);
	if (known !== undefined) return known;
	const made = new Intl.DateTimeFormat("en-US", {
		timeZone: zone,
		hourCycle: "h23",
		year: "numeric",
		month: "2-digit",
		day: "2-digit",
		hour: "2-digit",
		minute: "2-digit",
		second: "2-digit",
	});
	formatters.set(zone, made);
	return made;
}

/** What the clocks of `zone` show at that instant. Throws a RangeError for a zone that Intl does not know: ask `zoneNamed` first. */
export function localAt(zone: string, at: number): LocalTime {
	// "11/02/2026, 09:00:00": formatToParts takes four times as long.
	const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = formatter(zone).format(at).split(/\D+/).map(Number);
	return { year, month, day, hour, minute, second };
}

/** How far `zone` is ahead of UTC at that instant. Milliseconds, negative in the west. */
export function offsetAt(zone: string, at: number): number {
	return asUtc(localAt(zone, at)) - Math.floor(at / 1_000) * 1_000;
}

/** The same numbers read as UTC. Milliseconds. */
export function asUtc(local: LocalTime): number {
	return Date.UTC(local.year, local.month - 1, local.day, local.hour, local.minute, local.second);
}

/** The instants at which the clocks of `zone` show that time, the earlier first: one, two, or none. */
export function instantsOf(zone: string, local: LocalTime): readonly number[] {
	const utc = asUtc(local);
	// A day before and after: no zone is farther from UTC, and none changes its clocks twice in that time.
	const offsets = [...new Set([offsetAt(zone, utc - DAY_MS), offsetAt(zone, utc + DAY_MS)])];
	return offsets
		.map((offset) => ({ offset, at: utc - offset }))
		.filter(({ offset, at }) => offsetAt(zone, at) === offset)
		.map(({ at }) => at)
		.sort((a, b) => a - b);
}

export interface Gap {
	/** The instant at which the clocks are set forward: the first that exists after the missing time. */
	readonly end: number;
	/** What was meant, if the clocks had been forgotten (as much later as they go forward), and if they had been set already (as much earlier). */
	readonly later: number;
	readonly earlier: number;
}

/** About a time that no clock of the zone shows, i.e. for which `instantsOf` is empty. */
export function gapAt(zone: string, local: LocalTime): Gap {
	const utc = asUtc(local);
	const before = offsetAt(zone, utc - DAY_MS);
	const after = offsetAt(zone, utc + DAY_MS);
	let low = utc - Math.max(before, after);
	let high = utc - Math.min(before, after);
	while (high - low > 1) {
		const middle = Math.floor((low + high) / 2);
		if (offsetAt(zone, middle) === before) low = middle;
		else high = middle;
	}
	return { end: high, later: utc - before, earlier: utc - after };
}

/** "2026-12-01 09:00", with the seconds where there are some. */
export function formatLocal(local: LocalTime): string {
	const two = (n: number) => String(n).padStart(2, "0");
	const { year, month, day, hour, minute, second } = local;
	return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}${second === 0 ? "" : `:${two(second)}`}`;
}

/** "+09:00", "-03:30". */
export function formatOffset(ms: number): string {
	const minutes = Math.round(Math.abs(ms) / 60_000);
	const two = (n: number) => String(n).padStart(2, "0");
	return `${ms < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** "2026-12-01 09:00 Asia/Seoul": an instant as the clocks of a zone show it. */
export function inZone(at: number, zone: string): string {
	return `${formatLocal(localAt(zone, at))} ${zone}`;
}

/** "2026-10-25 02:30+02:00": also where the clocks show it twice. */
export function withOffset(at: number, zone: string): string {
	return `${formatLocal(localAt(zone, at))}${formatOffset(offsetAt(zone, at))}`;
}
