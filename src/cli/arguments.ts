// How arguments and options are read. Pure; a wrong one is a usage error with words of its own.
import { InvalidArgumentError } from "commander";
import { parseDuration } from "../config/units.ts";
import type { Run } from "./run.ts";
import { parseWhen } from "./words.ts";

/** "12" → 12. */
export function idArgument(typed: string): number {
	if (!/^[1-9]\d{0,9}$/.test(typed)) throw new InvalidArgumentError("An id is a number: see `wellsent campaign list`.");
	return Number(typed);
}

/** "readers, friends" → both; may be given several times. */
export function listNames(typed: string, before: readonly string[] | undefined): readonly string[] {
	const names = commaSeparated(typed);
	if (names.length === 0) throw new InvalidArgumentError("Name a list: see `wellsent contacts lists`.");
	return [...(before ?? []), ...names];
}

export function addressList(typed: string, before: readonly string[] | undefined): readonly string[] {
	const addresses = commaSeparated(typed);
	if (addresses.length === 0) throw new InvalidArgumentError("Name an address.");
	return [...(before ?? []), ...addresses];
}

/** A whole number above zero. */
export function countOption(typed: string): number {
	if (!/^[1-9]\d{0,8}$/.test(typed)) throw new InvalidArgumentError("Write a whole number above zero.");
	return Number(typed);
}

/** "30m", "2d" → milliseconds. */
export function durationOption(typed: string): number {
	const parsed = parseDuration(typed);
	if (!parsed.ok) throw new InvalidArgumentError(`${parsed.what}: ${parsed.fix}.`);
	return parsed.value;
}

/** 0 to 65535. */
export function portOption(typed: string): number {
	const port = /^\d{1,5}$/.test(typed) ? Number(typed) : Number.NaN;
	if (!(port <= 65_535)) throw new InvalidArgumentError("A port is a number from 0 (any free one) to 65535.");
	return port;
}

function commaSeparated(typed: string): string[] {
	return typed
		.split(",")
		.map((part) => part.trim())
		.filter((part) => part !== "");
}

/** An instant from an option; undefined when it was not given. */
export function whenOption(run: Run, name: string, typed: string | undefined): number | undefined {
	if (typed === undefined) return undefined;
	return (
		parseWhen(typed, run.now) ??
		run.misuse(`${name} ${JSON.stringify(typed)} is no time: write "2h", "2026-12-01" or "2026-12-01 09:00"`)
	);
}
