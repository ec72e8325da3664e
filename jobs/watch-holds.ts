// Says what is held for long, and what is free again.
import { watchHolds as look } from "../src/alerts/holds.store.ts";
import type { Job } from "./job.ts";

export const watchHolds: Job = {
	name: "watch-holds",
	schedule: () => "20 * * * * *",
	purpose: "notices lanes that are on hold for long, and lanes, identities and campaigns that are free again",
	often: true,
	run: ({ db, clock }) => look({ db, clock }),
};
