// Watches holds: says of lanes that are held for long, by replies or by a judgement, and that lanes, identities and campaigns are free again. What a person
// ordered is no news to that person. The beginning of a hold of an identity or a campaign is said by whoever placed it.
import { type Campaign, listCampaigns } from "../campaign/campaign.store.ts";
import type { Clock } from "../clock.ts";
import { type Db, instant } from "../db/db.ts";
import { BLACKLIST, type HoldKind, holdsInForce } from "../deliver/hold.store.ts";
import { loadLanes } from "../deliver/lane-state.store.ts";
import { type AlertRow, openAlerts } from "../log/alert.store.ts";
import { readLaneSnapshot } from "../throttle/lane-types.ts";
import { utc } from "./message.ts";
import { changeWords, sayChanges, type Trouble } from "./watch.store.ts";

/** Shorter ones are how a lane breathes: the built-in rules hold for minutes at a first refusal and for an hour when it goes on. */
const LONG_MS = 20 * 60_000;
/** Who holds lanes without being a person (column heldBy). */
const JUDGES: ReadonlySet<string> = new Set([BLACKLIST, "preflight", "gateway", "sizes"]);

export async function watchHolds({ db, clock }: { readonly db: Db; readonly clock: Clock }): Promise<string> {
	const now = clock.now();
	const said = new Set((await openAlerts(db, "lane-held", "lane-released")).map((alert) => alert.subject));
	const running = await listCampaigns(db, { states: ["running", "paused"], limit: 1_000 });
	return changeWords([
		await sayChanges(db, {
			began: "lane-held",
			ended: "lane-released",
			troubles: [...(await orderedLanes(db, now)), ...(await refusedLanes(db, now, said))],
			over: (said) => `${said.subject} may send again (it was on hold since ${utc(said.since)}).`,
			now,
		}),
		await sayEnds(db, "identity", now, (said, by) => `${said.subject} may send again: ${by}.`),
		await sayEnds(db, "campaign-site", now, (said, by) => siteWords(said, by, running)),
	]);
}

/** Lanes that a judgement holds; a subject may be "mta1/*". */
async function orderedLanes(db: Db, now: number): Promise<Trouble[]> {
	const rows = await db.hold.findMany({
		where: { kind: "lane", releasedAt: null, OR: [{ until: null }, { until: { gt: new Date(now) } }] },
		orderBy: { id: "asc" },
	});
	const judged = rows.filter((row) => row.heldBy === null || JUDGES.has(row.heldBy));
	return judged.map((row) => {
		const until = instant(row.until);
		const since = instant(row.createdAt) ?? now;
		// The listing itself is an alert that says so: this one is for whoever looks at lanes.
		const level = row.heldBy === BLACKLIST ? { level: "info" } : {};
		return trouble(row.subject, since, until, row.reason, { by: row.heldBy ?? "a rule", hold: row.id, ...level });
	});
}

/** Lanes that replies hold, as the sender saved them last (every 30 s). Those that were told of stay until the hold is over. */
async function refusedLanes(db: Db, now: number, said: ReadonlySet<string>): Promise<Trouble[]> {
	return (await loadLanes(db)).flatMap(({ key, state }) => {
		const hold = key.includes("/") && !key.startsWith("shared:") ? readLaneSnapshot(state)?.hold : null;
		const least = now + (said.has(key) ? 0 : LONG_MS);
		if (hold === null || hold === undefined || (hold.until !== null && hold.until <= least)) return [];
		return [trouble(key, now, hold.until, hold.reason, { by: hold.by })];
	});
}

function trouble(
	subject: string,
	since: number,
	until: number | null,
	reason: string,
	facts: Readonly<Record<string, unknown>>,
): Trouble {
	const end = until === null ? "until it is released" : `until ${utc(until)}`;
	return { subject, since, text: `${subject} is on hold ${end}: ${reason}`, facts: { ...facts, until } };
}

/** Of holds that were said to have begun: those that are in force no more. */
async function sayEnds(
	db: Db,
	kind: "identity" | "campaign-site",
	now: number,
	words: (said: AlertRow, by: string) => string,
): ReturnType<typeof sayChanges> {
	const inForce = new Set((await holdsInForce(db, now, [kind])).map((hold) => hold.subject));
	const latest = await latestEnds(db, kind);
	return sayChanges(db, {
		began: `${kind}-held`,
		ended: `${kind}-released`,
		troubles: [],
		over: (said) => (inForce.has(said.subject) ? null : words(said, latest.get(said.subject) ?? "the hold has passed")),
		now,
	});
}

/** How the newest hold of each subject ended. */
async function latestEnds(db: Db, kind: HoldKind): Promise<Map<string, string>> {
	const rows = await db.hold.findMany({ where: { kind }, orderBy: { id: "asc" } });
	return new Map(
		rows.map((row) => [
			row.subject,
			row.releasedBy === null
				? "the hold has passed"
				: row.releasedBy === "success"
					? "receivers take its mail"
					: `released by ${row.releasedBy}`,
		]),
	);
}

function siteWords(said: AlertRow, by: string, running: readonly Campaign[]): string {
	const [id = "", site = ""] = said.subject.split("/");
	const name = running.find((one) => one.id === Number(id))?.name;
	return `Campaign ${id}${name === undefined ? "" : ` "${name}"`} goes on at ${site}: ${by}.`;
}
