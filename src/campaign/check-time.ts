// The part of the check that is about time: done when the campaign says so (finish_within), and not begun in quiet hours.
import type { Examination } from "./check.ts";
import { spell } from "./eta.ts";
import { quietHoursOf, quietUntil, withQuiet } from "./quiet.ts";
import { inZone } from "./zone-time.ts";

export const checkTime: Examination = async ({ deps, campaign, compiled, sites, add }) => {
	const hours = quietHoursOf(deps.config, campaign.identity);
	const start = campaign.scheduledAt ?? deps.clock.now();
	const until = quietUntil(hours, start);
	if (hours !== null && until !== null)
		add(
			"warn",
			"quiet-hours",
			campaign.identity,
			`its start lies in the quiet hours (${hours.text}): nothing leaves before ${inZone(until, hours.zone)}`,
			"Give it a later time, or take it as it is: it waits by itself.",
		);
	const wanted = compiled?.parts.folder.settings.finishWithin ?? null;
	const [slowest] = sites;
	if (wanted === null || slowest === undefined) return;
	const needed = withQuiet(hours, start, slowest.ms);
	const quiet = needed > slowest.ms && hours !== null ? `, with the quiet hours ${hours.text}` : "";
	if (needed <= wanted) add("ok", "finish-within", "time", `done within ${spell(wanted)}${quiet}, as campaign.toml asks`);
	else
		add(
			"fail",
			"finish-within",
			"time",
			`it needs about ${spell(needed)} (${slowest.site}: ${slowest.limit}${quiet}), and campaign.toml asks for ${spell(wanted)} (finish_within)`,
			"Start it earlier and allow more time in finish_within, raise the limits of that lane if the provider allows it, or add a source.",
		);
};
