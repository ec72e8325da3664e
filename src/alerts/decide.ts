// From new alert rows and the incidents that are open: which incidents there are now, and what people are told of them. Pure.
//
// The rules: told once when it opens, after a short wait so that several of one kind become one message; silent when it is said again; reminded once a
// day until somebody acknowledges it; told once when it is over, but only if its beginning was told. What is muted is not told; what is still open when
// the mute ends is told then.

import type { AlertRow } from "../log/alert.store.ts";
import { type AlertKind, type AlertLevel, isAlertKind, kindFacts } from "../log/alert-kinds.ts";
import { type Incident, isLevel, LEVELS, type Mute, meaningOf, muteOf } from "./incident.ts";
import { adviceOf } from "./words.ts";

/** Openings of one kind within this time become one message; one that is over again within it is never told. */
export const GROUP_MS = 30_000;
export const REMIND_MS = 86_400_000;
/** Events and recoveries that are older than this when they are read (nothing was running) are recorded and not told. */
const STALE_MS = 86_400_000;

/** An incident as it becomes. Without an id: to be made. */
export type Draft = { -readonly [Key in keyof Incident]: Key extends "id" ? number | null : Incident[Key] };

export interface Telling {
	readonly what: "opened" | "reminded" | "recovered";
	readonly kind: AlertKind;
	readonly level: AlertLevel;
	readonly incidents: readonly { readonly incident: Draft /** What is said of it now. */; readonly text: string }[];
}

export interface Decision {
	/** Incidents that are new or changed. */
	readonly changed: readonly Draft[];
	readonly tellings: readonly Telling[];
}

export function decide(of: {
	/** Those not recovered. */
	readonly open: readonly Incident[];
	/** New rows, in their order. Kinds that this version does not know are left out. */
	readonly rows: readonly (Omit<AlertRow, "kind"> & { readonly kind: string })[];
	readonly mutes: readonly Mute[];
	readonly now: number;
}): Decision {
	const { now, mutes } = of;
	const open: Draft[] = of.open.map((incident) => ({ ...incident }));
	const changed = new Set<Draft>();
	const told = new Tellings();
	const muted = (draft: Draft) => muteOf(draft, mutes, now) !== undefined;

	for (const row of of.rows) {
		const { kind } = row;
		if (!isAlertKind(kind)) continue;
		const meaning = meaningOf(kind);
		const opened = meaning.kind === "closes" ? meaning.opened : kind;
		const known = open.find((one) => one.recoveredAt === null && one.kind === opened && one.subject === row.subject);
		switch (meaning.kind) {
			case "event": {
				const event = { ...draftOf({ ...row, kind }), recoveredAt: row.at };
				changed.add(event);
				if (muted(event) || now - row.at > STALE_MS) break;
				event.toldAt = now;
				told.add("opened", event, row.text);
				break;
			}
			case "opens": {
				if (known === undefined) {
					const draft = draftOf({ ...row, kind });
					open.push(draft);
					changed.add(draft);
					break;
				}
				const didMore = (row.did ?? "") !== "" && row.did !== known.did;
				const level = worst([known.level, levelOf({ ...row, kind })]);
				const worse = level !== known.level;
				known.level = level;
				known.times += 1;
				known.lastAt = row.at;
				known.text = row.text;
				known.todo = row.todo || known.todo;
				if (didMore) known.did = row.did ?? "";
				changed.add(known);
				// It has become worse, or Wellsent did something about it: nobody has heard of that.
				if ((didMore || worse) && known.toldAt !== null && !muted(known)) {
					known.toldAt = now;
					told.add("reminded", known, row.text);
				}
				break;
			}
			case "closes": {
				if (known === undefined) break;
				known.recoveredAt = row.at;
				known.lastAt = row.at;
				changed.add(known);
				if (known.toldAt !== null && !muted(known) && now - row.at <= STALE_MS) told.add("recovered", known, row.text);
				break;
			}
		}
	}

	const quiet = (one: Draft) => one.recoveredAt !== null || one.acknowledgedAt !== null || muted(one);
	const untold = open.filter((one) => one.toldAt === null && !quiet(one));
	const ripe = new Set(untold.filter((one) => now - one.openedAt >= GROUP_MS).map((one) => one.kind));
	for (const one of untold.filter(({ kind }) => ripe.has(kind))) {
		one.toldAt = now;
		changed.add(one);
		told.add("opened", one, one.text);
	}
	for (const one of open) {
		if (one.toldAt === null || now - one.toldAt < REMIND_MS || quiet(one)) continue;
		one.toldAt = now;
		changed.add(one);
		told.add("reminded", one, one.text);
	}
	return { changed: [...changed], tellings: told.all() };
}

/** The levels of listings by their severity: a small blacklist is not as bad as a large one. */
const BY_SEVERITY: Readonly<Record<string, AlertLevel>> = {
	critical: "critical",
	serious: "warning",
	minor: "info",
	info: "info",
};

/** What the row says by `facts.level` or `facts.severity`, else the level of its kind. */
function levelOf(row: AlertRow): AlertLevel {
	const { level, severity } = row.facts as { level?: unknown; severity?: unknown };
	if (isLevel(level)) return level;
	return (typeof severity === "string" ? BY_SEVERITY[severity] : undefined) ?? kindFacts(row.kind).level;
}

function draftOf(row: AlertRow): Draft {
	return {
		id: null,
		kind: row.kind,
		subject: row.subject,
		level: levelOf(row),
		text: row.text,
		...adviceOf(row.kind, row),
		since: row.since,
		openedAt: row.at,
		lastAt: row.at,
		times: 1,
		toldAt: null,
		recoveredAt: null,
		acknowledgedAt: null,
		acknowledgedBy: null,
		note: null,
	};
}

/** One telling for each kind and what happened to it; what is bad comes first. */
class Tellings {
	readonly #all = new Map<string, { what: Telling["what"]; kind: AlertKind; incidents: { incident: Draft; text: string }[] }>();

	add(what: Telling["what"], incident: Draft, text: string): void {
		const key = `${what} ${incident.kind}`;
		const known = this.#all.get(key) ?? { what, kind: incident.kind, incidents: [] };
		this.#all.set(key, known);
		const said = known.incidents.find((one) => one.incident === incident);
		if (said === undefined) known.incidents.push({ incident, text });
		else said.text = text;
	}

	all(): Telling[] {
		return [...this.#all.values()]
			.map((one) => ({ ...one, level: worst(one.incidents.map(({ incident }) => incident.level)) }))
			.sort(
				(a, b) =>
					Number(a.what === "recovered") - Number(b.what === "recovered") || LEVELS.indexOf(b.level) - LEVELS.indexOf(a.level),
			);
	}
}

function worst(levels: readonly AlertLevel[]): AlertLevel {
	return levels.includes("critical") ? "critical" : levels.includes("warning") ? "warning" : "info";
}
