// When a series runs: a cron expression as crontab users write it, or a few words ("first monday 09:00"), and the instants it means in a zone. Pure.
//
// Day of the month and day of the week: when both are restricted, either is enough; a field that begins with "*" restricts nothing (crontab(5), Vixie cron).
// Beyond crontab: "MON#1" the first Monday of the month, "FRI#L" (or "5L") the last Friday, "L" the last day of the month.
// At a change of clocks: a run whose time is skipped happens once, at the moment the clocks go forward; a run whose time comes twice happens the first time.
import { CRON_FIELDS, type CronField, cronNumber, cronValues } from "../config/cron.ts";
import { type Parsed, right, wrong } from "../config/units.ts";
import { gapAt, instantsOf, localAt } from "./zone-time.ts";

export interface SeriesCron {
	/** The five fields, as they are kept. */
	readonly text: string;
	readonly minutes: readonly number[];
	readonly hours: readonly number[];
	readonly days: DayRule;
	readonly months: ReadonlySet<number>;
	readonly weekdays: WeekdayRule;
}

interface DayRule {
	/** Written with "*" in front. */
	readonly any: boolean;
	readonly values: ReadonlySet<number>;
	readonly last: boolean;
}

interface WeekdayRule {
	readonly any: boolean;
	/** 0 to 6, Sunday is 0. */
	readonly values: ReadonlySet<number>;
	/** The nth of that weekday in its month; "last": the last one. */
	readonly nth: readonly { readonly weekday: number; readonly n: number | "last" }[];
}

const EXAMPLE =
	'write minute, hour, day, month and weekday, e.g. "0 9 * * 1" for Mondays at nine, or words, e.g. "first monday 09:00"';
const MACROS: Readonly<Record<string, string>> = {
	"@hourly": "0 * * * *",
	"@daily": "0 0 * * *",
	"@weekly": "0 0 * * 0",
	"@monthly": "0 0 1 * *",
	"@yearly": "0 0 1 1 *",
};

export function parseSeriesCron(typed: string): Parsed<SeriesCron> {
	const plain = typed.trim().replace(/\s+/g, " ");
	const text = MACROS[plain.toLowerCase()] ?? fromWords(plain) ?? plain;
	const fields = text.split(" ");
	const [minuteText = "", hourText = "", dayText = "", monthText = "", weekdayText = ""] = fields;
	const [minuteField, hourField, dayField, monthField, weekdayField] = CRON_FIELDS;
	if (fields.length !== 5 || !minuteField || !hourField || !dayField || !monthField || !weekdayField)
		return wrong(
			fields.length === 6 ? `"${plain}" has six fields: a series has no seconds` : `"${plain}" is not a cron expression`,
			EXAMPLE,
		);
	const minutes = cronValues(minuteText, minuteField);
	const hours = cronValues(hourText, hourField);
	const months = cronValues(monthText, monthField);
	const days = dayRule(dayText, dayField);
	const weekdays = weekdayRule(weekdayText, weekdayField);
	if (minutes === null) return misfit(minuteText, minuteField);
	if (hours === null) return misfit(hourText, hourField);
	if (days === null) return misfit(dayText, dayField, ', or "L" for the last day');
	if (months === null) return misfit(monthText, monthField);
	if (weekdays === null)
		return misfit(weekdayText, weekdayField, ', names (MON), "MON#1" for the first Monday or "FRI#L" for the last Friday');
	const sorted = (values: ReadonlySet<number>) => [...values].sort((a, b) => a - b);
	const cron = { text, minutes: sorted(minutes), hours: sorted(hours), days, months, weekdays };
	return everHappens(cron)
		? right(cron)
		: wrong(`"${plain}" never comes: no month has such a day`, "correct the day or the month");
}

function misfit(written: string, field: CronField, more = "") {
	return wrong(
		`"${written}" does not fit as ${field.name}`,
		`write *, ${field.from} to ${field.to}, a range, a list or a step${more}`,
	);
}

function dayRule(written: string, field: CronField): DayRule | null {
	const parts = written.split(",");
	const plain = parts.filter((part) => part.toUpperCase() !== "L");
	const values = plain.length === 0 ? new Set<number>() : cronValues(plain.join(","), field);
	return values === null ? null : { any: written.startsWith("*"), values, last: plain.length < parts.length };
}

