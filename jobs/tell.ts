// Makes incidents of what was noticed, and tells people.
import { tell as tellOnce } from "../src/alerts/tell.ts";
import type { Job } from "./job.ts";

export const tell: Job = {
	name: "tell",
	schedule: () => "*/10 * * * * *",
	purpose: "tells people of what was noticed: incidents, reminders, recoveries; tries again what could not be sent",
	often: true,
	run: ({ db, config, clock, app: { resolver, data, log } }) => tellOnce({ db, config, clock, resolver, data, log }),
};
