// What an incident is: a trouble that lasts, opened by one alert row and closed by another. And what is told of it. Types and small questions; pure.
import { type AlertKind, type AlertLevel, kindFacts } from "../log/alert-kinds.ts";

export interface Incident {
	readonly id: number;
	/** Kind of the alert that opened it. */
	readonly kind: AlertKind;
	readonly subject: string;
	readonly level: AlertLevel;
	readonly text: string;
	readonly did: string;
	readonly todo: string;
	/** When the trouble began, which is before it was noticed. Milliseconds, as all instants here. */
	readonly since: number;
	readonly openedAt: number;
	/** Last alert row about it. */
	readonly lastAt: number;
	/** How often it was said. */
	readonly times: number;
	/** When channels were told last; null: nobody was told of it yet. */
	readonly toldAt: number | null;
	readonly recoveredAt: number | null;
	readonly acknowledgedAt: number | null;
	readonly acknowledgedBy: string | null;
	readonly note: string | null;
}

/** Kinds and subjects nobody wants to hear of until a date. */
export interface Mute {
	readonly id: number;
	/** A kind, or "*". */
	readonly kind: string;
	/** A subject, or "*". */
	readonly subject: string;
	readonly until: number;
	readonly by: string;
	readonly reason: string;
	readonly createdAt: number;
}

export const LEVELS = ["info", "warning", "critical"] as const satisfies readonly AlertLevel[];

export const isLevel = (value: unknown): value is AlertLevel => LEVELS.some((level) => level === value);

/** Is the first at least as bad as the second? */
export const atLeast = (level: AlertLevel, least: AlertLevel): boolean => LEVELS.indexOf(level) >= LEVELS.indexOf(least);

/** The mute that silences it now, or undefined. Of several the one that lasts longest. */
export function muteOf(
	of: { readonly kind: string; readonly subject: string },
	mutes: readonly Mute[],
	now: number,
): Mute | undefined {
	return mutes
		.filter(
			(mute) =>
				mute.until > now && (mute.kind === "*" || mute.kind === of.kind) && (mute.subject === "*" || mute.subject === of.subject),
		)
		.toSorted((a, b) => b.until - a.until)[0];
}

/** The kind that a row of this kind opens or says again; the one that it closes; or an event. */
export type Meaning =
	| { readonly kind: "opens" }
	| { readonly kind: "closes"; readonly opened: string }
	| { readonly kind: "event" };

export function meaningOf(kind: AlertKind): Meaning {
	const facts = kindFacts(kind);
	if (facts.ends !== undefined) return { kind: "closes", opened: facts.ends };
	return facts.event === true ? { kind: "event" } : { kind: "opens" };
}
