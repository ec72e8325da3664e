// Says when the disk with the data is nearly full.
import { diskRoom } from "../src/alerts/disk.file.ts";
import { diskTrouble, roomWords } from "../src/alerts/disk.ts";
import { sayChanges } from "../src/alerts/watch.store.ts";
import { openAlerts } from "../src/log/alert.store.ts";
import type { Job } from "./job.ts";

export const watchDisk: Job = {
	name: "watch-disk",
	schedule: () => "*/5 * * * *",
	purpose: "notices when the disk with the data has less than 5 % or 1 GB left",
	often: true,
	async run({ db, clock, app }) {
		const folder = app.data;
		const room = await diskRoom(folder);
		const low = (await openAlerts(db, "disk-low", "disk-ok")).some((alert) => alert.subject === folder);
		const trouble = diskTrouble(room, { folder, low, now: clock.now() });
		await sayChanges(db, {
			began: "disk-low",
			ended: "disk-ok",
			troubles: trouble === null ? [] : [trouble],
			over: (said) => (said.subject === folder ? `The disk with ${folder} has ${roomWords(room)} left again.` : null),
			now: clock.now(),
		});
		// Not how much exactly: that would be news to the log every five minutes.
		return trouble === null ? "there is room" : `nearly full: ${roomWords(room)}`;
	},
};
