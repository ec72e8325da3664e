// The part of the check that is about time: done when the campaign says so (finish_within), and not begun in quiet hours.
import { formatDuration } from "../config/units.ts";
import { findIdentity } from "../routing/identity.ts";
import type { Examination } from "./check.ts";
import { spell } from "./eta.ts";
import { quietUntil } from "./quiet.ts";
import { inZone } from "./zone-time.ts";

export const checkTime: Examination = async ({ deps, campaign, compiled, sites, add }) => {
	const hours = findIdentity(campaign.identity, deps.config.identities)?.quietHours ?? null;
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
	if (slowest.ms <= wanted) add("ok", "finish-within", "time", `done within ${formatDuration(wanted)}, as campaign.toml asks`);
	else
		add(
			"fail",
			"finish-within",
			"time",
			`it needs about ${spell(slowest.ms)} (${slowest.site}: ${slowest.limit}), and campaign.toml asks for ${formatDuration(wanted)} (finish_within)`,
			"Start it earlier and allow more time in finish_within, raise the limits of that lane if the provider allows it, or add a source.",
		);
};
