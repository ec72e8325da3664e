// What loading gives besides the settings: warnings, and where each setting was written. Types only.
import type { Finding } from "../errors.ts";
import type { Config } from "./types.ts";

/** What was written where: for `explainConfig`. */
export interface Origins {
	/** Name of the file for people ("wellsent.toml"), or null when there was none. */
	readonly shown: string | null;
	/** The document with its variables filled in. */
	readonly raw: unknown;
	/** Line of each key, by `pathKey`. */
	readonly lines: ReadonlyMap<string, number>;
	/** Environment variables in each text, by `pathKey`. */
	readonly used: ReadonlyMap<string, readonly string[]>;
}

export interface LoadedConfig {
	readonly config: Config;
	/** Allowed, but hardly meant: key files open to others, lanes that change nothing. */
	readonly warnings: readonly Finding[];
	readonly origins: Origins;
}
