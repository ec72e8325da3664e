// Which settings count only after a restart. Pure.
import type { Config } from "./types.ts";

/** Sections that are looked at only when the program starts, and that differ. */
export function needsRestart(before: Config, after: Config): readonly string[] {
	const sections = ["database", "redis", "dns", "web", "inbound"] as const;
	return sections.filter((section) => JSON.stringify(before[section]) !== JSON.stringify(after[section]));
}
