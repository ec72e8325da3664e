// Series: what people do with them, and the making of their campaigns. A campaign is made some time ahead of its run, so that it can be looked at, changed like any
// other and checked; it refers to the series' folder, of which a copy is made when it starts.
import path from "node:path";
import { readCampaignFolder } from "../compose/folder.file.ts";
import { suggestion } from "../config/nearest.ts";
import { zoneHint, zoneNamed } from "../config/zone-name.ts";
import { findList } from "../contacts/contacts.store.ts";
import { fail, textOf } from "../errors.ts";
import { appendAlerts, openAlerts } from "../log/alert.store.ts";
import type { ActionDeps } from "./actions.ts";
import { identityFor } from "./prepare.ts";
import { insertSeries, listSeries, makeRun, type Series, skipRuns, updateSeries, waitingOf } from "./series.store.ts";
import { nextRuns, parseSeriesCron, type SeriesCron } from "./series-cron.ts";
import { requireRoute } from "./way.file.ts";
import { formatLocal, inZone, localAt } from "./zone-time.ts";

/** Adds a series. Throws cron-invalid, zone-unknown, campaign-missing, campaign-invalid, identity-unknown, route-refused, list-unknown, series-exists. */
export async function addSeries(
	deps: ActionDeps,
	given: { dir: string; lists: readonly string[]; cron: string; zone: string; name?: string },
): Promise<Series> {
	const { db, config, clock } = deps;
	const parsed = parseSeriesCron(given.cron);
	if (!parsed.ok)
		fail("cron-invalid", { detail: parsed.what, hint: `${parsed.fix.charAt(0).toUpperCase()}${parsed.fix.slice(1)}.` });
	const named = zoneNamed(given.zone);
	if ("near" in named) fail("zone-unknown", { zone: JSON.stringify(given.zone), hint: zoneHint(named.near) });
	const folder = path.resolve(given.dir);
	const { settings } = await readCampaignFolder(folder);
	identityFor(config, settings.identity);
	await requireRoute(deps, { identity: settings.identity, folder, frozen: null });
	const lists: string[] = [];
	for (const list of given.lists) lists.push((await findList(db, list)).name);
	const name = given.name ?? settings.name;
	const series = { name, folder, lists: [...new Set(lists)], cron: parsed.value.text, zone: named.zone };
	return (await insertSeries(db, series, clock.now())) ?? fail("series-exists", { name: JSON.stringify(name) });
}

/** By its name, or its number. Throws series-unknown. */
export async function findSeries(deps: Pick<ActionDeps, "db">, typed: string): Promise<Series> {
	const all = await listSeries(deps.db);
	const names = all.map((series) => series.name);
	return (
		all.find((series) => series.name === typed) ??
		all.find((series) => String(series.id) === typed) ??
		fail("series-unknown", { name: JSON.stringify(typed), hint: names.length === 0 ? "" : suggestion(typed, names, "series") })
	);
}

/** Makes no more campaigns until it is resumed. Those that are made already stay. */
export async function pauseSeries(deps: ActionDeps, typed: string): Promise<Series> {
	const series = await findSeries(deps, typed);
	if (series.pausedAt === null) await updateSeries(deps.db, series.id, { pausedAt: deps.clock.now() });
	return findSeries(deps, String(series.id));
}

/** Goes on. Runs that came during the pause are not made up for. */
export async function resumeSeries(deps: ActionDeps, typed: string): Promise<Series> {
	const series = await findSeries(deps, typed);
	if (series.pausedAt !== null)
		await updateSeries(deps.db, series.id, { pausedAt: null, doneTo: Math.max(series.doneTo, deps.clock.now()) });
	return findSeries(deps, String(series.id));
}

/** Ends it. Its campaigns stay; its name is free again. */
export async function removeSeries(deps: ActionDeps, typed: string): Promise<Series> {
	const series = await findSeries(deps, typed);
	const now = deps.clock.now();
	await updateSeries(deps.db, series.id, { endedAt: now, name: `${series.name} (removed, ${series.id})` });
	await tell(deps, series, null, now);
	return { ...series, endedAt: now };
}

/** The next runs from now on, made already or not. */
export function upcomingRuns(series: Series, now: number, n: number): readonly number[] {
	const parsed = parseSeriesCron(series.cron);
	return parsed.ok ? nextRuns(parsed.value, series.zone, now, n) : [];
}

/** The campaigns of a series that people can tell apart: "weekly 2026-12-07", with the time where it runs more than once a day. */
export function runName(series: Pick<Series, "name" | "zone">, cron: SeriesCron, tick: number): string {
	const local = formatLocal(localAt(series.zone, tick));
	return `${series.name} ${cron.hours.length * cron.minutes.length > 1 ? local.slice(0, 16) : local.slice(0, 10)}`;
}

/** Runs so near are made in any case: time for the checks, and for somebody who reads their alert. */
const AT_LEAST_AHEAD_MS = 2 * 3_600_000;
/** Campaigns of one series that wait at once. */
const MOST_WAITING = 10;
/** Missed runs that get rows of their own. */
const RECORDED = 20;
const COUNTED = 1_000;

