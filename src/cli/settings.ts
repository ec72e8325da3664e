// The settings of a command: those of the file; without one, beside a running try-out, the try-out's.
import { readConfig } from "../config/load.file.ts";
import type { LoadedConfig } from "../config/loaded.ts";
import type { Rule } from "../replies/rule.ts";
import { SITES } from "../sites/site-of.ts";
import type { Io } from "./output.ts";
import type { CliApp, Logger, Ports } from "./ports.ts";
import { dataFolder, readTrace } from "./sandbox-trace.file.ts";

export interface Settings extends LoadedConfig {
	/** True when they are those of a try-out: nothing can leave the machine. */
	readonly sandbox: boolean;
	/** Rules for replies beside the user's own and the built-in ones. */
	readonly extraRules: readonly Rule[];
	open(log: Logger): Promise<CliApp>;
}

/** Throws the config-* errors. */
export async function settingsOf(of: {
	readonly file: string | undefined;
	readonly io: Io;
	readonly ports: Ports;
}): Promise<Settings> {
	const { file, io, ports } = of;
	const loaded = await readConfig({
		cwd: io.cwd,
		env: io.env,
		knownSites: SITES.map((site) => site.name),
		...(file === undefined ? {} : { file }),
	});
	const trace = loaded.config.file === null ? readTrace(dataFolder(loaded.config)) : null;
	const beside = trace === null ? null : await ports.besideSandbox(loaded.config, trace);
	const { config, extraSites, extraRules } = beside ?? { config: loaded.config, extraSites: [], extraRules: [] };
	return {
		...loaded,
		config,
		sandbox: beside !== null,
		extraRules,
		open: (log) => ports.open({ config, extraSites, extraRules, clock: ports.clock, log }),
	};
}
