// `wellsent campaign list`: all campaigns; those that come, with the runs of series; and the same as a calendar.
import type { Command } from "commander";
import type { Coming } from "../../campaign/calendar.store.ts";
import type { Campaign, Counts } from "../../campaign/campaign.store.ts";
import { countOption } from "../arguments.ts";
import type { CliApp } from "../ports.ts";
import type { Host, Run } from "../run.ts";
import { count, iso, localTime } from "../words.ts";

interface Options {
	readonly limit: number;
	readonly coming?: true;
	readonly ics?: true;
}

export function campaignList(group: Command, host: Host): void {
	group
		.command("list")
		.description("all campaigns, the newest first; or what comes when")
		.option("--limit <n>", "how many at most", countOption, 50)
		.option("--coming", "only what is scheduled, the soonest first, with the next runs of series")
		.option("--ics", "as a calendar (iCalendar), on stdout: what comes, runs, and has been sent in the last 90 days")
		.action((options: Options, command: Command) =>
			host.run(command, async (run) => {
				const app = await run.app();
				if (options.ics) return await calendar(run, app);
				if (options.coming) return await coming(run, app, options.limit);
				return await all(run, app, options.limit);
			}),
		);
}

async function all(run: Run, app: CliApp, limit: number): Promise<number> {
	const { countDeliveries, listCampaigns } = await import("../../campaign/campaign.store.ts");
	const { campaignJson } = await import("../../campaign/campaign-json.ts");
	const rows: { campaign: Campaign; counts: Counts }[] = [];
	for (const campaign of await listCampaigns(app.db, { limit }))
		rows.push({ campaign, counts: await countDeliveries(app.db, campaign.id) });
	if (run.out.json) {
		const { writtenWay } = await import("../../campaign/way.file.ts");
		const json = rows.map(async ({ campaign, counts }) =>
			campaignJson(campaign, counts, { way: await writtenWay(campaign), eta: null, problems: [] }),
		);
		await run.out.value(await Promise.all(json));
		return 0;
	}
	if (rows.length === 0) {
		run.out.note("There is no campaign yet: `wellsent campaign add DIR --list LIST` makes one.");
		return 0;
	}
	const own = await ownTime();
	const started = ({ startedAt, state, scheduledAt, zone }: Campaign) =>
		startedAt !== null || scheduledAt === null || (state !== "scheduled" && state !== "blocked")
			? startedAt === null
				? ""
				: localTime(startedAt)
			: `→ ${localTime(scheduledAt)}${own(scheduledAt, zone)}`;
	await run.out.table(
		[
			{ title: "id", value: (row) => row.campaign.id, align: "right" },
			{ title: "name", value: (row) => row.campaign.name, shrinks: true },
			{ title: "state", value: (row) => row.campaign.state },
			{ title: "lists", value: (row) => row.campaign.lists.join(", "), shrinks: true },
			{ title: "readers", value: (row) => count(row.counts.total), align: "right" },
			{ title: "sent", value: (row) => count(row.counts.delivered), align: "right" },
			{ title: "failed", value: (row) => count(row.counts.failed), align: "right" },
			{ title: "left", value: (row) => count(row.counts.queued + row.counts.sending), align: "right" },
			{ title: "uncertain", value: (row) => count(row.counts.uncertain), align: "right" },
			{ title: "started, or → starts", value: (row) => started(row.campaign) },
		],
		rows,
	);
	return 0;
}

async function coming(run: Run, app: CliApp, limit: number): Promise<number> {
	const { comingUp } = await import("../../campaign/calendar.store.ts");
	const { spell } = await import("../../campaign/eta.ts");
	const { inZone } = await import("../../campaign/zone-time.ts");
	const rows = (await comingUp(app.db, run.now)).slice(0, limit);
	if (run.out.json) {
		await run.out.value(rows.map(comingJson));
		return 0;
	}
	if (rows.length === 0) {
		run.out.note('Nothing is scheduled: `wellsent campaign schedule ID --at "2026-12-01 09:00" --zone Asia/Seoul` does it.');
		return 0;
	}
	await run.out.table(
		[
			{ title: "id", value: (row) => (row.kind === "campaign" ? row.campaign.id : ""), align: "right" },
			{ title: "name", value: (row) => (row.kind === "campaign" ? row.campaign.name : row.series.name), shrinks: true },
			{ title: "state", value: (row) => (row.kind === "campaign" ? row.campaign.state : "series") },
			{ title: "here", value: (row) => localTime(row.at) },
			{ title: "in its zone", value: (row) => inZone(row.at, row.zone) },
			{ title: "in", value: (row) => (row.at > run.now ? spell(row.at - run.now) : "overdue") },
			{
				title: "last check",
				value: (row) => (row.kind === "campaign" ? checkWords(row.campaign) : "not made yet"),
				shrinks: true,
			},
		],
		rows,
	);
	return 0;
}

function checkWords({ checked, state, stateReason }: Campaign): string {
	if (state === "blocked") return stateReason ?? "blocked";
	return checked === null ? "not yet" : `${checked.passed ? "passed" : "failed"} ${localTime(checked.at)}`;
}

function comingJson(row: Coming) {
	const { kind, at, zone } = row;
	if (kind === "run") return { kind, at: iso(at), zone, series: row.series.name, lists: row.series.lists };
	const { id, name, state, stateReason, lists, checked } = row.campaign;
	return {
		kind,
		at: iso(at),
		zone,
		id,
		name,
		state,
		stateReason,
		lists,
		checkedAt: iso(checked?.at ?? null),
		passed: checked?.passed ?? null,
	};
}

async function calendar(run: Run, app: CliApp): Promise<number> {
	const { calendarEntries } = await import("../../campaign/calendar.store.ts");
	const { iCalendar } = await import("../../campaign/calendar.ts");
	const text = iCalendar(await calendarEntries(app.db, run.now), { name: "Wellsent", now: run.now });
	if (run.out.json) await run.out.value({ ics: text });
	else {
		run.out.carriesData();
		await run.out.data(text);
	}
	return 0;
}

/** " (09:00 Asia/Seoul)" where that is another time than here. */
async function ownTime(): Promise<(at: number, zone: string | null) => string> {
	const { systemZone } = await import("../../campaign/schedule.ts");
	const { inZone, offsetAt } = await import("../../campaign/zone-time.ts");
	const here = systemZone();
	return (at, zone) => (zone === null || offsetAt(zone, at) === offsetAt(here, at) ? "" : ` (${inZone(at, zone)})`);
}