export interface MakingReport {
	readonly made: readonly string[];
	readonly missed: number;
	readonly troubles: readonly { readonly series: string; readonly why: string }[];
}

/** Makes the campaigns whose runs are near; reports the runs that were missed. One series' trouble stops no other. */
export async function makeCampaigns(deps: ActionDeps): Promise<MakingReport> {
	const made: string[] = [];
	const troubles: { series: string; why: string }[] = [];
	let missed = 0;
	for (const series of await listSeries(deps.db)) {
		if (series.pausedAt !== null) continue;
		try {
			missed += await passMissed(deps, series);
			made.push(...(await makeNear(deps, series)));
		} catch (error) {
			const why = textOf(error);
			troubles.push({ series: series.name, why });
			await tell(deps, series, why, deps.clock.now());
		}
	}
	return { made, missed, troubles };
}

/** Runs that are past by more than the grace period and were never made: reported, not fired. */
async function passMissed(deps: ActionDeps, series: Series): Promise<number> {
	const { db, clock, config } = deps;
	const now = clock.now();
	const until = now - config.schedule.graceMs;
	const { zone } = series;
	const ticks = nextRuns(cronOf(series), zone, series.doneTo, COUNTED).filter((tick) => tick < until);
	const last = ticks.at(-1);
	if (last === undefined) return 0;
	const open = await openFailure(deps, series);
	const why = open === null ? "missed: nothing was running" : `not made: ${String(open.facts["why"] ?? "")}`;
	await skipRuns(db, series, ticks.slice(-RECORDED), why, now);
	if (ticks.length === COUNTED) await updateSeries(db, series.id, { doneTo: until });
	const many =
		ticks.length === 1
			? `Its run of ${inZone(last, zone)} was`
			: `${ticks.length === COUNTED ? `${COUNTED} or more` : ticks.length} runs up to ${inZone(last, zone)} were`;
	await tell(
		deps,
		series,
		`${many} ${open === null ? "missed, since nothing was running then" : "not made in time"}; they are not sent late`,
		now,
		true,
	);
	return ticks.length;
}

async function makeNear(deps: ActionDeps, given: Series): Promise<string[]> {
	const { db, clock, config } = deps;
	const now = clock.now();
	const series = await findSeries(deps, String(given.id));
	const cron = cronOf(series);
	let waiting = (await waitingOf(db, series.id)).length;
	const made: string[] = [];
	for (const [index, tick] of nextRuns(cron, series.zone, series.doneTo, MOST_WAITING).entries()) {
		const near = tick <= now + AT_LEAST_AHEAD_MS || (index === 0 && tick <= now + config.schedule.makeAheadMs);
		if (!near || waiting >= MOST_WAITING) break;
		const { settings } = await readCampaignFolder(series.folder);
		identityFor(config, settings.identity);
		const listIds: number[] = [];
		for (const list of series.lists) listIds.push((await findList(db, list)).id);
		const name = runName(series, cron, tick);
		const { identity, subject, kind, group } = settings;
		if (await makeRun(db, series, { tick, name, identity, subject, kind, group, listIds }, clock.now())) made.push(name);
		waiting += 1;
	}
	if (made.length > 0) await tell(deps, series, null, now);
	return made;
}

function cronOf(series: Series): SeriesCron {
	const parsed = parseSeriesCron(series.cron);
	return parsed.ok ? parsed.value : fail("cron-invalid", { detail: parsed.what, hint: parsed.fix });
}

const subjectOf = (series: Series): string => `series ${series.name}`;

async function openFailure({ db }: ActionDeps, series: Series) {
	return (await openAlerts(db, "series-failed", "series-made")).find((alert) => alert.subject === subjectOf(series)) ?? null;
}

/** On change only; `why` null: it is well. `anew`: said also when something was said before. */
async function tell(deps: ActionDeps, series: Series, why: string | null, now: number, anew = false): Promise<void> {
	const open = await openFailure(deps, series);
	const about = { at: now, subject: subjectOf(series), facts: { series: series.name, why } };
	if (why === null) {
		if (open === null) return;
		const text = `The series "${series.name}" makes its campaigns again.`;
		await appendAlerts(deps.db, [{ ...about, kind: "series-made", since: open.since, text }]);
		return;
	}
	if (open !== null && !anew) return;
	const text = `The series "${series.name}" made no campaign: ${why}.`;
	await appendAlerts(deps.db, [
		{
			...about,
			kind: "series-failed",
			since: open?.since ?? now,
			text,
			did: anew
				? "What was missed is recorded and not sent; the next runs come as planned."
				: "It is tried again every minute until its time is past; nothing is sent late.",
			todo: `See \`wellsent series show ${JSON.stringify(series.name)}\`. To send it nevertheless: wellsent campaign add ${series.folder} --list ${JSON.stringify(series.lists.join(","))}, and start it.`,
		},
	]);
}
