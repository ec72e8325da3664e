// Says when a running campaign does not move although it could, or because all its lanes are on hold.

import { watchStalled as look } from "../src/alerts/stalled.store.ts";
import { Standstill } from "../src/alerts/stalled.ts";
import { findIdentity } from "../src/routing/identity.ts";
import type { Job } from "./job.ts";

/** Lives as long as the process: half an hour of standing still has to be seen. */
const standstill = new Standstill();

export const watchStalled: Job = {
	name: "watch-stalled",
	schedule: () => "*/5 * * * *",
	purpose: "notices running campaigns that have had no answer for 30 minutes although something is due",
	often: true,
	run: ({ db, clock, config, app }) =>
		look(
			{
				db,
				clock,
				settings: app.settings,
				exitsOf: (from) => app.exitsOf(from),
				identityOf: (from) => findIdentity(from, config.identities)?.from ?? null,
			},
			standstill,
		),
};
