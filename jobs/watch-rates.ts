// Says when bounces or complaints are too many, and stops what must not go on.
import { watchRates as look } from "../src/alerts/rates.store.ts";
import { findIdentity } from "../src/routing/identity.ts";
import type { Job } from "./job.ts";

export const watchRates: Job = {
	name: "watch-rates",
	schedule: () => "*/5 * * * *",
	purpose: "notices many bounces (2 % warns, 5 % pauses the campaign) and complaints (0.1 % warns, 0.3 % holds the identity)",
	often: true,
	run: ({ db, clock, wake, config }) =>
		look({ db, clock, wake, identityOf: (from) => findIdentity(from, config.identities)?.from ?? null }),
};
