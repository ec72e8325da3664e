// The moments that a cron expression names, in UTC, at whole seconds. Pure. node-cron runs the schedules and knows only what comes after now; what was missed
// lies before it. Both days must fit, as node-cron has it (crontab would take either).

/** The expression taken apart: the values that fit, ascending. A day of the month may be "L", the last one. */
export interface CronFields {
	readonly second: readonly number[];
	readonly minute: readonly number[];
	readonly hour: readonly number[];
	readonly dayOfMonth: readonly (number | string)[];
	readonly month: readonly number[];
	readonly dayOfWeek: readonly (number | string)[];
}

const DAY_MS = 86_400_000;
/** 29 February comes every eighth year at worst (2096 to 2104). */
const DAYS_LOOKED_AT = 8 * 366 + 1;

/** The last moment at or before `at`, milliseconds; null when there is none in eight years. */
export function lastTick(fields: CronFields, at: number): number | null {
	const first = startOfDay(at);
	for (let n = 0; n < DAYS_LOOKED_AT; n++) {
		const day = first - n * DAY_MS;
		if (!fits(fields, day)) continue;
		const found = timesOfDay(fields).findLast((time) => day + time <= at);
		if (found !== undefined) return day + found;
	}
	return null;
}

/** The first moment after `at`, milliseconds; null when there is none in eight years. */
export function nextTick(fields: CronFields, at: number): number | null {
	const first = startOfDay(at);
	for (let n = 0; n < DAYS_LOOKED_AT; n++) {
		const day = first + n * DAY_MS;
		if (!fits(fields, day)) continue;
		const found = timesOfDay(fields).find((time) => day + time > at);
		if (found !== undefined) return day + found;
	}
	return null;
}

const startOfDay = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

function fits(fields: CronFields, day: number): boolean {
	const date = new Date(day);
	const last = new Date(day + DAY_MS).getUTCDate() === 1;
	return (
		fields.month.includes(date.getUTCMonth() + 1) &&
		fields.dayOfWeek.includes(date.getUTCDay()) &&
		(fields.dayOfMonth.includes(date.getUTCDate()) || (last && fields.dayOfMonth.includes("L")))
	);
}

/** Milliseconds after midnight, ascending: 86,400 at most, and a handful for nearly every job. */
function timesOfDay({ hour, minute, second }: CronFields): number[] {
	return hour.flatMap((h) => minute.flatMap((m) => second.map((s) => ((h * 60 + m) * 60 + s) * 1_000)));
}
