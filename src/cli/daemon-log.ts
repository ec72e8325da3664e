// The log of the daemon: JSON lines by pino, or short lines on a terminal. Always on stderr.

import type { Output } from "./output.ts";
import type { Config, Logger } from "./ports.ts";
import { printable } from "./printable.ts";
import { clockTime } from "./words.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;

export async function daemonLogger(out: Output, level: Config["log"]["level"], now: () => number): Promise<Logger> {
	if (out.io.stderr.isTTY === true) return lineLogger((line) => out.note(line), { level, now, colours: out.noteColours });
	const { pino } = await import("pino");
	const log = pino(
		{ level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
		{ write: (line: string) => void out.io.stderr.write(line) },
	);
	return {
		info: (facts, words) => log.info(facts, words),
		warn: (facts, words) => log.warn(facts, words),
		error: (facts, words) => log.error(facts, words),
	};
}

/** "09:00:05 warn  the words  campaign=3 reason=…" */
export function lineLogger(
	write: (line: string) => void,
	of: { readonly level: Config["log"]["level"]; readonly now: () => number; readonly colours: Output["noteColours"] },
): Logger {
	const least = LEVELS.indexOf(of.level);
	const c = of.colours;
	const paint = { info: c.dim, warn: c.yellow, error: c.red } as const;
	const line = (name: "info" | "warn" | "error") => (facts: Readonly<Record<string, unknown>>, words: string) => {
		if (LEVELS.indexOf(name) < least) return;
		const details = Object.entries(facts).map(
			([key, value]) => `${key}=${printable(typeof value === "string" ? value : (JSON.stringify(value) ?? ""))}`,
		);
		write(
			`${c.dim(clockTime(of.now()))} ${paint[name](name.padEnd(5))} ${printable(words)}${details.length === 0 ? "" : `  ${c.dim(details.join(" "))}`}`,
		);
	};
	return { info: line("info"), warn: line("warn"), error: line("error") };
}
