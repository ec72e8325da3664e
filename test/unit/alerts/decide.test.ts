import { describe, expect, it } from "vitest";
import { decide, GROUP_MS, REMIND_MS } from "../../../src/alerts/decide.ts";
import type { Incident, Mute } from "../../../src/alerts/incident.ts";
import type { AlertRow } from "../../../src/log/alert.store.ts";
import { ALERT_KINDS, type AlertKind, isAlertKind, kindFacts } from "../../../src/log/alert-kinds.ts";

const NOW = Date.UTC(2026, 10, 21, 9);
const DAY = 86_400_000;

const row = (kind: AlertKind, subject: string, more: Partial<AlertRow> = {}): AlertRow => ({
	at: NOW,
	kind,
	subject,
	since: NOW - 60_000,
	text: `${kind} of ${subject}`,
	facts: {},
	...more,
});

const mute = (kind: string, subject: string, until = NOW + DAY): Mute => ({
	id: 1,
	kind,
	subject,
	until,
	by: "kim",
	reason: "known",
	createdAt: NOW,
});

/** Plays rounds one after the other; answers what was told in each, and the incidents at the end. */
class World {
	incidents: Incident[] = [];
	mutes: Mute[] = [];
	#id = 0;

	round(at: number, rows: readonly AlertRow[] = []): string[] {
		const { changed, tellings } = decide({
			open: this.incidents.filter((one) => one.recoveredAt === null),
			rows,
			mutes: this.mutes.filter((one) => one.until > at),
			now: at,
		});
		for (const draft of changed) {
			const id = draft.id ?? ++this.#id;
			draft.id = id;
			this.incidents = [...this.incidents.filter((one) => one.id !== id), { ...draft, id }];
		}
		return tellings.map(
			({ what, kind, incidents }) => `${what} ${kind} ${incidents.map(({ incident }) => incident.subject).join(" ")}`,
		);
	}

	acknowledge(): void {
		this.incidents = this.incidents.map((one) => ({ ...one, acknowledgedAt: NOW, acknowledgedBy: "kim" }));
	}
}

const kinds = Object.keys(ALERT_KINDS).filter(isAlertKind);
const ends = kinds.flatMap((kind): [AlertKind, AlertKind][] => {
	const { ends: opened } = kindFacts(kind);
	return opened !== undefined && isAlertKind(opened) ? [[opened, kind]] : [];
});
const events = kinds.filter((kind) => kindFacts(kind).event === true);

