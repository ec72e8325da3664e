// One message a day that sums up.
import { channelsOf } from "../src/alerts/channels.ts";
import { postDigest } from "../src/alerts/digest.store.ts";
import type { Job } from "./job.ts";

export const digest: Job = {
	name: "digest",
	schedule: (config) => config.alerts.digest,
	purpose: "one message of what is open, what happened and what was sent since the day before ([alerts] digest)",
	catchUp: true,
	async run({ db, config, clock, app: { resolver, data } }) {
		const channels = channelsOf(config, { db, clock, resolver, data }).map((channel) => channel.name);
		return postDigest(db, channels, clock.now());
	},
};
