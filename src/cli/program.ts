// The command line as a whole: every command registered, nothing run. The usage texts are in commands/, one file a command, which load what they need only when
// they run: `wellsent --help` must not pay for a database.
import { Command } from "commander";
import { alerts } from "./commands/alerts.ts";
import { blacklist } from "./commands/blacklist.ts";
import { campaign } from "./commands/campaign.ts";
import { check } from "./commands/check.ts";
import { config } from "./commands/config.ts";
import { contacts } from "./commands/contacts.ts";
import { database } from "./commands/db.ts";
import { evidence } from "./commands/evidence.ts";
import { explain } from "./commands/explain.ts";
import { failures } from "./commands/failures.ts";
import { gateways } from "./commands/gateways.ts";
import { holds } from "./commands/holds.ts";
import { hosts } from "./commands/hosts.ts";
import { init } from "./commands/init.ts";
import { jobs } from "./commands/jobs.ts";
import { lanes } from "./commands/lanes.ts";
import { log } from "./commands/log.ts";
import { rules } from "./commands/rules.ts";
import { sandbox } from "./commands/sandbox.ts";
import { send } from "./commands/send.ts";
import { series } from "./commands/series.ts";
import { serve } from "./commands/serve.ts";
import { suppress } from "./commands/suppress.ts";
import type { Host } from "./run.ts";

/** All commands under "wellsent". */
export function buildProgram(host: Host, version = "0"): Command {
	const program = new Command("wellsent")
		.version(version, "-V, --version", "the version")
		.description("Bulk mail that stays off the blacklists, and can prove what every mail server answered.")
		.option("--config <file>", "settings; ./wellsent.toml unless given")
		.option("--json", "one JSON value on stdout (one a line for streams), and nothing else there")
		.configureHelp({ showGlobalOptions: true, sortSubcommands: false })
		.helpCommand(false)
		.addHelpText(
			"after",
			`
Exit status: 0 done, 1 failed, 2 wrong usage or config, 3 refused by a check.
Without wellsent.toml, "wellsent serve" is a try-out in a sandbox: no mail leaves the machine.`,
		);
	for (const register of [
		init,
		serve,
		sandbox,
		config,
		check,
		contacts,
		suppress,
		campaign,
		send,
		series,
		log,
		failures,
		hosts,
		evidence,
		holds,
		explain,
		rules,
		lanes,
		blacklist,
		gateways,
		alerts,
		jobs,
		database,
	])
		register(program, host);
	return program;
}
