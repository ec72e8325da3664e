// Keeps the log as long as [log] keep says.
import { pruneResponses } from "../src/log/prune.store.ts";
import { pruneUnknown } from "../src/log/unknown.store.ts";
import type { Job } from "./job.ts";

export const pruneLog: Job = {
	name: "prune-log",
	schedule: () => "17 3 * * *",
	purpose: "removes responses older than [log] keep (refusals stay four times as long)",
	async run({ db, config, clock }) {
		const rows = await pruneResponses(db, { keepMs: config.log.keepMs, clock });
		await pruneUnknown(db);
		return rows === 0 ? "nothing was old enough" : `${rows} rows removed`;
	},
};
