// Adds the responses of one batch up for the tables that outlive them: the ledger by hour, the failures by day, the replies nobody knows. Pure.
import { normaliseReply } from "./normalise.ts";
import type { ResponseRow } from "./response.ts";
import type { LedgerClass } from "./verdict.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Characters of a reply that the roll-ups keep. */
const WORDS = 300;

/** A delivery that ended otherwise than delivered, with the response that ended it. */
export interface Ending {
	readonly row: ResponseRow;
	readonly state: "failed" | "uncertain";
	/** The last words in one line, codes first, as the delivery keeps them. */
	readonly text: string;
}

/** One row for `host_hour`. Instants in milliseconds. */
export interface HourRow {
	readonly hour: number;
	readonly site: string;
	readonly source: string;
	readonly mxHost: string;
	readonly mxAddress: string;
	readonly stage: string;
	readonly class: LedgerClass;
	n: number;
	text: string;
	readonly first: number;
	last: number;
}

/** One row for `failure_day`. */
export interface FailureRowOfDay {
	readonly campaign: number;
	readonly day: number;
	readonly site: string;
	readonly class: string;
	readonly mxHost: string;
	readonly rule: string;
	responses: number;
	failed: number;
	uncertain: number;
	to: string;
	text: string;
	last: number;
}

/** One row for `unknown_reply`. */
export interface UnknownRow {
	readonly text: string;
	readonly stage: string;
	readonly code: number;
	n: number;
	example: string;
	mxHost: string;
	site: string;
	readonly first: number;
	last: number;
}

export interface RollUp {
	readonly hours: readonly HourRow[];
	readonly failures: readonly FailureRowOfDay[];
	readonly unknown: readonly UnknownRow[];
}

/** Beginning of the hour, and of the day (UTC), of an instant. */
export const hourOf = (at: number): number => Math.floor(at / HOUR) * HOUR;
export const dayOf = (at: number): number => Math.floor(at / DAY) * DAY;

export function rollUp(rows: readonly ResponseRow[], endings: readonly Ending[]): RollUp {
	const hours = new Map<string, HourRow>();
	const failures = new Map<string, FailureRowOfDay>();
	const unknown = new Map<string, UnknownRow>();
	for (const row of rows) {
		const text = row.text.slice(0, WORDS);
		if (row.mxHost !== "") addHour(hours, row, text);
		if (row.class !== "accepted" && row.class !== "skipped") failureOf(failures, row, text).responses += 1;
		if (row.code > 0 && (row.class === "unknown-temporary" || row.class === "unknown-permanent")) addUnknown(unknown, row, text);
	}
	for (const { row, state, text } of endings) failureOf(failures, row, text.slice(0, WORDS))[state] += 1;
	return { hours: [...hours.values()], failures: [...failures.values()], unknown: [...unknown.values()] };
}

function addHour(hours: Map<string, HourRow>, row: ResponseRow, text: string): void {
	const hour = hourOf(row.at);
	const { site, source, mxHost, mxAddress, stage } = row;
	const key = `${hour}\n${site}\n${source}\n${mxHost}\n${mxAddress}\n${stage}\n${row.class}`;
	const known = hours.get(key);
	if (known === undefined)
		hours.set(key, { hour, site, source, mxHost, mxAddress, stage, class: row.class, n: 1, text, first: row.at, last: row.at });
	else {
		known.n += 1;
		known.text = text;
		known.last = Math.max(known.last, row.at);
	}
}

function failureOf(failures: Map<string, FailureRowOfDay>, row: ResponseRow, text: string): FailureRowOfDay {
	const day = dayOf(row.at);
	const { campaign, site, mxHost, rule } = row;
	const key = `${campaign}\n${day}\n${site}\n${row.class}\n${mxHost}\n${rule}`;
	let known = failures.get(key);
	if (known === undefined) {
		known = {
			campaign,
			day,
			site,
			class: row.class,
			mxHost,
			rule,
			responses: 0,
			failed: 0,
			uncertain: 0,
			to: row.to,
			text,
			last: row.at,
		};
		failures.set(key, known);
	}
	known.to = row.to;
	known.text = text;
	known.last = Math.max(known.last, row.at);
	return known;
}

function addUnknown(unknown: Map<string, UnknownRow>, row: ResponseRow, text: string): void {
	const plain = normaliseReply(row.text);
	const key = `${row.stage}\n${row.code}\n${plain}`;
	const known = unknown.get(key);
	const example = `${row.code}${row.enhanced === null ? "" : ` ${row.enhanced}`} ${text}`;
	if (known === undefined)
		unknown.set(key, {
			text: plain,
			stage: row.stage,
			code: row.code,
			n: 1,
			example,
			mxHost: row.mxHost,
			site: row.site,
			first: row.at,
			last: row.at,
		});
	else {
		known.n += 1;
		known.example = example;
		known.mxHost = row.mxHost;
		known.site = row.site;
		known.last = Math.max(known.last, row.at);
	}
}
