// What a person looks at: what is open, what is over, what is muted, and what could not be told.
import type { Db } from "../db/db.ts";
import { openIncidents, pastIncidents } from "./incident.store.ts";
import type { Incident, Mute } from "./incident.ts";
import { listMutes } from "./mute.store.ts";
import { type Post, troubledPosts } from "./post.store.ts";

export interface Board {
	/** The worst and newest first. */
	readonly open: readonly Incident[];
	readonly past: readonly Incident[];
	readonly mutes: readonly Mute[];
	/** Posts that could not be sent. */
	readonly unsent: readonly Post[];
}

const RANK = { critical: 0, warning: 1, info: 2 } as const;
/** A post that was given up is shown for so long. */
const SHOWN_MS = 7 * 86_400_000;

/** `past`: how many of those that are over. */
export async function alertBoard(db: Db, now: number, past: number): Promise<Board> {
	const open = await openIncidents(db);
	return {
		open: open.toSorted((a, b) => RANK[a.level] - RANK[b.level] || b.openedAt - a.openedAt),
		past: past === 0 ? [] : await pastIncidents(db, { limit: past }),
		mutes: await listMutes(db, now),
		unsent: await troubledPosts(db, now - SHOWN_MS),
	};
}
