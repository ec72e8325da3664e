// Whether a cron expression can be understood, and which numbers a field of it stands for. Pure. It computes no times: that is the work of whoever runs the
// schedule.
import { type Parsed, right, wrong } from "./units.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

export interface CronField {
	readonly name: string;
	readonly from: number;
	readonly to: number;
	readonly words: readonly string[];
}

/** Minute, hour, day of the month, month, day of the week (0 and 7 are Sunday). */
export const CRON_FIELDS: readonly CronField[] = [
	{ name: "minute", from: 0, to: 59, words: [] },
	{ name: "hour", from: 0, to: 23, words: [] },
	{ name: "day of the month", from: 1, to: 31, words: [] },
	{ name: "month", from: 1, to: 12, words: MONTHS },
	{ name: "day of the week", from: 0, to: 7, words: DAYS },
];

/** Five fields (minute, hour, day, month, weekday), each `*`, `a`, `a-b`, a list, or one of them with `/step`. */
export function parseCron(text: string): Parsed<string> {
	const fields = text.trim().split(/\s+/);
	if (fields.length !== CRON_FIELDS.length)
		return wrong(
			`"${text}" is not a cron expression`,
			'write minute, hour, day, month and weekday, e.g. "*/30 * * * *" for every half hour',
		);
	for (const [index, field] of CRON_FIELDS.entries()) {
		const written = fields[index] ?? "";
		if (cronValues(written, field) !== null) continue;
		return wrong(
			`"${written}" does not fit as ${field.name}`,
			`write *, ${field.from} to ${field.to}, a range, a list or a step, e.g. "*/30 * * * *"`,
		);
	}
	return right(fields.join(" "));
}

/** The numbers that a field stands for, e.g. "1-5,10/20"; null: it does not fit there. A single number with a step counts up to the end of the field. */
export function cronValues(written: string, field: CronField): ReadonlySet<number> | null {
	const values = new Set<number>();
	for (const part of written.split(",")) {
		const found = /^(\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
		if (!found || (found[4] !== undefined && Number(found[4]) < 1)) return null;
		const step = Number(found[4] ?? 1);
		const low = found[1] === "*" ? field.from : cronNumber(found[2] ?? "", field);
		const single = found[4] === undefined ? low : field.to;
		const high = found[1] === "*" ? field.to : found[3] === undefined ? single : cronNumber(found[3], field);
		if (!(low >= field.from && high <= field.to && low <= high)) return null;
		for (let value = low; value <= high; value += step) values.add(value);
	}
	return values;
}

/** "mon" or "1"; NaN when it is neither. */
export function cronNumber(text: string, field: CronField): number {
	const word = field.words.indexOf(text.toLowerCase());
	if (word >= 0) return word + (field.words === MONTHS ? 1 : 0);
	return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
