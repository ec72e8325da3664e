// Whether a cron expression can be understood. Pure. It computes no times: that is the work of whoever runs the schedule.
import { type Parsed, right, wrong } from "./units.ts";

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

interface Field {
	readonly name: string;
	readonly from: number;
	readonly to: number;
	readonly words: readonly string[];
}

const FIELDS: readonly Field[] = [
	{ name: "minute", from: 0, to: 59, words: [] },
	{ name: "hour", from: 0, to: 23, words: [] },
	{ name: "day of the month", from: 1, to: 31, words: [] },
	{ name: "month", from: 1, to: 12, words: MONTHS },
	{ name: "day of the week", from: 0, to: 7, words: DAYS },
];

/** Five fields (minute, hour, day, month, weekday), each `*`, `a`, `a-b`, a list, or one of them with `/step`. */
export function parseCron(text: string): Parsed<string> {
	const fields = text.trim().split(/\s+/);
	if (fields.length !== FIELDS.length)
		return wrong(
			`"${text}" is not a cron expression`,
			'write minute, hour, day, month and weekday, e.g. "*/30 * * * *" for every half hour',
		);
	for (const [index, field] of FIELDS.entries()) {
		const written = fields[index] ?? "";
		if (written.split(",").every((part) => fits(part, field))) continue;
		return wrong(
			`"${written}" does not fit as ${field.name}`,
			`write *, ${field.from} to ${field.to}, a range, a list or a step, e.g. "*/30 * * * *"`,
		);
	}
	return right(fields.join(" "));
}

function fits(part: string, field: Field): boolean {
	const found = /^(\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(part);
	if (!found || (found[4] !== undefined && Number(found[4]) < 1)) return false;
	if (found[1] === "*") return true;
	const low = number(found[2] ?? "", field);
	const high = found[3] === undefined ? low : number(found[3], field);
	return low >= field.from && high <= field.to && low <= high;
}

function number(text: string, field: Field): number {
	const word = field.words.indexOf(text.toLowerCase());
	if (word >= 0) return word + (field.words === MONTHS ? 1 : 0);
	return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
