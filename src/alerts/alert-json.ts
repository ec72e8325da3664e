// Incidents, posts and mutes for scripts: the same shape from the command line and over HTTP. Pure.
import { kindFacts } from "../log/alert-kinds.ts";
import { type Incident, type Mute, muteOf } from "./incident.ts";
import type { Post } from "./post.store.ts";

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

export function incidentJson(incident: Incident, mutes: readonly Mute[], now: number) {
	const { since, openedAt, lastAt, toldAt, recoveredAt, acknowledgedAt, ...rest } = incident;
	return {
		...rest,
		title: kindFacts(incident.kind).title,
		since: iso(since),
		openedAt: iso(openedAt),
		lastAt: iso(lastAt),
		toldAt: iso(toldAt),
		recoveredAt: iso(recoveredAt),
		acknowledgedAt: iso(acknowledgedAt),
		mutedUntil: incident.recoveredAt === null ? iso(muteOf(incident, mutes, now)?.until ?? null) : null,
	};
}

export function postJson(post: Post) {
	return {
		...post,
		createdAt: iso(post.createdAt),
		dueAt: post.state === "waiting" ? iso(post.dueAt) : null,
		sentAt: iso(post.sentAt),
	};
}

export function muteJson(mute: Mute) {
	return { ...mute, until: iso(mute.until), createdAt: iso(mute.createdAt) };
}