function weekdayRule(written: string, field: CronField): WeekdayRule | null {
	const nth: { weekday: number; n: number | "last" }[] = [];
	const plain: string[] = [];
	for (const part of written.split(",")) {
		const found = /^(\w+?)(?:#([1-5]|L)|(?<=\d)L)$/i.exec(part);
		if (found === null) {
			plain.push(part);
			continue;
		}
		const weekday = cronNumber(found[1] ?? "", field);
		if (!(weekday >= field.from && weekday <= field.to)) return null;
		nth.push({ weekday: weekday % 7, n: /^[1-5]$/.test(found[2] ?? "") ? Number(found[2]) : "last" });
	}
	const values = plain.length === 0 ? new Set<number>() : cronValues(plain.join(","), field);
	return values === null ? null : { any: written.startsWith("*"), values: new Set([...values].map((day) => day % 7)), nth };
}

const ORDINALS: Readonly<Record<string, string>> = { first: "1", second: "2", third: "3", fourth: "4", fifth: "5", last: "L" };

/** "first monday 09:00", "last day 17:30", "daily 09:00", "weekdays 09:00", "monday and thursday 09:00" as five fields; null: it is none of these. */
function fromWords(text: string): string | null {
	const found = /^(?:every |on )*(.+?),? (?:at )?(\d{1,2}):(\d\d)$/i.exec(text);
	if (found === null) return null;
	const [, when = "", hour = "", minute = ""] = found;
	const at = `${Number(minute)} ${Number(hour)}`;
	const words = when.toLowerCase().replace(/ of (the|every|each) month$/, "");
	if (/^(day|daily|days)$/.test(words)) return `${at} * * *`;
	if (/^(weekdays?|working days?)$/.test(words)) return `${at} * * 1-5`;
	const nth = /^(?:the )?(first|second|third|fourth|fifth|last) ([a-z]+)$/.exec(words);
	if (nth !== null) {
		const n = ORDINALS[nth[1] ?? ""] ?? "";
		if (nth[2] === "day") return n === "L" || n === "1" ? `${at} ${n} * *` : null;
		const day = weekdayWord(nth[2] ?? "");
		return day === null ? null : `${at} * * ${day}#${n}`;
	}
	const days = words.split(/(?:, ?| and |,? )/).map(weekdayWord);
	return days.every((day) => day !== null) ? `${at} * * ${days.join(",")}` : null;
}

function weekdayWord(word: string): string | null {
	const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
	const name = days.find((day) => word.replace(/s$/, "") === day || word === day.slice(0, 3));
	return name === undefined ? null : name.slice(0, 3).toUpperCase();
}

/** Does it run on that day of the calendar? Months from 1. */
export function runsOn(cron: SeriesCron, year: number, month: number, day: number): boolean {
	if (!cron.months.has(month)) return false;
	const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
	const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
	const { days, weekdays } = cron;
	const byDay = days.values.has(day) || (days.last && day === length);
	const byWeekday =
		weekdays.values.has(weekday) ||
		weekdays.nth.some((one) => one.weekday === weekday && (one.n === "last" ? day + 7 > length : Math.ceil(day / 7) === one.n));
	return days.any || weekdays.any ? byDay && byWeekday : byDay || byWeekday;
}

/** 29 February is a Monday every 28 years, and with a century without a leap day every 40. */
const LOOK_AHEAD_DAYS = 41 * 366;
const DAY_MS = 86_400_000;

function everHappens(cron: SeriesCron): boolean {
	return daysFrom(cron, Date.UTC(2000, 0, 1)).next().done !== true;
}

function* daysFrom(cron: SeriesCron, utcDay: number): Generator<{ year: number; month: number; day: number }, void> {
	for (let n = 0; n < LOOK_AHEAD_DAYS; n++) {
		const date = new Date(utcDay + n * DAY_MS);
		const one = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
		if (runsOn(cron, one.year, one.month, one.day)) yield one;
	}
}

/** The first run later than that instant; null: there is none in the next decades. */
export function nextRun(cron: SeriesCron, zone: string, after: number): number | null {
	return nextRuns(cron, zone, after, 1)[0] ?? null;
}

/** The next `n` runs later than that instant, in their order, none twice. */
export function nextRuns(cron: SeriesCron, zone: string, after: number, n: number): readonly number[] {
	const runs: number[] = [];
	let last = after;
	const from = localAt(zone, after - DAY_MS);
	for (const { year, month, day } of daysFrom(cron, Date.UTC(from.year, from.month - 1, from.day))) {
		// Clocks never differ from UTC by more than 14 hours: a day that is over everywhere needs no look at its minutes.
		if (Date.UTC(year, month - 1, day) + 2 * DAY_MS < after) continue;
		for (const hour of cron.hours) {
			for (const minute of cron.minutes) {
				const local = { year, month, day, hour, minute, second: 0 };
				if (Date.UTC(year, month - 1, day, hour, minute) + 15 * 3_600_000 < after) continue;
				const at = instantsOf(zone, local)[0] ?? gapAt(zone, local).end;
				if (at <= last) continue;
				runs.push(at);
				last = at;
				if (runs.length === n) return runs;
			}
		}
	}
	return runs;
}