describe("what is told", () => {
	it("every kind is the beginning of something, the end of something that exists, or an event", () => {
		const begun = ends.map(([opened]) => opened);
		expect(new Set(begun).size).toBe(begun.length);
		const lost = kinds.filter((kind) => kindFacts(kind).ends === undefined && !begun.includes(kind) && !events.includes(kind));
		expect(lost).toEqual([]);
	});

	it.each(ends)("%s is told once when it opens and once when %s ends it", (opened, ended) => {
		const world = new World();
		expect(world.round(NOW, [row(opened, "x")])).toEqual([]);
		expect(world.round(NOW + GROUP_MS)).toEqual([`opened ${opened} x`]);
		expect(world.round(NOW + 2 * GROUP_MS, [row(opened, "x", { at: NOW + GROUP_MS })])).toEqual([]);
		expect(world.round(NOW + 3 * GROUP_MS, [row(ended, "x", { at: NOW + 3 * GROUP_MS })])).toEqual([`recovered ${opened} x`]);
		expect(world.incidents).toMatchObject([{ kind: opened, times: 2, recoveredAt: NOW + 3 * GROUP_MS }]);
		expect(world.round(NOW + 5 * DAY)).toEqual([]);
	});

	it.each(events)("%s is an event: told at once, once, and over", (kind) => {
		const world = new World();
		expect(world.round(NOW, [row(kind, "x")])).toEqual([`opened ${kind} x`]);
		expect(world.incidents).toMatchObject([{ recoveredAt: NOW }]);
		expect(world.round(NOW + 5 * DAY)).toEqual([]);
	});

	it("several openings of one kind within half a minute are one message, another kind is another", () => {
		const world = new World();
		const at = (ms: number) => ({ at: NOW + ms });
		expect(world.round(NOW, [row("host-refusing", "a")])).toEqual([]);
		expect(world.round(NOW + 20_000, [row("host-refusing", "b", at(20_000)), row("lane-held", "c", at(20_000))])).toEqual([]);
		expect(world.round(NOW + 30_000)).toEqual(["opened host-refusing a b"]);
		expect(world.round(NOW + 50_000)).toEqual(["opened lane-held c"]);
	});

	it("what is over before anybody was told is never told", () => {
		const world = new World();
		world.round(NOW, [row("host-refusing", "a")]);
		expect(world.round(NOW + 20_000, [row("host-recovered", "a", { at: NOW + 20_000 })])).toEqual([]);
		expect(world.round(NOW + 5 * DAY)).toEqual([]);
		expect(world.incidents).toMatchObject([{ toldAt: null, recoveredAt: NOW + 20_000 }]);
	});

	it("is told again when it opens again, as another incident", () => {
		const world = new World();
		world.round(NOW, [row("disk-low", "/data")]);
		world.round(NOW + GROUP_MS);
		world.round(NOW + 60_000, [row("disk-ok", "/data", { at: NOW + 60_000 })]);
		world.round(NOW + 90_000, [row("disk-low", "/data", { at: NOW + 90_000 })]);
		expect(world.round(NOW + 90_000 + GROUP_MS)).toEqual(["opened disk-low /data"]);
		expect(world.incidents).toHaveLength(2);
	});

	it("is told again at once when Wellsent did something about it since", () => {
		const world = new World();
		world.round(NOW, [row("bounce-rate-high", "campaign 1")]);
		world.round(NOW + GROUP_MS);
		const did = "It paused the campaign.";
		expect(world.round(NOW + 60_000, [row("bounce-rate-high", "campaign 1", { did })])).toEqual([
			"reminded bounce-rate-high campaign 1",
		]);
		expect(world.round(NOW + 70_000, [row("bounce-rate-high", "campaign 1", { did })])).toEqual([]);
		expect(world.incidents).toMatchObject([{ did, times: 3 }]);
	});

	it("reminds once a day, and no more once it was acknowledged; the end is told all the same", () => {
		const world = new World();
		world.round(NOW, [row("lane-held", "mta1/daum")]);
		world.round(NOW + GROUP_MS);
		expect(world.round(NOW + GROUP_MS + REMIND_MS - 1)).toEqual([]);
		expect(world.round(NOW + GROUP_MS + REMIND_MS)).toEqual(["reminded lane-held mta1/daum"]);
		expect(world.round(NOW + GROUP_MS + REMIND_MS + 10_000)).toEqual([]);
		world.acknowledge();
		expect(world.round(NOW + 9 * DAY)).toEqual([]);
		expect(world.round(NOW + 9 * DAY, [row("lane-released", "mta1/daum", { at: NOW + 9 * DAY })])).toEqual([
			"recovered lane-held mta1/daum",
		]);
	});

	it.each([
		["lane-held", "mta1/daum", []],
		["lane-held", "*", []],
		["*", "mta1/daum", []],
		["*", "*", []],
		["lane-held", "mta1/naver", ["opened lane-held mta1/daum"]],
		["host-refusing", "*", ["opened lane-held mta1/daum"]],
	])("a mute of %s %s silences what it names and nothing else", (kind, subject, told) => {
		const world = new World();
		world.mutes = [mute(kind, subject)];
		world.round(NOW, [row("lane-held", "mta1/daum")]);
		expect(world.round(NOW + GROUP_MS)).toEqual(told);
	});

	it("what is still open when a mute ends is told then; what is over is not", () => {
		const world = new World();
		world.mutes = [mute("*", "*", NOW + 3_600_000)];
		world.round(NOW, [row("lane-held", "a"), row("lane-held", "b"), row("invalid-burst", "c")]);
		world.round(NOW + 60_000, [row("lane-released", "b", { at: NOW + 60_000 })]);
		expect(world.round(NOW + 3_599_000)).toEqual([]);
		expect(world.round(NOW + 3_600_000)).toEqual(["opened lane-held a"]);
	});

	it("what happened while nothing was running is told if it lasts, and only recorded if it is over", () => {
		const world = new World();
		const old = { at: NOW - 3 * DAY };
		expect(
			world.round(NOW, [
				row("lane-held", "a", old),
				row("lane-held", "b", old),
				row("lane-released", "b", old),
				row("delisting-done", "c", old),
			]),
		).toEqual(["opened lane-held a"]);
		expect(world.incidents).toHaveLength(3);
	});

	it("the end of what was never said to begin is nothing", () => {
		const world = new World();
		expect(world.round(NOW, [row("host-recovered", "a")])).toEqual([]);
		expect(world.incidents).toEqual([]);
	});

	it("a row can be less bad than its kind, and one of a later version is left out", () => {
		const world = new World();
		world.round(NOW, [
			row("blacklist-listed", "a", { facts: { level: "info" } }),
			{ ...row("disk-low", "b"), kind: "from-the-future" as AlertKind },
		]);
		expect(world.incidents).toMatchObject([{ subject: "a", level: "info" }]);
	});

	it("a listing is as bad as its blacklist, and is told again when it becomes worse", () => {
		const world = new World();
		const listed = (severity: string) => row("blacklist-listed", "a/zen", { facts: { severity } });
		world.round(NOW, [listed("serious")]);
		world.round(NOW + GROUP_MS);
		expect(world.incidents).toMatchObject([{ level: "warning" }]);
		expect(world.round(NOW + 60_000, [listed("minor")])).toEqual([]);
		expect(world.round(NOW + 70_000, [listed("critical")])).toEqual(["reminded blacklist-listed a/zen"]);
		expect(world.incidents).toMatchObject([{ level: "critical" }]);
	});

	it("says what Wellsent did and what to do where the row does not", () => {
		const world = new World();
		world.round(NOW, [row("host-refusing", "a"), row("lane-held", "b", { did: "its own", todo: "words" })]);
		expect(world.incidents).toMatchObject([
			{ did: expect.stringContaining("sibling"), todo: expect.stringContaining("evidence") },
			{ did: "its own", todo: "words" },
		]);
	});
});
