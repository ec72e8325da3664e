import { expect, it } from "vitest";
import { JOBS } from "../../../jobs/index.ts";
import { historyOf, listStates, statusNow, zonesNow } from "../../../src/reputation/blacklist.ts";
import { rowJson } from "../../../src/reputation/blacklist-view.ts";
import { MTA1, MTA2, watchedApp } from "../../support/watched-app.ts";

const SPAMCOP = "bl.spamcop.net";

it("the job says in a line what it found, the status shows it with the fields that scripts read, and the history keeps it", async () => {
	await using watched = await watchedApp([SPAMCOP]);
	const job = JOBS.find((one) => one.name === "check-blacklists");
	expect(job?.schedule(watched.app.config)).toBe("*/30 * * * *");
	watched.lists.list(SPAMCOP, MTA1, "127.0.0.2", "Blocked");
	expect(await job?.run(watched.jobs)).toBe(
		`2 subjects on 1 list: 1 listed, 1 clean, 0 unknown; 2 asked now; new: ${MTA1}/${SPAMCOP}`,
	);
	expect(watched.jobs.wakes).toBe(1);
	const at = new Date(watched.clock.now()).toISOString();
	const { rows } = await statusNow(watched.app);
	expect(rows.map(rowJson)).toEqual([
		expect.objectContaining({
			subject: MTA1,
			kind: "ip",
			zone: SPAMCOP,
			state: "listed",
			codes: ["127.0.0.2"],
			meaning: expect.stringContaining("SCBL"),
			severity: "serious",
			text: "Blocked",
			removal: "https://www.spamcop.net/bl.shtml",
			firstSeen: at,
			lastSeen: at,
			clearedAt: null,
		}),
		expect.objectContaining({ subject: MTA2, state: "clean", severity: null, firstSeen: null, removal: "" }),
	]);
	expect(await historyOf(watched.app, [MTA1], 10)).toHaveLength(1);
	expect(await listStates(watched.app, MTA1)).toEqual([{ zone: SPAMCOP, state: "listed", at: watched.clock.now() }]);
});

it("a dead zone in the settings is named with the reason, and a zone that was not asked yet says so", async () => {
	await using watched = await watchedApp([SPAMCOP], {
		change: (config) => ({ ...config, blacklist: { ...config.blacklist, zones: [`+${SPAMCOP}`, "+dnsbl.sorbs.net"] } }),
	});
	const { zones, refused } = await zonesNow(watched.app);
	expect(zones.map((zone) => [zone.zone, zone.state])).toEqual([[SPAMCOP, null]]);
	expect(refused).toEqual([{ name: "dnsbl.sorbs.net", why: expect.stringContaining("SORBS") }]);
	const { rows } = await statusNow(watched.app);
	expect(rows.every((row) => row.state === "unknown" && row.why === "not asked yet")).toBe(true);
});
