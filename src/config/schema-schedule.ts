// What wellsent.toml says about times: [schedule], and the quiet hours of an [[identity]]. Values and shapes only.
import { z } from "zod";
import { about, text } from "./parts.ts";
import { type Parsed, parseDuration, right, wrong } from "./units.ts";
import { zoneHint, zoneNamed } from "./zone-name.ts";

/** Each day from one time to another, in a zone; past midnight when `to` is not later than `from`. */
export interface QuietHours {
	/** Minutes since midnight. */
	readonly from: number;
	readonly to: number;
	/** IANA name. */
	readonly zone: string;
	/** As written. */
	readonly text: string;
}

/** "22:00-07:00 Asia/Seoul". */
export function parseQuietHours(typed: string): Parsed<QuietHours> {
	const example = 'write from-to and a zone, e.g. "22:00-07:00 Asia/Seoul"';
	const found = /^(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)(?:\s+(\S.*))?$/.exec(typed.trim());
	const [, fromHour, fromMinute, toHour, toMinute, place] = found ?? [];
	const minutes = (hour: string | undefined, minute: string | undefined) => Number(hour) * 60 + Number(minute);
	const from = minutes(fromHour, fromMinute);
	const to = minutes(toHour, toMinute);
	if (found === null || from >= 1440 || to > 1440 || Number(fromMinute) > 59 || Number(toMinute) > 59)
		return wrong(`"${typed}" are no hours`, example);
	if (from === to % 1440)
		return wrong(`"${typed}" begin and end at the same time`, `${example}; leave the key out for no quiet hours`);
	if (place === undefined) return wrong(`"${typed}" does not say in which zone`, example);
	const named = zoneNamed(place);
	if ("near" in named) return wrong(`there is no time zone "${place}"`, zoneHint(named.near));
	return right({ from, to: to % 1440, zone: named.zone, text: typed.trim() });
}

/** "12h", or "0" for none. */
function parseGap(typed: string): Parsed<number> {
	return typed.trim() === "0" ? right(0) : parseDuration(typed);
}

export const scheduleTable = z
	.strictObject({
		grace: text(parseDuration)
			.prefault("15m")
			.meta(
				about(
					"A scheduled campaign that is found later than this after its time (Wellsent was stopped, the machine was off) is held and reported, not sent.",
					'"1h"',
				),
			),
		check_every: text(parseDuration)
			.prefault("10m")
			.meta(about("How often campaigns that wait for their time are checked.", '"30m"')),
		check_before: z
			.array(text(parseDuration))
			.prefault(["1h", "10m"])
			.meta(about("Times before its start at which a campaign is checked in any case.", '["1d", "1h", "10m"]')),
		make_ahead: text(parseDuration)
			.prefault("1d")
			.meta(about("How long before its time a series makes its next campaign, so that it can be looked at and checked.", '"3d"')),
		gap: text(parseGap)
			.prefault("0")
			.meta(
				about(
					'Time between two newsletters (kind "marketing") to one reader: the second one waits until it is over. "0": none.',
					'"12h"',
				),
			),
	})
	.prefault({})
	.meta(about("Campaigns that wait for their time.", 'grace = "15m"'));
